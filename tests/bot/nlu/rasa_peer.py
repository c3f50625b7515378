"""A real HTTP server in the place of Rasa, which behaves as badly as it is told to."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]

GREETING = {
    "text": "turn the desk lamp off",
    "intent": {"name": "greet", "confidence": 0.75},
    "intent_ranking": [{"name": "greet", "confidence": 0.75}, {"name": "goodbye", "confidence": 0.2}],
    "entities": [],
}


@dataclass
class Peer:
    """How it behaves from the next request on, and what it was asked."""

    behaviour: Behaviour
    port: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def answering(
    body: Any = GREETING, *, status: int = 200, length: int | None = None, headers: str = "", kind: str = "json"
) -> Behaviour:
    """Sends a body (as JSON unless it is bytes), telling `length` for its length."""
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def behave(writer: asyncio.StreamWriter) -> None:
        told = len(payload) if length is None else length
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/{kind}\r\nContent-Length: {told}\r\n{headers}\r\n"
        writer.write(head.encode() + payload)
        await writer.drain()

    return behave


async def hanging(writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def dripping(writer: asyncio.StreamWriter) -> None:
    """A byte now and then: no single read takes long."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.01)


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1000\r\n" + b" " * 0x1000 + b"\r\n")
        await writer.drain()


async def hanging_up(writer: asyncio.StreamWriter) -> None:
    writer.close()


async def mumbling(writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\xffSSH-2.0-nothing like HTTP\r\n\r\n")
    await writer.drain()


@asynccontextmanager
async def rasa_peer(behaviour: Behaviour) -> AsyncIterator[Peer]:
    peer = Peer(behaviour)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            lengths = [line for line in head.lower().splitlines() if line.startswith("content-length:")]
            body = await reader.readexactly(int(lengths[0].split(":")[1]))
            peer.asked.append(json.loads(body)["text"])
            await peer.behaviour(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    peer.port = server.sockets[0].getsockname()[1]
    tasks_before = asyncio.all_tasks()
    try:
        yield peer
    finally:
        server.close()
        for task in asyncio.all_tasks() - tasks_before:
            task.cancel()
