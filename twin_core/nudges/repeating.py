"""When a repeating reminder comes next, in the wall time of its person. Pure."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from twin_core.contract.errors import Rejected
from twin_core.contract.wall_time import instant_of, wall_of

_TOO_OFTEN = timedelta(minutes=10)
_UNTIL = re.compile(r"(?<=UNTIL=)(\d{8}T\d{6})Z")
_LOOKED_AT = 50  # occurrences, to find out how often it comes


def next_at(rule: str, starts: datetime, after: datetime, zone: ZoneInfo) -> datetime | None:
    """The first occurrence after an instant; None when there is none any more.

    An hour that the clock change leaves out moves on by the gap; of two the first is meant.
    """
    walls = _parsed(rule, starts)
    # Two hours back: no clock change is longer, and what moved on by a gap must not be passed over.
    for wall in walls.xafter(wall_of(after, zone) - timedelta(hours=2), inc=True):
        if (at := instant_of(wall, zone)) > after:
            return at
    return None


def checked(rule: str, starts: datetime, zone: ZoneInfo) -> str:
    """The rule without its prefix, all of it in wall time.

    Raises Rejected for one that is broken, never comes, or comes all the time.
    """
    text = rule.strip().removeprefix("RRULE:")
    try:
        text = _UNTIL.sub(lambda found: _wall_until(found, zone), text)
        first = [wall for wall, _ in zip(_parsed(text, starts), range(_LOOKED_AT), strict=False)]
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Rejected(
            f"{rule[:80]!r} is no repetition that I know.",
            code="bad_recurrence",
            hint="Say it like “every weekday at 9”, or write an RRULE.",
        ) from None
    if not first:
        raise Rejected("That would never come.", code="bad_recurrence", hint="Name a day that exists.")
    if any(later - earlier < _TOO_OFTEN for earlier, later in pairwise(first)):
        raise Rejected(
            "That would come more than once in ten minutes.",
            code="bad_recurrence",
            hint="Choose a longer distance.",
        )
    return text


def _wall_until(found: re.Match[str], zone: ZoneInfo) -> str:
    """RFC 5545 wants UTC here, and dateutil whatever the start has."""
    at = datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return f"{wall_of(at, zone):%Y%m%dT%H%M%S}"


def _parsed(rule: str, starts: datetime) -> rrule:
    parsed = rrulestr(rule, dtstart=starts.replace(microsecond=0))
    if not isinstance(parsed, rrule):
        raise ValueError(rule)
    return parsed
