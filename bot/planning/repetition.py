"""A recurrence rule in words: `every weekday`, `every 2 weeks on Tuesday`, `on the last Friday of every month`."""

from collections.abc import Mapping
from datetime import date

from bot.replies.phrases import listed

_DAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
_SETS = {"MO,TU,WE,TH,FR": "weekday", "SA,SU": "weekend day"}
_UNITS = {
    "MINUTELY": "minute",
    "HOURLY": "hour",
    "DAILY": "day",
    "WEEKLY": "week",
    "MONTHLY": "month",
    "YEARLY": "year",
}
_COUNTS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "last but one"}
_SAID = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYHOUR", "BYMINUTE", "BYSECOND", "WKST"}


def repetition(rule: str) -> str | None:
    """How often, without the time of day; None for a rule that has no plain words."""
    parts = dict(part.partition("=")[::2] for part in rule.removeprefix("RRULE:").upper().split(";") if part)
    if parts.keys() - _SAID or parts.get("FREQ") not in _UNITS:
        return None
    try:
        return _said(parts)
    except (KeyError, ValueError):
        return None


def _said(parts: Mapping[str, str]) -> str:
    frequency, days = parts["FREQ"], parts.get("BYDAY", "")
    every = _every(_UNITS[frequency], int(parts.get("INTERVAL", "1")))
    if "," in parts.get("BYHOUR", "") or "," in parts.get("BYMINUTE", ""):
        raise ValueError("several times a day")
    if frequency in ("MONTHLY", "YEARLY"):
        return _in_month(every, days, parts)
    if "BYMONTH" in parts or "BYMONTHDAY" in parts:
        raise ValueError("days of a month in another rhythm")
    if not days:
        return every
    if every not in ("every day", "every week"):
        return f"{every} on {listed([_DAYS[day] for day in days.split(',')])}"
    return f"every {_SETS.get(days) or listed([_DAYS[day] for day in days.split(',')])}"


def _every(unit: str, interval: int) -> str:
    return f"every {unit}" if interval == 1 else f"every {interval} {unit}s"


def _in_month(every: str, days: str, parts: Mapping[str, str]) -> str:
    month = date(2000, int(parts["BYMONTH"]), 1).strftime("%B") if "BYMONTH" in parts else ""
    number = parts.get("BYMONTHDAY")
    if number is not None and not days:
        which = "last day" if number == "-1" else _ordinal(int(number))
    elif days and number is None:
        which = f"{_COUNTS[int(days[:-2])]} {_DAYS[days[-2:]]}"
    elif not days and not month:
        return every
    else:
        raise ValueError("days by number and by name")
    return f"on the {which} of {month}, {every}" if month else f"on the {which} of {every}"


def _ordinal(number: int) -> str:
    if not 1 <= number <= 31:
        raise ValueError("no day of a month")
    ending = "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
