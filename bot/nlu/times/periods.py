"""Rules for weeks, months, quarters and years: `next week`, `the last 3 days`, `third week of May`."""

from dataclasses import replace
from datetime import timedelta

from bot.nlu.times.derived import Beside, NthIn, Shifted, Weekend
from bot.nlu.times.meaning import Count, Ordinal, Time, Unit, of_grain, once, period
from bot.nlu.times.reckoning import Calendar, Grain, Length, length
from bot.nlu.times.series import Cycle, Once, Series, Stretch, last_of, next_of
from bot.nlu.times.words import grammar

rule = grammar.rule


def relative(calendar: Calendar, unit: Unit, offset: int) -> Time:
    """The week, month … so many from now; `rolling` is as long, measured from now."""
    found = period(calendar, unit.grain, offset)
    size = length(unit.times, unit.grain)
    rolling = None
    if offset:
        ends = (calendar.now, calendar.move(calendar.now, size, 1 if offset > 0 else -1))
        rolling = Stretch(min(ends), max(ends))
    return Time(
        Once(found), of_grain(unit.grain), unit.grain, recent=True, rolling=rolling if abs(offset) == 1 else None
    )


@rule("this|current <unit>", "the current <unit>", "in|within|during this|the current <unit>")
def this_period(calendar: Calendar, unit: Unit) -> Time | None:
    return relative(calendar, unit, 0) if unit.times == 1 else None


@rule("my week", "my working week")
def my_week(calendar: Calendar) -> Time:
    return relative(calendar, Unit("week"), 0)


@rule("next|following|coming|upcoming <unit>", "the next|following|coming|upcoming <unit>", "around|about next <unit>")
def next_period(calendar: Calendar, unit: Unit) -> Time | None:
    return relative(calendar, unit, 1) if unit.times == 1 else last_next(calendar, _one(unit), 1)


@rule("last|previous|past <unit>", "the last|previous|past <unit>", "this past <unit>")
def last_period(calendar: Calendar, unit: Unit) -> Time | None:
    return relative(calendar, unit, -1) if unit.times == 1 else last_next(calendar, _one(unit), -1)


@rule("the? <unit> after next", "the? <unit> after the next")
def period_after_next(calendar: Calendar, unit: Unit) -> Time:
    return relative(calendar, unit, 2)


@rule("the? <unit> before last", "the? <unit> before the last")
def period_before_last(calendar: Calendar, unit: Unit) -> Time:
    return relative(calendar, unit, -2)


@rule("next|coming|following <length>", "the next|coming|following <length>", "over the next|coming <length>")
def next_length(calendar: Calendar, span: Length) -> Time | None:
    return last_next(calendar, span, 1)


@rule("last|past|previous <length>", "the last|past|previous <length>", "over|in|for|during the last|past <length>")
def last_length(calendar: Calendar, span: Length) -> Time | None:
    return last_next(calendar, span, -1)


def last_next(calendar: Calendar, span: Length, times: int) -> Time | None:
    """So many whole days, weeks … beside the one that runs; `rolling` is as long, measured from now."""
    now = period(calendar, span.grain)
    edge = now.end if times > 0 else now.start
    ends = sorted((edge, calendar.move(edge, span, times)))
    rolls = sorted((calendar.now, calendar.move(calendar.now, span, times)))
    return Time(
        once(ends[0], ends[1]), "stretch", span.grain, recent=True, rolling=Stretch(*rolls), length_s=span.total_s
    )


@rule("this <length>", "each <length>")
def this_length(_: Calendar, __: Length) -> None:
    """ "this one week" is no time; the rule keeps `one week` from being read out of it."""


def _one(unit: Unit) -> Length:
    return length(unit.times, unit.grain)


@rule("the? <unit> after|following <date>")
def period_after(_: Calendar, unit: Unit, anchor: Time) -> Time | None:
    return _neighbour(unit, anchor, 1)


@rule("the? <unit> before|preceding <date>", "the? <unit> prior to <date>")
def period_before(_: Calendar, unit: Unit, anchor: Time) -> Time | None:
    return _neighbour(unit, anchor, -1)


def _neighbour(unit: Unit, anchor: Time, times: int) -> Time | None:
    if unit.times > 1 or unit.grain in ("second", "minute", "hour") or anchor.kind in ("clock", "part", "hours"):
        return None
    if unit.grain == anchor.grain:
        series = Beside(0 if times > 0 else -1, Cycle(unit.grain), anchor.series)
        return Time(series, of_grain(unit.grain), unit.grain, bound=True, immediate=anchor.immediate)
    shifted = Shifted(anchor.series, length(1, unit.grain), times, unit.grain)
    return Time(shifted, of_grain(unit.grain), unit.grain, bound=True)


@rule(
    "<ordinal> <unit> of|in|from <date>",
    "the <ordinal> <unit> of|in|from <date>",
    "the? <ordinal> <unit> of|in the <date>",
)
def nth_period(_: Calendar, which: Ordinal, unit: Unit, of: Time) -> Time | None:
    return _nth(which.value - 1, Cycle(unit.grain), of, unit) if 0 < which.value < 400 else None


@rule("<ordinal> <unit> after <date>", "the <ordinal> <unit> after <date>")
def nth_period_after(_: Calendar, which: Ordinal, unit: Unit, anchor: Time) -> Time | None:
    if not 0 < which.value < 400:
        return None
    series = Beside(which.value - 1, Cycle(unit.grain), anchor.series)
    return Time(series, of_grain(unit.grain), unit.grain, bound=True)


@rule(
    "last|final <unit> of|in|from <date>",
    "the last|final <unit> of|in|from <date>",
    "the? last|final <unit> of|in the <date>",
)
def last_period_of(_: Calendar, unit: Unit, of: Time) -> Time | None:
    return _nth(-1, Cycle(unit.grain), of, unit)


@rule("<ordinal> last|to|from <unit> of|in|from <date>", "the <ordinal> last <unit> of|in|from <date>")
@rule("the? <ordinal> to last <unit> of|in <date>")
def nth_last_period(_: Calendar, which: Ordinal, unit: Unit, of: Time) -> Time | None:
    return _nth(-which.value, Cycle(unit.grain), of, unit) if 0 < which.value < 400 else None


def _nth(n: int, inner: Cycle, of: Time, unit: Unit) -> Time | None:
    if unit.times > 1 or of.grain == unit.grain or of.kind in ("clock", "part", "hours", "instant"):
        return None
    return Time(NthIn(n, of.series, inner), of_grain(unit.grain), unit.grain, bound=True)


@rule("<ordinal> <named> of|in|from the? <date>", "the <ordinal> <named> of|in|from the? <date>")
def nth_named(_: Calendar, which: Ordinal, time: Time, of: Time) -> Time | None:
    return _nth_named(which.value - 1, time, of) if 0 < which.value < 400 else None


@rule("last|final <named> of|in|from the? <date>", "the last|final <named> of|in|from the? <date>")
def last_named_of(_: Calendar, time: Time, of: Time) -> Time | None:
    return _nth_named(-1, time, of)


@rule(
    "<ordinal> last <named> of|in <date>",
    "the <ordinal> last <named> of|in <date>",
    "the? <ordinal> to last <named> of|in <date>",
)
def nth_last_named(_: Calendar, which: Ordinal, time: Time, of: Time) -> Time | None:
    return _nth_named(-which.value, time, of) if 0 < which.value < 400 else None


def _nth_named(n: int, time: Time, of: Time) -> Time | None:
    if of.kind not in ("week", "month", "season", "year", "stretch"):
        return None
    kind = "day" if time.kind == "weekday" else time.kind
    series = NthIn(n, of.series, time.series)
    return replace(time, series=series, kind=kind, certain=True, bound=True, immediate=True)


@rule("the week of|with|containing the? <day>", "week of|with the? <day>", "the week that|which includes <day>")
def week_of(_: Calendar, anchor: Time) -> Time:
    """The week that the day lies in; a Sunday is taken to open the week to come."""
    days = Shifted(anchor.series, length(1, "day"), 1, "day")
    return Time(Shifted(days, length(0, "week"), 1, "week"), "week", "week", bound=True)


@rule("the? weekend of the? <day>", "the? <day> weekend|weekends", "the? <day> week - end", "the? <day> week end")
def weekend_of(_: Calendar, anchor: Time) -> Time:
    """From the Friday evening before the day; to the end of the day where it is a Monday."""
    return Time(Weekend(anchor.series), "weekend", "hour", bound=True, act=("start", 15 * 3600.0))


@rule("the? eve of <date>")
def eve_of(_: Calendar, anchor: Time) -> Time:
    return Time(Shifted(anchor.series, length(1, "day"), -1, "day"), "day", "day", bound=True)


@rule("<count> <weekend> from now|today", "<count> <weekend> hence")
def weekends_ahead(calendar: Calendar, count: Count, time: Time) -> Time | None:
    number = count.whole
    found = next_of(time.series, calendar.now, number - 1, immediate=False) if number and 0 < number < 100 else None
    return replace(time, series=Once(found), certain=True, bound=True, immediate=True) if found else None


@rule("<count> <weekend> ago|back")
def weekends_back(calendar: Calendar, count: Count, time: Time) -> Time | None:
    number = count.whole
    found = last_of(time.series, calendar.now, number - 1) if number and 0 < number < 100 else None
    return replace(time, series=Once(found), certain=True, bound=True, immediate=True) if found else None


@rule("<ordinal> quarter", "the <ordinal> quarter", "<ordinal> qtr")
def quarter(calendar: Calendar, which: Ordinal) -> Time | None:
    return _quarter(which.value, Once(period(calendar, "year")))


@rule("<ordinal> <unit> ,? <year>", "the <ordinal> <unit> ,? <year>")
def quarter_of_year(_: Calendar, which: Ordinal, unit: Unit, year: Time) -> Time | None:
    return _quarter(which.value, year.series) if unit.grain == "quarter" else None


@rule("q <count> ,? <year>", "quarter <count> of? <year>", "q <count> of|in? <year>", "<year> ,? q <count>")
def numbered_quarter_of_year(_: Calendar, a: Count | Time, b: Count | Time) -> Time | None:
    count, year = (a, b) if isinstance(a, Count) else (b, a)
    if not isinstance(count, Count) or not isinstance(year, Time) or count.whole is None:
        return None
    return _quarter(count.whole, year.series)


@rule("q <count>", "quarter <count>")
def numbered_quarter(calendar: Calendar, count: Count) -> Time | None:
    return _quarter(count.whole, Once(period(calendar, "year"))) if count.whole else None


def _quarter(number: int, year: Series) -> Time | None:
    if not 1 <= number <= 4:
        return None
    return Time(NthIn(number - 1, year, Cycle("quarter")), "season", "quarter", bound=True)


@rule("all week", "the whole week", "all this week", "the entire week")
def all_week(calendar: Calendar) -> Time:
    return relative(calendar, Unit("week"), 0)


@rule("later today", "rest of the day", "the rest|remainder of the day", "later on", "later on today")
def rest_of_day(calendar: Calendar) -> Time:
    end = calendar.today + timedelta(days=1)
    return Time(once(calendar.now.replace(microsecond=0), end), "stretch", "hour", recent=True)


@rule("later this <unit>", "rest of the|this <unit>", "the rest|remainder of the|this <unit>")
def rest_of(calendar: Calendar, unit: Unit) -> Time | None:
    if unit.grain in ("second", "minute", "hour"):
        return None
    grain: Grain = "second" if unit.grain == "day" else "day"
    return Time(once(calendar.today, period(calendar, unit.grain).end), "stretch", grain, recent=True)


@rule("so far this|the <unit>", "this <unit> so far", "<unit> to date", "earlier this <unit>")
def so_far(calendar: Calendar, unit: Unit) -> Time:
    return Time(once(period(calendar, unit.grain).start, calendar.now), "stretch", unit.grain, recent=True)


@rule("so far today", "today so far", "earlier today", "earlier this day")
def today_so_far(calendar: Calendar) -> Time:
    return Time(once(calendar.today, calendar.now), "stretch", "hour", recent=True)


@rule("lately|recently", "of late", "these days")
def lately(calendar: Calendar) -> Time:
    """The two weeks before now."""
    return Time(once(calendar.today - timedelta(days=14), calendar.now), "stretch", "day", recent=True)
