"""Rules for the parts of a day, a month, a year, for weekends and seasons: `tonight`, `late March`, `this winter`."""

from dataclasses import replace

from bot.nlu.times.derived import Shifted
from bot.nlu.times.meaning import ONE_DAY, Clock, Time, clock_time, day, narrow
from bot.nlu.times.reckoning import Calendar, length
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
    return narrow(day(calendar, -1 if calendar.now.hour < 12 else 0), replace(NIGHT, night=False))


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


@rule("first thing on? <day>", "first thing on? <day> morning", "<day> morning? first thing", "<day> , first thing")
@rule("<day> first thing in the morning")
def first_thing(_: Calendar, when: Time) -> Time | None:
    return narrow(when, EARLY_MORNING)


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


def _named_part(words: str, start_h: float, end_h: float) -> None:
    part = Time(OfDay(int(start_h * 3600), int(end_h * 3600)), "part", "hour", certain=False)
    rule(words)(lambda _: part)
    rule(f"at|around|by|before {words}", f"at the {words}")(lambda _: replace(part, certain=True))


for _words, _start, _end in (
    ("breakfast time|breakfasttime", 7, 9),
    ("mid - afternoon", 14, 16),
    ("mid afternoon", 14, 16),
    ("midafternoon", 14, 16),
    ("teatime", 16, 18),
    ("dusk|sunset", 18, 20),
    ("dinner|supper time", 18, 20),
    ("dinnertime|suppertime", 18, 20),
    ("bedtime", 21, 23),
):
    _named_part(_words, _start, _end)


@rule("at? the? crack of dawn", "at|before|by dawn|daybreak|sunrise", "at first light")
def crack_of_dawn(_: Calendar) -> Time:
    return Time(OfDay(5 * 3600, 7 * 3600), "part", "hour")


@rule("the? <part> before <date>")
def part_before(_: Calendar, part: Time, anchor: Time) -> Time | None:
    """`the night before Christmas`."""
    return _beside(part, anchor, -1)


@rule("the? <part> after|following <date>")
def part_after(_: Calendar, part: Time, anchor: Time) -> Time | None:
    return _beside(part, anchor, 1)


def _beside(part: Time, anchor: Time, days: int) -> Time | None:
    if anchor.kind not in ONE_DAY or part.bound:
        return None
    shifted = Shifted(anchor.series, length(1, "day"), days, "day")
    return narrow(Time(shifted, "day", "day", immediate=anchor.immediate), part)


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
    "end|close of day|business|play",
    "the end of the? day",
    "end of the day",
    "eod",
    "the eod",
    "cob",
    "at|by the? eod|cob",
)
def end_of_day(_: Calendar) -> Time:
    """Midnight; what is to be done by then, by five in the afternoon."""
    return replace(clock_time(Clock(0, half_known=True)), act=("start", -7 * 3600.0))


@rule("end of <day>", "the end of <day>", "eod|cob ,? on? <day>", "<day> eod|cob", "close of? play|business on? <day>")
@rule(
    "<day> end of the? day|business|play", "end of the? day|business|play ,? on? <day>", "<day> close of play|business"
)
@rule("close of? play|business on? <day>", "<day> at? the? end of the day")
def end_of_that_day(_: Calendar, when: Time) -> Time | None:
    part = Time(OfDay(17 * 3600, 24 * 3600), "part", "hour", certain=False)
    return narrow(when, part)


@rule("weekend|weekends|wkend", "the weekend|wkend", "week - end", "week end", "the week - end")
def weekend(_: Calendar) -> Time:
    act = ("start", _SATURDAY_MORNING_S)
    return Time(OnDays(OnWeekday(4), _WEEKEND), "weekend", "hour", act=act)  # type: ignore[arg-type]
