"""VTODOs: when they are due, whether they are done, and how a change of one is written (RFC 5545 section 3.6.2)."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo

from icalendar.parser import Parameters

from connectors.ical.components import Component, Property, parse_components
from connectors.ical.events import Event, EventReader, named
from connectors.ical.faults import BadValue, Finding
from connectors.ical.series import MOST, Occurrence, Series, Span
from connectors.ical.values import Moment, read_date_time, read_length
from connectors.ical.zones import Zones

_AHEAD = timedelta(days=3660)
_COUNT = re.compile(r"(COUNT=)(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Todo:
    """A VTODO. `due` is its DUE, or where its DURATION ends; the component is what is changed."""

    component: Component
    due: Moment | None
    estimate_s: float | None
    times: Event | None = None  # when it comes again: by its DTSTART, or where it has none by its DUE

    @property
    def done(self) -> bool:
        status, part = self.component.text("STATUS"), self.component.text("PERCENT-COMPLETE")
        return (status or "").upper() == "COMPLETED" or part == "100" or self.component.get("COMPLETED") is not None

    @property
    def cancelled(self) -> bool:
        return (self.component.text("STATUS") or "").upper() == "CANCELLED"

    def stamp(self, name: str) -> datetime | None:
        """CREATED, COMPLETED and their like; None where it is absent or no time."""
        found = self.component.get(name)
        try:
            at = read_date_time(found.value) if found is not None else None
        except BadValue:
            return None
        return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at

    def put_due(self, due: date | None) -> None:
        """A day, an instant, or none; an hour stays in the zone it was told in. What would contradict it goes."""
        component = self.component
        told = component.get("DUE") or component.get("DTSTART")
        written = (None, None) if due is None else _written(due, self.due, told)
        component.put("DURATION", None)
        component.put("DUE", *written)
        if component.get("DTSTART") is not None:
            component.put("DTSTART", *(written if component.all("RRULE") else (None, None)))

    def put_done(self, done: bool, now: datetime, home: tzinfo) -> None:
        """Completes it, or opens it again. One that repeats goes on to the next time instead of ending."""
        component = self.component
        if done and self._moves_on(home):
            return
        component.put("STATUS", "COMPLETED" if done else "NEEDS-ACTION")
        component.put("COMPLETED", f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}" if done else None)
        component.put("PERCENT-COMPLETE", "100" if done else None)

    def _moves_on(self, home: tzinfo) -> bool:
        """Moves all its times to the next one that is not left out; false where there is none.

        What is counted (COUNT) counts those that are left out, too.
        """
        if self.times is None or not self.times.repeats:
            return False
        start = self.times.start
        since = start.instant(home)
        later = [one for one in self._between(self.times, Span(since, since + _AHEAD, home)) if one.starts_at > since]
        if not later:
            return False
        span = Span(since, later[0].starts_at + timedelta(seconds=1), home)
        passed = sum(one.starts_at > since for one in self._between(replace(self.times, left_out=()), span, MOST))
        self._move(later[0].start.wall - start.wall, passed)
        return True

    @staticmethod
    def _between(times: Event, span: Span, most: int = 2) -> list[Occurrence]:
        return Series(times, []).between(span, most)[0]

    def _move(self, shift: timedelta, passed: int) -> None:
        for found in self.component.properties:
            if found.name in ("DTSTART", "DUE"):
                found.value = _shifted(found, shift)
            if found.name == "RRULE":
                found.value = _COUNT.sub(lambda m: f"{m[1]}{max(1, int(m[2]) - passed)}", found.value)


def read_todos(data: str) -> tuple[Component | None, list[Todo], list[Finding]]:
    """The calendar object, its VTODOs without changed occurrences, and what could not be read of them."""
    roots, findings = parse_components(data)
    root = next((found for found in roots if found.name == "VCALENDAR"), None)
    if root is None:
        return None, [], findings
    zones = Zones({tzid: zone for zone in root.inside("VTIMEZONE") if (tzid := zone.text("TZID")) is not None})
    reader = EventReader(zones, None)
    todos = [
        _read(component, reader, findings)
        for component in root.inside("VTODO")
        if component.get("RECURRENCE-ID") is None
    ]
    return root, todos, findings + reader.findings + zones.findings


def _read(component: Component, reader: EventReader, findings: list[Finding]) -> Todo:
    due, estimate_s, times = None, None, None
    try:
        if (found := component.get("DUE")) is not None:
            due = reader.moment(found)
        elif (start := component.get("DTSTART")) is not None and (length := component.get("DURATION")) is not None:
            begin, span = reader.moment(start), read_length(length.value)
            due = Moment(begin.wall + timedelta(days=span.days, seconds=span.seconds), begin.zone, begin.all_day)
        if (told := component.get("ESTIMATED-DURATION")) is not None:
            span = read_length(told.value)
            estimate_s = float(span.days * 86_400 + span.seconds) or None
        if due is not None and component.get("RRULE") is not None:
            times = reader.read(component, "DUE" if component.get("DTSTART") is None else "DTSTART")
    except (BadValue, OverflowError) as fault:
        hint = "It is kept without: correct it in the program it comes from."
        findings.append(Finding(named(component), f"its times cannot be read, because {fault}", hint))
    return Todo(component, due, estimate_s, times)


def _written(due: date, before: Moment | None, told: Property | None) -> tuple[str, Parameters]:
    if isinstance(due, datetime):
        tzid = told.param("TZID") if told is not None else None
        if tzid and before is not None and before.zone is not None:
            return f"{due.astimezone(before.zone):%Y%m%dT%H%M%S}", Parameters({"TZID": tzid})
        return f"{due.astimezone(UTC):%Y%m%dT%H%M%SZ}", Parameters()
    return f"{due:%Y%m%d}", Parameters({"VALUE": "DATE"})


def _shifted(found: Property, shift: timedelta) -> str:
    text = found.value.strip()
    form = "%Y%m%d" if "T" not in text else "%Y%m%dT%H%M%S"
    utc = "Z" if text.endswith("Z") else ""
    try:
        return f"{datetime.strptime(text.removesuffix('Z'), form) + shift:{form}}{utc}"  # noqa: DTZ007
    except (ValueError, OverflowError):
        return found.value
