"""Files that people share with Pollux in Slack, fetched with the bot's token."""

from urllib.parse import urlsplit

import aiohttp

from bot.channels.slack.options import API
from twin_core.contract.errors import Rejected, Unavailable

MOST_BYTES = 20_000_000
_TIMEOUT = aiohttp.ClientTimeout(total=30)
_SLACK = "slack.com"


async def fetch(session: aiohttp.ClientSession, url: str, token: str, api: str = API) -> bytes:
    """The whole file. Raises Rejected for one that is too large, Unavailable where Slack does not hand it out."""
    _check_host(url, api)
    try:
        headers = {"Authorization": f"Bearer {token}"}
        async with session.get(url, headers=headers, timeout=_TIMEOUT, allow_redirects=False) as response:
            # To whom it does not trust, Slack shows a page for signing in.
            if response.status != 200 or response.content_type == "text/html":
                raise _refused(f"HTTP {response.status}")
            content = bytearray()
            async for part in response.content.iter_chunked(65_536):
                content += part
                if len(content) > MOST_BYTES:
                    limit = MOST_BYTES // 1_000_000
                    raise Rejected(f"That file is larger than {limit} MB.", code="too_large", hint="Say it shorter.")
            return bytes(content)
    except (TimeoutError, aiohttp.ClientError) as error:
        raise _refused(type(error).__name__) from None


def _check_host(url: str, api: str) -> None:
    """The token is shown to Slack alone. Raises Rejected."""
    asked, ours = urlsplit(url), urlsplit(api)
    host = asked.hostname or ""
    known = host == ours.hostname or host == _SLACK or host.endswith(f".{_SLACK}")
    if asked.scheme != ours.scheme or not known:
        raise Rejected("That file does not lie with Slack.", code="foreign_file", hint="Upload it to Slack itself.")


def _refused(reason: str) -> Unavailable:
    return Unavailable(
        f"Slack does not let me have your recording ({reason}).",
        code="no_file",
        hint="Whoever looks after Pollux can give it the scope files:read; until then, please write.",
    )
