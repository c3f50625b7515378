"""Days that no calendar has and hours that no day has: said to be so, instead of taken for others. Pure."""

import re
from datetime import date

from twin_core.contract.errors import Rejected

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # in a leap year
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<{0}>\d{{1,2}})(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s+(?P<{0}>\d{{4}})\b)?"
_DATES = (
    re.compile(
        rf"(?<![\d:.,])\b{_DAY.format('day')}\s+(?:of\s+)?{_MONTH.format('month')}{_YEAR.format('year')}", re.IGNORECASE
    ),
    re.compile(
        rf"\b{_MONTH.format('month')}\s+(?:the\s+)?{_DAY.format('day')}\b(?![:.\d]|\s*(?:am|pm|%|°|o'clock))"
        rf"{_YEAR.format('year')}",
        re.IGNORECASE,
    ),
)
_WRITTEN = re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b")


_CLOCK = re.compile(
    r"\b(?:at|by|until|till?|from|to)\s+(?P<clock>(?P<hour>\d{1,2}):(?P<minute>\d{2}))\b(?!:)", re.IGNORECASE
)
_BACKWARDS = re.compile(r"\bin\s+[-−–]\s?\d", re.IGNORECASE)


def check_times(text: str) -> None:
    """Raises Rejected for a day that its month does not have (30 February, 31 April, 29 February 2027), an hour that
    no day has (25:00), and a length that goes backwards ("in -5 minutes").
    """
    for said in _CLOCK.finditer(text):
        if int(said["hour"]) > 24 or int(said["minute"]) > 59:
            hint = "Say one from 0:00 to 23:59."
            raise Rejected(f"There is no {said['clock']} on a clock.", code="no_such_time", hint=hint)
    if _BACKWARDS.search(text):
        raise Rejected("That time is past.", code="past", hint="Name a time that is still to come.")
    for pattern in _DATES:
        for said in pattern.finditer(text):
            month = _MONTHS.index(said["month"][:3].lower()) + 1
            _check(int(said["day"]), month, int(said["year"]) if said["year"] else None)
    for said in _WRITTEN.finditer(text):
        if 1 <= int(said["month"]) <= 12:
            _check(int(said["day"]), int(said["month"]), int(said["year"]))


def _check(day: int, month: int, year: int | None) -> None:
    longest = _length(month, year) if year else _LONG[month - 1]
    if not longest < day <= 31:  # beyond, it is no day at all but a year or a number
        return
    name = f"{date(2000, month, 1):%B}"
    raise Rejected(
        f"There is no {day} {name}{f' {year}' if year else ''}.",
        code="no_such_day",
        hint=f"{name}{f' {year}' if year else ''} has {longest} days{' at most' if month == 2 and not year else ''}.",
    )


def _length(month: int, year: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 28 if month == 2 and not leap else _LONG[month - 1]
