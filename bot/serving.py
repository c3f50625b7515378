"""Serving: a socket, a web server on it, and the work that goes on behind it, until somebody stops it."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog
import uvicorn

from twin_core.contract.errors import Unavailable

GRACE_S = 3.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Mqtt:
    """The broker that is used, with what it takes to get in."""

    host: str
    port: int
    username: str | None
    password: str | None
    protocol: str

    @property
    def url(self) -> str:
        """Without the password: fit to be printed."""
        return f"mqtt://{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Serving:
    """A running Pollux: where it is reached, and when it is over."""

    url: str
    mqtt_url: str
    stopped: asyncio.Event

    async def wait(self) -> None:
        """Until the process is asked to stop."""
        await self.stopped.wait()


def bind(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 picks a free one. Raises Unavailable, saying who could be in the way."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, asyncio lets each piece of an answer go at once: else a body waits 40 ms for its header to be acked.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise Unavailable(
            f"Port {port} on {host} cannot be used: {error.strerror or error}.",
            code="port_in_use",
            hint="Is another Pollux running? Stop it, or choose another one: --port 8081 (0 picks a free one).",
        ) from None
    return bound


@asynccontextmanager
async def web_server(app: Any, bound: socket.socket) -> AsyncIterator[str]:
    """Serves an ASGI app on a bound socket; answers its URL once it does."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=int(GRACE_S),
        ws="websockets-sansio",
        ws_max_size=1_000_000,
        ws_per_message_deflate=False,  # compressed floods would hide in the socket buffers
        server_header=False,
    )
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[bound])
    ticking = asyncio.create_task(server.main_loop(), name="web")
    host, port = bound.getsockname()[:2]
    try:
        yield f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    finally:
        server.should_exit = True
        await ticking
        await server.shutdown(sockets=[bound])


@asynccontextmanager
async def background(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Works that go on as long as the block; one that fails is logged and leaves the others alone."""
    tasks = [asyncio.create_task(_watched(work)) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def first_of(*works: Coroutine[Any, Any, Any]) -> None:
    """Runs works together until one is done, which ends the others; its error is raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    for task in done:
        task.result()


@asynccontextmanager
async def process(*arguments: str) -> AsyncIterator[None]:
    """Another `pollux` command in a process of its own, as long as the block lasts."""
    command = (sys.executable, "-m", "bot", *arguments)
    child = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.DEVNULL)
    try:
        yield
    finally:
        if child.returncode is None:
            child.terminate()
        await child.wait()


@asynccontextmanager
async def until_told() -> AsyncIterator[asyncio.Event]:
    """An event that is set when the process is asked to stop (Ctrl-C, SIGTERM)."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # not the main thread, or Windows
        for one in signals:
            loop.add_signal_handler(one, stopped.set)
    try:
        yield stopped
    finally:
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            for one in signals:
                loop.remove_signal_handler(one)


async def _watched(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:
        log.exception("background.failed", work=getattr(work, "__qualname__", repr(work)))
