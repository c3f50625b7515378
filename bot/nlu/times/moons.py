"""Holidays that follow the moon: the tables of the `holidays` package, and Easter by reckoning.

The package offers its religious calendars only by the names used below; its public classes list the public holidays of
a country, not the days of a religion. It is loaded when a phrase first names such a day.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from importlib import import_module
from typing import Any

_CALENDARS = {
    "hebrew": "_HebrewLunisolar",
    "islamic": "_IslamicLunar",
    "hindu": "_HinduLunisolar",
    "chinese": "_ChineseLunisolar",
    "buddhist": "_BuddhistLunisolar",
}
_SATURDAY = 5


def days_of(calendar: str, name: str, year: int) -> list[date]:
    """When the day falls in that year: mostly once, never where the tables end, twice in some Islamic years."""
    if (calendar, name) in _REGULAR:
        return _REGULAR[calendar, name](year)
    table = _calendar(calendar)
    single = getattr(table, f"{name}_date", None)
    found = single(year) if single is not None else getattr(table, f"{name}_dates")(year)
    return sorted({day for day in _dates(found) if day.year == year})


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876)."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def orthodox_easter(year: int) -> date:
    """Easter Sunday by the Julian calendar (Meeus), as the Gregorian one names the day."""
    moon = (19 * (year % 19) + 15) % 30
    week = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
    month, day = divmod(moon + week + 114, 31)
    return date(year, month, day + 1) + timedelta(days=year // 100 - year // 400 - 2)


@cache
def _calendar(name: str) -> Any:
    return getattr(import_module("holidays.calendars"), _CALENDARS[name])()


def _dates(found: Any) -> Iterable[date]:
    """The tables answer a date, a date and whether it is estimated, or several of either."""
    if isinstance(found, date):
        yield found
    elif found is not None and not isinstance(found, bool):
        for part in found:
            yield from _dates(part)


def _ramadan(year: int) -> list[date]:
    return days_of("islamic", "ramadan_beginning", year)


def _tu_bishvat(year: int) -> list[date]:
    """The eve of 15 Shevat: 29 days before Purim, and a month more in a leap year, which has two Adars."""
    new_years = [d for y in (year - 1, year) for d in days_of("hebrew", "rosh_hashanah", y)]
    leap = len(new_years) == 2 and (new_years[1] - new_years[0]).days > 380
    return [d - timedelta(days=60 if leap else 30) for d in days_of("hebrew", "purim", year)]


def _tisha_bav(year: int) -> list[date]:
    """The eve of 9 Av; a fast that would fall on the Sabbath is kept the day after."""
    return [
        d if d.weekday() == _SATURDAY else d - timedelta(days=1) for d in days_of("hebrew", "tisha_bav_proper", year)
    ]


def _yom_haatzmaut(year: int) -> list[date]:
    """The eve of 5 Iyar, moved so that neither the day nor its eve touches the Sabbath."""
    moved = {4: -1, 5: -2, 0: 1}
    return [d + timedelta(days=moved.get(d.weekday(), 0) - 1) for d in days_of("hebrew", "israel_independence", year)]


def _proper_tisha_bav(year: int) -> list[date]:
    return sorted(d for d in _dates(_calendar("hebrew").tisha_bav_date(year)) if d.year == year)


_REGULAR = {
    ("islamic", "ramadan"): _ramadan,
    ("hebrew", "tu_bishvat"): _tu_bishvat,
    ("hebrew", "tisha_bav"): _tisha_bav,
    ("hebrew", "tisha_bav_proper"): _proper_tisha_bav,
    ("hebrew", "yom_haatzmaut"): _yom_haatzmaut,
}
