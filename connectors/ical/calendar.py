"""A whole calendar file: all that can be read of it, and a finding for each thing that cannot."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from connectors.ical.components import Component, parse_components
from connectors.ical.events import Event, EventReader, named
from connectors.ical.faults import BadValue, Finding
from connectors.ical.series import MOST, Occurrence, Series, Span, group
from connectors.ical.zones import Zones, by_iana_name, by_other_name
from twin_core.contract.errors import Rejected

MOST_IN_ALL = 100_000  # occurrences within a span
MAX_BYTES = 20_000_000  # some hundred thousand events


@dataclass(frozen=True, slots=True)
class Calendar:
    """What was read. Where `complete` is false the file was cut off: what is missing is not gone."""

    name: str | None
    series: Sequence[Series]
    findings: list[Finding] = field(default_factory=list)
    complete: bool = True

    def between(self, start: datetime, end: datetime, home: tzinfo, most: int = MOST) -> list[Occurrence]:
        """All occurrences that touch start <= t < end, in order; what could not be followed is among the findings."""
        span, found = Span(start, end, home), list[Occurrence]()
        for series in self.series:
            occurrences, told = series.between(span, min(most, MOST_IN_ALL - len(found)))
            found += occurrences
            if told is not None and told not in self.findings:
                self.findings.append(told)
            if len(found) >= MOST_IN_ALL:
                hint = (
                    "The rest was left out: look for events that repeat every minute, or take fewer calendars in one."
                )
                self.findings.append(Finding("the calendar", f"it has more than {MOST_IN_ALL:,} occurrences", hint))
                break
        found.sort(key=lambda occurrence: occurrence.starts_at)
        return found


def read_calendar(data: bytes, *, max_bytes: int = MAX_BYTES) -> Calendar:
    """Raises Rejected for what is no iCalendar at all, or too large."""
    text, findings = _text(data, max_bytes)
    roots, broken = parse_components(text)
    findings += broken
    events = [event for root in roots for event in _events(root, findings)]
    name = next((name for root in roots if (name := root.text("NAME") or root.text("X-WR-CALNAME"))), None)
    complete = all(root.closed for root in roots if root.name == "VCALENDAR")
    return Calendar(name, group(events), findings, complete)


def read_events(root: Component) -> tuple[list[Event], list[Finding]]:
    """The events of one VCALENDAR."""
    findings: list[Finding] = []
    return _events(root, findings), findings


def _events(root: Component, findings: list[Finding]) -> list[Event]:
    definitions = {tzid: zone for zone in root.inside("VTIMEZONE") if (tzid := zone.text("TZID")) is not None}
    zones = Zones(definitions)
    stated = root.text("X-WR-TIMEZONE")
    reader = EventReader(zones, (by_iana_name(stated) or by_other_name(stated)) if stated else None)
    events: list[Event] = []
    for component in [root, *root.inside("VEVENT")]:
        if component.name != "VEVENT":
            continue
        try:
            events.append(reader.read(component))
        except BadValue as fault:
            hint = "It was left out: correct it in the program it comes from."
            findings.append(Finding(named(component), f"it cannot be read, because {fault}", hint))
    findings += reader.findings + zones.findings
    return events


def _text(data: bytes, max_bytes: int) -> tuple[str, list[Finding]]:
    if len(data) > max_bytes:
        raise Rejected(
            f"The calendar has {len(data) / 1e6:.0f} MB; up to {max_bytes / 1e6:.0f} MB are read.",
            code="too_large",
            hint="Let its program export a shorter span of time, or several calendars.",
        )
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    findings: list[Finding] = []
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
        findings.append(Finding("the file", "it is not UTF-8", "It was read as Windows-1252: look at its umlauts."))
    begin = text.lstrip()[:2000].lower()
    holds_one = "begin:v" in text.lower()
    if begin.startswith(("<!doctype html", "<html")) or ("<html" in begin and not holds_one):
        raise Rejected(
            "That is a web page, not a calendar.",
            code="html_instead",
            hint="Perhaps the link needs a login or has changed: copy the calendar's secret or public iCal address.",
        )
    if not holds_one:
        raise Rejected(
            "That is no iCalendar file: there is no BEGIN:VCALENDAR in it.",
            code="no_calendar",
            hint="Export the calendar as .ics, or copy its iCal address.",
        )
    return text, findings
