"""A message from Teams to its answer, beside a bare bot on the same SDK that says everything back.

Both check real tokens, fetch keys and post to one connector of our own over loopback; ours also keeps each delivery in
a database before it acknowledges it.
"""

import asyncio
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import httpx2
from microsoft_teams.api.activities import MessageActivity
from microsoft_teams.apps import ActivityContext, App, FastAPIAdapter

from benchmarks.report import Report
from bot.channels import teams as plugin
from bot.ports import Answer, Incoming, Reply
from tests.bot.channels.teams_recorder import APP, TENANT, Door, Teams, message, teams
from twin_core.contract.clock import SystemClock
from twin_core.store import open_store

_ROUNDS, _WARM, _AT_ONCE = 100, 10, 500
_WAIT_S = 60


async def run(report: Report) -> None:
    """Ours and the bare one by turns: what else the machine does falls on both."""
    async with AsyncExitStack() as stack:
        lines = []
        for opened, path in ((_pollux, "/messages"), (_bare, "/api/messages")):
            recorder, loop = stack.enter_context(_connector())
            lines.append(_Line(await stack.enter_async_context(opened(recorder)), path, recorder, loop))
        ours, bare = [(list[float](), list[float]()) for _ in lines]
        for _ in range(_WARM + _ROUNDS):
            for line, (acknowledged, answered) in zip(lines, (ours, bare), strict=True):
                began = time.perf_counter()
                await line.say()
                acknowledged.append(time.perf_counter() - began)
                await line.answered(line.asked)
                answered.append(time.perf_counter() - began)
        for name, our, their in zip(("acknowledged", "answered"), ours, bare, strict=True):
            report.row(f"a message {name}, median", _ms(our), _ms(their), "ms")
        our_s, their_s = [await _at_once(line) for line in lines]
        report.row(f"{_AT_ONCE} people at once, all answered", our_s, their_s, "s")


class _Line:
    """Says things to a bot and waits for what it posts."""

    def __init__(self, door: Door, path: str, recorder: Teams, loop: asyncio.AbstractEventLoop) -> None:
        self._http = door.http
        self._path = path
        self._recorder = recorder
        self._loop = loop
        self.asked = 0
        self._headers = {"authorization": f"Bearer {door.token()}"}

    @property
    def heard(self) -> int:
        return len(self._recorder.said)

    async def say(self, user: str = "u1") -> None:
        self.asked += 1
        activity = {"serviceUrl": self._recorder.url, **message("hello", user)}
        response = await self._http.post(self._path, json=activity, headers=self._headers)
        response.raise_for_status()

    async def answered(self, number: int) -> None:
        heard = asyncio.run_coroutine_threadsafe(self._recorder.heard(number), self._loop)
        await asyncio.wait_for(asyncio.wrap_future(heard), _WAIT_S)


def _ms(times: list[float]) -> float:
    return 1_000 * median(times[_WARM:])


async def _at_once(line: _Line) -> float:
    """Seconds until everybody is answered. Raises RuntimeError where one was answered twice."""
    began = time.perf_counter()
    await asyncio.gather(*(line.say(f"user-{n}") for n in range(_AT_ONCE)))
    for number in range(line.asked - _AT_ONCE + 1, line.asked + 1):
        await line.answered(number)
    took_s = time.perf_counter() - began
    if line.heard != line.asked:
        raise RuntimeError(f"{line.heard} answers to {line.asked} messages")
    return took_s


@asynccontextmanager
async def _pollux(recorder: Teams) -> AsyncIterator[Door]:
    people = {"u1": "owner", **{f"user-{n}": f"person-{n}" for n in range(_AT_ONCE)}}

    async def echo(said: Incoming) -> Answer:
        return Answer("t", "inform", 1.0, (), (Reply(f"Heard: {said.text}"),))

    with tempfile.TemporaryDirectory(prefix="pollux-bench-") as folder:
        store = await open_store(f"sqlite:///{Path(folder) / 'teams.db'}", SystemClock())
        channel: Any = plugin.build({**recorder.options(), "people": people, "store": store})
        async with _door(await channel.start(echo), recorder) as door:
            yield door
        await channel.aclose()
        await store.aclose()


@asynccontextmanager
async def _bare(recorder: Teams) -> AsyncIterator[Door]:
    options = recorder.options()
    adapter = FastAPIAdapter()
    app = App(
        client_id=APP, tenant_id=TENANT, token=options["token"], cloud=options["cloud"], http_server_adapter=adapter
    )

    @app.on_message
    async def echo(ctx: ActivityContext[MessageActivity]) -> None:
        await ctx.send(f"Heard: {ctx.activity.text}")

    await app.initialize()
    async with _door(adapter.app, recorder) as door:
        yield door


@asynccontextmanager
async def _door(app: Any, recorder: Teams) -> AsyncIterator[Door]:
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=_WAIT_S) as http:
        yield Door(http, recorder)


@contextmanager
def _connector() -> Iterator[tuple[Teams, asyncio.AbstractEventLoop]]:
    """In a thread of its own: the SDK fetches keys while everything else waits."""
    loop, ready, over = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    opened: list[Teams] = []

    async def serve() -> None:
        async with teams() as recorder:
            opened.append(recorder)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    ready.wait(_WAIT_S)
    try:
        yield opened[0], loop
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(_WAIT_S)
        loop.close()
