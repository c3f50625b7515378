"""From wall clocks to instants: days of a person, and what a calendar means by a date."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from twin_core.contract.clock import instant_text, parse_instant
from twin_core.contract.tasks import Due
from twin_core.contract.wall_time import instant_of

DAY = timedelta(days=1)


def at_second(day: date, second: int, zone: ZoneInfo) -> datetime:
    """So many seconds after midnight on the wall clock; 86400 is the next midnight."""
    return instant_of(datetime.combine(day, time()) + timedelta(seconds=second), zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return at_second(day, 0, zone)


def days_of(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[date]:
    """The local days that a span touches; of an empty one, the day it stands in."""
    day = start.astimezone(zone).date()
    while day == start.astimezone(zone).date() or midnight(day, zone) < end:
        yield day
        day += DAY


def is_day(when: Due) -> bool:
    """Whether it is a whole day; a datetime is a date too, to Python."""
    return not isinstance(when, datetime)


def starts_at(when: Due, zone: ZoneInfo) -> datetime:
    """The instant, or the beginning of the day."""
    return when if isinstance(when, datetime) else midnight(when, zone)


def due_at(due: Due, zone: ZoneInfo) -> datetime:
    """The instant, or the last second of the day."""
    return due if isinstance(due, datetime) else midnight(due + DAY, zone) - timedelta(seconds=1)


def when_text(when: Due) -> str:
    """2026-03-06 for a day, 2026-03-06T16:00:00Z for an instant."""
    return instant_text(when) if isinstance(when, datetime) else when.isoformat()


def parse_when(text: str) -> Due:
    """What when_text() wrote. Raises Rejected, ValueError."""
    return date.fromisoformat(text) if len(text) == 10 else parse_instant(text)
