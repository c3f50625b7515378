"""Which time zone a TZID means: IANA names, Windows names, names of vendors, offsets, or its own VTIMEZONE."""

import re
from collections.abc import Mapping
from datetime import timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from connectors.ical.components import Component
from connectors.ical.faults import BadValue, Finding
from connectors.ical.observances import read_observances

_OFFSET = re.compile(r"(?:\(?(?:UTC|GMT)\)?)?\s*([+-])\s*(\d{1,2})(?::?(\d{2}))?\)?")
_DISPLAY = re.compile(r"\((?:UTC|GMT)\s*(?:[+-]\d{1,2}:?\d{2})?\)\s*(.+)")  # as Outlook shows them

# HCL (Lotus) Notes sends its own names, often without a VTIMEZONE.
_NOTES = {
    "western/central europe": "Europe/Berlin",
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
    "alaskan": "America/Anchorage",
    "hawaiian": "Pacific/Honolulu",
}


class Zones:
    """The zones of one calendar. What a TZID means is looked up once, and what it cannot mean is told once."""

    def __init__(self, definitions: Mapping[str, Component]) -> None:
        self._definitions = definitions
        self._known: dict[str, tzinfo | None] = {}
        self.findings: list[Finding] = []

    def find(self, tzid: str) -> tzinfo | None:
        """None where nothing is known of it: such times are read as floating."""
        if tzid not in self._known:
            self._known[tzid] = self._resolve(tzid)
        return self._known[tzid]

    def _resolve(self, tzid: str) -> tzinfo | None:
        zone: tzinfo | None = by_iana_name(tzid)
        if zone is not None:
            return zone
        if (component := self._definitions.get(tzid)) is not None:
            location = component.text("X-LIC-LOCATION")
            if location and (zone := by_iana_name(location)) is not None:
                return zone
            try:
                return read_observances(component)
            except BadValue as fault:
                self._tell(tzid, f"its VTIMEZONE cannot be used, because {fault}")
        if (zone := by_other_name(tzid)) is not None:
            return zone
        self._tell(tzid, "is no time zone that is known here")
        return None

    def _tell(self, tzid: str, problem: str) -> None:
        hint = "Its times are read in your own time zone: check them, or set the zone in the calendar's program."
        self.findings.append(Finding(f"time zone {tzid[:60]!r}", problem, hint))


def by_iana_name(name: str) -> ZoneInfo | None:
    """Also with another case, or behind the path of a vendor (/freeassociation.sourceforge.net/Europe/Berlin)."""
    parts = name.strip().strip("/").replace(" ", "_").split("/")
    for start in range(len(parts)):
        if (found := _by_lower_case().get("/".join(parts[start:]).lower())) is not None:
            return ZoneInfo(found)
    return None


def by_other_name(name: str) -> tzinfo | None:
    """A Windows or Notes name, the words that Outlook shows for it, or an offset from UTC."""
    plain = name.strip().strip('"').removeprefix("tzone://Microsoft/")
    if plain.lower() in ("utc", "z", "gmt", "zulu"):
        return ZoneInfo("UTC")
    if (olson := _by_program().get(plain.lower())) is not None:
        return ZoneInfo(olson)
    if (shown := _DISPLAY.fullmatch(plain)) is not None:
        for city in re.split(r"[,;&]", shown[1]):
            if (found := _by_city().get(city.strip().lower().replace(" ", "_"))) is not None:
                return ZoneInfo(found)
    if (offset := _OFFSET.match(plain)) is not None and (offset.end() == len(plain) or shown is not None):
        span = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(-span if offset[1] == "-" else span) if span < timedelta(hours=24) else None
    return None


@cache
def _by_lower_case() -> Mapping[str, str]:
    return {name.lower(): name for name in available_timezones()}


@cache
def _by_city() -> Mapping[str, str]:
    return {name.rsplit("/", 1)[-1].lower(): name for name in sorted(available_timezones()) if "/" in name}


@cache
def _by_program() -> Mapping[str, str]:
    known = available_timezones()
    return _NOTES | {windows.lower(): olson for windows, olson in WINDOWS_TO_OLSON.items() if olson in known}
