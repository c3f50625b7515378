"""The words of time, and the grammar object that the rule files fill."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.nlu.times.chart import Grammar
from bot.nlu.times.meaning import (
    ONE_DAY,
    Count,
    Kind,
    Ordinal,
    Repeat,
    Time,
    Unit,
    Zone,
)
from bot.nlu.times.reckoning import Grain, Length
from bot.nlu.times.series import OfDay, OfYear, OnWeekday, Stretch

WEEKDAYS = {
    word: day
    for day, line in enumerate(
        (
            "monday mon",
            "tuesday tuseday tue tues",
            "wednesday wendesday wensday wednsday wed weds",
            "thursday thu thur thurs",
            "friday fri",
            "saturday sat",
            "sunday sun",
        )
    )
    for word in line.split()
}
MONTHS = {
    word: month
    for month, line in enumerate(
        (
            "january jan",
            "february feb febuary",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for word in line.split()
}
# Words that are more often something else: they need more beside them, or to be all that was said.
DOUBTFUL = frozenset("may march mar jan sat sun wed fall spring".split())
_GRAIN_WORDS: dict[Grain, str] = {
    "second": "second seconds sec secs",
    "minute": "minute minutes min mins '",
    "hour": "hour hours hr hrs h",
    "day": "day days nights",
    "week": "week weeks wk wks",
    "month": "month months mth mths",
    "quarter": "quarter quarters qtr qtrs",
    "year": "year years yr yrs",
}
UNITS = {word: Unit(grain) for grain, line in _GRAIN_WORDS.items() for word in line.split()} | {
    "fortnight": Unit("day", 14),
    "fortnights": Unit("day", 14),
    "decade": Unit("year", 10),
    "decades": Unit("year", 10),
}


_DAYS_IN = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _part(start_h: int, end_h: int, act_h: int) -> Time:
    series = OfDay(start_h * 3600, end_h * 3600)
    return Time(series, "part", "hour", certain=False, act=("start", (act_h - start_h) * 3600.0))


_MORNING, _NOONTIME, _AFTERNOON = _part(4, 12, 8), _part(12, 14, 12), _part(12, 19, 14)
_EVENING, NIGHT = _part(18, 24, 19), replace(_part(18, 30, 20), night=True)
DAY_PARTS = {
    "morning": _MORNING,
    "mornings": _MORNING,
    "lunch": _NOONTIME,
    "lunchtime": _NOONTIME,
    "afternoon": _AFTERNOON,
    "afternoons": _AFTERNOON,
    "afternoonish": _AFTERNOON,
    "evening": _EVENING,
    "evenings": _EVENING,
    "night": NIGHT,
    "nights": NIGHT,
}
EARLY_MORNING, LATE_NIGHT = _part(4, 9, 7), replace(_part(21, 30, 21), night=True)
MORNING, AFTERNOON, EVENING = _MORNING, _AFTERNOON, _EVENING


def weekday(day: int, *, certain: bool = True) -> Time:
    """Every such weekday; one that is running is never meant."""
    return Time(OnWeekday(day), "weekday", "day", certain, number=day, immediate=False)


def month(number: int, *, certain: bool = True) -> Time:
    """That month of every year."""

    def find(year: int) -> list[Stretch]:
        following = datetime(year + number // 12, number % 12 + 1, 1)  # noqa: DTZ001 (wall time)
        return [Stretch(datetime(year, number, 1), following)]  # noqa: DTZ001

    return Time(OfYear(f"month {number}", find), "month", "month", certain, number=number)


def month_day(number: int, day: int) -> Time | None:
    """That date of every year that has it."""
    if not 1 <= number <= 12 or not 1 <= day <= _DAYS_IN[number - 1]:
        return None

    def find(year: int) -> list[Stretch]:
        try:
            start = datetime(year, number, day)  # noqa: DTZ001 (wall time)
        except ValueError:
            return []
        return [Stretch(start, start + timedelta(days=1))]

    return Time(OfYear(f"date {number} {day}", find), "day", "day", number=day)


_BY_KIND: dict[Kind, tuple[str, ...]] = {
    "clock": ("clock",),
    "hours": ("hours",),
    "part": ("part",),
    "weekday": ("weekday", "named"),
    "weekend": ("named", "weekend"),
    "holiday": ("holiday", "named"),
    "monthday": ("monthday",),
    "month": ("month", "named"),
    "season": ("named",),
    "year": ("year",),
}


def categories(meaning: object) -> tuple[str, ...]:
    """The bracketed names that stand for this meaning in a pattern."""
    if not isinstance(meaning, Time):
        return _PLAIN.get(type(meaning), ())
    if meaning.edge:
        return ("edge",)
    names = ["any"] if meaning.bound or meaning.recent else ["any", *_BY_KIND.get(meaning.kind, ())]
    if meaning.certain:
        names.append("when")
    if meaning.kind in ONE_DAY:
        names.append("day")
    if meaning.grain not in ("second", "minute", "hour"):
        names.append("date")
    if meaning.kind == "part" and meaning.bound:
        names.append("boundpart")
    return tuple(names)


_PLAIN: dict[type, tuple[str, ...]] = {
    Count: ("count", "dom"),
    Ordinal: ("ordinal", "dom"),
    Unit: ("unit",),
    Zone: ("zone",),
    Length: ("length",),
    Repeat: ("repeat",),
}
NAMES = frozenset(
    {n for names in (*_BY_KIND.values(), *_PLAIN.values()) for n in names}
    | {"any", "when", "day", "date", "boundpart", "edge"}
)

grammar = Grammar(NAMES, categories)
