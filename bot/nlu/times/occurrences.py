"""When a repetition first happens: the start of an iCalendar rule, reckoned on the wall."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.nlu.times.meaning import Clock, Repeat
from bot.nlu.times.reckoning import Calendar, Grain, length
from bot.nlu.times.series import next_of

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_SHORT: dict[str, Grain] = {"HOURLY": "hour", "MINUTELY": "minute", "SECONDLY": "second"}
_LOOK_AHEAD_DAYS = 366 * 5  # the fifth Friday, 29 February
_ACT_S = {4: 4 * 3600}  # a morning begins at four, what is done in it at eight


def first_occurrence(calendar: Calendar, repeat: Repeat) -> datetime:
    """The first time after now; without a clock time, when the day or its part begins."""
    parts = dict(p.split("=") for p in repeat.rule.split(";"))
    earliest = _earliest(calendar, repeat)
    if parts["FREQ"] in _SHORT:
        return calendar.move(earliest, length(int(parts.get("INTERVAL", 1)), _SHORT[parts["FREQ"]]))
    today = earliest.replace(hour=0, minute=0, second=0, microsecond=0)
    for ahead in range(_LOOK_AHEAD_DAYS):
        day = today + timedelta(days=ahead)
        if _falls_on(parts, day, today) and (at := _time_on(day, repeat)) > earliest:
            return at
    return earliest


def _earliest(calendar: Calendar, repeat: Repeat) -> datetime:
    if repeat.within is None:
        return calendar.now
    stretch = next_of(repeat.within.series, calendar.now)
    return max(calendar.now, stretch.start - timedelta(seconds=1)) if stretch else calendar.now


def _time_on(day: datetime, repeat: Repeat) -> datetime:
    if repeat.clock is not None:
        clock = _usual_half(repeat.clock)
        return day + timedelta(seconds=clock.of_day_s)
    if repeat.part is not None:
        start = repeat.part.start_s
        return day + timedelta(seconds=start + _ACT_S.get(start // 3600, 0))
    return day


def _usual_half(clock: Clock) -> Clock:
    """Which half of the day was not said: the same one every day, so not the one that is next today."""
    if clock.half_known:
        return clock
    return replace(clock, hour=clock.hour % 12 + (0 if 6 <= clock.hour <= 11 else 12), half_known=True)


def _falls_on(parts: dict[str, str], day: datetime, today: datetime) -> bool:
    last = (day + timedelta(days=1)).day == 1
    if "BYMONTHDAY" in parts and int(parts["BYMONTHDAY"]) not in (day.day, -1 if last else 0):
        return False
    if "BYMONTH" in parts:
        first_day = "BYMONTHDAY" in parts or day.day == 1 or day == today
        return day.month == int(parts["BYMONTH"]) and first_day
    if "BYDAY" in parts:
        here = DAYS[day.weekday()]
        nth = f"{(day.day - 1) // 7 + 1}{here}"
        from_end = f"-1{here}" if (day + timedelta(days=7)).month != day.month else ""
        return any(d in (here, nth, from_end) for d in parts["BYDAY"].split(","))
    return True
