"""Rules for repetitions, as iCalendar rules: `every weekday at 9`, `every other week`, `the first of every month`."""

from dataclasses import replace
from itertools import islice

from bot.nlu.times.meaning import Count, Ordinal, Repeat, Time, Unit
from bot.nlu.times.occurrences import DAYS
from bot.nlu.times.reckoning import Calendar, Grain, Length
from bot.nlu.times.series import OfDay
from bot.nlu.times.words import NIGHT, WEEKDAYS, grammar

rule = grammar.rule

_FREQUENCIES: dict[Grain, str] = {
    "second": "SECONDLY",
    "minute": "MINUTELY",
    "hour": "HOURLY",
    "day": "DAILY",
    "week": "WEEKLY",
    "month": "MONTHLY",
    "year": "YEARLY",
}
_BY_DAY = "FREQ=WEEKLY;BYDAY="
_WORKDAYS = f"{_BY_DAY}MO,TU,WE,TH,FR"
_WEEKENDS = f"{_BY_DAY}SA,SU"


def _every(unit: Unit, interval: float = 1) -> Repeat | None:
    steps = interval * unit.times
    if steps % 1 or steps < 1 or steps > 1000:
        return None
    if unit.grain == "quarter":
        return Repeat(f"FREQ=MONTHLY;INTERVAL={3 * int(steps)}")
    if unit.grain == "day" and steps % 7 == 0:  # a fortnight
        return _every(Unit("week"), steps / 7)
    return Repeat(f"FREQ={_FREQUENCIES[unit.grain]}" + (f";INTERVAL={int(steps)}" if steps > 1 else ""))


@rule("every|each <unit>", "once a|an|per|every|each <unit>", "every single <unit>", "each and every <unit>")
def every(_: Calendar, unit: Unit) -> Repeat | None:
    return _every(unit)


@rule("per <unit>")
def per(_: Calendar, unit: Unit) -> Repeat | None:
    """ "Per hour" and shorter belong to a unit: cubic metres per hour."""
    return None if unit.grain in ("second", "minute", "hour") else _every(unit)


@rule("every other|second <unit>", "every 2nd <unit>", "once every other|second <unit>", "on alternate <unit>")
def every_other(_: Calendar, unit: Unit) -> Repeat | None:
    return _every(unit, 2)


@rule("every <ordinal> <unit>")
def every_nth(_: Calendar, which: Ordinal, unit: Unit) -> Repeat | None:
    return _every(unit, which.value)


@rule("every <count> <unit>", "once every <count> <unit>", "each <count> <unit>")
def every_counted(_: Calendar, count: Count, unit: Unit) -> Repeat | None:
    return _every(unit, count.value)


@rule("every <length>", "once every <length>")
def every_length(_: Calendar, span: Length) -> Repeat | None:
    """`every half hour`, `every hour and a half`."""
    if span.months:
        return _every(Unit("month"), span.months)
    grain, size = next(((g, s) for g, s in _SIZES if span.seconds % s == 0), ("second", 1))
    return _every(Unit(grain), span.seconds / size)


_SIZES: tuple[tuple[Grain, int], ...] = (("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60))
_ADVERBS = {
    "daily": "FREQ=DAILY",
    "nightly": "FREQ=DAILY",
    "hourly": "FREQ=HOURLY",
    "weekly": "FREQ=WEEKLY",
    "fortnightly|biweekly": "FREQ=WEEKLY;INTERVAL=2",
    "monthly": "FREQ=MONTHLY",
    "quarterly": "FREQ=MONTHLY;INTERVAL=3",
    "yearly|annually": "FREQ=YEARLY",
}


def _register_adverbs() -> None:
    def register(words: str, text: str) -> None:
        night = NIGHT.series if words == "nightly" and isinstance(NIGHT.series, OfDay) else None
        act_s = NIGHT.act[1] if night and NIGHT.act else 0.0
        repeat = Repeat(text, part=night, act_s=act_s, alone=True)
        rule(words)(lambda _: repeat)

    for words, text in _ADVERBS.items():
        register(words, text)


@rule("day by day", "day after day", "everyday", "every day of the week")
def daily(_: Calendar) -> Repeat:
    return Repeat("FREQ=DAILY")


@rule("every|each weekday|workday", "every|each working|work|business day", "weekdays|workdays", "on weekdays|workdays")
@rule("on working days", "working days", "during the working week")
def weekdays(_: Calendar) -> Repeat:
    return Repeat(_WORKDAYS)


@rule("every|each weekend", "weekends", "on|at|over weekends", "every|each week - end")
def weekends(_: Calendar) -> Repeat:
    return Repeat(_WEEKENDS)


@rule("every|each <weekday>", "once every <weekday>", "each and every <weekday>")
def every_weekday(_: Calendar, day: Time) -> Repeat:
    return Repeat(_BY_DAY + DAYS[day.number or 0])


@rule("every <ordinal> <weekday>")
def every_nth_weekday(calendar: Calendar, which: Ordinal, day: Time) -> Repeat | None:
    """`every 2nd Friday`; the third Friday is rather that of the month."""
    return every_other_weekday(calendar, day) if which.value == 2 else None


@rule("every other|second <weekday>", "on alternate <weekday>")
def every_other_weekday(_: Calendar, day: Time) -> Repeat:
    return Repeat(f"FREQ=WEEKLY;INTERVAL=2;BYDAY={DAYS[day.number or 0]}")


@rule(
    "<repeat> and <weekday>",
    "<repeat> , <weekday>",
    "<repeat> , and? <repeat>",
    "<repeat> and <repeat>",
    "<repeat> , and <weekday>",
)
def and_weekday(_: Calendar, repeat: Repeat, more: Time | Repeat) -> Repeat | None:
    """`every Monday and Thursday`, `Mondays and Thursdays`."""
    if repeat.clock or not repeat.rule.startswith(_BY_DAY):
        return None
    if isinstance(more, Repeat):
        if not more.rule.startswith(_BY_DAY):
            return None
        return replace(more, rule=f"{repeat.rule},{more.rule.rpartition('=')[2]}")
    return Repeat(f"{repeat.rule},{DAYS[more.number or 0]}")


@rule("<weekday> ,? <weekday> ,? and? <weekday>")
def three_weekdays(_: Calendar, *days: Time) -> Repeat | None:
    """`mon wed fri`, which come every week where hours are told."""
    numbers = [day.number or 0 for day in days]
    return (
        Repeat(_BY_DAY + ",".join(DAYS[n] for n in numbers), certain=False) if numbers == sorted(set(numbers)) else None
    )


@rule("<repeat> on? <weekday>", "on? <weekday> <repeat>")
def weekly_on(_: Calendar, a: Repeat | Time, b: Repeat | Time) -> Repeat | None:
    """`every two weeks on Monday`."""
    repeat, day = (a, b) if isinstance(a, Repeat) else (b, a)
    if not isinstance(repeat, Repeat) or not isinstance(day, Time) or repeat.clock:
        return None
    weekly = repeat.rule.startswith("FREQ=WEEKLY") and "BYDAY" not in repeat.rule
    return replace(repeat, rule=f"{repeat.rule};BYDAY={DAYS[day.number or 0]}") if weekly else None


@rule("<weekday> to|through|thru|- <weekday>")
def weekday_range(_: Calendar, a: Time, b: Time) -> Repeat | None:
    first, last = a.number or 0, b.number or 0
    if first + 1 >= last:  # two days in a row are rather a move from one to the other
        return None
    return Repeat(_BY_DAY + ",".join(DAYS[first : last + 1]))


@rule("from <weekday> to|through|thru|till|until|- <weekday>")
def from_weekday(calendar: Calendar, a: Time, b: Time) -> Repeat | None:
    """Days that come every week where hours are told: `from Monday to Friday at 8`."""
    found = weekday_range(calendar, a, b)
    return replace(found, certain=False) if found else None


@rule("every|each <part>", "<part> every|each day")
def every_part(_: Calendar, part: Time) -> Repeat | None:
    act_s = part.act[1] if part.act else 0.0
    return Repeat("FREQ=DAILY", part=part.series, act_s=act_s) if isinstance(part.series, OfDay) else None


@rule(
    "<dom> of every|each month",
    "the <dom> of every|each month",
    "every|each month on the <dom>",
    "every <ordinal> of the month",
    "monthly on the <dom>",
)
@rule("on? day <dom> of every|each|the month", "the <dom> day of every|each month", "<dom> day of every|each month")
def day_of_month(_: Calendar, day: Ordinal | Count) -> Repeat | None:
    whole = int(day.value)
    return Repeat(f"FREQ=MONTHLY;BYMONTHDAY={whole}") if 1 <= whole <= 31 and whole == day.value else None


@rule("every|each month on the last day", "monthly on the last day")
@rule("the? last day of every|each|the month", "on the last day of every|each|the month")
def last_of_month(_: Calendar) -> Repeat:
    return Repeat("FREQ=MONTHLY;BYMONTHDAY=-1")


@rule("<ordinal> <weekday> of every|each|the month", "the <ordinal> <weekday> of every|each|the month")
@rule("every <ordinal> <weekday> of the month", "every|each month on the <ordinal> <weekday>")
@rule("monthly on the <ordinal> <weekday>")
def weekday_of_month(_: Calendar, which: Ordinal, day: Time) -> Repeat | None:
    known = 1 <= which.value <= 5
    return Repeat(f"FREQ=MONTHLY;BYDAY={which.value}{DAYS[day.number or 0]}") if known else None


@rule("monthly on the last <weekday>", "every|each month on the last <weekday>")
@rule("last <weekday> of every|each|the month", "the|every last <weekday> of every|each|the month")
def last_weekday_of_month(_: Calendar, day: Time) -> Repeat:
    return Repeat(f"FREQ=MONTHLY;BYDAY=-1{DAYS[day.number or 0]}")


@rule("every|each year on|at <day>", "every|each <day>", "<day> every|each year", "every year on the <day>")
def yearly(calendar: Calendar, day: Time) -> Repeat | None:
    """`every 5 June`."""
    if day.kind not in ("day", "holiday") or day.recent or day.bound:
        return None
    dates = {(s.start.month, s.start.day) for s in islice(day.series.after(calendar.now), 4)}
    if len(dates) != 1:  # Easter has no date of its own
        return None
    month, number = dates.pop()
    return Repeat(f"FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={number}")


@rule("every|each <month>")
def every_month(_: Calendar, month: Time) -> Repeat:
    return Repeat(f"FREQ=YEARLY;BYMONTH={month.number}")


@rule("twice a|per day", "two times a day")
def twice_daily(_: Calendar) -> Repeat:
    return Repeat("FREQ=HOURLY;INTERVAL=12")


@rule("<count> times a|per day", "<count> times daily")
def times_daily(_: Calendar, count: Count) -> Repeat | None:
    return Repeat(f"FREQ=HOURLY;INTERVAL={int(24 / count.value)}") if count.value in (2, 3, 4, 6, 8, 12) else None


def plural_weekdays(day: int) -> Repeat:
    """`Fridays`."""
    return Repeat(_BY_DAY + DAYS[day])


def _register_plurals() -> None:
    def register(word: str, day: int) -> None:
        rule(f"{word}s", f"on {word}s")(lambda _: plural_weekdays(day))

    for word, day in WEEKDAYS.items():
        if word.endswith("day"):
            register(word, day)


_register_plurals()
_register_adverbs()
