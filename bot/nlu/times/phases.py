"""Rules for the phases of months and years, and for seasons: `late March`, `end of the year`, `this winter`."""

from dataclasses import replace
from datetime import datetime

from bot.nlu.times.derived import PartOf
from bot.nlu.times.meaning import Count, Kind, Ordinal, Time, Unit, once, period
from bot.nlu.times.reckoning import Calendar, Grain
from bot.nlu.times.series import OfYear, Once, Stretch
from bot.nlu.times.words import grammar

rule = grammar.rule
_SEASONS = {"spring": (3, 20), "summer": (6, 21), "autumn": (9, 23), "winter": (12, 21)}


@rule("early|beginning <month>", "early in <month>", "beginning|start of <month>", "the beginning|start of <month>")
@rule("at the beginning|start of <month>", "early - <month>", "early of <month>")
def early_in_month(_: Calendar, month: Time) -> Time | None:
    return _part_of(month, 0, 10, "day")


@rule("mid|middle <month>", "mid - <month>", "the? middle of <month>", "in the middle of <month>", "mid of <month>")
def middle_of_month(_: Calendar, month: Time) -> Time | None:
    return _part_of(month, 10, 20, "day")


@rule(
    "late <month>", "late in <month>", "end of <month>", "the end of <month>", "at the end of <month>", "late - <month>"
)
def late_in_month(_: Calendar, month: Time) -> Time | None:
    return replace(_part_of(month, 20, None, "day"), act=("end", -86_400.0))


@rule(
    "early in the? <date>",
    "beginning|start of the? <date>",
    "the beginning|start of the? <date>",
    "at the beginning|start of the? <date>",
)
def start_of(_: Calendar, when: Time) -> Time | None:
    return _edge_of(when, last=False)


@rule("late in the? <date>", "end of the? <date>", "the end of the? <date>", "at the end of the? <date>")
def end_of(_: Calendar, when: Time) -> Time | None:
    return _edge_of(when, last=True)


@rule("middle of the? <date>", "the middle of the? <date>", "in the middle of the? <date>", "mid -? <date>")
def middle_of(_: Calendar, when: Time) -> Time | None:
    return _middle_of(when)


@rule("middle of this|the? <unit>", "the middle of this|the? <unit>", "in the middle of this|the? <unit>", "midweek")
@rule("mid -? <unit>")
def middle_of_this(calendar: Calendar, unit: Unit | None = None) -> Time | None:
    return _middle_of(_this(calendar, unit or Unit("week")))


def _middle_of(when: Time | None) -> Time | None:
    """The middle days: Wednesday and Thursday of a week, the second ten of a month."""
    if when is None or when.grain not in _MIDDLES or when.kind not in ("week", "month", "year"):
        return None
    return _part_of(when, *_MIDDLES[when.grain])


_MIDDLES: dict[Grain, tuple[int, int | None, Grain]] = {
    "week": (2, 4, "day"),
    "month": (10, 20, "day"),
    "year": (4, 8, "month"),
}


@rule("<ordinal> half of the? <date>", "the <ordinal> half of the? <date>")
def half_of(_: Calendar, which: Ordinal, when: Time) -> Time | None:
    return _half_of(which.value, when)


@rule("<ordinal> half of this|the? <unit>", "the <ordinal> half of this|the? <unit>")
def half_of_this(calendar: Calendar, which: Ordinal, unit: Unit) -> Time | None:
    return _half_of(which.value, _this(calendar, unit))


@rule("h <count> of|in? <year>", "h <count> ,? <year>")
def half_year(_: Calendar, number: Count, year: Time) -> Time | None:
    """`H1 2027`."""
    return _half_of(number.whole or 0, year)


def _half_of(number: int, when: Time | None) -> Time | None:
    if when is None or number not in (1, 2) or when.kind not in ("week", "month", "year"):
        return None
    steps, grain = _HALVES[when.grain]
    return _part_of(when, 0, steps, grain) if number == 1 else _part_of(when, steps, None, grain)


_HALVES: dict[Grain, tuple[int, Grain]] = {"week": (3, "day"), "month": (15, "day"), "year": (6, "month")}


@rule(
    "start|beginning of this|the? <unit>",
    "the start|beginning of this|the? <unit>",
    "at the? start|beginning of this|the? <unit>",
)
def start_of_this(calendar: Calendar, unit: Unit) -> Time | None:
    return _edge_of(_this(calendar, unit), last=False)


@rule("end of this|the? <unit>", "the end of this|the? <unit>", "at the? end of this|the? <unit>")
def end_of_this(calendar: Calendar, unit: Unit) -> Time | None:
    return _edge_of(_this(calendar, unit), last=True)


@rule("bom", "the bom", "at the bom")
def begin_of_month(calendar: Calendar) -> Time | None:
    return _edge_of(_this(calendar, Unit("month")), last=False)


@rule("eom", "the eom", "at the eom", "month end", "month - end")
def end_of_month(calendar: Calendar) -> Time | None:
    return _edge_of(_this(calendar, Unit("month")), last=True)


@rule("boy", "the boy", "at the boy")
def begin_of_year(calendar: Calendar) -> Time | None:
    found = _edge_of(_this(calendar, Unit("year")), last=False)
    return replace(found, certain=False) if found else None


@rule("eoy", "the eoy", "at the eoy", "year end", "year - end")
def end_of_year(calendar: Calendar) -> Time | None:
    return _edge_of(_this(calendar, Unit("year")), last=True)


@rule("eow", "the eow")
def end_of_week(calendar: Calendar) -> Time | None:
    return _edge_of(_this(calendar, Unit("week")), last=True)


def _this(calendar: Calendar, unit: Unit) -> Time | None:
    if unit.times > 1 or unit.grain in ("second", "minute", "hour", "day"):
        return None
    kind = {"week": "week", "month": "month", "quarter": "season", "year": "year"}[unit.grain]
    return Time(Once(period(calendar, unit.grain)), kind, unit.grain, recent=True)  # type: ignore[arg-type]


def _edge_of(when: Time | None, *, last: bool) -> Time | None:
    """The first days, or the last: three of a week, ten of a month, a month of a quarter, a third of a year."""
    if when is None or when.grain not in _EDGES:
        return None
    first, after_last, grain = _EDGES[when.grain][last]
    found = _part_of(when, first, after_last, grain)
    return replace(found, act=("end", -86_400.0)) if last else found


_EDGES: dict[Grain, tuple[tuple[int, int | None, Grain], tuple[int, int | None, Grain]]] = {
    "week": ((0, 3, "day"), (4, None, "day")),
    "month": ((0, 10, "day"), (20, None, "day")),
    "quarter": ((0, 1, "month"), (2, None, "month")),
    "year": ((0, 3, "month"), (8, None, "month")),
}


def _part_of(when: Time, first: int, after_last: int | None, grain: Grain) -> Time:
    kind: Kind = "days" if grain == "day" else "season"
    series = PartOf(when.series, first, after_last, in_months=grain == "month")
    return Time(series, kind, grain, bound=True, recent=when.recent)


def _season(name: str) -> OfYear:
    month, first = _SEASONS[name]

    def find(year: int) -> list[Stretch]:
        start = datetime(year, month, first)  # noqa: DTZ001 (wall time)
        return [Stretch(start, min(s for s in _turns(year) if s > start))]

    return OfYear(name, find)


def _turns(year: int) -> list[datetime]:
    """When the seasons begin, in the north, in this year and the next."""
    return [datetime(y, *date) for y in (year, year + 1) for date in _SEASONS.values()]  # noqa: DTZ001


@rule("this|current season|seasons", "the current season")
def this_season(calendar: Calendar) -> Time | None:
    return _seasons_away(calendar, 0)


@rule("next season|seasons", "the next season")
def next_season(calendar: Calendar) -> Time | None:
    return _seasons_away(calendar, 1)


@rule("last|past|previous season|seasons", "the last|previous season")
def last_season(calendar: Calendar) -> Time | None:
    return _seasons_away(calendar, -1)


def _seasons_away(calendar: Calendar, offset: int) -> Time | None:
    turns = sorted({t for year in (-1, 0) for t in _turns(calendar.now.year + year)})
    now = max(i for i, t in enumerate(turns) if t <= calendar.now)
    start, end = turns[now + offset], turns[now + offset + 1]
    return Time(once(start, end), "season", "day", recent=True)


def _register_seasons() -> None:
    def register(word: str, name: str) -> None:
        season = Time(_season(name), "season", "day", certain=False)
        sure = replace(season, certain=True)
        rule(word)(lambda _: season)
        rule(f"in|during the? {word}", f"the {word}")(lambda _: sure)

    for name in _SEASONS:
        register(name, name)
    register("fall", "autumn")


_register_seasons()
