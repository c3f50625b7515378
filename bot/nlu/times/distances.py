"""Rules for distances: `in 20 minutes`, `two weeks ago`, `a fortnight today`, `an hour before noon`, `for two days`."""

from dataclasses import replace
from datetime import timedelta

from bot.nlu.times.derived import In, Lasting, Shifted
from bot.nlu.times.lengths import length_of
from bot.nlu.times.meaning import Bound, Clock, Count, Kind, Time, Unit, clock_time, later, narrow, of_grain, once
from bot.nlu.times.reckoning import GRAINS, Calendar, Length, length
from bot.nlu.times.series import Cycle, Once, Stretch, next_of
from bot.nlu.times.words import grammar

rule = grammar.rule
_WEEK = length(1, "week")


@rule("in <length>", "<length> from now", "<length> hence", "in the next <length>")
def ahead(calendar: Calendar, span: Length) -> Time:
    return later(calendar, span)


@rule("in <length> time", "in <length> ' time", "<length> later", "<length> out")
def ahead_in_time(calendar: Calendar, span: Length) -> Time:
    return later(calendar, span)


@rule("<length> ago", "<length> back|earlier", "<length> in the past", "in - <length>", "in minus|negative <length>")
def ago(calendar: Calendar, span: Length) -> Time:
    return later(calendar, span, -1)


@rule("<length> today", "a|one <unit> today", "today week")
def from_today(calendar: Calendar, span: Length | Unit = _WEEK) -> Time | None:
    """`a fortnight today`: as the British say it."""
    return _weeks_from(calendar, span, 0)


@rule("<length> tomorrow", "a|one <unit> tomorrow", "tomorrow week")
def from_tomorrow(calendar: Calendar, span: Length | Unit = _WEEK) -> Time | None:
    return _weeks_from(calendar, span, 1)


@rule("<length> ago today", "<length> ago to the day")
def ago_today(calendar: Calendar, span: Length) -> Time | None:
    return _weeks_from(calendar, span, 0, -1)


@rule("<length> ago yesterday")
def ago_yesterday(calendar: Calendar, span: Length) -> Time | None:
    return _weeks_from(calendar, span, -1, -1)


@rule("<length> ago tomorrow")
def ago_tomorrow(calendar: Calendar, span: Length) -> Time | None:
    return _weeks_from(calendar, span, 1, -1)


def _weeks_from(calendar: Calendar, span: Length | Unit, days: int, times: int = 1) -> Time | None:
    """The day that lies whole weeks, months or years from a day near now."""
    size = length(span.times, span.grain) if isinstance(span, Unit) else span
    if size.is_short or size.seconds % 604_800 or not size.total_s:
        return None
    start = calendar.move(calendar.today + timedelta(days=days), size, times)
    return Time(once(start, start + timedelta(days=1)), "day", "day", recent=True)


@rule("within|inside <length>", "within the next <length>", "in under <length>", "in less than <length>")
def within(calendar: Calendar, span: Length) -> Time:
    """From now on, for no longer than that."""
    stretch = Stretch(calendar.now.replace(microsecond=0), calendar.move(calendar.now, span).replace(microsecond=0))
    return Time(once(stretch.start, stretch.end), "stretch", "second", act=("end", 0.0), length_s=span.total_s)


@rule("after <length>")
def afterlength_of(calendar: Calendar, span: Length) -> Time:
    return replace(later(calendar, span), edge="after", kind="instant")


@rule("in <count>")
def in_minutes(calendar: Calendar, count: Count) -> Time | None:
    """`in 15`, said of minutes; only where nothing countable follows."""
    minutes = count.whole
    if minutes is None or not 0 < minutes <= 60 or count.vague or not count.digits:
        return None
    return replace(later(calendar, length(minutes, "minute")), alone=True)


@rule("<length> after|from|past|following <when>", "<length> later than <when>")
def length_after(calendar: Calendar, span: Length, when: Time) -> Time | None:
    return _apart(calendar, span, when, 1)


@rule(
    "<length> before|prior <when>",
    "<length> prior to <when>",
    "<length> earlier than <when>",
    "<length> ahead of <when>",
)
def length_before(calendar: Calendar, span: Length, when: Time) -> Time | None:
    return _apart(calendar, span, when, -1)


def _apart(calendar: Calendar, span: Length, when: Time, times: int) -> Time | None:
    if when.kind in ("hours", "weekend", "days", "season") or when.kind == "part":
        return None
    if when.kind == "weekday" and times > 0 and (coming := next_of(when.series, calendar.now, 0, when.immediate)):
        when = replace(when, series=Once(coming))  # "a week from Friday" counts from the Friday to come
    grain = min(when.grain, span.grain, key=GRAINS.index)
    series = Shifted(when.series, span, times, grain)
    other = Shifted(when.other, span, times, grain) if when.other is not None else None
    kind: Kind = "instant" if grain in ("second", "minute", "hour") else of_grain(grain)
    immediate = when.immediate
    return Time(series, kind, grain, other=other, bound=True, recent=True, immediate=immediate)


@rule("<length> before|prior the|my|our|his|her|their|this|that", "<length> before|until|till")
def before_something(_: Calendar, span: Length) -> Bound:
    return Bound(-span.total_s)


@rule("<length> after the|my|our|his|her|their|this|that", "<length> after")
def after_something(_: Calendar, span: Length) -> Bound:
    return Bound(span.total_s)


@rule("<named> in <length>", "<named> <length> from now", "<named> <length> hence", "<day> in <length>")
def named_in(calendar: Calendar, time: Time, span: Length) -> Time | None:
    """`Thanksgiving in three years`: the one in the year that is so far away."""
    return _within_distance(calendar, time, span, 1)


@rule("<named> <length> ago", "<day> <length> ago")
def named_ago(calendar: Calendar, time: Time, span: Length) -> Time | None:
    return _within_distance(calendar, time, span, -1)


def _within_distance(calendar: Calendar, time: Time, span: Length, times: int) -> Time | None:
    if span.is_short or time.recent:
        return None
    start = calendar.distant(span, times)
    stretch = Stretch(start, calendar.move(start, length(1, span.grain)))
    found = next((s for s in time.series.after(start) if s.start >= start), None)
    if found is None or found.start >= stretch.end:
        return None
    return replace(
        time, series=In(once(stretch.start, stretch.end), time.series), certain=True, bound=True, immediate=True
    )


@rule("in <length> on? <weekday>")
def weekday_in(calendar: Calendar, span: Length, weekday: Time) -> Time | None:
    """`in two weeks on Tuesday`: the one of that week."""
    if span.is_short or span.seconds % 604_800:
        return None
    week = calendar.move(calendar.today - timedelta(days=calendar.today.weekday()), span)
    return narrow(weekday, Time(once(week, week + timedelta(days=7)), "week", "week", recent=True))


@rule("this time <day>", "at? this time <day>", "same time as now <day>")
def this_time(calendar: Calendar, when: Time) -> Time | None:
    """`this time tomorrow`."""
    now = calendar.now
    return narrow(when, clock_time(Clock(now.hour, now.minute, half_known=True)))


@rule("at? this time next <unit>", "at? the same time next <unit>")
def this_time_next(calendar: Calendar, unit: Unit) -> Time | None:
    start = calendar.move(calendar.now, length(unit.times, unit.grain)).replace(second=0, microsecond=0)
    return Time(once(start, start + timedelta(minutes=1)), "instant", "minute", recent=True)


@rule("in <length> at <clock>", "<length> from now at <clock>")
def ahead_at(calendar: Calendar, span: Length, clock: Time) -> Time | None:
    """`in two days at 9`: the day is told by its distance, the hour by the clock."""
    if span.is_short:
        return None
    start = calendar.distant(length(1, "day"), 0) if not span.total_s else calendar.move(calendar.today, span)
    date = Time(once(start, calendar.move(start, length(1, "day"))), "day", "day", recent=True)
    return narrow(date, clock)


@rule("for <length> from|starting|beginning|after|since <when>", "for <length> starting|beginning from|at|on <when>")
@rule("<length> starting|beginning at|from|on? <when>")
def stretch_from(_: Calendar, span: Length, when: Time) -> Time | None:
    return lasting(when, span)


@rule("<clock> for <length>")
def hour_for(_: Calendar, when: Time, span: Length) -> Time | None:
    """`16h for 30 minutes`."""
    return lasting(when, span) if when.clock and when.clock.half_known else None


@rule(
    "<when> for <length>",
    "from|starting|beginning|after <when> for <length>",
    "starting|beginning at|from <when> for <length>",
)
def stretch_for(_: Calendar, when: Time, span: Length) -> Time | None:
    return lasting(when, span)


def lasting(when: Time, span: Length) -> Time | None:
    """From that time on, for so long."""
    if when.kind in ("hours", "stretch"):
        return None
    grain = min(when.grain, span.grain, key=GRAINS.index)
    other = Lasting(when.other, span) if when.other is not None else None
    kind: Kind = "hours" if when.kind == "clock" and not when.bound else "stretch"
    return replace(
        when,
        series=Lasting(when.series, span),
        other=other,
        kind=kind,
        grain=grain,
        certain=True,
        length_s=span.total_s,
    )


@rule("upcoming <length>", "the upcoming <length>")
def upcoming(calendar: Calendar, span: Length) -> Time | None:
    """The last of them names the time, `rolling` all of them from now."""
    one_of_them = length(1, span.grain)
    steps = span.months // one_of_them.months if one_of_them.months else round(span.seconds / one_of_them.seconds)
    found = next_of(Cycle(span.grain), calendar.now, steps) if 0 < steps < 1000 else None
    if found is None:
        return None
    rolling = Stretch(calendar.now, calendar.move(calendar.now, span))
    return Time(once(found.start, found.end), of_grain(span.grain), span.grain, recent=True, rolling=rolling)


@rule("<count> upcoming <unit>", "the <count> upcoming <unit>")
def counted_upcoming(calendar: Calendar, count: Count, unit: Unit) -> Time | None:
    span = length_of(count.value, unit)
    return upcoming(calendar, span) if span else None
