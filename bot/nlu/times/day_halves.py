"""Rules for times of day told with a part of the day, which says the half: `eight in the morning`, `two tonight`."""

from dataclasses import replace

from bot.nlu.times.meaning import Clock, Time, clock_time, narrow
from bot.nlu.times.ranges import hours
from bot.nlu.times.reckoning import Calendar
from bot.nlu.times.series import OfDay
from bot.nlu.times.words import grammar

rule = grammar.rule


@rule("<clock> in|at|during the? <part>", "<part> at|@|around|about <clock>", "<part> , <clock>")
def clock_in_part(calendar: Calendar, a: Time, b: Time) -> Time | None:
    """The clock time in the half of the day that fits: `eight in the morning`, `two at night`."""
    time, part = (a, b) if a.kind == "clock" else (b, a)
    clock = in_part(time, part)
    return clock_time(clock) if clock else None


@rule(
    "<boundpart> at|@|around|about|by? <clock>",
    "<clock> <boundpart>",
    "<boundpart> , <clock>",
    "at <clock> <boundpart>",
)
def clock_in_that_part(_: Calendar, a: Time, b: Time) -> Time | None:
    """`six tonight`, `tomorrow morning at 8`."""
    time, part = (a, b) if a.kind == "clock" and not a.bound else (b, a)
    clock = in_part(time, part)
    if clock is None or part.days is None:
        return None
    night = part.act is not None and clock.hour < 5 and part.grain == "hour" and part.night
    told = clock_time(replace(clock, half_known=True))
    if night and isinstance(told.series, OfDay):  # two in tonight's night is a day later on the calendar
        late = OfDay(told.series.start_s + 86_400, told.series.end_s + 86_400)
        told = replace(told, series=late)
    day = Time(part.days, "day", "day", recent=part.recent, immediate=part.immediate)
    return narrow(day, told)


@rule(
    "<boundpart> from? <hours>",
    "<hours> <boundpart>",
    "<boundpart> , <hours>",
    "<boundpart> between <clock> and <clock>",
)
def hours_in_that_part(_: Calendar, a: Time, b: Time, c: Time | None = None) -> Time | None:
    """`tonight from 10 to 6`, `7 to 9 tomorrow evening`: of the two readings the one that begins in that part."""
    part, told = (a, hours(b, c) if c is not None else b) if a.kind == "part" else (b, a)
    if told is None or part.days is None or not isinstance(told.series, OfDay):
        return None
    first = _hours(part)
    readings = [s for s in (told.series, told.other) if isinstance(s, OfDay)]
    fitting = [s for s in readings if first <= s.start_s // 3600 < first + 12]
    chosen = replace(told, series=(fitting or readings)[0], other=None)
    return narrow(Time(part.days, "day", "day", recent=part.recent, immediate=part.immediate), chosen)


def in_part(time: Time, part: Time) -> Clock | None:
    """The clock time in the half of the day in which that part lies."""
    clock = time.clock
    if clock is None:
        return None
    if clock.half_known and (clock.hour > 12 or clock.hour == 0):
        return clock
    start_h = _hours(part)
    if clock.half_known:
        return clock
    hour = clock.hour % 12
    late = start_h >= 12 and not (part.night and hour < 5)
    if start_h == 12 and part.act == ("start", 0.0) and clock.hour == 11:  # lunch may begin at eleven
        late = False
    return replace(clock, hour=hour + (12 if late else 0), half_known=True)


def _hours(part: Time) -> int:
    series = part.series if isinstance(part.series, OfDay) else getattr(part.series, "of_day", None)
    return series.start_s // 3600 if isinstance(series, OfDay) else 0
