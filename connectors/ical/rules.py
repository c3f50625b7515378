"""Recurrence rules as they are written (RFC 5545 section 3.3.10, RFC 7529): read and checked, not yet followed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from connectors.ical.faults import BadValue
from connectors.ical.values import Until, read_until

Frequency = Literal["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"]
FREQUENCIES: tuple[Frequency, ...] = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = re.compile(r"([+-]?\d{0,2})(MO|TU|WE|TH|FR|SA|SU)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One RRULE. Empty tuples are parts that were not given; a weekday is (n, 0 = Monday), n 0 for every one."""

    freq: Frequency
    interval: int = 1
    count: int | None = None
    until: Until | None = None
    week_start: int = 0
    months: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    skip: Literal["OMIT", "FORWARD", "BACKWARD"] = "OMIT"

    def completed(self, start: date) -> "Rule":
        """The rule with what its start implies written out: the day, the weekday, the time of day."""
        rule, rank = self, FREQUENCIES.index(self.freq)
        if not (rule.weeks or rule.year_days or rule.month_days or rule.weekdays):
            if self.freq == "YEARLY":
                rule = replace(rule, months=rule.months or (start.month,), month_days=(start.day,))
            elif self.freq == "MONTHLY":
                rule = replace(rule, month_days=(start.day,))
            elif self.freq == "WEEKLY":
                rule = replace(rule, weekdays=((0, start.weekday()),))
        elif rule.weeks and not (rule.year_days or rule.month_days or rule.weekdays):
            rule = replace(rule, weekdays=((0, start.weekday()),))
        if not isinstance(start, datetime):
            return replace(rule, hours=(0,), minutes=(0,), seconds=(0,))
        return replace(
            rule,
            hours=rule.hours or ((start.hour,) if rank < FREQUENCIES.index("HOURLY") else ()),
            minutes=rule.minutes or ((start.minute,) if rank < FREQUENCIES.index("MINUTELY") else ()),
            seconds=rule.seconds or ((start.second,) if rank < FREQUENCIES.index("SECONDLY") else ()),
        )


def read_rule(text: str) -> Rule:
    """The rule of an RRULE's text. Raises BadValue with what is wrong with it."""
    given: dict[str, Any] = {}
    for part in filter(None, (part.strip() for part in text.upper().split(";"))):
        name, sign, value = part.partition("=")
        if not sign:
            raise BadValue(f"{part[:40]!r} in the RRULE has no value")
        if name.strip() == "RSCALE":
            if value != "GREGORIAN":
                raise BadValue(f"the RRULE counts in the {value.title()} calendar, which is not known here")
        elif (known := _PARTS.get(name.strip())) is not None:
            given[known[0]] = known[1](value.strip())
        elif not name.startswith("X-"):
            raise BadValue(f"the RRULE has a part {name[:40]!r} that is not known")
    if "freq" not in given:
        raise BadValue("the RRULE does not say how often (FREQ)")
    if (given.get("count") or 0) < 0:  # some programs write -1 for "without end"
        del given["count"]
    return Rule(**given)


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in allowed:
            raise BadValue(f"the RRULE says {value[:20]!r} where it may say {', '.join(allowed)}")
        return value

    return read


def _numbers(low: int, high: int, *, negative: bool = False) -> Callable[[str], tuple[int, ...]]:
    def read(value: str) -> tuple[int, ...]:
        found = set()
        for item in filter(None, value.split(",")):
            number = _integer(item)
            if not low <= (abs(number) if negative else number) <= high:
                raise BadValue(f"{number} in the RRULE is out of range")
            found.add(number)
        return tuple(sorted(found))

    return read


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise BadValue(f"{text[:20]!r} in the RRULE is no number") from None


def _interval(text: str) -> int:
    if (number := _integer(text)) < 1:
        raise BadValue(f"the RRULE cannot repeat every {number}")
    return number


def _weekdays(text: str) -> tuple[tuple[int, int], ...]:
    found = set()
    for item in filter(None, (item.strip() for item in text.split(","))):
        match = _DAY.fullmatch(item)
        if match is None:
            raise BadValue(f"{item[:20]!r} in the RRULE is no weekday")
        number = match[1] if match[1].strip("+-") else "0"
        found.add((int(number), WEEKDAYS.index(match[2])))
    return tuple(sorted(found))


_PARTS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "FREQ": ("freq", _one_of(*FREQUENCIES)),
    "INTERVAL": ("interval", _interval),
    "COUNT": ("count", _integer),
    "UNTIL": ("until", read_until),
    "WKST": ("week_start", lambda value: WEEKDAYS.index(_one_of(*WEEKDAYS)(value))),
    "BYMONTH": ("months", _numbers(1, 12)),
    "BYWEEKNO": ("weeks", _numbers(1, 53, negative=True)),
    "BYYEARDAY": ("year_days", _numbers(1, 366, negative=True)),
    "BYMONTHDAY": ("month_days", _numbers(1, 31, negative=True)),
    "BYDAY": ("weekdays", _weekdays),
    "BYHOUR": ("hours", _numbers(0, 23)),
    "BYMINUTE": ("minutes", _numbers(0, 59)),
    "BYSECOND": ("seconds", _numbers(0, 60)),
    "BYSETPOS": ("positions", _numbers(1, 366, negative=True)),
    "SKIP": ("skip", _one_of("OMIT", "FORWARD", "BACKWARD")),
}
