"""From wall clocks to instants, the same everywhere."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a wall clock time; in a gap it moves on by the gap, and of two the first is meant."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def wall_of(at: datetime, zone: ZoneInfo) -> datetime:
    """What a clock on the wall shows at an instant; without a zone."""
    return at.astimezone(zone).replace(tzinfo=None)
