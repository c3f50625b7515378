"""Rules that give a repetition its hours, its beginning and its end: `every Monday at 9`, `daily until June`."""

from dataclasses import replace

from bot.nlu.times.day_halves import in_part
from bot.nlu.times.meaning import Clock, Repeat, Time
from bot.nlu.times.occurrences import DAYS
from bot.nlu.times.reckoning import Calendar, Length
from bot.nlu.times.series import OfDay
from bot.nlu.times.words import grammar

rule = grammar.rule


@rule(
    "<repeat> at|from|@? <clock>",
    "<clock> <repeat>",
    "at <clock> <repeat>",
    "<repeat> , <clock>",
    "<repeat> at about|around <clock>",
)
def repeat_at(_: Calendar, a: Repeat | Time, b: Repeat | Time) -> Repeat | None:
    repeat, time = (a, b) if isinstance(a, Repeat) else (b, a)
    if not isinstance(repeat, Repeat) or not isinstance(time, Time) or repeat.clock or time.clock is None:
        return None
    if not time.certain and not time.clock.half_known and isinstance(a, Time):
        return None
    clock = time.clock
    if repeat.part is not None:
        clock = in_part(time, Time(repeat.part, "part", "hour")) or clock
    return replace(repeat, clock=clock, certain=True, alone=False)


@rule("<repeat> in the <part>", "<repeat> <part>", "<repeat> at <part>", "<part> <repeat>", "in the <part> <repeat>")
def repeat_part(_: Calendar, a: Repeat | Time, b: Repeat | Time) -> Repeat | None:
    repeat, part = (a, b) if isinstance(a, Repeat) else (b, a)
    if not isinstance(repeat, Repeat) or not isinstance(part, Time) or not isinstance(part.series, OfDay):
        return None
    if repeat.clock:
        told = Time(part.series, "clock", "hour", clock=repeat.clock)
        return replace(repeat, clock=in_part(told, part), certain=True, alone=False)
    return replace(repeat, part=part.series, act_s=part.act[1] if part.act else 0.0, certain=True, alone=False)


@rule("<hours> on? <repeat>", "<repeat> <hours>", "<repeat> , <hours>")
def repeated_hours(_: Calendar, a: Time | Repeat, b: Time | Repeat) -> Repeat | None:
    """`20:30 to 6:30 on weekdays`."""
    hours, repeat = (a, b) if isinstance(a, Time) else (b, a)
    if not isinstance(hours, Time) or not isinstance(repeat, Repeat) or repeat.clock:
        return None
    span = _working_hours(hours)
    if span is None:
        return None
    clock = Clock(span.start_s // 3600, span.start_s % 3600 // 60, half_known=True)
    return replace(repeat, clock=clock, certain=True, alone=False, length_s=float(span.end_s - span.start_s))


def _working_hours(hours: Time) -> OfDay | None:
    """Of two readings, the one that begins by day."""
    readings = [s for s in (hours.series, hours.other) if isinstance(s, OfDay)]
    by_day = [s for s in readings if 7 <= s.start_s // 3600 < 19]
    return next(iter(by_day or readings), None)


@rule("<repeat> except|excluding for? on? <weekday>", "<repeat> but not? on? <weekday>", "<repeat> except on? <repeat>")
@rule(
    "<repeat> but not? on|at? <repeat>",
    "<repeat> except|but at|on|for? the? <weekend>",
    "<repeat> other than on? <weekday>",
)
@rule("<repeat> but not at|on the? <weekend>", "<repeat> excluding <repeat>")
def repeat_except(_: Calendar, repeat: Repeat, left_out: Time | Repeat) -> Repeat | None:
    """`every day except Sunday`."""
    if isinstance(left_out, Repeat) and (left_out.clock or left_out.part):
        return None  # the hour is that of the days that are kept
    kept = _days_of(repeat)
    if isinstance(left_out, Repeat):
        without = _days_of(left_out)
    else:
        without = DAYS[5:] if left_out.kind == "weekend" else (DAYS[left_out.number or 0],)
    days = [d for d in kept if d not in without]
    return replace(repeat, rule="FREQ=WEEKLY;BYDAY=" + ",".join(days)) if days and set(without) <= set(kept) else None


def _days_of(repeat: Repeat) -> tuple[str, ...]:
    """The days of the week it comes on, as iCalendar writes them; none where it is no such repetition."""
    if repeat.rule == "FREQ=DAILY":
        return DAYS
    named = repeat.rule.removeprefix("FREQ=WEEKLY;BYDAY=")
    return tuple(named.split(",")) if named != repeat.rule and ";" not in named else ()


@rule("<repeat> until|till|til <any>", "<repeat> up to|until <any>", "<repeat> , until <any>")
def repeat_until(_: Calendar, repeat: Repeat, when: Time) -> Repeat:
    return replace(repeat, until=when)


@rule("<repeat> for <length>", "<repeat> for the next <length>")
def repeat_for(_: Calendar, repeat: Repeat, span: Length) -> Repeat:
    if span.is_short and not repeat.rule.startswith(("FREQ=HOURLY", "FREQ=MINUTELY")):
        return replace(repeat, length_s=span.total_s)  # each of them: every Monday at 9 for an hour
    return replace(repeat, lasting=span)


@rule("<repeat> <edge>")
def repeat_edge(_: Calendar, repeat: Repeat, when: Time) -> Repeat | None:
    """`every day starting Monday`, `every Friday after lunch`."""
    if when.kind == "hours":
        return None  # from 9 to 10 is a length, too
    return replace(repeat, within=when) if when.edge == "after" else None


@rule("<repeat> of|in|during <date>", "<repeat> <date>")
def repeat_within(_: Calendar, repeat: Repeat, when: Time) -> Repeat | None:
    """`every day next week`."""
    known = when.recent and when.kind in ("week", "month", "year")
    return replace(repeat, within=when, until=when) if known else None
