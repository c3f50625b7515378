"""Rules for periods that are counted: `week 31`, `the first two weeks of May`, `in 3 working days`."""

from datetime import timedelta

from bot.nlu.times.dates import that_one
from bot.nlu.times.derived import Between, NthIn, Shifted
from bot.nlu.times.meaning import Count, Ordinal, Time, Unit, once, period
from bot.nlu.times.periods import last_next, relative
from bot.nlu.times.reckoning import GRAINS, Calendar, length
from bot.nlu.times.series import Cycle, Once, OnWeekday, Series, WorkDays, last_of, next_of
from bot.nlu.times.words import grammar

rule = grammar.rule


@rule("week <count>", "calendar week <count>", "cw|kw <count>", "week number <count>")
def week_of_year(calendar: Calendar, count: Count) -> Time | None:
    return _numbered_week(count, Once(period(calendar, "year")))


@rule("week <count> of|in? <date>", "calendar week <count> of|in? <date>", "cw|kw <count> of|in|/? <date>")
def week_of_that_year(_: Calendar, count: Count, year: Time) -> Time | None:
    return _numbered_week(count, year.series) if year.kind == "year" else None


def _numbered_week(count: Count, year: Series) -> Time | None:
    """The ISO 8601 week: the first is the one with the year's first Thursday."""
    number = count.whole
    if number is None or not 1 <= number <= 53 or not count.digits:
        return None
    thursday = NthIn(number - 1, year, OnWeekday(3))
    return Time(Shifted(thursday, length(0, "week"), 1, "week"), "week", "week", bound=True)


@rule("first <count> <unit> of|in <date>", "the first <count> <unit> of|in the? <date>")
def first_periods(_: Calendar, count: Count, unit: Unit, of: Time) -> Time | None:
    return _run_of(count, unit, of, last=False)


@rule("last <count> <unit> of|in <date>", "the last <count> <unit> of|in the? <date>")
def last_periods(_: Calendar, count: Count, unit: Unit, of: Time) -> Time | None:
    return _run_of(count, unit, of, last=True)


def _run_of(count: Count, unit: Unit, of: Time, *, last: bool) -> Time | None:
    number, cycle = count.whole, Cycle(unit.grain)
    if number is None or not 0 < number < 400 or unit.times > 1 or GRAINS.index(unit.grain) >= GRAINS.index(of.grain):
        return None
    ends = (-number, -1) if last else (0, number - 1)
    first, final = (NthIn(n, of.series, cycle) for n in ends)
    return Time(Between(first, final), "stretch", unit.grain, bound=True)


@rule("<count> last|past|previous <unit>", "the <count> last|past|previous <unit>")
@rule("last|past|previous <count> <unit>", "the last|past|previous <count> <unit>")
def counted_last(calendar: Calendar, count: Count, unit: Unit) -> Time | None:
    """`the past three quarters`."""
    return _counted(calendar, count, unit, -1)


@rule("<count> next|coming|following <unit>", "the <count> next|coming|following <unit>")
@rule("next|coming|following <count> <unit>", "the next|coming|following <count> <unit>")
def counted_next(calendar: Calendar, count: Count, unit: Unit) -> Time | None:
    return _counted(calendar, count, unit, 1)


def _counted(calendar: Calendar, count: Count, unit: Unit, times: int) -> Time | None:
    whole = count.whole
    return last_next(calendar, length(whole * unit.times, unit.grain), times) if whole and 0 < whole < 1000 else None


@rule("<count> <weekday> from now|today", "<count> <weekday> hence")
def weekdays_ahead(calendar: Calendar, count: Count, time: Time) -> Time | None:
    number = count.whole
    if number is None or not 0 < number < 100:
        return None
    return that_one(calendar, time, next_of(time.series, calendar.now, number - 1, immediate=False))


@rule("<count> <weekday> ago|back")
def weekdays_back(calendar: Calendar, count: Count, time: Time) -> Time | None:
    number = count.whole
    if number is None or not 0 < number < 100:
        return None
    return that_one(calendar, time, last_of(time.series, calendar.now, number - 1))


@rule("next working|business day", "the next working|business day")
def working_day(calendar: Calendar) -> Time | None:
    return _working_days(calendar, 1, 1)


@rule("in <count> working|business|work days|day", "<count> working|business days|day from now|today")
def working_days_ahead(calendar: Calendar, count: Count) -> Time | None:
    return _working_days(calendar, count.whole or 0, 1)


@rule("<count> working|business days|day ago")
def working_days_back(calendar: Calendar, count: Count) -> Time | None:
    return _working_days(calendar, count.whole or 0, -1)


@rule("the? last working|business|work day of|in <date>", "last weekday|workday of|in <date>")
@rule("the? last working|business|work day of|in the <date>", "the last weekday|workday of|in the? <date>")
def last_working_day(_: Calendar, of: Time) -> Time | None:
    return _working_day_in(of, -1)


@rule("the? last working|business|work day of|in this|the? <unit>", "the? last weekday|workday of|in this|the? <unit>")
def last_working_day_of_this(calendar: Calendar, unit: Unit) -> Time | None:
    return _working_day_in(relative(calendar, unit, 0), -1)


@rule("the? <ordinal> working|business|work day of|in the? <date>", "the? <ordinal> weekday|workday of|in the? <date>")
def nth_working_day(_: Calendar, which: Ordinal, of: Time) -> Time | None:
    return _working_day_in(of, which.value - 1) if 0 < which.value < 24 else None


@rule("the? <ordinal> working|business|work day of|in this|the? <unit>")
def nth_working_day_of_this(calendar: Calendar, which: Ordinal, unit: Unit) -> Time | None:
    return _working_day_in(relative(calendar, unit, 0), which.value - 1) if 0 < which.value < 24 else None


def _working_day_in(of: Time, n: int) -> Time | None:
    if of.kind not in ("month", "year", "season"):
        return None
    return Time(NthIn(n, of.series, WorkDays()), "day", "day", bound=True, recent=of.recent)


def _working_days(calendar: Calendar, left: int, step: int) -> Time | None:
    day = calendar.today
    if not 0 < left < 1000:
        return None
    while left:
        day += timedelta(days=step)
        left -= day.weekday() < 5
    return Time(once(day, day + timedelta(days=1)), "day", "day", recent=True)
