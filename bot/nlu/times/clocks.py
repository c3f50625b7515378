"""Rules for times of day: `half past six`, `5 pm`, `22:00`, `eight in the morning`, `tomorrow at 3`."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.nlu.times.meaning import Calendar, Clock, Count, DayPart, When
from bot.nlu.times.words import grammar

rule = grammar.rule


def as_hour(count: Count) -> int | None:
    """The hour that a bare number may mean."""
    return int(count.value) if count.value % 1 == 0 and 0 <= count.value <= 24 else None


def bare(hour: int, minute: int = 0, certain: bool = True) -> Clock:
    """A clock time without am or pm; from 13 on, and at 0, the half of the day is plain."""
    return Clock(hour % 24, minute, half_known=hour > 12 or hour == 0, certain=certain)


@rule("<count>")
def lone_number(_: Calendar, count: Count) -> Clock | None:
    hour = as_hour(count)
    return replace(bare(hour, certain=False), spoken=count.spoken) if hour else None


@rule("<count> o'clock|oclock")
def o_clock(_: Calendar, count: Count) -> Clock | None:
    hour = as_hour(count)
    return bare(hour) if hour is not None else None


@rule("<clock> am", "<clock> a . m .?")
def before_noon(_: Calendar, clock: Clock) -> Clock | None:
    if clock.half_known or clock.hour > 12:
        return None
    return replace(clock, hour=clock.hour % 12, half_known=True, certain=True)


@rule("<clock> pm", "<clock> p . m .?")
def after_noon(_: Calendar, clock: Clock) -> Clock | None:
    if clock.half_known and clock.hour < 12:
        return None
    return replace(clock, hour=clock.hour % 12 + 12, half_known=True, certain=True)


@rule("half past <count>")
def half_past(_: Calendar, count: Count) -> Clock | None:
    hour = as_hour(count)
    return bare(hour, 30) if hour is not None else None


@rule("quarter past <count>", "a quarter past <count>")
def quarter_past(_: Calendar, count: Count) -> Clock | None:
    hour = as_hour(count)
    return bare(hour, 15) if hour is not None else None


@rule("quarter to|of|before <count>", "a quarter to|of|before <count>")
def quarter_to(_: Calendar, count: Count) -> Clock | None:
    return _earlier(count, 15)


@rule("<count> minutes|min? past|after <count>")
def minutes_past(_: Calendar, minutes: Count, count: Count) -> Clock | None:
    hour = as_hour(count)
    return bare(hour, int(minutes.value)) if hour is not None and _minute(minutes) else None


@rule("<count> minutes|min? to|before <count>")
def minutes_to(_: Calendar, minutes: Count, count: Count) -> Clock | None:
    # "8 to 10" is a range; what is said in minutes is five, ten, twenty or twenty-five to.
    spoken = minutes.spoken and minutes.value in (5, 10, 20, 25)
    return _earlier(count, int(minutes.value)) if spoken and _minute(minutes) else None


@rule("<count> <count>")
def hour_and_minutes(_: Calendar, count: Count, minutes: Count) -> Clock | None:
    """`seven thirty`; written with digits it would rather be two numbers."""
    hour = as_hour(count)
    if hour is None or not (count.spoken and minutes.spoken) or not _minute(minutes) or minutes.value < 10:
        return None
    return bare(hour, int(minutes.value), certain=False)


@rule("noon|midday", "twelve noon")
def noon(_: Calendar) -> Clock:
    return Clock(12, half_known=True)


@rule("midnight", "twelve midnight")
def midnight(_: Calendar) -> Clock:
    return Clock(0, half_known=True)


@rule("at|around|about|towards <clock>")
def at_clock(_: Calendar, clock: Clock) -> Clock:
    return replace(clock, certain=True)


@rule("<clock> sharp|exactly|ish")
def sharp(_: Calendar, clock: Clock) -> Clock:
    return replace(clock, certain=True)


@rule("<clock> in|at the? <part>", "<part> at <clock>")
def clock_in_part(_: Calendar, a: Clock | DayPart, b: Clock | DayPart) -> Clock | None:
    clock, part = (a, b) if isinstance(a, Clock) else (b, a)
    if not isinstance(clock, Clock) or not isinstance(part, DayPart):
        return None
    return in_part(clock, part)


def in_part(clock: Clock, part: DayPart) -> Clock | None:
    """The clock time in the half of the day that fits: `eight in the morning`, `two at night`."""
    if clock.half_known and clock.hour > 12:
        return replace(clock, certain=True)
    late = {"morning": False, "night": 5 < clock.hour % 12 < 12}.get(part.name, True)
    if part.name == "lunch" and clock.hour in (11, 12):
        late = clock.hour == 12
    return replace(clock, hour=clock.hour % 12 + (12 if late else 0), half_known=True, certain=True)


def on_day(calendar: Calendar, day: When, clock: Clock) -> When:
    """The clock time on this day; where the half was not said, the likelier one, the other kept."""
    base = day.start.replace(hour=0, minute=0, second=0)
    at = base + timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)
    if clock.half_known:
        return When(at, None, clock.grain)
    early = base + timedelta(hours=clock.hour % 12, minutes=clock.minute)
    late = early + timedelta(hours=12)
    first = _likelier(calendar, early, late)
    return When(first, None, clock.grain, other=early if first == late else late)


@rule("<clock>")
def today_at(calendar: Calendar, clock: Clock) -> When:
    when = on_day(calendar, calendar.period("day"), clock)
    if clock.half_known and clock.hour == 0 and clock.minute == 0:  # midnight lies ahead
        when = replace(when, start=when.start + timedelta(days=1))
    return replace(when, certain=clock.certain)


@rule("<day> <clock>", "<clock> on? <day>", "<day> , <clock>", "<day> at <clock>")
def clock_on_day(calendar: Calendar, a: Clock | When, b: Clock | When) -> When | None:
    clock, day = (a, b) if isinstance(a, Clock) else (b, a)
    if not isinstance(clock, Clock) or not isinstance(day, When) or (clock.spoken and not clock.certain):
        return None  # "Thursday's one-on-one" and "8 May, two hours" name no hour
    return on_day(calendar, day, clock)


@rule("<within> at? <clock>", "<clock> <within>")
def clock_within(_: Calendar, a: Clock | When, b: Clock | When) -> When | None:
    """`six tonight`, `tomorrow morning at 8`: the hour that lies in that part of the day."""
    clock, part = (a, b) if isinstance(a, Clock) else (b, a)
    if not isinstance(clock, Clock) or not isinstance(part, When) or part.end is None:
        return None
    base = part.start.replace(hour=0, minute=0)
    hours = (clock.hour,) if clock.half_known else (clock.hour % 12, clock.hour % 12 + 12, clock.hour % 12 + 24)
    for hour in (*hours, clock.hour + 24):
        at = base + timedelta(hours=hour, minutes=clock.minute)
        if part.start - timedelta(hours=2) <= at < part.end:
            return When(at, None, clock.grain)
    return None


def _likelier(calendar: Calendar, early: datetime, late: datetime) -> datetime:
    if early.date() == calendar.now.date():
        return early if early > calendar.now else late
    return early if 7 <= early.hour <= 11 else late


def _minute(count: Count) -> bool:
    return count.value % 1 == 0 and 0 < count.value < 60


def _earlier(count: Count, minutes: int) -> Clock | None:
    hour = as_hour(count)
    return bare((hour - 1) % 24 or 12, 60 - minutes) if hour is not None else None
