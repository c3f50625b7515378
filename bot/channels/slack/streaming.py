"""A reply that is written out before its reader's eyes, in the assistant pane.

Source: docs.slack.dev, chat.startStream, chat.appendStream, chat.stopStream (12,000 characters each).
"""

import re
from collections.abc import Iterator

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.blocks import Message, escaped
from bot.channels.slack.postbox import Postbox, Posted, marked
from bot.replies.rendering import split
from twin_core.contract.errors import Unavailable

FIRST, PIECE = 120, 600  # characters: something to read at once, then few calls
_NEVER = frozenset(
    {
        "channel_type_not_supported",
        "feature_not_enabled",
        "method_not_supported_for_channel_type",
        "missing_scope",
        "not_allowed_token_type",
        "team_access_not_granted",
        "unknown_method",
    }
)
_MARKS = re.compile(r"[\\`*_~\[\]]|(?<![^\n])#")

log = structlog.get_logger(__name__)


class Streams:
    """Streams where a workspace allows it; where it does not, that is remembered."""

    def __init__(self, postbox: Postbox) -> None:
        self._postbox = postbox
        self._refused: set[str] = set()

    async def say(
        self, client: AsyncWebClient, team: str, channel: str, thread: str, user: str, message: Message, mark: str
    ) -> Posted | None:
        """Where it stands, whole; None where nothing was said: it is to be said otherwise. Raises Unavailable."""
        if team in self._refused or not _is_words(message):
            return None
        first, *rest = _pieces(message.text)
        try:
            begun = await self._postbox.call(
                lambda: client.chat_startStream(
                    channel=channel,
                    thread_ts=thread,
                    recipient_team_id=team,
                    recipient_user_id=user,
                    markdown_text=first,
                )
            )
        except Unavailable as error:
            if error.details.get("error") in _NEVER:
                self._refused.add(team)
            log.info("slack.not_streamed", team=team, reason=str(error))
            return None
        posted = Posted(channel, str(begun["ts"]))
        try:
            await self._go_on(client, posted, rest, message, mark)
        except Unavailable as error:  # what is missing comes as an edit
            log.info("slack.stream_broken", team=team, reason=str(error))
            await self._put_whole(client, posted, message, mark)
        return posted

    async def finish(self, client: AsyncWebClient, posted: Posted, message: Message, mark: str) -> Posted:
        """One that was cut off in the middle by the end of a process: the whole of it, where it stands."""
        try:
            await self._postbox.call(lambda: client.chat_stopStream(channel=posted.channel, ts=posted.ts))
        except Unavailable as error:  # Slack has ended it by itself
            log.info("slack.stream_over", reason=str(error))
        await self._put_whole(client, posted, message, mark)
        return posted

    async def _put_whole(self, client: AsyncWebClient, posted: Posted, message: Message, mark: str) -> None:
        said = {"text": message.notification, "blocks": list(message.blocks), **marked([mark])}
        await self._postbox.call(lambda: client.chat_update(channel=posted.channel, ts=posted.ts, **said))

    async def _go_on(
        self, client: AsyncWebClient, posted: Posted, rest: list[str], message: Message, mark: str
    ) -> None:
        for piece in rest:
            await self._append(client, posted, piece)
        buttons = [block for block in message.blocks if block["type"] == "actions"]
        await self._postbox.call(
            lambda: client.chat_stopStream(
                channel=posted.channel, ts=posted.ts, blocks=buttons or None, **marked([mark])
            )
        )

    async def _append(self, client: AsyncWebClient, posted: Posted, piece: str) -> None:
        await self._postbox.call(
            lambda: client.chat_appendStream(channel=posted.channel, ts=posted.ts, markdown_text=piece)
        )


def _is_words(message: Message) -> bool:
    """Lists and parts of a long message keep their own look."""
    kinds = {block["type"] for block in message.blocks}
    return kinds <= {"section", "actions"} and not any(block.get("accessory") for block in message.blocks)


def _pieces(text: str) -> list[str]:
    """The text in Markdown that formats, mentions and links nothing, in pieces that together hold all of it."""
    return [escaped(_MARKS.sub(r"\\\g<0>", piece)) for piece in _cut(text)]


def _cut(text: str) -> Iterator[str]:
    """Cuts where a person would pause, and leaves the white space there."""
    size = FIRST
    while len(text) > size:
        taken = split(text, size)[0]
        end = len(text) - len(text[text.index(taken) + len(taken) :].lstrip())
        yield text[:end]
        text, size = text[end:], PIECE
    if text:
        yield text
