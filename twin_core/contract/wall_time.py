"""From wall clocks to instants, the same everywhere."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a wall clock time; in a gap it moves on by the gap, and of two the first is meant."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def wall_of(at: datetime, zone: ZoneInfo) -> datetime:
    """What a clock on the wall shows at an instant; without a zone."""
    return at.astimezone(zone).replace(tzinfo=None)


def next_at(second: int, after: datetime, zone: ZoneInfo) -> datetime:
    """The first instant after another at which a clock on the wall shows so many seconds after midnight."""
    midnight = wall_of(after, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    points = (instant_of(midnight + timedelta(days=days, seconds=second), zone) for days in range(3))
    return next(point for point in points if point > after)


def times_of_day(text: object) -> tuple[int, ...] | None:
    """Seconds after midnight of "08:30,17:30", in order; none of "off"; None where it is neither."""
    if not isinstance(text, str):
        return None
    if text.strip().casefold() == "off":
        return ()
    found: set[int] = set()
    for part in text.split(","):
        hour, _, minute = part.strip().partition(":")
        if not (hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
            return None
        found.add(int(hour) * 3600 + int(minute) * 60)
    return tuple(sorted(found))
