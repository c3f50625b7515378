"""Rules for repetitions, as iCalendar rules: `every weekday at 9`, `every other week`, `the first of every month`."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.nlu.times.clocks import in_part, on_day
from bot.nlu.times.dates import part_of
from bot.nlu.times.meaning import (
    Calendar,
    Clock,
    Count,
    DayPart,
    Length,
    Ordinal,
    Repeat,
    Unit,
    Weekday,
    When,
    length,
    shift,
)
from bot.nlu.times.words import WEEKDAYS, grammar

rule = grammar.rule

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES = {
    "second": "SECONDLY",
    "minute": "MINUTELY",
    "hour": "HOURLY",
    "day": "DAILY",
    "week": "WEEKLY",
    "month": "MONTHLY",
    "year": "YEARLY",
}
_WORKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
_WEEKENDS = "FREQ=WEEKLY;BYDAY=SA,SU"


def _every(unit: Unit, interval: float = 1) -> Repeat | None:
    steps = interval * unit.times
    if unit.grain == "quarter":
        return Repeat(f"FREQ=MONTHLY;INTERVAL={3 * int(steps)}")
    if steps % 1 or steps < 1 or steps > 1000:
        return None
    return Repeat(f"FREQ={_FREQUENCIES[unit.grain]}" + (f";INTERVAL={int(steps)}" if steps > 1 else ""))


@rule("every|each <unit>", "once a|an|per <unit>")
def every(_: Calendar, unit: Unit) -> Repeat | None:
    return _every(unit)


@rule("every other|second <unit>")
def every_other(_: Calendar, unit: Unit) -> Repeat | None:
    return _every(unit, 2)


@rule("every <count> <unit>")
def every_counted(_: Calendar, count: Count, unit: Unit) -> Repeat | None:
    return _every(unit, count.value)


@rule("daily", "day by day", "nightly")
def daily(_: Calendar) -> Repeat:
    return Repeat("FREQ=DAILY")


@rule("hourly")
def hourly(_: Calendar) -> Repeat:
    return Repeat("FREQ=HOURLY")


@rule("weekly")
def weekly(_: Calendar) -> Repeat:
    return Repeat("FREQ=WEEKLY")


@rule("fortnightly|biweekly")
def fortnightly(_: Calendar) -> Repeat:
    return Repeat("FREQ=WEEKLY;INTERVAL=2")


@rule("monthly")
def monthly(_: Calendar) -> Repeat:
    return Repeat("FREQ=MONTHLY")


@rule("quarterly")
def quarterly(_: Calendar) -> Repeat:
    return Repeat("FREQ=MONTHLY;INTERVAL=3")


@rule("yearly|annually")
def yearly(_: Calendar) -> Repeat:
    return Repeat("FREQ=YEARLY")


@rule("every|each weekday|workday", "every|each working|work|business day", "weekdays|workdays", "on weekdays|workdays")
def weekdays(_: Calendar) -> Repeat:
    return Repeat(_WORKDAYS)


@rule("every|each weekend", "weekends", "on|at weekends")
def weekends(_: Calendar) -> Repeat:
    return Repeat(_WEEKENDS)


@rule("every|each <weekday>")
def every_weekday(_: Calendar, day: Weekday) -> Repeat:
    return Repeat(f"FREQ=WEEKLY;BYDAY={_DAYS[day.day]}")


@rule("every other|second <weekday>")
def every_other_weekday(_: Calendar, day: Weekday) -> Repeat:
    return Repeat(f"FREQ=WEEKLY;INTERVAL=2;BYDAY={_DAYS[day.day]}")


@rule("<repeat> and <weekday>", "<repeat> , <weekday>", "<repeat> , <repeat>", "<repeat> and <repeat>")
def and_weekday(_: Calendar, repeat: Repeat, more: Weekday | Repeat) -> Repeat | None:
    """`every Monday and Thursday`, `Mondays and Thursdays`."""
    if repeat.clock or not repeat.rule.startswith("FREQ=WEEKLY;BYDAY="):
        return None
    if isinstance(more, Repeat):
        if more.clock or not more.rule.startswith("FREQ=WEEKLY;BYDAY="):
            return None
        return Repeat(f"{repeat.rule},{more.rule.rpartition('=')[2]}")
    return Repeat(f"{repeat.rule},{_DAYS[more.day]}")


@rule("<weekday> to|through|till|- <weekday>", "from <weekday> to <weekday>")
def weekday_range(_: Calendar, a: Weekday, b: Weekday) -> Repeat | None:
    if a.day + 1 >= b.day:  # two days in a row are rather a move from one to the other
        return None
    return Repeat(f"FREQ=WEEKLY;BYDAY={','.join(_DAYS[a.day : b.day + 1])}")


@rule("every|each <part>")
def every_part(_: Calendar, part: DayPart) -> Repeat:
    return Repeat("FREQ=DAILY", part=part)


@rule("<ordinal> of every|each month", "the <ordinal> of every|each month", "every month on the <ordinal>")
def day_of_month(_: Calendar, day: Ordinal) -> Repeat | None:
    return Repeat(f"FREQ=MONTHLY;BYMONTHDAY={day.value}") if 1 <= day.value <= 31 else None


@rule("<ordinal> <weekday> of every|each|the month", "the <ordinal> <weekday> of every|each|the month")
def weekday_of_month(_: Calendar, which: Ordinal, day: Weekday) -> Repeat | None:
    return Repeat(f"FREQ=MONTHLY;BYDAY={which.value}{_DAYS[day.day]}") if 1 <= which.value <= 5 else None


@rule("twice a|per day")
def twice_daily(_: Calendar) -> Repeat:
    return Repeat("FREQ=HOURLY;INTERVAL=12")


@rule("<repeat> at|from? <clock>", "<clock> <repeat>", "at <clock> <repeat>", "<repeat> , <clock>")
def repeat_at(_: Calendar, a: Repeat | Clock, b: Repeat | Clock) -> Repeat | None:
    repeat, clock = (a, b) if isinstance(a, Repeat) else (b, a)
    if not isinstance(repeat, Repeat) or not isinstance(clock, Clock) or repeat.clock:
        return None
    if not clock.certain and not clock.half_known and isinstance(a, Clock):
        return None
    if repeat.part is not None:
        clock = in_part(clock, repeat.part) or clock
    return replace(repeat, clock=clock)


@rule("<repeat> in the <part>", "<repeat> <part>")
def repeat_part(_: Calendar, repeat: Repeat, part: DayPart) -> Repeat | None:
    if repeat.clock:
        return replace(repeat, clock=in_part(repeat.clock, part))
    return replace(repeat, part=part)


@rule("<hours> on? <repeat>", "<repeat> <hours>")
def repeated_hours(_: Calendar, a: When | Repeat, b: When | Repeat) -> Repeat | None:
    """`20:30 to 6:30 on weekdays`."""
    hours, repeat = (a, b) if isinstance(a, When) else (b, a)
    if not isinstance(hours, When) or not isinstance(repeat, Repeat) or hours.end is None or repeat.clock:
        return None
    clock = Clock(hours.start.hour, hours.start.minute, half_known=True)
    return replace(repeat, clock=clock, length_s=(hours.end - hours.start).total_seconds())


@rule("<repeat> until|till <when>")
def repeat_until(_: Calendar, repeat: Repeat, when: When) -> Repeat:
    return replace(repeat, until=when.end or when.start)


def plural_weekdays(calendar: Calendar, day: int) -> Repeat:
    """`Fridays`."""
    del calendar
    return Repeat(f"FREQ=WEEKLY;BYDAY={_DAYS[day]}")


def _register_plurals() -> None:
    def register(word: str, day: int) -> None:
        rule(f"{word}s", f"on {word}s")(lambda calendar: plural_weekdays(calendar, day))

    for word, day in WEEKDAYS.items():
        if len(word) > 5:
            register(word, day)


def first_occurrence(calendar: Calendar, repeat: Repeat) -> datetime:
    """The first time it happens after now, on the wall; without a clock time, when the period begins."""
    parts = dict(p.split("=") for p in repeat.rule.split(";"))
    if parts["FREQ"] in ("HOURLY", "MINUTELY", "SECONDLY"):
        unit: Length = length(int(parts.get("INTERVAL", 1)), "hour" if parts["FREQ"] == "HOURLY" else "minute")
        return shift(calendar.now, unit)
    for ahead in range(400):
        day = calendar.day(calendar.today + timedelta(days=ahead))
        if _falls_on(parts, day.start) and (at := _time_on(calendar, day, repeat)) > calendar.now:
            return at
    return calendar.now


def _time_on(calendar: Calendar, day: When, repeat: Repeat) -> datetime:
    if repeat.clock is not None:
        # Which half of the day was not said: the same one every day, so not the one that is next today.
        clock = repeat.clock
        if not clock.half_known:
            clock = replace(clock, hour=clock.hour % 12 + (0 if 6 <= clock.hour <= 11 else 12), half_known=True)
        return on_day(calendar, day, clock).start
    if repeat.part is not None:
        return part_of(day, repeat.part).start
    return day.start


def _falls_on(parts: dict[str, str], day: datetime) -> bool:
    if "BYMONTHDAY" in parts and day.day != int(parts["BYMONTHDAY"]):
        return False
    if "BYDAY" in parts:
        here = _DAYS[day.weekday()]
        nth = f"{(day.day - 1) // 7 + 1}{here}"
        return any(d in (here, nth) for d in parts["BYDAY"].split(","))
    return True


_register_plurals()
