"""Rules for the parts of a day, a month, a year, for weekends and seasons: `tonight`, `late March`, `this winter`."""

from dataclasses import replace

from bot.nlu.times.meaning import Clock, Time, clock_time, day, narrow
from bot.nlu.times.reckoning import Calendar
from bot.nlu.times.series import OfDay, OnDays, OnWeekday
from bot.nlu.times.words import AFTERNOON, EARLY_MORNING, EVENING, LATE_NIGHT, MORNING, NIGHT, grammar

rule = grammar.rule
_WEEKEND = OfDay(18 * 3600, 72 * 3600)  # from Friday evening until Monday
_SATURDAY_MORNING_S = 15 * 3600.0


@rule("tonight|tonite|tonights|tonight's|toni8", "this night", "to - night")
def tonight(calendar: Calendar) -> Time | None:
    return narrow(day(calendar, 0), NIGHT)


@rule("late tonight|tonite")
def late_tonight(calendar: Calendar) -> Time | None:
    return narrow(day(calendar, 0), LATE_NIGHT)


@rule("last night", "yesterday night")
def last_night(calendar: Calendar) -> Time | None:
    return narrow(day(calendar, -1), NIGHT)


@rule("late last night")
def late_last_night(calendar: Calendar) -> Time | None:
    return narrow(day(calendar, -1), LATE_NIGHT)


@rule("overnight", "during the night", "in the night", "through the night", "over night")
def overnight(calendar: Calendar) -> Time | None:
    """The night that is next, or the one just past when it is morning."""
    return narrow(day(calendar, -1 if calendar.now.hour < 12 else 0), NIGHT)


@rule("this <part>", "later this <part>", "earlier this <part>")
def this_part(calendar: Calendar, part: Time) -> Time | None:
    return narrow(day(calendar, 0), part)


@rule(
    "early morning",
    "early in the morning",
    "early hours of the morning",
    "the early hours",
    "first thing in the morning",
)
def early_morning(_: Calendar) -> Time:
    return EARLY_MORNING


@rule("early|earlier this morning", "this morning early")
def early_this_morning(calendar: Calendar) -> Time | None:
    return narrow(day(calendar, 0), EARLY_MORNING)


@rule("late night", "late at night")
def late_night(_: Calendar) -> Time:
    return replace(LATE_NIGHT, certain=True)


@rule("after noon", "after - noon")
def afternoon(_: Calendar) -> Time:
    return AFTERNOON


@rule("late afternoon", "late in the afternoon", "late - afternoon")
def late_afternoon(_: Calendar) -> Time:
    return replace(AFTERNOON, series=OfDay(16 * 3600, 19 * 3600), act=("start", 0.0))


@rule("early evening", "early in the evening")
def early_evening(_: Calendar) -> Time:
    return replace(EVENING, series=OfDay(18 * 3600, 21 * 3600), act=("start", 0.0))


@rule("late morning", "late in the morning", "mid - morning", "mid morning", "midmorning")
def late_morning(_: Calendar) -> Time:
    return replace(MORNING, series=OfDay(10 * 3600, 12 * 3600), act=("start", 0.0))


@rule("in|during the? <part>", "at night", "at|over <part>", "all <part>")
def the_part(_: Calendar, part: Time | None = None) -> Time:
    """The part of the day that comes next."""
    return replace(part or NIGHT, certain=True)


@rule("my|the|our <part>")
def that_part(_: Calendar, part: Time) -> Time:
    """`the evening`, but not in "the evening program"."""
    return replace(part, certain=True, alone=True)


@rule("late evening", "late in the evening")
def late_evening(_: Calendar) -> Time:
    return replace(EVENING, series=OfDay(20 * 3600, 24 * 3600), act=("start", 0.0))


@rule("<any> in|during the <part>", "<any> <part>", "<part> of|on <day>", "<any> at <part>", "<day> , in? the? <part>")
@rule("<part> <day>", "in the <part> of|on? <day>")
def part_of_day(_: Calendar, a: Time, b: Time) -> Time | None:
    when, part = (a, b) if b.kind == "part" and not b.bound else (b, a)
    return narrow(when, part)


@rule("after lunch", "after - lunch")
def after_lunch(calendar: Calendar) -> Time | None:
    return _hours_today(calendar, 13, 17)


@rule("after work", "after - work")
def after_work(calendar: Calendar) -> Time | None:
    return _hours_today(calendar, 17, 21)


@rule("after school", "after - school")
def after_school(calendar: Calendar) -> Time | None:
    return _hours_today(calendar, 15, 21)


@rule("after breakfast", "after - breakfast")
def after_breakfast(calendar: Calendar) -> Time | None:
    return _hours_today(calendar, 9, 11)


@rule("after dinner|supper", "after - dinner")
def after_dinner(calendar: Calendar) -> Time | None:
    return _hours_today(calendar, 20, 22)


def _hours_today(calendar: Calendar, start_h: int, end_h: int) -> Time | None:
    part = Time(OfDay(start_h * 3600, end_h * 3600), "part", "hour", certain=False)
    return narrow(day(calendar, 0), part)


@rule("<day> after lunch", "after lunch on? <day>")
def day_after_lunch(_: Calendar, when: Time) -> Time | None:
    return narrow(when, Time(OfDay(13 * 3600, 17 * 3600), "part", "hour", certain=False))


@rule(
    "end of day|business|play", "the end of the? day", "end of the day", "eod", "the eod", "cob", "at|by the? eod|cob"
)
def end_of_day(_: Calendar) -> Time:
    """Midnight; what is to be done by then, by five in the afternoon."""
    return replace(clock_time(Clock(0, half_known=True)), act=("start", -7 * 3600.0))


@rule("end of <day>", "the end of <day>")
def end_of_that_day(_: Calendar, when: Time) -> Time | None:
    part = Time(OfDay(17 * 3600, 24 * 3600), "part", "hour", certain=False)
    return narrow(when, part)


@rule("weekend|weekends|wkend", "the weekend|wkend", "week - end", "week end", "the week - end")
def weekend(_: Calendar) -> Time:
    act = ("start", _SATURDAY_MORNING_S)
    return Time(OnDays(OnWeekday(4), _WEEKEND), "weekend", "hour", act=act)  # type: ignore[arg-type]
