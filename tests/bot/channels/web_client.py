"""Clients of a running web chat."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from bot.channels import webchat
from bot.ports import OnMessage
from tests.bot.channels.scripted import serving

WAIT_S = 60


class Talk:
    """A client of one conversation."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, **fields: Any) -> None:
        await self.socket.send(json.dumps(fields))

    async def hear(self) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(await asyncio.wait_for(self.socket.recv(), WAIT_S))
        return frame

    async def quiet(self) -> None:
        """Nothing has come: the answer to a ping sent now is the next frame."""
        await self.say(ping="quiet?")
        assert await self.hear() == {"pong": "quiet?"}


class Web:
    """A running web chat."""

    def __init__(self, channel: webchat.WebChat, port: int) -> None:
        self.channel = channel
        self.port = port

    @asynccontextmanager
    async def talk(
        self, query: str = "conversation=c1", path: str = "/api/v1/ws/chat", **more: Any
    ) -> AsyncIterator[Talk]:
        async with connect(f"ws://127.0.0.1:{self.port}{path}?{query}", proxy=None, **more) as socket:
            yield Talk(socket)


@asynccontextmanager
async def running(on_message: OnMessage, **options: Any) -> AsyncIterator[Web]:
    channel = webchat.build(options)
    app = await channel.start(on_message)
    try:
        async with serving(app) as port:
            yield Web(channel, port)
    finally:
        await channel.aclose()
