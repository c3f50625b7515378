"""Rules for days, months and years: `the day after tomorrow`, `next Monday`, `3 June`, `Friday the 13th`."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.nlu.times.derived import Beside, Closest, In
from bot.nlu.times.meaning import Count, Ordinal, Time, day, narrow, once
from bot.nlu.times.reckoning import Calendar, length, shift
from bot.nlu.times.series import Cycle, OfMonth, Once, Stretch, last_of, next_of
from bot.nlu.times.words import grammar, month_day

rule = grammar.rule
_IDES_ON_15 = (3, 5, 7, 10)


@rule(
    "now",
    "right|just|even now",
    "at the? moment|present",
    "at this time|moment",
    "immediately",
    "asap",
    "straight away",
)
@rule("right away", "currently", "as soon as possible")
def now(calendar: Calendar) -> Time:
    start = calendar.now.replace(microsecond=0)
    return Time(once(start, start + timedelta(seconds=1)), "instant", "second", recent=True)


@rule("today|todays|today's", "this day")
def today(calendar: Calendar) -> Time:
    return day(calendar, 0)


@rule("tomorrow|tomorrows|tomorrow's|tmrw|tmr|tomorow|tommorow|tommorrow|tomorro|2moro")
def tomorrow(calendar: Calendar) -> Time:
    return day(calendar, 1)


@rule("yesterday|yesterdays|yesterday's")
def yesterday(calendar: Calendar) -> Time:
    return day(calendar, -1)


@rule("the? day after tomorrow", "overmorrow")
def after_tomorrow(calendar: Calendar) -> Time:
    return day(calendar, 2)


@rule("the? day before yesterday")
def before_yesterday(calendar: Calendar) -> Time:
    return day(calendar, -2)


@rule("on a? <day>", "on the <holiday>", "on the? <weekend>", "over|at the? <weekend>", "at|over|for <holiday>")
def on_day(_: Calendar, time: Time) -> Time:
    return replace(time, certain=True, alone=False)


@rule("this|coming|current <named>", "this coming|upcoming <named>", "upcoming <named>", "the coming|upcoming <named>")
def thisthat_one(calendar: Calendar, time: Time) -> Time | None:
    """The one that runs or comes next; "this may" is mostly no month."""
    if not time.certain and time.kind == "month":
        return None
    return that_one(calendar, time, next_of(time.series, calendar.now, 0, time.immediate))


@rule("next <named>", "the next|following <named>")
def nextthat_one(calendar: Calendar, time: Time) -> Time | None:
    """The next that has not begun; a weekday of next week, as most people mean it, the coming one kept beside."""
    coming = next_of(time.series, calendar.now, 0, immediate=False)
    if time.kind in ("weekday", "weekend") and coming is not None:
        week_end = _week_after(calendar)
        if coming.start < week_end and (time.kind == "weekday" or coming.start > calendar.now):
            of_next_week = next_of(time.series, week_end, 0)
            found = that_one(calendar, time, of_next_week)
            return replace(found, other=Once(coming)) if found else None
    return that_one(calendar, time, coming)


@rule("last|past|previous <named>", "this past <named>", "the last|past|previous <named>")
def lastthat_one(calendar: Calendar, time: Time) -> Time | None:
    return that_one(calendar, time, last_of(time.series, calendar.now))


@rule("the? <named> after next")
def after_next(calendar: Calendar, time: Time) -> Time | None:
    return that_one(calendar, time, next_of(time.series, calendar.now, 1, immediate=False))


@rule("the? <named> before last")
def before_last(calendar: Calendar, time: Time) -> Time | None:
    return that_one(calendar, time, last_of(time.series, calendar.now, 1))


def that_one(calendar: Calendar, time: Time, found: Stretch | None) -> Time | None:
    """The time, of which that one occurrence is meant."""
    if found is None:
        return None
    kind = "day" if time.kind == "weekday" else time.kind
    return replace(time, series=Once(found), kind=kind, certain=True, bound=True, immediate=True)


def _week_after(calendar: Calendar) -> datetime:
    week = next_of(Cycle("week"), calendar.now)
    return week.end if week else calendar.now


@rule("<weekday> week", "a week on <weekday>", "a week <weekday>", "a week from <weekday>", "<weekday> next but one")
def weekday_after(calendar: Calendar, time: Time) -> Time | None:
    return that_one(calendar, time, next_of(time.series, calendar.now, 1, immediate=False))


@rule(
    "<weekday> , <date>", "<weekday> <date>", "<weekday> the? <monthday>", "<date> , <weekday>", "<weekday> . ,? <date>"
)
def weekday_with_date(_: Calendar, a: Time, b: Time) -> Time | None:
    """`Thursday 5 March`, `Friday the 13th`, `Monday next week`."""
    weekday, date = (a, b) if a.kind == "weekday" and not a.bound else (b, a)
    if date.kind == "year" and not date.certain:
        return None  # "Friday 1430" is an hour
    if date.kind == "day" and not date.recent:
        return replace(date, series=In(date.series, weekday.series), certain=True, nearest=True)
    return narrow(weekday, date)


@rule(
    "<count> <weekday> from|after <date>", "<ordinal> <weekday> after|from <date>", "the <ordinal> <named> after <date>"
)
@rule("<ordinal> <named> after <date>")
def nth_after(_: Calendar, number: Count | Ordinal, time: Time, anchor: Time) -> Time | None:
    n = int(number.value)
    if not 0 < n < 100 or anchor.kind == time.kind:
        return None
    return replace(time, series=Beside(n - 1, time.series, anchor.series), kind="day", certain=True, bound=True)


@rule("the? <named> after|following <date>")
def named_after(_: Calendar, time: Time, anchor: Time) -> Time | None:
    if time.kind == anchor.kind or time.kind in ("month", "season"):
        return None
    return replace(time, series=Beside(0, time.series, anchor.series), certain=True, bound=True)


@rule("the? <named> before <date>")
def named_before(_: Calendar, time: Time, anchor: Time) -> Time | None:
    if time.kind == anchor.kind or time.kind in ("month", "season"):
        return None
    return replace(time, series=Beside(-1, time.series, anchor.series), certain=True, bound=True)


@rule("the? closest|nearest <named> to <date>", "the? <named> closest|nearest to <date>")
def closest(_: Calendar, time: Time, anchor: Time) -> Time:
    return replace(time, series=Closest(0, time.series, anchor.series), certain=True, bound=True)


@rule("the? <ordinal> closest|nearest <named> to <date>")
def nth_closest(_: Calendar, which: Ordinal, time: Time, anchor: Time) -> Time | None:
    if not 0 < which.value < 50:
        return None
    return replace(time, series=Closest(which.value - 1, time.series, anchor.series), certain=True, bound=True)


@rule("in|during|for|of <month>", "in|during the? month of <month>", "the month of <month>", "<month> .")
def month_certain(_: Calendar, time: Time) -> Time:
    return replace(time, certain=True)


@rule("the? ides of <month>", "ide of <month>")
def ides(_: Calendar, time: Time) -> Time | None:
    return month_day(time.number or 0, 15 if time.number in _IDES_ON_15 else 13)


@rule("<month> .? <dom>", "<month> the? <ordinal>", "<dom> <month>", "<dom> of|in <month>", "the <dom> of? <month>")
@rule("<dom> - <month>", "<ordinal> day of|in <month>", "the <ordinal> day of|in <month>")
def day_of_month(_: Calendar, a: Time | Count | Ordinal, b: Time | Count | Ordinal) -> Time | None:
    """`june 4`, `the third of March`. (`june 2027` is for years.)"""
    month, number = (a, b) if isinstance(a, Time) else (b, a)
    if not isinstance(month, Time) or isinstance(number, Time) or number.value % 1:
        return None
    if isinstance(number, Count) and (number.vague or number.digits > 2):
        return None
    return month_day(month.number or 0, int(number.value))


@rule("<dom> <month> <count>", "<month> <dom> ,? <count>", "<dom> of <month> ,? <count>", "<dom> - <month> - <count>")
@rule("the <dom> of <month> ,? <count>", "<dom> / <month> / <count>", "<month> the? <ordinal> ,? <count>")
def short_year(calendar: Calendar, a: Time | Count | Ordinal, b: Time | Count | Ordinal, year: Count) -> Time | None:
    """`14th April 15`: the two last digits of a year."""
    date = day_of_month(calendar, a, b)
    if date is None or year.whole is None or year.digits not in (2, 4) or year.whole == 0:
        return None
    whole = year.whole if year.digits == 4 else full_year(year.whole)
    return narrow(date, of_year(whole))


def full_year(two_digits: int) -> int:
    """`74` is 1974, `15` is 2015."""
    return two_digits + (2000 if two_digits < 50 else 1900)


def of_year(number: int, *, certain: bool = True) -> Time:
    """That one year."""
    start = datetime(number, 1, 1)  # noqa: DTZ001 (wall time)
    return Time(once(start, shift(start, length(1, "year"))), "year", "year", certain, number=number)


@rule("<count> <count>")
def spoken_year(_: Calendar, century: Count, rest: Count) -> Time | None:
    """`nineteen eighty four`."""
    first, last = century.whole, rest.whole
    if first not in (18, 19, 20) or last is None or not century.spoken or not rest.spoken or not 10 <= last <= 99:
        return None
    return of_year(first * 100 + last, certain=False)


@rule("<weekday> <count>")
def weekday_number(_: Calendar, weekday: Time, count: Count) -> Time | None:
    """`Friday 23`: beyond the hours of half a day it is the day of the month."""
    whole = count.whole
    if whole is None or not 12 < whole <= 31 or not count.digits:
        return None
    monthday = _month_day(Ordinal(whole), certain=True)
    return narrow(weekday, monthday) if monthday else None


@rule("<count>", "' <count>")
def year(_: Calendar, count: Count) -> Time | None:
    """A number that may be a year; alone it is any number."""
    number = count.whole
    if number is None or count.digits not in (0, 4) or not 1000 <= number < 3000:
        return None
    return of_year(number, certain=False)


@rule("in|during|of|for <year>", "the? year of? <year>", "in the year of? <year>")
def in_year(_: Calendar, time: Time) -> Time | None:
    return replace(time, certain=True) if time.number and 1900 < time.number < 2200 else None


@rule("<month> ' <count>", "<month> of ' <count>")
def month_of_short_year(_: Calendar, month: Time, year: Count) -> Time | None:
    """`May '27`."""
    return narrow(month, of_year(full_year(year.whole))) if year.whole and year.digits == 2 else None


@rule("in? <count> ad|ce|a.d", "in? <count> a . d .?")
def year_of_our_lord(_: Calendar, count: Count) -> Time | None:
    return of_year(count.whole) if count.whole is not None and 0 < count.whole < 9000 else None


@rule("<date> ,? <year>", "<date> of|in|from <year>")
def date_in_year(_: Calendar, date: Time, year: Time) -> Time | None:
    if date.kind == "weekday" and not year.certain:
        return None
    return narrow(date, year)


@rule("<ordinal>", "the <ordinal>")
def lone_ordinal(_: Calendar, which: Ordinal) -> Time | None:
    """`the 15th`: a day where no noun follows; `the third` is more often no date at all."""
    return _month_day(which, certain=not which.spoken)


@rule("on|by|until|before|since|after|from the <ordinal>", "the <ordinal> of this|the month")
def ordinal_day(_: Calendar, which: Ordinal) -> Time | None:
    return _month_day(which, certain=True)


@rule("the <count>")
def numbered_day(_: Calendar, count: Count) -> Time | None:
    whole = count.whole
    return _month_day(Ordinal(whole), certain=False) if whole and count.digits and not count.vague else None


@rule("<monthday> of|in the? <date>", "<monthday> <date>", "<monthday> of|in <date>")
def ordinal_in(_: Calendar, monthday: Time, date: Time) -> Time | None:
    """`the 20th of next month`."""
    return narrow(monthday, date) if date.kind == "month" else None


def _month_day(which: Ordinal, *, certain: bool) -> Time | None:
    if not 1 <= which.value <= 31:
        return None
    return Time(OfMonth(which.value), "monthday", "day", certain, number=which.value, alone=True)
