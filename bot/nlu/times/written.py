"""Dates and clock times written in figures: `2026-03-05`, `5/3/26`, `31-Oct-74`, `10:30`, `2018Q4`."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.nlu.text import Token
from bot.nlu.times.chart import Node
from bot.nlu.times.dates import full_year, of_year
from bot.nlu.times.derived import NthIn
from bot.nlu.times.meaning import Clock, Time, clock_time, narrow, once
from bot.nlu.times.reckoning import Calendar, length, shift
from bot.nlu.times.series import Cycle
from bot.nlu.times.words import MONTHS, month_day

Maker = Callable[[Calendar, re.Match[str]], Time | None]

_END = r"(?![\w/]|[-.:]\d)"
_CLOCK = re.compile(r"([01]?\d|2[0-4])[:.]([0-5]\d)(?:[:.]([0-5]\d))?(?![\d:]|\.\d)")
_AFTER_HOUR = frozenset("at @ by until till from around before after since between and to -".split())


def written(text: str, tokens: Sequence[Token], at: int, calendar: Calendar) -> Iterator[Node]:
    """The written dates and times that begin at this token."""
    start = tokens[at].start
    here = text[start : start + 24]
    for pattern, make in _PATTERNS:
        if (match := pattern.match(here)) and (time := make(calendar, match)) is not None:
            end = start + match.end()
            last = next((i for i in range(at, len(tokens)) if tokens[i].start >= end), len(tokens))
            yield Node(time, at, last)
    if (match := _CLOCK.match(here)) and tokens[at].end == start + match.end() and _is_clock(match, tokens, at):
        yield Node(_clock(match), at, at + 1)


def _is_clock(match: re.Match[str], tokens: Sequence[Token], at: int) -> bool:
    """A colon says so; a point, as in 10.30, only after a preposition or before am and pm."""
    if ":" in match[0]:
        return True
    before = tokens[at - 1].norm if at else ""
    after = tokens[at + 1].norm if at + 1 < len(tokens) else ""
    return len(match[2]) == 2 and ((before in _AFTER_HOUR and not match[3]) or after in ("am", "pm"))


def _clock(match: re.Match[str]) -> Time:
    hour, minute, second = int(match[1]), int(match[2]), int(match[3]) if match[3] else None
    known = hour > 12 or hour == 0 or match[1].startswith("0")
    return clock_time(Clock(hour % 24, minute, second, half_known=known))


def _date(year: int, month: int, day: int) -> Time | None:
    try:
        start = datetime(year, month, day)  # noqa: DTZ001 (wall time)
        return Time(once(start, shift(start, length(1, "day"))), "day", "day", bound=True)
    except (ValueError, OverflowError):
        return None


def _year(digits: str) -> int:
    return full_year(int(digits)) if len(digits) <= 2 else int(digits)


def _iso_date(_: Calendar, match: re.Match[str]) -> Time | None:
    return _date(_year(match[1]), int(match[2]), int(match[3]))


def _two_numbers(calendar: Calendar, a: int, b: int, *, month_first: bool) -> tuple[int, int] | None:
    """Month and day of two numbers that may be either; where both could be, as it is written here."""
    if (month_first and a <= 12) or a <= 12 < b:
        return a, b
    return (b, a) if b <= 12 else None


def _figures(calendar: Calendar, match: re.Match[str]) -> Time | None:
    a, b = int(match[1]), int(match[3])
    # Points are how dates are written where the day comes first.
    first = calendar.month_first and match[2] != "."
    found = _two_numbers(calendar, a, b, month_first=first)
    if found is None or (match[2] == "." and len(match[4]) < 4):
        return None
    time = _date(_year(match[4]), *found)
    swapped = _date(_year(match[4]), found[1], found[0]) if found[0] != found[1] else None
    return time if time is None or swapped is None else _with_other(time, swapped)


def _short(calendar: Calendar, match: re.Match[str]) -> Time | None:
    a, b = int(match[1]), int(match[2])
    found = _two_numbers(calendar, a, b, month_first=calendar.month_first)
    time = month_day(*found) if found else None
    if time is None or found is None:
        return None
    swapped = month_day(found[1], found[0]) if found[0] != found[1] else None
    # "3/4" is a fraction as well, and needs an "on" or a time of day beside it.
    time = replace(time, certain=not a < b <= 10)
    return replace(time, other=swapped.series) if swapped else time


def _with_points(_: Calendar, match: re.Match[str]) -> Time | None:
    """`9.3.`: 21.5 at the end of a sentence is a number as well, so it needs an "on" or a weekday beside it."""
    time = month_day(int(match[2]), int(match[1]))
    return replace(time, certain=False) if time else None


def _with_other(time: Time, other: Time) -> Time:
    return replace(time, other=other.series)


def _named_month(_: Calendar, match: re.Match[str]) -> Time | None:
    month = MONTHS.get(match[2].casefold())
    return _date(_year(match[3]), month, int(match[1])) if month else None


def _month_of_year(_: Calendar, match: re.Match[str]) -> Time | None:
    groups = match.groupdict()
    start = datetime(int(groups["year"]), int(groups["month"]), 1)  # noqa: DTZ001 (wall time)
    return Time(once(start, shift(start, length(1, "month"))), "month", "month", bound=True)


def _quarter(_: Calendar, match: re.Match[str]) -> Time | None:
    year = of_year(_year(match[1]))
    return Time(NthIn(int(match[2]) - 1, year.series, Cycle("quarter")), "season", "quarter", bound=True)


def _instant(calendar: Calendar, match: re.Match[str]) -> Time | None:
    """`2026-03-05T10:30`."""
    date = _iso_date(calendar, match)
    clock = clock_time(Clock(int(match[4]), int(match[5]), int(match[6]) if match[6] else None, half_known=True))
    return narrow(date, clock) if date else None


_PATTERNS: tuple[tuple[re.Pattern[str], Maker], ...] = (
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(?![\d:])"), _instant),
    (re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?![\d/]|-\d)"), _iso_date),
    (re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_END}"), _figures),
    (re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?[-/]([A-Za-z]{{3,9}})[-/](\d{{4}}|\d{{2}}){_END}"), _named_month),
    (re.compile(r"(\d{1,2})/(\d{1,2})(?![\w/]|[.:]\d)"), _short),
    (re.compile(r"(\d{1,2})\.(\d{1,2})\.(?![\w/]|[-.:]\d)"), _with_points),
    (re.compile(r"([12]\d{3})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\w)"), _iso_date),
    (re.compile(rf"(?P<year>[12]\d{{3}})[-/](?P<month>0?[1-9]|1[0-2]){_END}"), _month_of_year),
    (re.compile(rf"(?P<month>0?[1-9]|1[0-2])[/-](?P<year>[12]\d{{3}}){_END}"), _month_of_year),
    (re.compile(rf"(\d{{4}}|\d{{2}})[qQ]([1-4]){_END}"), _quarter),
)
