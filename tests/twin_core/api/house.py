"""The real rooms behind the API: store, bus, service, sync, attention, on a frozen clock."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI

from interview.api import interview_router
from interview.interviews import Interviews
from twin_core.api import Access, create_api
from twin_core.attention import AttentionService
from twin_core.bus import Core, InProcessBus
from twin_core.contract.clock import FrozenClock
from twin_core.nudges import NudgeService
from twin_core.planning import PlanningService
from twin_core.privacy import AccessLog, ConsentDesk, ErasureDesk, ExportDesk
from twin_core.service import Timers, TwinService
from twin_core.store import SqlStore, open_store
from twin_core.sync import SyncService
from twin_core.templates import load_library

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


@dataclass(slots=True)
class House:
    """An API in front of real rooms, and a client that speaks HTTP to it."""

    app: FastAPI
    store: SqlStore
    core: Core
    bus: InProcessBus
    clock: FrozenClock
    access: Access
    client: httpx2.AsyncClient
    nudges: NudgeService

    async def post(self, path: str, json: Any = None, **kwargs: Any) -> httpx2.Response:
        return await self.client.post(f"/api/v1{path}", json=json, **kwargs)

    async def get(self, path: str, **kwargs: Any) -> httpx2.Response:
        return await self.client.get(f"/api/v1{path}", **kwargs)

    async def freezer(self, name: str = "garage freezer", **more: Any) -> dict[str, Any]:
        """A freezer, created over HTTP."""
        answer = await self.post("/twins", {"type": "freezer", "name": name, **more})
        assert answer.status_code == 201, answer.text
        twin: dict[str, Any] = answer.json()
        return twin


@asynccontextmanager
async def open_house(folder: Path, *, frozen: bool = True, **options: Any) -> AsyncIterator[House]:
    """Everything in this process; requests go through the ASGI interface."""
    clock = FrozenClock(START)
    store = await open_store(f"sqlite:///{folder / 'pollux.db'}", clock)
    bus, core = InProcessBus(), Core()
    rooms: dict[str, Any] = {"store": store, "bus": bus, "core": core, "library": load_library(), "clock": clock}
    planning = PlanningService(store, bus, core, clock, "Europe/Berlin")
    nudges = NudgeService(store, bus, core, clock)
    services = (TwinService(**rooms), SyncService(**rooms), planning, AttentionService(**rooms), nudges)
    access = Access(store, clock)
    theirs = (store, core, bus, clock)
    log = AccessLog(*theirs)
    for desk in (ConsentDesk(store, bus, clock), ExportDesk(*theirs), ErasureDesk(*theirs), log, access):
        core.register(desk.handlers())
    for service in services:
        core.register(service.handlers())
    for service in services:
        await service.start()
    timers = Timers(clock, [log, *(timer for service in services for timer in service.timers())])
    app = create_api(core=core, bus=bus, store=store, clock=clock, timers=timers, access=access, version="0", **options)
    app.include_router(interview_router(Interviews(core, store, clock)), prefix="/api/v1")
    transport = httpx2.ASGITransport(app=app)
    try:
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            yield House(app, store, core, bus, clock, access, client, nudges)
    finally:
        app.state.feed.close()
        await core.aclose()
        await store.aclose()


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The app on a real socket of its own; answers `host:port`."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="error", lifespan="off", timeout_graceful_shutdown=2, ws="websockets-sansio")
        )
        task = asyncio.create_task(server.serve(sockets=[bound]))
        try:  # the socket listens already: a connection waits there until the server takes it
            yield f"127.0.0.1:{bound.getsockname()[1]}"
        finally:
            app.state.feed.close()
            server.should_exit = True
            await task


def bearer(secret: str) -> Mapping[str, str]:
    """The header that shows a token."""
    return {"Authorization": f"Bearer {secret}"}
