"""What a change of one occurrence means for the whole of its series."""

from datetime import UTC, datetime, time, timedelta, tzinfo

from twin_core.contract.agenda import When
from twin_core.contract.errors import Rejected
from twin_core.contract.mirroring import Occurrence


def difference(before: Occurrence, after: Occurrence, zone: tzinfo) -> tuple[timedelta, timedelta]:
    """By how much it was moved, as the clock on the wall shows, and by how much it became longer. Raises Rejected."""
    if isinstance(before.start, datetime) != isinstance(after.start, datetime):
        hint = "Do that in the calendar itself."
        raise Rejected("A series cannot be turned into whole days, or back, from here.", code="series", hint=hint)
    return wall(after.start, zone) - wall(before.start, zone), length(after) - length(before)


def moved(start: When, end: When, before: Occurrence, after: Occurrence, zone: tzinfo) -> tuple[When, When]:
    """Start and end of the series' first occurrence, moved as one of its occurrences was. Raises Rejected."""
    shift, longer = difference(before, after, zone)
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return start + shift, end + shift + longer
    begin = (wall(start, zone) + shift).replace(tzinfo=zone)
    return begin.astimezone(UTC), begin.astimezone(UTC) + (end - start) + longer


def wall(when: When, zone: tzinfo) -> datetime:
    """As the clock there shows it; midnight for a day."""
    if isinstance(when, datetime):
        return when.astimezone(zone).replace(tzinfo=None)
    return datetime.combine(when, time())


def length(event: Occurrence) -> timedelta:
    return wall(event.end, UTC) - wall(event.start, UTC)
