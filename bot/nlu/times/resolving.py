"""From the meaning of a whole phrase to the time it names: which stretch of the series, which half of the day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.nlu.times.meaning import Time
from bot.nlu.times.reckoning import Calendar
from bot.nlu.times.series import Series, Stretch, last_of, next_from, next_of

_INSTANTS = ("clock", "instant")
_LONG = ("day", "week", "month", "quarter", "year")
_MORNING = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a phrase names, as the public entity says it; `options` holds both readings where there are two."""

    value: dict[str, Any]
    options: tuple[dict[str, Any], ...] = ()


def resolve(calendar: Calendar, time: Time) -> Resolved | None:
    """The time meant; None where it never occurs (31 February, Monday the 5th of a month without one)."""
    found = _stretch(calendar, time, time.series)
    other = _stretch(calendar, time, time.other) if time.other is not None else None
    if found is None:
        return None
    readings = [found]
    if other is not None and other != found:
        readings = _likelier_first(calendar, time, found, other)
    elif _is_todays_hour(time) and found.start.date() == calendar.now.date() and found.start < calendar.now:
        tomorrow = timedelta(days=1)
        readings = [Stretch(found.start + tomorrow, found.end + tomorrow), found]
    values = [_value(calendar, time, _planned(calendar, time, s)) for s in readings]
    if readings[-1] is found is not readings[0] and other is None:
        # The next one is meant, as a clock has it; whoever acts on it asks, since today's is over.
        values[0]["passed"] = {"start": _iso(calendar, found.start)}
    if not time.recent and readings[0].start > calendar.now and (last := _previous(calendar, time)) is not None:
        values[0]["previous"] = {"start": _iso(calendar, last.start), "end": _iso(calendar, last.end)}
    options = tuple(sorted(values, key=lambda v: str(v["start"]))) if len(values) > 1 else ()
    return Resolved(values[0], options)


def _stretch(calendar: Calendar, time: Time, series: Series) -> Stretch | None:
    if _is_todays_hour(time):
        return next_of(series, calendar.today, 0)
    if time.kind in ("clock", "hours") and not time.bound:
        return next_of(series, calendar.now, 0, immediate=time.kind == "hours")
    tomorrow = calendar.today + timedelta(days=1)
    coming = next_of(series, calendar.now) if time.immediate else next_from(series, tomorrow)
    if coming is None or time.nearest:
        last = last_of(series, calendar.now)
        nearer = last and coming and calendar.now - last.start < coming.start - calendar.now
        return last if coming is None or (last and nearer) else coming
    return coming


def _is_todays_hour(time: Time) -> bool:
    """A bare time of day means today's, also when it has passed; midnight and its hour always lie ahead."""
    midnight = time.clock is not None and time.clock.half_known and time.clock.hour == 0
    return time.kind == "clock" and not time.bound and not time.edge and not midnight


def _previous(calendar: Calendar, time: Time) -> Stretch | None:
    """The last one that is over, for a question about the past: "how warm was it on Monday?" """
    readings = [s for s in (time.series, time.other) if s is not None]
    found = [s for s in (last_of(r, calendar.now) for r in readings) if s is not None]
    return max(found, key=lambda s: s.start, default=None)


def _likelier_first(calendar: Calendar, time: Time, early: Stretch, late: Stretch) -> list[Stretch]:
    """Both readings, the likelier first."""
    if time.kind not in ("clock", "hours"):
        return [early, late]
    today = early.start.date() == calendar.now.date()
    if today or (time.edge and not time.bound):
        coming = [s for s in (early, late) if s.start > calendar.now or (time.kind == "hours" and s.end > calendar.now)]
        by_day = [s for s in coming if time.kind == "hours" and 7 <= s.start.hour < 19]
        if coming:
            first = min(by_day or coming, key=lambda s: s.start)
        else:
            first = late
            early = Stretch(early.start + timedelta(days=1), early.end + timedelta(days=1))
    else:
        first = early if 7 <= early.start.hour <= 11 else late
    return [first, late if first is early else early]


def _planned(calendar: Calendar, time: Time, stretch: Stretch) -> Stretch:
    """Of a night to come its evening is meant; what happened in a night may have happened in all of it."""
    midnight = stretch.start.replace(hour=0, minute=0, second=0) + timedelta(days=1)
    is_evening = time.night and time.kind == "part" and time.bound and stretch.start >= calendar.today
    return Stretch(stretch.start, min(stretch.end, midnight)) if is_evening else stretch


def _value(calendar: Calendar, time: Time, stretch: Stretch) -> dict[str, Any]:
    end = None if time.kind in _INSTANTS else stretch.end
    if time.edge == "after":
        end = None
    start = stretch.end if time.edge == "after" and time.kind in ("part", "hours") else stretch.start
    value: dict[str, Any] = {"start": _iso(calendar, start), "end": _iso(calendar, end), "grain": time.grain}
    if time.edge:
        value["edge"] = time.edge
    if (at := _act_at(time, stretch)) is not None and not (at <= calendar.now < stretch.end):
        value["at"] = _iso(calendar, at)
    if time.rolling is not None:
        value["rolling"] = {
            "start": _iso(calendar, time.rolling.start.replace(microsecond=0)),
            "end": _iso(calendar, time.rolling.end.replace(microsecond=0)),
        }
    return value


def _act_at(time: Time, stretch: Stretch) -> datetime | None:
    """When to act on it, where that is not its start: on a day its morning, at the end of a month the last day's."""
    anchor, offset = stretch.start, timedelta(0)
    if time.act is not None:
        anchor, offset = stretch.start if time.act[0] == "start" else stretch.end, timedelta(seconds=time.act[1])
    elif time.grain not in _LONG:
        return None
    at = anchor + offset
    return at + _MORNING if time.grain in _LONG and at.hour == at.minute == 0 else at


def _iso(calendar: Calendar, wall: datetime | None) -> str | None:
    return None if wall is None else calendar.instant(wall).isoformat()
