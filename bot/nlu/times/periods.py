"""Rules for weeks, months, seasons and their ends: `next week`, `this weekend`, `end of the month`, `last winter`."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.nlu.times.dates import part_of
from bot.nlu.times.meaning import Calendar, DayPart, Length, Unit, When, length, shift
from bot.nlu.times.words import SEASONS, grammar

rule = grammar.rule


@rule("this|coming <unit>", "current <unit>", "the current <unit>")
def this_period(calendar: Calendar, unit: Unit) -> When | None:
    return calendar.period(unit.grain) if unit.grain not in ("second", "minute", "hour") else None


@rule("next|following <unit>", "the next|following|coming <unit>")
def next_period(calendar: Calendar, unit: Unit) -> When | None:
    return calendar.period(unit.grain, 1) if unit.grain != "second" else None


@rule("last|previous|past <unit>", "the last|previous|past <unit>")
def last_period(calendar: Calendar, unit: Unit) -> When | None:
    if unit.grain in ("second", "minute", "hour"):
        return When(shift(calendar.now, length(1, unit.grain), -1), calendar.now, unit.grain, recent=True)
    return calendar.period(unit.grain, -1)


@rule("the? <unit> after next")
def period_after_next(calendar: Calendar, unit: Unit) -> When | None:
    return calendar.period(unit.grain, 2) if unit.grain not in ("second", "minute", "hour") else None


@rule("weekend", "the weekend", "this|coming weekend", "the coming weekend", "on the weekend")
def weekend(calendar: Calendar) -> When:
    saturday = calendar.period("week").start + timedelta(days=5)
    return When(saturday, saturday + timedelta(days=2), "day")


@rule("next weekend")
def next_weekend(calendar: Calendar) -> When:
    saturday = calendar.period("week", 1).start + timedelta(days=5)
    return When(saturday, saturday + timedelta(days=2), "day")


@rule("last weekend")
def last_weekend(calendar: Calendar) -> When:
    saturday = calendar.period("week", -1).start + timedelta(days=5)
    return When(saturday, saturday + timedelta(days=2), "day")


@rule("end of the? <date>", "the end of the? <date>", "end of this|the <unit>", "the end of this|the <unit>")
def end_of(calendar: Calendar, of: When | Unit) -> When | None:
    """The last day of it; of a day, its evening."""
    period = calendar.period(of.grain) if isinstance(of, Unit) else of
    if period.end is None or period.grain in ("second", "minute", "hour"):
        return None
    if period.grain == "day":
        return When(period.start + timedelta(hours=17), period.end, "hour", day_part=True)
    return calendar.day(period.end - timedelta(days=1))


@rule("beginning|start of the? <date>", "the beginning|start of the? <date>", "beginning|start of this|the <unit>")
def start_of(calendar: Calendar, of: When | Unit) -> When | None:
    period = calendar.period(of.grain) if isinstance(of, Unit) else of
    return calendar.day(period.start) if period.grain in ("week", "month", "quarter", "year") else None


@rule("next working|business day", "the next working|business day")
def working_day(calendar: Calendar) -> When:
    ahead = {4: 3, 5: 2}.get(calendar.now.weekday(), 1)
    return calendar.day(calendar.today + timedelta(days=ahead))


@rule("next working|business <part>")
def working_part(calendar: Calendar, part: DayPart) -> When:
    return part_of(working_day(calendar), part)


def season(calendar: Calendar, name: str) -> When:
    """The season that runs or comes next; in the north, from the first of its month."""
    start = calendar.period("year", -1).start.replace(month=SEASONS[name])
    while shift(start, length(3, "month")) <= calendar.now:
        start = shift(start, length(1, "year"))
    return When(start, shift(start, length(3, "month")), "quarter")


def _register_seasons() -> None:
    def register(name: str) -> None:
        rule(f"{name}", f"in {name}", f"this {name}")(lambda calendar: replace(season(calendar, name), certain=False))
        rule(f"in {name}", f"this {name}", f"next {name}")(lambda calendar: season(calendar, name))
        rule(f"last {name}")(lambda calendar: _year_before(season(calendar, name), calendar.now))

    for name in SEASONS:
        register(name)


def _year_before(when: When, now: datetime) -> When:
    years = -1 if when.end is not None and when.end > now else 0
    step: Length = length(1, "year")
    return replace(when, start=shift(when.start, step, years), end=when.end and shift(when.end, step, years))


_register_seasons()
