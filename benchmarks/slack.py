"""A message from Slack to its answer, beside a bare bot on the same Bolt that says everything back.

Both check real signatures and post to one Web API of our own over loopback; ours also keeps each delivery in a database
before it acknowledges it, and keeps to Slack's pace in each conversation. Everybody at once is delivered twice, as
Slack does where it is unsure; the bare bot is spared that, as it answers twice.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any

import httpx2
from fastapi import FastAPI, Request, Response
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks.report import Report
from bot.channels import slack as plugin
from bot.ports import Answer, Incoming, Reply
from tests.bot.channels.slack_recorder import SECRET, Door, Slack, message, slack
from twin_core.contract.clock import SystemClock
from twin_core.store import open_store

_ROUNDS, _WARM, _AT_ONCE = 100, 10, 500
_WAIT_S = 60


async def run(report: Report) -> None:
    """Each in the same run: ours, then the bare one."""
    figures = []
    for opened, times in ((_pollux, 2), (_bare, 1)):
        async with slack() as recorder, opened(recorder) as door:
            figures.append(await _measure(door, recorder, times))
    for name, ours, bare in zip(("acknowledged", "answered"), *(figure[:2] for figure in figures), strict=True):
        report.row(f"a message {name}, median", ours, bare, "ms")
    report.row(f"{_AT_ONCE} people at once, all answered", figures[0][2], figures[1][2], "s")


async def _measure(door: Door, recorder: Slack, times: int) -> tuple[float, float, float]:
    """Milliseconds until it is acknowledged and until it is answered; seconds for everybody at once."""
    acknowledged, answered = [], []
    for number in range(_WARM + _ROUNDS):
        began = time.perf_counter()
        await _say(door, number)
        acknowledged.append(time.perf_counter() - began)
        await recorder.heard(number=number + 1)
        answered.append(time.perf_counter() - began)
    before, began = len(recorder.said()), time.perf_counter()
    await asyncio.gather(*(_say(door, n, event_id=f"EvAll{n}") for n in list(range(_AT_ONCE)) * times))
    for number in range(before + 1, before + _AT_ONCE + 1):
        await asyncio.wait_for(recorder.heard(number=number), _WAIT_S)
    took_s = time.perf_counter() - began
    told = [said["channel"] for said in recorder.said()[before:]]
    if sorted(told) != sorted(f"D{n}" for n in range(_AT_ONCE)):
        raise RuntimeError(f"{len(told)} answers to {_AT_ONCE} people, {len(set(told))} of them answered")
    return 1_000 * median(acknowledged[_WARM:]), 1_000 * median(answered[_WARM:]), took_s


async def _say(door: Door, number: int, **more: str) -> None:
    event: Mapping[str, Any] = message("hello", f"U{number}", f"D{number}")
    (await door.event(event, **more)).raise_for_status()


@asynccontextmanager
async def _pollux(recorder: Slack) -> AsyncIterator[Door]:
    people = {f"U{n}": f"person-{n}" for n in range(_AT_ONCE)}

    async def echo(said: Incoming) -> Answer:
        return Answer("t", "inform", 1.0, (), (Reply(f"Heard: {said.text}"),))

    with tempfile.TemporaryDirectory(prefix="pollux-bench-") as folder:
        store = await open_store(f"sqlite:///{Path(folder) / 'slack.db'}", SystemClock())
        keys = {"bot_token": "xoxb-1", "signing_secret": SECRET, "api": recorder.api}
        channel: Any = plugin.build({**keys, "people": people, "store": store, "journal": Path(folder) / "journal"})
        async with _door(await channel.start(echo)) as door:
            yield door
        await channel.aclose()
        await store.aclose()


@asynccontextmanager
async def _bare(recorder: Slack) -> AsyncIterator[Door]:
    bolt = AsyncApp(client=AsyncWebClient("xoxb-1", base_url=recorder.api), signing_secret=SECRET)
    handler, app = AsyncSlackRequestHandler(bolt), FastAPI()

    @bolt.event("message")
    async def echo(event: Mapping[str, Any], say: Any) -> None:
        await say(f"Heard: {event['text']}")

    @app.post("/events")
    async def events(request: Request) -> Response:
        return await handler.handle(request)

    async with _door(app) as door:
        yield door


@asynccontextmanager
async def _door(app: Any) -> AsyncIterator[Door]:
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=_WAIT_S) as http:
        yield Door(http)
