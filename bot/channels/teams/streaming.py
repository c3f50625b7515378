"""An answer that takes its time: Teams shows that one is being made, and the answer then comes in that place.

Source: learn.microsoft.com, Teams, Stream bot messages (in one-to-one chats alone; elsewhere: the typing indicator).
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from microsoft_teams.api.activities import MessageActivityInput, TypingActivityInput
from microsoft_teams.api.models import ChannelData

AT_WORK = "Looking into it …"

T = TypeVar("T")


async def announced(
    making: Coroutine[Any, Any, T], announce: Callable[[], Awaitable[str]], patience_s: float
) -> tuple[T, str]:
    """What was made, and the stream that was opened meanwhile; empty where nobody had to wait."""
    task = asyncio.create_task(making)
    try:
        await asyncio.wait((task,), timeout=patience_s)
        stream = "" if task.done() else await announce()
        return await task, stream
    finally:
        task.cancel()


def at_work(*, alone: bool) -> TypingActivityInput:
    """Opens a stream where Pollux is alone with somebody."""
    typing = TypingActivityInput()
    if not alone:
        return typing
    return typing.with_text(AT_WORK).with_channel_data(ChannelData(stream_type="informative")).add_stream_update()


def closing(message: MessageActivityInput, stream: str) -> MessageActivityInput:
    """The message as the end of a stream."""
    if not stream:
        return message
    message.id = stream
    return message.add_stream_final()
