"""Dates, times, durations and periods as iCalendar writes them (RFC 5545 section 3.3), read with some lenience."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from connectors.ical.faults import BadValue

_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_DATE_TIME = re.compile(_DATE.pattern + r"[T ](\d{2}):?(\d{2})(?::?(\d{2}))?(?:[.,]\d+)?(Z|[+-]\d{2}:?\d{2})?")
_DURATION = re.compile(r"([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})(?::?(\d{2}))?")

Until = date | datetime  # a day, a wall-clock time (naive), or an instant (aware)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day or a time of day where the zone says so; without a zone it floats: it is meant wherever one is."""

    wall: datetime  # naive; midnight for a day
    zone: tzinfo | None = None
    all_day: bool = False

    def instant(self, home: tzinfo) -> datetime:
        """In UTC. A time that is skipped by a clock change moves on by the gap; one that comes twice is the first."""
        try:
            return self.wall.replace(tzinfo=self.zone or home, fold=0).astimezone(UTC)
        except OverflowError:
            return self.wall.replace(tzinfo=UTC)  # at the ends of the calendar an offset leads out of it


@dataclass(frozen=True, slots=True)
class Length:
    """A duration: days go by the calendar, seconds by the clock."""

    days: int = 0
    seconds: int = 0

    @property
    def is_positive(self) -> bool:
        return (self.days, self.seconds) > (0, 0) if self.days else self.seconds > 0


def read_date(text: str) -> date:
    """Raises BadValue."""
    if (match := _DATE.fullmatch(text.strip())) is None:
        raise BadValue(f"{text[:40]!r} is no date")
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError as error:
        raise BadValue(f"{text[:40]!r} is no date: {error}") from None


def read_date_time(text: str) -> datetime:
    """Naive, or aware where it ends in Z or an offset. Raises BadValue."""
    if (match := _DATE_TIME.fullmatch(text.strip().upper())) is None:
        raise BadValue(f"{text[:40]!r} is no date and time")
    day = read_date(text.strip()[: match.end(3)])
    hour, minute, second = int(match[4]), int(match[5]), min(int(match[6] or 0), 59)
    ahead = timedelta(days=1) if (hour, minute, second) == (24, 0, 0) else timedelta(0)
    try:
        at = datetime(day.year, day.month, day.day, 0 if ahead else hour, minute, second) + ahead  # noqa: DTZ001
    except (ValueError, OverflowError) as error:
        raise BadValue(f"{text[:40]!r} is no date and time: {error}") from None
    if match[7] is None:
        return at
    offset = timedelta(0) if match[7] == "Z" else read_offset(match[7])
    try:
        return (at - offset).replace(tzinfo=UTC)
    except OverflowError:
        raise BadValue(f"{text[:40]!r} lies outside the calendar") from None


def read_offset(text: str) -> timedelta:
    """An offset from UTC, such as +0100. Raises BadValue."""
    if (match := _OFFSET.fullmatch(text.strip())) is None:
        raise BadValue(f"{text[:20]!r} is no offset from UTC")
    span = timedelta(hours=int(match[2]), minutes=int(match[3]), seconds=int(match[4] or 0))
    if span >= timedelta(hours=24):
        raise BadValue(f"{text[:20]!r} is no offset from UTC: it exceeds a day")
    return -span if match[1] == "-" else span


def read_until(text: str) -> Until:
    """The end of a rule. Raises BadValue."""
    return read_date(text) if len(text.strip()) <= len("2026-03-02") else read_date_time(text)


def read_length(text: str) -> Length:
    """Raises BadValue, also for a duration that would run backwards."""
    match = _DURATION.fullmatch(text.strip().upper())
    if match is None or not any(match.groups()[1:]):
        raise BadValue(f"{text[:40]!r} is no duration")
    if match[1] == "-":
        raise BadValue(f"a duration of {text[:40]!r} runs backwards")
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in match.groups()[1:])
    found = Length(weeks * 7 + days, hours * 3600 + minutes * 60 + seconds)
    if found.days > 366_000 or found.seconds > 366_000 * 86_400:
        raise BadValue(f"a duration of {text[:40]!r} is longer than the calendar")
    return found
