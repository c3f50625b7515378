"""Rules for days and longer periods: `the day after tomorrow`, `next Monday`, `3 June`, `end of the month`."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.nlu.times.meaning import (
    Calendar,
    Count,
    DayPart,
    Month,
    Ordinal,
    Weekday,
    When,
    length,
    shift,
)
from bot.nlu.times.words import grammar

rule = grammar.rule


@rule("now", "right now", "just now", "at the? moment", "immediately", "asap", "straight away")
def now(calendar: Calendar) -> When:
    return When(calendar.now, None, "second")


@rule("today|todays|today's")
def today(calendar: Calendar) -> When:
    return replace(calendar.period("day"), recent=True)


@rule("tomorrow|tomorrows|tomorrow's|tmrw|tmr|tomorow|tommorow|tommorrow")
def tomorrow(calendar: Calendar) -> When:
    return replace(calendar.period("day", 1), recent=True)


@rule("yesterday|yesterdays|yesterday's")
def yesterday(calendar: Calendar) -> When:
    return replace(calendar.period("day", -1), recent=True)


@rule("the? day after tomorrow", "overmorrow")
def after_tomorrow(calendar: Calendar) -> When:
    return replace(calendar.period("day", 2), recent=True)


@rule("the? day before yesterday")
def before_yesterday(calendar: Calendar) -> When:
    return replace(calendar.period("day", -2), recent=True)


@rule("tonight|tonite", "this night")
def tonight(calendar: Calendar) -> When:
    return part_of(calendar.period("day"), DayPart("night", 18, 30))


@rule("last night")
def last_night(calendar: Calendar) -> When:
    return part_of(calendar.period("day", -1), DayPart("night", 18, 30))


@rule("overnight", "during the night", "in the night")
def overnight(calendar: Calendar) -> When:
    """The night that is next, or the one just past when it is morning."""
    offset = -1 if calendar.now.hour < 12 else 0
    return part_of(calendar.period("day", offset), DayPart("night", 20, 30))


@rule("this <part>", "later this <part>", "all <part>")
def this_part(calendar: Calendar, part: DayPart) -> When:
    return part_of(calendar.period("day"), part)


@rule("in the <part>", "at night", "over lunch", "by|until|till <part>", "to|by|until the <part>", "my <part>")
def the_part(calendar: Calendar, part: DayPart | None = None) -> When:
    """The part of the day that comes next."""
    when = part_of(calendar.period("day"), part or DayPart("night", 20, 30))
    if when.end is not None and when.end <= calendar.now:
        when = replace(when, start=when.start + timedelta(days=1), end=when.end + timedelta(days=1))
    return when


@rule("after|before|since <part>")
def around_part(calendar: Calendar, part: DayPart) -> When:
    """Bound to that part of today; which side of it, the words say."""
    when = part_of(calendar.period("day"), part)
    return When(when.start, None, "hour")


@rule("<day> <part>", "<part> of|on <day>", "<day> in the <part>", "<day> at <part>")
def day_part(_: Calendar, a: When | DayPart, b: When | DayPart) -> When | None:
    day, part = (a, b) if isinstance(a, When) else (b, a)
    if part is a and isinstance(part, DayPart) and part.name == "lunch":
        return None  # "the team lunch on Thursday" is a meal on a day
    return part_of(day, part) if isinstance(day, When) and isinstance(part, DayPart) else None


def part_of(day: When, part: DayPart) -> When:
    """That stretch of the day."""
    start, end = day.start + timedelta(hours=part.start_h), day.start + timedelta(hours=part.end_h)
    return When(start, end, "hour", day_part=True)


@rule("<weekday>", "on <weekday>", "this|coming <weekday>", "this coming <weekday>")
def weekday(calendar: Calendar, day: Weekday) -> When:
    return calendar.weekday(day.day)


@rule("next <weekday>")
def next_weekday(calendar: Calendar, day: Weekday) -> When:
    """The one of next week, as most people mean it who do not say `this`."""
    return calendar.day(calendar.period("week", 1).start + timedelta(days=day.day))


@rule("last|past|previous <weekday>")
def last_weekday(calendar: Calendar, day: Weekday) -> When:
    behind = (calendar.now.weekday() - day.day - 1) % 7 + 1
    return calendar.day(calendar.today - timedelta(days=behind))


@rule("<weekday> week", "a week on <weekday>", "<weekday> after next")
def weekday_after(calendar: Calendar, day: Weekday) -> When:
    return calendar.weekday(day.day, 1)


@rule("<weekday> <date>", "<weekday> , <date>", "<weekday> of <date>", "<date> on <weekday>", "<date> <weekday>")
def weekday_with_date(calendar: Calendar, a: Weekday | When, b: Weekday | When) -> When | None:
    """`Thursday 5 March` (the date wins) and `Monday next week`."""
    day, date = (a, b) if isinstance(a, Weekday) else (b, a)
    if not isinstance(day, Weekday) or not isinstance(date, When):
        return None
    if date.grain == "week":
        return calendar.day(date.start + timedelta(days=day.day))
    return date if date.grain == "day" and not date.recent and date.start.weekday() == day.day else None


@rule("<month>")
def month(calendar: Calendar, said: Month) -> When | None:
    return _month(calendar, said.month, 0, certain=said.certain)


@rule("in|during|this|until|by|for|of <month>")
def month_certain(calendar: Calendar, said: Month) -> When:
    return _month(calendar, said.month, 0)


@rule("last <month>")
def last_month(calendar: Calendar, said: Month) -> When:
    return _month(calendar, said.month, -1)


@rule("next <month>")
def next_month(calendar: Calendar, said: Month) -> When:
    return _month(calendar, said.month, 1)


def _month(calendar: Calendar, number: int, turn: int, certain: bool = True) -> When:
    """The month now or next; turn -1 the one behind, 1 the one ahead and not this."""
    start = calendar.period("year").start.replace(month=number)
    this = calendar.floor(calendar.now, "month")
    years = {0: int(start < this), 1: int(start <= this), -1: -int(start >= this)}[turn]
    start = shift(start, length(1, "year"), years)
    return When(start, shift(start, length(1, "month")), "month", certain=certain)


@rule("<month> <count>")
def month_count(calendar: Calendar, said: Month, count: Count) -> When | None:
    """`june 4` is a day; `june 2027` is a month of that year."""
    if count.value % 1 == 0 and 1900 < count.value < 2200:
        start = datetime(int(count.value), said.month, 1)  # noqa: DTZ001 (wall time)
        return When(start, shift(start, length(1, "month")), "month")
    return _date(calendar, said.month, count.value)


@rule("<count> <month>", "<count> of <month>")
def count_month(calendar: Calendar, count: Count, said: Month) -> When | None:
    return _date(calendar, said.month, count.value)


@rule("the? <ordinal> of? <month>")
def ordinal_month(calendar: Calendar, day: Ordinal, said: Month) -> When | None:
    return _date(calendar, said.month, day.value)


@rule("<month> the? <ordinal>")
def month_ordinal(calendar: Calendar, said: Month, day: Ordinal) -> When | None:
    return _date(calendar, said.month, day.value)


@rule("<day> <count>", "<day> , <count>", "<day> of <count>")
def date_with_year(_: Calendar, date: When, year: Count) -> When | None:
    if date.recent or not 1900 < year.value < 2200 or year.value % 1:
        return None
    return _day(int(year.value), date.start.month, date.start.day)


@rule("on|by|until|before|since|after the <ordinal>", "the <ordinal> of this|the month")
def ordinal_day(calendar: Calendar, day: Ordinal) -> When | None:
    return _next_ordinal(calendar, day)


@rule("<ordinal>", "the <ordinal>")
def lone_ordinal(calendar: Calendar, day: Ordinal) -> When | None:
    """`the 15th`: only certain with a preposition, for "the third one" is no date."""
    when = _next_ordinal(calendar, day)
    return replace(when, certain=not day.spoken) if when and day.value > 3 else None


@rule("<weekday> the <ordinal>", "<weekday> <ordinal>")
def weekday_ordinal(calendar: Calendar, _: Weekday, day: Ordinal) -> When | None:
    return _next_ordinal(calendar, day)


@rule("in|since|before|after|until <count>")
def in_year(_: Calendar, year: Count) -> When | None:
    if year.value % 1 or not 1900 < year.value < 2200:
        return None
    start = datetime(int(year.value), 1, 1)  # noqa: DTZ001 (wall time)
    return When(start, shift(start, length(1, "year")), "year")


def _date(calendar: Calendar, month_number: int, day: float) -> When | None:
    """The next such date, today included."""
    if day % 1:
        return None
    for year in (calendar.now.year, calendar.now.year + 1):
        when = _day(year, month_number, int(day))
        if when is not None and when.start >= calendar.today:
            return when
    return _day(calendar.now.year + 1, month_number, int(day)) or _day(calendar.now.year, month_number, int(day))


def _day(year: int, month_number: int, day: int) -> When | None:
    try:
        start = datetime(year, month_number, day)  # noqa: DTZ001 (wall time)
    except ValueError:
        return None
    return When(start, start + timedelta(days=1), "day")


def _next_ordinal(calendar: Calendar, day: Ordinal) -> When | None:
    if not 1 <= day.value <= 31:
        return None
    for months in range(3):
        start = shift(calendar.floor(calendar.now, "month"), length(1, "month"), months)
        when = _day(start.year, start.month, day.value)
        if when is not None and when.start >= calendar.today:
            return when
    return None
