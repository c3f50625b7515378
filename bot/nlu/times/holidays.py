"""Holidays by name: reads `holidays.toml` into series, and finds their names in a text."""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from bot.nlu.text import Token, stem
from bot.nlu.times.chart import Node
from bot.nlu.times.meaning import Time
from bot.nlu.times.moons import days_of, easter, orthodox_easter
from bot.nlu.times.series import OfYear, Stretch

_DATA = Path(__file__).with_name("holidays.toml")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_RULE = re.compile(r"(?P<base>.+?)(?: (?P<offset>[+-]\d+))?(?: for (?P<days>\d+))?")
_LONGEST_NAME = 24  # words

Dates = Callable[[int], list[date]]


def find_holidays(tokens: Sequence[Token], at: int) -> Iterator[Node]:
    """The holidays whose names begin at this token."""
    names = _names()
    branch, end = names, at
    for token in tokens[at : at + _LONGEST_NAME]:
        end += 1
        if token.norm in ("-", ".", ","):
            if branch is names:
                return
            continue
        if token.norm == "'":
            if not (tokens[end - 2].norm.endswith("s") and tokens[end - 2].end == token.start):
                return
            continue
        following = branch.get(_key(token.norm))
        if not isinstance(following, dict):
            return
        branch = following
        if isinstance(found := branch.get(""), Time):
            yield Node(found, at, end)


@cache
def _names() -> dict[str, object]:
    """A tree of words, each name's end marked by the empty word."""
    tree: dict[str, object] = {}
    for rules in tomllib.loads(_DATA.read_text(encoding="utf-8")).values():
        for key, names in rules.items():
            time = _holiday(key)
            for name in names:
                for spelling in {name.replace(" (day)", ""), name.replace("(", "").replace(")", "")}:
                    _plant(tree, spelling, time)
    return tree


def _plant(tree: dict[str, object], name: str, time: Time) -> None:
    branch = tree
    for word in name.casefold().replace(",", "").replace(".", "").split():
        following = branch.setdefault(_key(word), {})
        assert isinstance(following, dict)  # noqa: S101 (only the empty word holds a time)
        branch = following
    branch[""] = time


@cache
def _key(word: str) -> str:
    """The same for spellings that people mix up: accents, plurals, possessives, double letters."""
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if c.isalpha() or c.isdigit() or c == "'")
    return re.sub(r"(.)\1", r"\1", stem(plain).replace("'", "")) or word


def _holiday(key: str) -> Time:
    if key == "earth_hour":
        return Time(OfYear(key, _earth_hour), "holiday", "minute")
    match = _RULE.fullmatch(key)
    if match is None:
        raise ValueError(f"holidays.toml: cannot read the rule “{key}”")
    dates = _dates(match["base"])
    offset, days = timedelta(days=int(match["offset"] or 0)), timedelta(days=int(match["days"] or 1))

    def find(year: int) -> list[Stretch]:
        starts = [datetime(d.year, d.month, d.day) + offset for d in dates(year)]  # noqa: DTZ001 (wall time)
        return [Stretch(s, _end_of_ramadan(s) if match["base"] == "islamic ramadan" else s + days) for s in starts]

    kind = "holiday" if days.days == 1 and key != "islamic ramadan" else "days"
    return Time(OfYear(f"holiday {key}", find), kind, "day")  # type: ignore[arg-type]


def _dates(base: str) -> Dates:
    """What a rule says, as a function of the year."""
    words = base.split()
    if base in ("easter", "orthodox"):
        reckon = easter if base == "easter" else orthodox_easter
        return lambda year: [reckon(year)] if year > 325 else []
    if words[0] in ("hebrew", "islamic", "hindu", "chinese", "buddhist"):
        return lambda year: days_of(words[0], words[1], year)
    if words[0] == "closest_workday":
        return lambda year: [_workday(day) for day in _fixed(words[1], year)]
    if base in _OTHER:
        return _OTHER[base]
    if len(words) == 3:
        nth, weekday, month = words[0], _WEEKDAYS.index(words[1]), int(words[2])
        return lambda year: [_nth_weekday(nth, weekday, month, year)]
    return lambda year: _fixed(base, year)


def _fixed(day: str, year: int) -> list[date]:
    month, day_of_month = map(int, day.split("-"))
    try:
        return [date(year, month, day_of_month)]
    except ValueError:  # 29 February
        return []


def _nth_weekday(nth: str, weekday: int, month: int, year: int) -> date:
    if nth == "last":
        end = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return end - timedelta(days=(end.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (int(nth) - 1))


def _workday(day: date) -> date:
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))


def _end_of_ramadan(start: datetime) -> datetime:
    """The day of Eid al-Fitr, 29 or 30 days on."""
    feasts = [d for year in (start.year, start.year + 1) for d in days_of("islamic", "eid_al_fitr", year)]
    ends = [datetime(d.year, d.month, d.day) for d in feasts]  # noqa: DTZ001 (wall time)
    return min((e for e in ends if e > start), default=start + timedelta(days=30))


def _kings_day(year: int) -> list[date]:
    """27 April, or the day before where that is a Sunday."""
    day = date(year, 4, 27)
    return [day - timedelta(days=day.weekday() == 6)]


def _parsi_new_year(year: int) -> list[date]:
    """Every 365 days, for that calendar has no leap years."""
    known = date(2020, 8, 16)
    steps = round((date(year, 8, 16) - known).days / 365)
    day = known + timedelta(days=365 * steps)
    return [day] if day.year == year else []


def _earth_hour(year: int) -> list[Stretch]:
    """20:30 on the last Saturday of March, a week earlier where that is Holy Saturday."""
    day = _nth_weekday("last", 5, 3, year)
    if day == easter(year) - timedelta(days=1):
        day -= timedelta(days=7)
    start = datetime(year, day.month, day.day, 20, 30)  # noqa: DTZ001 (wall time)
    return [Stretch(start, start + timedelta(hours=1))]


_OTHER: dict[str, Dates] = {"king_of_the_netherlands": _kings_day, "parsi_new_year": _parsi_new_year}
