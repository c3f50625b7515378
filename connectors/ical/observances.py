"""A time zone from its own VTIMEZONE: standard and daylight time, each with when it begins."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import islice

from connectors.ical.components import Component
from connectors.ical.expansion import Expansion, TooMuchWork
from connectors.ical.faults import BadValue
from connectors.ical.rules import read_rule
from connectors.ical.values import read_date, read_date_time, read_offset

_UNTIL = datetime(2100, 1, 1)  # noqa: DTZ001 - wall-clock time
_ONSETS = 2_000  # of one observance
_NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True, order=True)
class _Onset:
    """A change of the clock: `at` is told by the clock that it ends."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    daylight: bool


class ObservedZone(tzinfo):
    """The offset at a wall-clock time is looked up among the onsets (PEP 495: `fold` tells the two passes apart)."""

    def __init__(self, tzid: str, onsets: list[_Onset]) -> None:
        self._tzid = tzid
        self._onsets = onsets
        # As seen on the wall, the new offset holds from the onset on, after a gap from its end on. The second pass of
        # what comes twice begins as soon as the clock has been put back.
        self._first = [onset.at + max(onset.after - onset.before, _NOTHING) for onset in onsets]
        self._second = [onset.at + min(onset.after - onset.before, _NOTHING) for onset in onsets]

    def utcoffset(self, dt: datetime | None) -> timedelta:
        return self._holding(dt)[0]

    def dst(self, dt: datetime | None) -> timedelta | None:
        return timedelta(hours=1) if self._holding(dt)[2] else _NOTHING

    def tzname(self, dt: datetime | None) -> str:
        return self._holding(dt)[1]

    def fromutc(self, dt: datetime) -> datetime:
        naive = dt.replace(tzinfo=None)
        place = bisect_right([onset.at - onset.before for onset in self._onsets], naive)
        offset = self._onsets[place - 1].after if place else self._onsets[0].before
        wall = (naive + offset).replace(tzinfo=self)
        return wall if wall.utcoffset() == offset else wall.replace(fold=1)

    def __repr__(self) -> str:
        return f"ObservedZone({self._tzid!r})"

    def _holding(self, dt: datetime | None) -> tuple[timedelta, str, bool]:
        if dt is None:
            last = self._onsets[-1]
            return last.after, last.name, last.daylight
        place = bisect_right(self._second if dt.fold else self._first, dt.replace(tzinfo=None, fold=0))
        if place == 0:
            return self._onsets[0].before, self._tzid, False
        onset = self._onsets[place - 1]
        return onset.after, onset.name, onset.daylight


def read_observances(component: Component) -> ObservedZone:
    """The zone that a VTIMEZONE defines. Raises BadValue."""
    onsets = sorted({onset for part in component.inside("STANDARD", "DAYLIGHT") for onset in _onsets(part)})
    if not onsets:
        raise BadValue("it says neither what standard nor what daylight time is")
    return ObservedZone(component.text("TZID") or "", onsets)


def _onsets(part: Component) -> Iterator[_Onset]:
    start, before, after = part.get("DTSTART"), part.get("TZOFFSETFROM"), part.get("TZOFFSETTO")
    if start is None or after is None:
        raise BadValue(f"a {part.name} has no {'DTSTART' if start is None else 'TZOFFSETTO'}")
    to = read_offset(after.value)
    since = read_offset(before.value) if before is not None else to
    name, daylight = part.text("TZNAME") or "", part.name == "DAYLIGHT"
    for at in {*_times(part, _wall(start.value, since), since)}:
        yield _Onset(at, since, to, name, daylight)


def _times(part: Component, start: datetime, since: timedelta) -> Iterator[datetime]:
    yield start
    for dates in part.all("RDATE"):
        for text in filter(None, dates.value.split(",")):
            yield _wall(text.split("/")[0], since)
    for rule in part.all("RRULE"):
        read = read_rule(rule.value)
        end = _UNTIL
        if isinstance(read.until, datetime):
            end = min(end, _local(read.until, since))
        elif read.until is not None:
            end = min(end, datetime(read.until.year, read.until.month, read.until.day, 23, 59, 59))  # noqa: DTZ001
        try:
            yield from islice(Expansion(read, start).between(start, end), _ONSETS)
        except TooMuchWork:
            return


def _wall(text: str, since: timedelta) -> datetime:
    """An onset by the clock that it ends; some write a day, or UTC."""
    if len(text.strip()) <= len("2026-03-02"):
        day = read_date(text)
        return datetime(day.year, day.month, day.day)  # noqa: DTZ001
    return _local(read_date_time(text), since)


def _local(at: datetime, since: timedelta) -> datetime:
    return at if at.tzinfo is None else at.replace(tzinfo=None) + since
