"""Files that people share with Pollux in Teams: their addresses carry their own permission, for some minutes.

Source: learn.microsoft.com, Teams, Send and receive files through a bot.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx2

from twin_core.contract.errors import Rejected, Unavailable

MOST_BYTES = 20_000_000
FILE = "application/vnd.microsoft.teams.file.download.info"
VOICE_NOTE = "application/vnd.microsoft.card.audio"  # without sound: Teams hands it to no bot (msteams-docs#1805)
UNREADABLE = "unreadable"
_WORDS = "text/html"  # the text once more
_SOUND = frozenset("wav mp3 m4a mp4 ogg oga opus webm flac aac".split())
_TIMEOUT_S = 30.0


def recording(attachments: Sequence[Mapping[str, Any]]) -> str:
    """The address of the first file of sound, VOICE_NOTE for a note that cannot be had, UNREADABLE for what is no
    sound, else nothing.
    """
    for attachment in attachments:
        content = attachment.get("content")
        if attachment.get("contentType") == VOICE_NOTE:
            return VOICE_NOTE
        if attachment.get("contentType") == FILE and isinstance(content, Mapping):
            kind = str(content.get("fileType") or str(attachment.get("name") or "").rpartition(".")[2]).lower()
            if kind in _SOUND:
                return str(content.get("downloadUrl") or "")
    return UNREADABLE if any(attachment.get("contentType") != _WORDS for attachment in attachments) else ""


async def fetch(url: str, service_url: str) -> bytes:
    """The whole file. Raises Rejected for one that is too large, Unavailable where it cannot be had."""
    if url == VOICE_NOTE:
        hint = "Attach a recording as a file, or write to me."
        raise Rejected("Teams does not hand voice notes to me.", code="no_file", hint=hint)
    asked, known = urlsplit(url), urlsplit(service_url)
    if asked.scheme != known.scheme or not asked.hostname:
        raise Rejected("That file does not lie with Teams.", code="foreign_file", hint="Attach it here.")
    try:
        async with (
            httpx2.AsyncClient(timeout=_TIMEOUT_S, trust_env=False) as client,
            client.stream("GET", url) as response,
        ):
            response.raise_for_status()
            content = bytearray()
            async for part in response.aiter_bytes():
                content += part
                if len(content) > MOST_BYTES:
                    limit = MOST_BYTES // 1_000_000
                    raise Rejected(f"That file is larger than {limit} MB.", code="too_large", hint="Say it shorter.")
            return bytes(content)
    except httpx2.HTTPError as error:
        reason = error.response.status_code if isinstance(error, httpx2.HTTPStatusError) else type(error).__name__
        gone = f"Teams does not let me have your recording ({reason})."
        raise Unavailable(gone, code="no_file", hint="Send it again, or write to me.") from None
