"""What piles up for a channel of Slack goes out in order, in few messages, and none that is too large."""

import asyncio
from collections.abc import Sequence
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.blocks import Message
from bot.channels.slack.postbox import Pace, Postbox, Posted
from tests.bot.channels.slack_recorder import Slack, slack


def words(text: str, blocks: int = 1, kind: str = "section") -> Message:
    block: dict[str, Any] = {"type": "section", "text": {"type": "plain_text", "text": text}}
    if kind == "divider":
        block = {"type": "divider"}
    return Message(text, (block,) * blocks)


async def posted(
    recorder: Slack, messages: Sequence[Message], threads: Sequence[str | None] = ()
) -> tuple[list[Posted], list[str]]:
    """Where each stands when all are posted at once, and the texts that Slack got."""
    box, client = Postbox(Pace(burst=1, every_s=0.05)), AsyncWebClient("xoxb-1", base_url=recorder.api)
    given = [*threads, *[None] * (len(messages) - len(threads))]
    each = [box.post(client, "D1", message, thread) for message, thread in zip(messages, given, strict=True)]
    where = await asyncio.gather(*each)
    await box.aclose()
    return list(where), [str(said["text"]) for said in recorder.said()]


async def test_plain_words_go_together_and_in_order() -> None:
    async with slack() as recorder:
        where, texts = await posted(recorder, [words(text) for text in "abcde"])
    assert texts == ["a\nb\nc\nd\ne"]
    assert len({place.ts for place in where}) == 1


async def test_what_is_no_plain_word_or_of_another_thread_stands_alone() -> None:
    async with slack() as recorder:
        messages = [words("a"), words("b"), words("line", kind="divider"), words("c"), words("d")]
        _, texts = await posted(recorder, messages, [None, None, None, None, "1.0"])
    assert texts == ["a\nb", "line", "c", "d"]


async def test_no_message_has_more_blocks_than_slack_takes() -> None:
    async with slack() as recorder:
        _, texts = await posted(recorder, [words("a"), words("b", 38), words("c", 44), words("d")])
        sizes = [len(said["blocks"]) for said in recorder.said()]
    assert texts == ["a\nb", "c\nd"]
    assert max(sizes) <= 45
