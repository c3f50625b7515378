"""A page of Pollux with a scripted answerer and canned lists, on a real server that can be dropped."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from starlette.responses import StreamingResponse

from bot.channels import webchat
from bot.push.opening import push_router, push_way
from bot.reach_settings import PushSettings
from tests.bot.channels.scripted import Script, serving
from twin_core.contract.clock import SystemClock
from twin_core.store import SqlStore

AS_OF = "2026-03-02T08:00:00Z"


def concern(id: str, severity: str, title: str, *why: str) -> dict[str, Any]:
    """An item of GET /critical."""
    return {
        "id": id,
        "rank": 1,
        "score": 0.5,
        "severity": severity,
        "title": title,
        "kind": "device",
        "twin": None,
        "due_at": None,
        "why": list(why),
        "actions": [{"id": f"ack:{id}", "title": "Acknowledge"}, {"id": f"snooze:{id}", "title": "Snooze"}],
        "status": "open",
    }


def twin(name: str, type: str, place: str | None, status: str = "active") -> dict[str, Any]:
    """An item of GET /twins."""
    return {"id": f"{type}.{name}", "type": type, "name": name, "aliases": [], "place": place, "status": status}


@dataclass
class Lists:
    """What the overview shows."""

    concerns: list[dict[str, Any]] = field(default_factory=list)
    twins: list[dict[str, Any]] = field(default_factory=list)
    candidates: int = 0

    def fill(self) -> None:
        """A house with something of everything."""
        self.concerns = [
            concern("c1", "critical", "Garage freezer is warming up", "−8 °C, limit −15 °C", "The door is open."),
            concern("c2", "warning", "Hall thermostat is silent", "Nothing for 7 hours; usually every 5 minutes."),
            concern("c3", "info", "Send the quarterly report", "Due yesterday at 17:00."),
        ]
        self.twins = [
            twin("Garage freezer", "freezer", "Garage"),
            twin("Hall thermostat", "thermostat", "Hall"),
            twin("Kitchen lamp", "light", "Kitchen", "hibernated"),
            twin("Roof unit", "hvac_unit", None, "draft"),
        ]
        self.candidates = 12


class House:
    """A server that can be stopped and started again on the same port, over the same store."""

    def __init__(self, store: SqlStore) -> None:
        self.script = Script()
        self.lists = Lists()
        self.channel = webchat.build({})
        self.port = 0
        self._store = store
        self._running = AsyncExitStack()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, **options: Any) -> None:
        self.channel = webchat.build({"store": self._store, "clock": SystemClock(), **options})
        await self.channel.start(self.script)
        app = FastAPI()
        app.include_router(self.channel.router)
        app.get("/api/v1/critical")(self._critical)
        app.get("/api/v1/twins")(lambda: {"items": self.lists.twins, "total": len(self.lists.twins), "cursor": None})
        app.get("/api/v1/candidates")(lambda: [{}] * self.lists.candidates)
        app.get("/api/v1/stream")(lambda: StreamingResponse(iter(["retry: 2000\n\n"]), media_type="text/event-stream"))
        self.push = push_way(PushSettings(private=True), self._store, SystemClock())
        app.include_router(push_router(self.push), prefix="/api/v1")
        self.port = await self._running.enter_async_context(serving(app, self.port))

    async def stop(self) -> None:
        await self.channel.aclose()
        await self._running.aclose()

    def _critical(self) -> dict[str, Any]:
        return {"as_of": AS_OF, "items": self.lists.concerns, "total": len(self.lists.concerns)}


@asynccontextmanager
async def open_house(store: SqlStore) -> AsyncIterator[House]:
    """A running house."""
    house = House(store)
    await house.start()
    try:
        yield house
    finally:
        await house.stop()
