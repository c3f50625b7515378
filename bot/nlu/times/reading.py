"""From a message to its time phrases: seeds the grammar, chooses among its readings, gives them their zone."""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.nlu.numbers import read_number, read_ordinal
from bot.nlu.text import Token, tokenize
from bot.nlu.times import clocks, dates, periods, ranges, repeats  # noqa: F401 (their rules register themselves)
from bot.nlu.times.chart import Node
from bot.nlu.times.meaning import Calendar, Clock, Count, Length, Month, Ordinal, Repeat, Weekday, When
from bot.nlu.times.words import DAY_PARTS, DOUBTFUL_MONTHS, MONTHS, UNITS, WEEKDAYS, grammar
from bot.nlu.units import unit_at

MAX_TOKENS = 60
_CLOCK = re.compile(r"([01]?\d|2[0-4])[:.]([0-5]\d)(?::([0-5]\d))?")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\b")
_SLASH_DATE = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2(\d{4}|\d{2})\b")
_LEADING = frozenset("in on at by until till til up to the about around towards for during over".split())
_COUNTED_PLACES = frozenset("floor street avenue time one item point attempt person".split())  # "the 5th floor"


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A time phrase of a text.

    value of a time: {"start": ISO instant, "end": ISO or None, "grain", "edge"?}; the end is exclusive. Of a
    duration: seconds. Of a recurrence: {"rule": RFC 5545 rule, "start": first occurrence, "end", "grain"}.
    `options` holds both readings of a clock time whose half of the day was not said.
    """

    kind: Literal["time", "duration", "recurrence"]
    start: int
    end: int
    value: Any
    options: tuple[Any, ...] = field(default=())
    first: int = 0  # tokens
    last: int = 0
    length_s: float | None = None  # of "in 20 minutes": 1200


def find_times(
    text: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    tokens: Sequence[Token] | None = None,
    named: Container[int] = (),
) -> list[TimeSpan]:
    """The time phrases of the text, longest first choice, in the order said. `now` is aware.

    Tokens in `named` belong to a name: the number of "motor 4" is no hour.
    """
    tokens = (tokenize(text) if tokens is None else tokens)[:MAX_TOKENS]
    calendar = Calendar(now.astimezone(zone).replace(tzinfo=None), zone)
    seeds = [n for n in _seeds(text, tokens, calendar) if n.first not in named]
    try:
        nodes = grammar.parse(tokens, seeds, calendar)
    except (OverflowError, ValueError):  # a date outside the years 1 to 9999
        return []
    return [s for n in _choose(nodes, tokens) if (s := _span(n, tokens, calendar)) is not None]


def _seeds(text: str, tokens: Sequence[Token], calendar: Calendar) -> Iterator[Node]:
    for at, token in enumerate(tokens):
        word = token.norm.removesuffix("'s")
        if word in WEEKDAYS:
            yield Node(Weekday(WEEKDAYS[word]), at, at + 1)
        if word in MONTHS:
            yield Node(Month(MONTHS[word], word not in DOUBTFUL_MONTHS), at, at + 1)
        if word in UNITS:
            yield Node(UNITS[word], at, at + 1)
        if word in DAY_PARTS:
            yield Node(DAY_PARTS[word], at, at + 1)
        if (ordinal := read_ordinal(tokens, at)) is not None:
            yield Node(Ordinal(int(ordinal.value), ordinal.spoken), at, ordinal.end)
        yield from _numeric(text, tokens, at, calendar)


def _numeric(text: str, tokens: Sequence[Token], at: int, calendar: Calendar) -> Iterator[Node]:
    token = tokens[at]
    if token.is_number:
        yield from _written_date(text, tokens, at, calendar)
        if (match := _CLOCK.fullmatch(token.norm)) and (":" in token.norm or _is_after_at(tokens, at)):
            hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
            known = hour > 12 or hour == 0 or match[1].startswith("0")
            yield Node(Clock(hour % 24, minute, half_known=known, second=second), at, at + 1)
        if token.norm.isdecimal() and int(token.norm[:3]) <= 24 and _next_norm(tokens, at) == "h":
            yield Node(Clock(int(token.norm[:3]) % 24, half_known=True, certain=False), at, at + 2)
    if token.norm == "few":
        yield Node(Count(3, exact=False), at, at + 1)
    elif token.norm == "couple":
        yield Node(Count(2), at, at + (2 if _next_norm(tokens, at) == "of" else 1))
    elif token.norm not in ("-", "minus", "half", "quarter") and (number := read_number(tokens, at)) is not None:
        yield Node(Count(number.value, number.spoken), at, number.end)


def _written_date(text: str, tokens: Sequence[Token], at: int, calendar: Calendar) -> Iterator[Node]:
    here = text[tokens[at].start :][:12]
    if match := _ISO_DATE.match(here):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    elif match := _SLASH_DATE.match(here):
        day, month, year = int(match[1]), int(match[3]), int(match[4])
        year += 2000 if year < 100 else 0
        if month > 12 >= day:
            day, month = month, day
    else:
        return
    try:
        start = datetime(year, month, day)  # noqa: DTZ001 (wall time)
    except ValueError:
        return
    end = tokens[at].start + match.end()
    last = next((i for i in range(at, len(tokens)) if tokens[i].start >= end), len(tokens))
    yield Node(calendar.day(start), at, last)


def _is_after_at(tokens: Sequence[Token], at: int) -> bool:
    return at > 0 and tokens[at - 1].norm in ("at", "by", "until", "till", "from", "around")


def _next_norm(tokens: Sequence[Token], at: int) -> str:
    return tokens[at + 1].norm if at + 1 < len(tokens) else ""


def _choose(nodes: Sequence[Node], tokens: Sequence[Token]) -> list[Node]:
    """The longest readings that do not overlap; a reading that is only possible needs more than itself."""
    whole = [n for n in nodes if isinstance(n.meaning, (When, Length, Repeat)) and _is_said(n, tokens)]
    chosen: list[Node] = []
    for node in sorted(whole, key=lambda n: (n.first - n.last, _doubt(n), n.first)):
        if all(node.last <= c.first or c.last <= node.first for c in chosen):
            chosen.append(node)
    return sorted(chosen, key=lambda n: n.first)


def _doubt(node: Node) -> int:
    """Among readings of equal length: what was made last by rules that know more comes first."""
    meaning = node.meaning
    if isinstance(meaning, Repeat):
        return 0
    if isinstance(meaning, When):
        return 1 + (not meaning.certain) + (meaning.edge is None and meaning.end is None)
    return 4


def _is_said(node: Node, tokens: Sequence[Token]) -> bool:
    """Whether this stands for a time here, or is just a number, a month's name that is a verb, `per hour` …"""
    meaning = node.meaning
    if isinstance(meaning, When):
        after = tokens[node.last].norm if node.last < len(tokens) else ""
        measured = tokens[node.last - 1].is_number and unit_at(tokens, node.last) is not None
        return meaning.certain and not measured and not (meaning.grain == "day" and after in _COUNTED_PLACES)
    if isinstance(meaning, Length):
        before = tokens[node.first - 1].norm if node.first else ""
        return before not in ("per", "/", "watt", "kilowatt") and node.last - node.first > 1
    return True


def _span(node: Node, tokens: Sequence[Token], calendar: Calendar) -> TimeSpan | None:
    first = node.first
    meaning = node.meaning
    while first < node.last - 1 and tokens[first].norm in _LEADING and not isinstance(meaning, Length):
        first += 1
    start, end = tokens[first].start, tokens[node.last - 1].end
    if isinstance(meaning, Length):
        return TimeSpan("duration", start, end, meaning.total_s, first=first, last=node.last)
    try:
        if isinstance(meaning, Repeat):
            value = _repeat_value(calendar, meaning)
            return TimeSpan("recurrence", start, end, value, first=first, last=node.last)
        value = _when_value(calendar, meaning)
        options: tuple[Any, ...] = ()
        if meaning.other is not None:
            other = {**value, "start": calendar.instant(meaning.other).isoformat()}
            options = tuple(sorted((value, other), key=lambda v: str(v["start"])))
    except (OverflowError, ValueError):  # outside the calendar once the zone is applied
        return None
    return TimeSpan("time", start, end, value, options, first, node.last, meaning.length_s)


def _when_value(calendar: Calendar, when: When) -> dict[str, Any]:
    end = calendar.instant(when.end).isoformat() if when.end is not None else None
    value = {"start": calendar.instant(when.start).isoformat(), "end": end, "grain": when.grain}
    return value | ({"edge": when.edge} if when.edge else {})


def _repeat_value(calendar: Calendar, repeat: Repeat) -> dict[str, Any]:
    first = repeats.first_occurrence(calendar, repeat)
    end = calendar.instant(repeat.until).isoformat() if repeat.until else None
    grain = "minute" if repeat.clock else "day"
    value = {"rule": repeat.rule, "start": calendar.instant(first).isoformat(), "end": end, "grain": grain}
    return value | ({"length_s": repeat.length_s} if repeat.length_s else {})
