"""What of an answer stands in Slack already, where a process ended after posting it and before it had noted that.

Each message carries its mark in its metadata; the last messages of a conversation are read only after such an end.
Source: docs.slack.dev, Message metadata; conversations.history and conversations.replies (`include_all_metadata`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.postbox import AWAY, EVENT, Postbox, Posted
from twin_core.contract.errors import Unavailable

MOST_READ = 100  # of the newest messages

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """Messages of ours by their marks; and one whose writing out was cut off, which has none yet."""

    by_mark: Mapping[str, Posted] = field(default_factory=dict)
    unfinished: Posted | None = None
    pictures: frozenset[str] = frozenset()  # marks of messages that a file of ours follows


NOTHING = Standing()


async def read_standing(
    postbox: Postbox, client: AsyncWebClient, where: tuple[str, str | None], bot_user: str, since: str | None
) -> Standing:
    """What stands in a channel, or in a thread of it. Nothing where Slack does not let us read there: then what was
    posted last may be posted once more. Raises Unavailable where Slack is away.
    """
    channel, thread = where
    try:
        if channel.startswith(("U", "W")):
            opened = await postbox.call(lambda: client.conversations_open(users=channel))
            channel = str(opened["channel"]["id"])
        asked: dict[str, Any] = {"channel": channel, "limit": MOST_READ, "include_all_metadata": True}
        asked |= {"oldest": since} if since else {}
        if thread:
            answer = await postbox.call(lambda: client.conversations_replies(ts=thread, **asked))
        else:
            answer = await postbox.call(lambda: client.conversations_history(**asked))
    except Unavailable as error:
        if error.code == AWAY:
            raise
        log.info("slack.not_read", reason=str(error))
        return NOTHING
    ours = [each for each in answer.get("messages") or () if each.get("user") == bot_user]
    return _read(channel, sorted(ours, key=lambda each: float(each["ts"])))


def _read(channel: str, ours: Sequence[Mapping[str, Any]]) -> Standing:
    by_mark: dict[str, Posted] = {}
    pictures: set[str] = set()
    unfinished, last = None, ""
    for each in ours:
        posted, metadata = Posted(channel, str(each["ts"])), each.get("metadata") or {}
        marks = metadata.get("event_payload", {}).get("marks", []) if metadata.get("event_type") == EVENT else []
        by_mark |= dict.fromkeys(marks, posted)
        if each.get("files"):
            pictures.add(last)
        elif not marks and each.get("text"):
            unfinished = posted
        last = marks[-1] if marks else last
    return Standing(by_mark, unfinished, frozenset(pictures))
