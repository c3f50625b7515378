"""One VEVENT with its times understood: when it is, how long, and how it repeats."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from hashlib import sha256
from typing import TypeVar

from connectors.ical.components import Component, Property
from connectors.ical.faults import BadValue, Finding
from connectors.ical.rules import Rule, read_rule
from connectors.ical.values import Length, Moment, read_date, read_date_time, read_length
from connectors.ical.zones import Zones

T = TypeVar("T")

_DAY = Length(days=1)
_NONE = Length()


@dataclass(frozen=True, slots=True)
class Event:
    """A VEVENT. `changes` is the occurrence of a series that it stands for, with `onwards` also all later ones."""

    uid: str
    component: Component
    start: Moment
    length: Length
    rules: tuple[Rule, ...] = ()
    added: tuple[tuple[Moment, Length | None], ...] = ()  # RDATE, with the length where it is a period
    left_out: tuple[Moment, ...] = ()  # EXDATE
    changes: Moment | None = None
    onwards: bool = False
    sequence: int = 0
    modified_at: datetime | None = None

    @property
    def repeats(self) -> bool:
        return bool(self.rules or self.added)


class EventReader:
    """Reads events of one calendar. `floating` is the zone of times without one; None leaves them floating."""

    def __init__(self, zones: Zones, floating: tzinfo | None) -> None:
        self._zones = zones
        self._floating = floating
        self.findings: list[Finding] = []

    def read(self, component: Component, begins: str = "DTSTART") -> Event:
        """Raises BadValue where it cannot be said when the event is; lesser faults are told and passed over."""
        item = named(component)
        start_property = component.get(begins)
        if start_property is None:
            raise BadValue(f"it does not say when it begins ({begins})")
        start = self.moment(start_property)
        changes = component.get("RECURRENCE-ID")
        rules = self._each(item, component.all("RRULE"), lambda found: [read_rule(found.value)])
        return Event(
            uid=component.text("UID") or _made_up(component),
            component=component,
            start=start,
            length=self._length(component, start, item),
            rules=tuple(rules),
            added=tuple(self._each(item, component.all("RDATE"), self._periods)),
            left_out=tuple(self._each(item, component.all("EXDATE"), self.moments)),
            changes=self.moment(changes) if changes is not None else None,
            onwards=changes is not None and (changes.param("RANGE") or "").upper() == "THISANDFUTURE",
            sequence=_sequence(component),
            modified_at=_stamp(component),
        )

    def moment(self, found: Property) -> Moment:
        """Raises BadValue."""
        return self._moment(found, found.value)

    def moments(self, found: Property) -> list[Moment]:
        """Raises BadValue."""
        return [self._moment(found, text) for text in found.value.split(",") if text.strip()]

    def _moment(self, found: Property, text: str) -> Moment:
        text = text.strip()
        if found.param("VALUE") == "DATE" or len(text) <= len("2026-03-02"):
            day = read_date(text[:8] if "T" in text.upper() else text)
            return Moment(datetime(day.year, day.month, day.day), None, all_day=True)  # noqa: DTZ001
        at = read_date_time(text)
        if at.tzinfo is not None:
            return Moment(at.replace(tzinfo=None), UTC)
        tzid = found.param("TZID")
        return Moment(at, self._zones.find(tzid) if tzid else self._floating)

    def _length(self, component: Component, start: Moment, item: str) -> Length:
        end, duration = component.get("DTEND"), component.get("DURATION")
        usual = _DAY if start.all_day else _NONE
        try:
            if end is not None:
                return _between(start, self.moment(end)) or usual
            if duration is not None:
                found = read_length(duration.value)
                if start.all_day:
                    return Length(days=max(1, found.days + -(-found.seconds // 86_400)))
                return found
        except BadValue as fault:
            hint = "Its end was taken to be " + ("the end of the day." if start.all_day else "its beginning.")
            self.findings.append(Finding(item, f"it cannot be said when it ends, because {fault}", hint))
        return usual

    def _periods(self, found: Property) -> list[tuple[Moment, Length | None]]:
        """RDATE: moments, or periods with an end or a length."""
        periods: list[tuple[Moment, Length | None]] = []
        for text in filter(None, (text.strip() for text in found.value.split(","))):
            begin, slash, end = text.partition("/")
            start = self._moment(found, begin)
            if not slash:
                periods.append((start, None))
            elif end.upper().lstrip("+-").startswith("P"):
                periods.append((start, read_length(end)))
            else:
                periods.append((start, _between(start, self._moment(found, end))))
        return periods

    def _each(self, item: str, found: list[Property], read: Callable[[Property], list[T]]) -> Iterator[T]:
        """What can be read of several properties; what cannot is told."""
        for one in found:
            try:
                yield from read(one)
            except BadValue as fault:
                hint = "It was taken not to repeat." if one.name == "RRULE" else "That line was passed over."
                self.findings.append(Finding(item, f"its {one.name} cannot be used, because {fault}", hint))


def named(component: Component) -> str:
    """An event as people find it: by its title, else by its UID, and the line it begins at."""
    title = component.text("SUMMARY") or component.text("UID")
    return f"{title[:60]!r} (line {component.line})" if title else f"the {component.name} at line {component.line}"


def _between(start: Moment, end: Moment) -> Length | None:
    """From one to the other; None where that is nothing. Raises BadValue for an end before the start."""
    if start.all_day:
        days = (end.wall.date() - start.wall.date()).days + (end.wall.time() > datetime.min.time())
        if days < 0:
            raise BadValue("its end lies before its beginning")
        return Length(days=days) if days else None
    if end.all_day or end.zone is None or start.zone is None:
        span = end.wall - start.wall
    else:
        span = end.instant(UTC) - start.instant(UTC)
    if span < timedelta(0):
        raise BadValue("its end lies before its beginning")
    return Length(seconds=int(span.total_seconds())) if span else None


def _sequence(component: Component) -> int:
    found = component.get("SEQUENCE")
    return int(found.value) if found is not None and found.value.strip().isdecimal() else -1


def _stamp(component: Component) -> datetime | None:
    for name in ("LAST-MODIFIED", "DTSTAMP"):
        if (found := component.get(name)) is not None:
            try:
                at = read_date_time(found.value)
            except BadValue:
                continue
            return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return None


def _made_up(component: Component) -> str:
    """A UID for an event without one: the same as long as it stays the same."""
    told = [f"{found.name}:{found.value}" for found in component.properties if found.name != "DTSTAMP"]
    return "unnamed-" + sha256("\n".join(told).encode()).hexdigest()[:24]


def day_of(moment: Moment) -> date:
    """The day that it lies on, by its own clock."""
    return moment.wall.date()
