"""Who answers a command line: a running server, or an engine in this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.app import open_house
from bot.channels.terminal import HttpConversation
from bot.doctor import is_serving
from bot.ports import OnMessage
from bot.progress import OnProgress
from bot.settings import Settings


@asynccontextmanager
async def answering(
    settings: Settings, url: str | None, token: str | None, progress: OnProgress
) -> AsyncIterator[OnMessage]:
    """Somebody who answers: the server that was named, else the one here, else an engine in this process."""
    here = f"http://{settings.host}:{settings.port}"
    if url or await is_serving(here):
        async with HttpConversation(url or here, token) as conversation:
            yield conversation
        return
    async with open_house(settings, progress=progress) as house:
        yield house.engine.handle
