"""Series of our own: which occurrences they have, and how a whole series moves. Pure."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from twin_core.contract.errors import Rejected
from twin_core.contract.wall_time import instant_of
from twin_core.planning.local_time import is_day, starts_at, when_text
from twin_core.planning.records import EventRecord

_KNOWN = re.compile(r"[A-Z0-9=;,:+\-]{1,200}")
_COARSE = re.compile(r"\bFREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)\b")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST = 2000  # occurrences in one answer


def check_recurrence(rule: str) -> str:
    """The rule itself without its prefix. Raises Rejected for one that is broken or finer than daily."""
    text = rule.strip().upper().removeprefix("RRULE:")
    if _KNOWN.fullmatch(text) and _COARSE.search(text):
        try:
            rrulestr(text, dtstart=datetime(2026, 1, 1))  # noqa: DTZ001  wall clock
        except (ValueError, KeyError, TypeError):
            pass
        else:
            return text
    raise Rejected(
        f"{rule[:80]!r} is no repetition that a calendar knows.",
        code="bad_recurrence",
        hint="Write an RRULE that repeats daily or less often, like FREQ=WEEKLY;BYDAY=MO,WE.",
    )


def occurrence_id(series: str, recurrence_id: str) -> str:
    """The id of the occurrence that was originally due then."""
    return f"{series}.{re.sub(r'[^0-9TZ]', '', recurrence_id)}"


def occurrences(series: EventRecord, start: datetime, end: datetime) -> Iterator[EventRecord]:
    """The occurrences that overlap start <= t < end, as its rule says; changed ones are not known here."""
    zone = ZoneInfo(series.zone or "UTC")
    length = _length(series, zone)
    all_day = is_day(series.start)
    after = (start - length).astimezone(zone).replace(tzinfo=None) - timedelta(hours=26)
    before = end.astimezone(zone).replace(tzinfo=None) + timedelta(hours=26)
    walls = _rule(series.recurrence or "", _wall(series, zone)).xafter(after, inc=True)
    for count, wall in enumerate(walls):
        if wall > before or count >= MOST:
            return
        first = wall.date() if all_day else instant_of(wall, zone)
        begins = starts_at(first, zone)
        if begins < end and (begins + length > start or begins >= start):
            yield _occurrence(series, wall, zone)


def occurrence(series: EventRecord, id: str) -> EventRecord | None:
    """The occurrence of this id, if the rule has it."""
    stamp = id.removeprefix(f"{series.id}.")
    try:
        at = datetime.strptime(stamp[:8], "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    near = occurrences(series, at - timedelta(days=2), at + timedelta(days=3))
    return next((one for one in near if one.id == id), None)


def following(series: EventRecord, now: datetime) -> EventRecord | None:
    """The occurrence that is on or comes next; the first one where all are over."""
    zone = ZoneInfo(series.zone or "UTC")
    rule = _rule(series.recurrence or "", _wall(series, zone))
    wall = rule.after((now - _length(series, zone)).astimezone(zone).replace(tzinfo=None)) or next(iter(rule), None)
    return _occurrence(series, wall, zone) if wall else None


def moved(series: EventRecord, by: timedelta, length: timedelta | None = None) -> EventRecord:
    """The whole series earlier or later on its wall clock. Raises Rejected where its rule cannot follow."""
    zone = ZoneInfo(series.zone or "UTC")
    wall = _wall(series, zone)
    days = ((wall + by).date() - wall.date()).days
    length = _length(series, zone) if length is None else length
    if is_day(series.start):
        start: datetime = wall + timedelta(days=days)
        return replace(
            series,
            start=start.date(),
            end=(start + length).date(),
            recurrence=_shifted(series.recurrence or "", days),
        )
    start = instant_of(wall + by, zone)
    return replace(series, start=start, end=start + length, recurrence=_shifted(series.recurrence or "", days))


def _shifted(rule: str, days: int) -> str:
    """The rule on other days. Only names of weekdays can be moved with certainty."""
    if days == 0 or not re.search(r"\bBY", rule):
        return rule
    named = re.search(r"\bBYDAY=((?:[A-Z]{2},?)+)(?=;|$)", rule)
    if named is None or len(re.findall(r"\bBY[A-Z]+=", rule)) > 1 or "FREQ=WEEKLY" not in rule:
        raise Rejected(
            "I cannot move the whole series to other days by its rule.",
            code="series_rule",
            hint="Move one occurrence, or cancel the series and make a new one.",
        )
    there = [_WEEKDAYS[(_WEEKDAYS.index(day) + days) % 7] for day in named[1].split(",")]
    return rule.replace(named[0], f"BYDAY={','.join(there)}")


def _occurrence(series: EventRecord, wall: datetime, zone: ZoneInfo) -> EventRecord:
    length = _length(series, zone)
    if is_day(series.start):
        recurrence_id = wall.date().isoformat()
        start, end = wall.date(), wall.date() + length
    else:
        start = instant_of(wall, zone)
        recurrence_id, end = when_text(start), start + length
    return replace(
        series,
        id=occurrence_id(series.id, recurrence_id),
        version=0,  # it is stored only once it is changed on its own
        facts=0,
        series=series.id,
        recurrence_id=recurrence_id,
        start=start,
        end=end,
    )


def _wall(series: EventRecord, zone: ZoneInfo) -> datetime:
    return starts_at(series.start, zone).astimezone(zone).replace(tzinfo=None)


def _length(series: EventRecord, zone: ZoneInfo) -> timedelta:
    if isinstance(series.start, datetime) and isinstance(series.end, datetime):
        return series.end - series.start
    return starts_at(series.end, zone).astimezone(zone).date() - starts_at(series.start, zone).astimezone(zone).date()


@lru_cache(maxsize=512)
def _rule(text: str, first: datetime) -> rrule:
    return rrulestr(_until_on_wall(text), dtstart=first)


def _until_on_wall(text: str) -> str:
    """dateutil wants an UNTIL without a zone where the start has none; a day's last second holds all of the day."""
    return re.sub(r"UNTIL=(\d{8})(?:T(\d{6})Z?)?", lambda m: f"UNTIL={m[1]}T{m[2] or '235959'}", text)
