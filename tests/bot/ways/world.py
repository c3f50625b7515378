"""A house with a web chat and ways out, all of them real servers on this machine."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import app
from bot.channels import webchat
from bot.outside.sources import build_ways
from bot.ports import Incoming
from bot.settings import load_settings
from bot.ways.book import WayBook
from bot.ways.courier import HouseCourier
from tests.bot.channels.scripted import serving
from tests.bot.channels.web_client import Web
from twin_core.contract.nudges import About, NudgeView, Urgency
from twin_core.contract.views import Action

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def nudge(urgency: Urgency = "normal", step: int = 0, **more: Any) -> NudgeView:
    """A nudge about a reminder."""
    fields: Mapping[str, Any] = {
        "id": "nudge_1.owner",
        "owner": "owner",
        "kind": "reminder",
        "text": "Reminder: call Ben.",
        "actions": (Action("snooze-reminder:r1.owner", "Snooze"), Action("done-reminder:r1.owner", "Done")),
        "why": "You asked for it.",
        "stop": "It does not come again.",
        "urgency": urgency,
        "about": About("reminder", "r1.owner"),
        "due_at": NOW,
        "status": "waiting",
        "conversation": None,
        "step": step,
    }
    return NudgeView(**{**fields, **more})


@dataclass
class World:
    """The house, its chat and its courier."""

    house: app.House
    web: Web
    courier: HouseCourier
    book: WayBook

    async def say(self, text: str, conversation: str = "c1") -> str:
        answer = await self.house.engine.handle(Incoming(conversation, text))
        return "\n".join(reply.text for reply in answer.replies)

    async def kept(self, conversation: str) -> list[dict[str, Any]]:
        """What whoever opens this conversation now is told, as entries."""
        async with self.web.talk(f"conversation={conversation}&after=0") as talk:
            missed = (await talk.hear())["hello"]["missed"]
            return [await talk.hear() for _ in range(missed)]


@asynccontextmanager
async def open_world(folder: Path, **settings: Any) -> AsyncIterator[World]:
    """`settings` as in pollux.toml."""
    chosen = load_settings({"data": folder, **settings}, file=folder / "none")
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(app.open_house(chosen, clock_at=NOW))
        channel = webchat.build({"store": house.store, "clock": house.clock})
        stack.push_async_callback(channel.aclose)
        port = await stack.enter_async_context(serving(await channel.start(house.engine.handle)))
        book = WayBook(house.store)
        courier = HouseCourier(house.engine, [channel], build_ways(chosen, house.clock, stack), book)
        yield World(house, Web(channel, port), courier, book)
