"""Cars that are not plugged in while a trip lies ahead: chargers and calendars, looked at together."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from twin_core.attention.concerns import Finding
from twin_core.attention.families import trips
from twin_core.contract.agenda import EventView
from twin_core.contract.commands import GetState, ListTwins
from twin_core.contract.events import Event
from twin_core.contract.ports import TwinCore
from twin_core.contract.template import Value

AHEAD = timedelta(hours=18)
_CHARGER = "ev_charger"
_PLUGGED = "plugged_in"
_TRAVELS = re.compile(r"\b(?:drive|driving|road trip|trip|journey|travel|airport|ferry)\b", re.IGNORECASE)
_FAR_S = 2700.0  # of the way there, as the calendar knows it


class Trips:
    """Chargers that say whether a car is plugged in, and what that means for the trips of a person."""

    def __init__(self, core: TwinCore) -> None:
        self._core = core
        self._plugged: dict[str, tuple[bool, datetime]] = {}

    async def load(self) -> None:
        """What every charger says now."""
        self._plugged = {}
        for view in (await self._core.query(ListTwins(type=_CHARGER, limit=1000))).items:
            known = (await self._core.query(GetState(view.id))).reported.get(_PLUGGED)
            if known is not None and view.status in ("active", "hibernated"):
                self._plugged[view.id] = (bool(known.value), known.at)

    def take(self, twin: str, values: Mapping[str, tuple[Value, datetime]]) -> bool:
        """Newest values of a twin; whether a car came or went."""
        if _PLUGGED not in values or not twin.startswith(f"{_CHARGER}."):
            return False
        value, at = values[_PLUGGED]
        before = self._plugged.get(twin)
        self._plugged[twin] = (bool(value), at)
        return before is None or before[0] is not bool(value)

    def findings_of(self, owner: str, events: Iterable[EventView], zone: str, now: datetime) -> list[Finding]:
        """For each charger: whether this person's next trip needs a car there."""
        ahead = (event for event in events if now < event.start <= now + AHEAD and is_trip(event))
        trip = min(ahead, key=lambda event: event.start, default=None)
        return [
            trips.finding_of(twin, owner, trip if not plugged else None, zone, since, now)
            for twin, (plugged, since) in sorted(self._plugged.items())
        ]


def concerns_chargers(event: Event) -> bool:
    """Whether an event may have brought or taken a charger."""
    return event.name.startswith("system.twin_") and event.stream.startswith(f"{_CHARGER}.")


def is_trip(event: EventView) -> bool:
    """Whether somebody goes far: as its title says, or the way there is long."""
    if event.status == "cancelled" or not event.busy:
        return False
    return bool(_TRAVELS.search(event.title)) or event.travel_s >= _FAR_S
