"""A house with one calendar connected: what it keeps, and what somebody changes in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.calendars._connector import CalendarConnector
from tests.house import ANNA, ZONE, House, open_house
from twin_core.contract import plugins
from twin_core.contract.agenda import EventView, GetAgenda

BERLIN = ZoneInfo(ZONE)


@dataclass
class World:
    """The house, and the calendar as it is followed in it."""

    house: House
    connector: CalendarConnector

    async def sync(self) -> None:
        await self.connector.sync()

    async def agenda(self, *, days: int = 30, cancelled: bool = False) -> list[EventView]:
        """All events from the day before now on."""
        start = self.house.clock.now() - timedelta(days=1)
        asked = GetAgenda(start, start + timedelta(days=days), include_cancelled=cancelled)
        return list((await self.house.core.query(asked)).events)

    async def event(self, title: str) -> EventView:
        """The only event of that title."""
        [found] = [event for event in await self.agenda(cancelled=True) if event.title == title]
        return found

    async def do(self, command: Any) -> Any:
        return await self.house.core.execute(command, ANNA)


@asynccontextmanager
async def open_world(folder: Path, kind: str, **options: Any) -> AsyncIterator[World]:
    """Opening the same folder again is a restart."""
    async with open_house(folder) as house:
        around = {
            "core": house.core,
            "store": house.store,
            "clock": house.clock,
            "writers": house.planning.writers,
            "zone": lambda: BERLIN,
        }
        built = plugins.build("connectors.calendars", kind, {**around, "name": "work", "owner": "anna", **options})
        assert isinstance(built, CalendarConnector)
        try:
            yield World(house, built)
        finally:
            await built.aclose()


def event(uid: str, title: str, start: str = "20260303T090000Z", end: str = "20260303T100000Z", more: str = "") -> str:
    """A calendar with one event."""
    lines = f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:{title}\r\nDTSTART:{start}\r\n"
    tail = f"{more}\r\n" if more else ""
    return calendar(f"{lines}DTEND:{end}\r\n{tail}END:VEVENT\r\n")


def calendar(*blocks: str) -> str:
    """A calendar of whole components."""
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\n{''.join(blocks)}END:VCALENDAR\r\n"
