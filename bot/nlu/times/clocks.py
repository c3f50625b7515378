"""Rules for times of day: `half past six`, `5 pm`, `22:00`, `eight in the morning`, `9 am CET`."""

from dataclasses import replace

from bot.nlu.times.meaning import Clock, Count, Time, Zone, clock_time
from bot.nlu.times.reckoning import Calendar
from bot.nlu.times.series import InZone, OfDay
from bot.nlu.times.words import grammar

rule = grammar.rule

# "8 to 10" is a range; what is said in minutes before the hour is five, ten, twenty or twenty-five.
MINUTES_TO = (5, 10, 15, 20, 25)


def bare(hour: int, minute: int | None = None) -> Clock:
    """A clock time without am or pm; from 13 on, and at 0, the half of the day is plain."""
    return Clock(hour % 24, minute, half_known=hour > 12 or hour == 0)


@rule("<count>")
def lone_number(_: Calendar, count: Count) -> Time | None:
    """A number that may be an hour, and `1530` or `150` that may be an hour with its minutes."""
    number = count.whole
    if number is None or count.vague:
        return None
    if count.digits == 4 and 1900 <= number < 2100:
        return None  # a year, unless "at" says otherwise
    if count.digits in (3, 4) and number // 100 <= 24 and number % 100 < 60 and number >= 100:
        clock = bare(number // 100, number % 100)
        return clock_time(replace(clock, half_known=clock.half_known or count.padded), certain=False)
    if 0 <= number <= 24 and count.digits <= 2 and (number or count.digits):
        return clock_time(bare(number), certain=False, spoken=count.spoken)
    return None


@rule("<count> h", "<count> hundred hours?")
def hour_mark(_: Calendar, count: Count) -> Time | None:
    """`16h`; alone it is rather sixteen hours long, so it needs more beside it."""
    hour = count.whole
    return clock_time(Clock(hour % 24, half_known=True), certain=False) if _is_hour(hour) and hour else None


@rule("oh|zero <count> hours?")
def spoken_hours(_: Calendar, count: Count) -> Time | None:
    """`oh eight hundred hours`."""
    hour, minute = divmod(count.whole or 0, 100)
    return clock_time(Clock(hour, half_known=True)) if count.spoken and 0 < hour < 10 and not minute else None


@rule("<count> hours|hrs")
def four_figures(_: Calendar, count: Count) -> Time | None:
    """`0730 hours`."""
    hour, minute = divmod(count.whole or 0, 100)
    known = count.digits == 4 and hour < 24 and minute < 60
    return clock_time(Clock(hour, minute, half_known=True)) if known else None


@rule("<count> h <count>")
def hour_mark_minutes(_: Calendar, count: Count, minutes: Count) -> Time | None:
    hour, minute = count.whole, minutes.whole
    if hour is None or not _is_hour(hour) or minute is None or minute > 59 or minutes.digits != 2:
        return None
    return clock_time(Clock(hour % 24, minute, half_known=True))


@rule("<clock> o'clock|oclock", "<clock> o clock", "<clock> o ' clock")
def o_clock(_: Calendar, time: Time) -> Time | None:
    return _sure(time) if time.clock and time.clock.minute is None else None


@rule("<clock> am", "<clock> a . m .?", "<clock> a m", "<clock> in the am")
def before_noon(_: Calendar, time: Time) -> Time | None:
    return half_of(time, 0)


@rule("<clock> pm", "<clock> p . m .?", "<clock> p m", "<clock> in the pm")
def after_noon(_: Calendar, time: Time) -> Time | None:
    return half_of(time, 12)


@rule("<clock> a")
def short_before_noon(_: Calendar, time: Time) -> Time | None:
    return half_of(time, 0) if time.clock and time.clock.minute is not None else None


@rule("<clock> p")
def short_after_noon(_: Calendar, time: Time) -> Time | None:
    return half_of(time, 12) if time.clock and time.clock.minute is not None else None


def half_of(time: Time, half: int) -> Time | None:
    """The clock time before noon (0) or after it (12); a half that was said already must agree."""
    clock = time.clock
    if clock is None or (clock.hour > 12 and half == 0) or (clock.half_known and clock.hour == 0):
        return None
    if clock.half_known and clock.hour < 12:
        return None
    return clock_time(replace(clock, hour=clock.hour % 12 + half, half_known=True))


@rule("half past|after <clock>", "<clock> half")
def half_past(_: Calendar, time: Time) -> Time | None:
    return moved(time, 30)


@rule("half <clock>")
def half_british(_: Calendar, time: Time) -> Time | None:
    """`half three`, as the British say it."""
    known = time.clock is not None and time.clock.hour <= 12 and not time.clock.half_known
    found = moved(time, 30) if known else None
    return replace(found, certain=False) if found else None


@rule("quarter past|after <clock>", "a|one quarter past|after <clock>", "<clock> and a quarter")
def quarter_past(_: Calendar, time: Time) -> Time | None:
    return moved(time, 15)


@rule("quarter to|of|before|til|till <clock>", "a|one quarter to|of|before|til|till <clock>")
def quarter_to(_: Calendar, time: Time) -> Time | None:
    return moved(time, -15)


@rule("half to|before <clock>")
def half_to(_: Calendar, time: Time) -> Time | None:
    return moved(time, -30)


@rule("<count> minutes|minute|min|mins past|after|from <clock>")
def minutes_past(_: Calendar, minutes: Count, time: Time) -> Time | None:
    return moved(time, minutes.whole) if _is_minute(minutes) and minutes.whole else None


@rule("<count> past <clock>", "<count> after <clock>")
def number_past(_: Calendar, minutes: Count, time: Time) -> Time | None:
    return moved(time, minutes.whole) if _is_minute(minutes) and minutes.whole else None


@rule("<count> minutes|minute|min|mins to|before|of|til|till <clock>")
def minutes_to(_: Calendar, minutes: Count, time: Time) -> Time | None:
    return moved(time, -minutes.whole) if _is_minute(minutes) and minutes.whole else None


@rule("<count> to|before|til|till|of <clock>")
def number_to(_: Calendar, minutes: Count, time: Time) -> Time | None:
    spoken = minutes.spoken and minutes.whole in MINUTES_TO
    return moved(time, -int(minutes.value)) if spoken else None


@rule("<count> <count>")
def hour_and_minutes(_: Calendar, count: Count, minutes: Count) -> Time | None:
    """`seven thirty`; written with digits it would rather be two numbers."""
    hour, minute = count.whole, minutes.whole
    if hour is None or minute is None or not (count.spoken and minutes.spoken) or not 10 <= minute <= 59:
        return None
    return clock_time(bare(hour, minute), certain=False) if 0 < hour <= 24 else None


@rule("<count> oh|o <count>")
def hour_and_few_minutes(_: Calendar, count: Count, minutes: Count) -> Time | None:
    """`six oh five`."""
    hour, minute = count.whole, minutes.whole
    if hour is None or minute is None or not 0 < minute < 10 or not 0 < hour <= 24:
        return None
    return clock_time(bare(hour, minute), certain=False)


@rule("at|@ <count> <count>")
def at_hour_and_minutes(_: Calendar, count: Count, minutes: Count) -> Time | None:
    """`at 12 15`."""
    hour, minute = count.whole, minutes.whole
    if hour is None or minute is None or minutes.digits != 2 or minute > 59 or not 0 < hour <= 24:
        return None
    return clock_time(bare(hour, minute))


@rule("at|@ <count>")
def at_four_figures(_: Calendar, count: Count) -> Time | None:
    """`at 1930`."""
    hour, minute = divmod(count.whole or 0, 100)
    known = count.digits == 4 and hour in (19, 20) and minute < 60
    return clock_time(Clock(hour, minute, half_known=True)) if known else None


@rule("<count> to|before|till noon|midday")
def minutes_to_noon(_: Calendar, minutes: Count) -> Time | None:
    return clock_time(Clock(11, 60 - int(minutes.value), half_known=True)) if _is_minute(minutes) else None


@rule("noon|midday", "mid day", "mid - day", "twelve noon", "the noon|midday", "12 noon", "high noon")
def noon(_: Calendar) -> Time:
    return clock_time(Clock(12, half_known=True))


@rule("midnight|midnite", "twelve|12 midnight", "mid night")
def midnight(_: Calendar) -> Time:
    return clock_time(Clock(0, half_known=True))


@rule("at|@ <clock>", "at about|around|exactly <clock>")
def at_clock(_: Calendar, time: Time) -> Time:
    lone_hour = time.clock is not None and time.clock.minute is None
    return replace(_sure(time), spoken=time.spoken and lone_hour)  # it may still be the minutes of "at ten to four"


@rule("around|about|towards|exactly|approximately|approx|roughly <clock>")
def about_clock(_: Calendar, time: Time) -> Time:
    """`about four`, but not "about four things"."""
    return replace(_sure(time), alone=not time.certain)


@rule("<clock> sharp|exactly|ish|approximately", "<clock> - ish", "<clock> on the dot")
def sharp(_: Calendar, time: Time) -> Time:
    return _sure(time)


@rule("<clock> <zone>", "<clock> ( <zone> )")
def clock_in_zone(calendar: Calendar, time: Time, zone: Zone) -> Time | None:
    """The time as the clocks of another zone show it."""
    if not isinstance(time.series, OfDay) or not time.clock:
        return None
    # Which half of the other zone's day was not said: the hour as it is written.
    clock = replace(time.clock, half_known=True)
    told = clock_time(clock)
    if not isinstance(told.series, OfDay):
        return None
    series = InZone(told.series, zone.minutes, calendar.zone)
    return replace(told, series=series, grain="minute" if clock.minute is None else clock.grain, clock=None)


def moved(time: Time, minutes: int) -> Time | None:
    """A full hour moved by some minutes: `quarter past one`."""
    clock = time.clock
    if clock is None or clock.minute is not None:
        return None
    total = clock.hour * 60 + minutes
    hour, minute = divmod(total % (24 * 60), 60)
    if not clock.half_known:
        hour = hour % 12 or 12
    return clock_time(replace(clock, hour=hour, minute=minute))


def _sure(time: Time) -> Time:
    return replace(time, certain=True, spoken=False)


def _is_hour(hour: int | None) -> bool:
    return hour is not None and 0 <= hour <= 24


def _is_minute(count: Count) -> bool:
    return count.whole is not None and 0 < count.value < 60 and not count.vague
