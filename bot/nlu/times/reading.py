"""From a message to its time phrases: seeds the grammar, chooses among its readings, gives them their zone."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.nlu.text import Token, tokenize
from bot.nlu.times import rules  # noqa: F401 (they register themselves)
from bot.nlu.times.bound import anchor_end, bound_value
from bot.nlu.times.chart import Node
from bot.nlu.times.holidays import find_holidays
from bot.nlu.times.meaning import Bound, Count, Ordinal, Repeat, Time, Zone
from bot.nlu.times.occurrences import first_occurrence
from bot.nlu.times.reckoning import Calendar, Length
from bot.nlu.times.resolving import resolve
from bot.nlu.times.series import patience
from bot.nlu.times.words import DAY_PARTS, DOUBTFUL, MONTHS, UNITS, WEEKDAYS, grammar, month, weekday
from bot.nlu.times.written import written
from bot.nlu.times.zones import WORDS_TOO, ZONES
from bot.nlu.units import unit_at
from twin_core.contract.numbers import digit_of, read_number, read_ordinal

MAX_TOKENS = 60
# Steps that may be spent on the times of a text and on one of them: some dozens find most, 29 February needs hundreds.
_PATIENCE, _PATIENCE_WITH_ONE = 3_000, 1_000
_WITHIN_A_DAY = ("FREQ=HOURLY", "FREQ=MINUTELY", "FREQ=SECONDLY")
_MOVING = frozenset("move moved moving reschedule shift push postpone change bring".split())
_BEFORE_A_NOUN = frozenset("a an the my his her our their this that night day late early".split())
_VAGUE = {"few": 3, "several": 3, "couple": 2}
_LEADING = frozenset(
    "in on at by until till til untill up to the about around towards for during over @ within".split()
)
_ROUGHLY = frozenset("about around roughly approximately exactly for".split())
# What may follow a day of the month or an hour without making it the number of something ("the 5th floor").
_CLOSING = frozenset(
    """. , ; ! ? : ) - at in on of and or to till until through from for by before after please then but if when while
    so that is was it i you we this next last every the a an with due as not""".split()
)


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A time phrase of a text; the values are those of an entity (docs/nlu.md)."""

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
    with patience(_PATIENCE):
        return _choose(grammar.parse(tokens, seeds, calendar), tokens, calendar)


def _seeds(text: str, tokens: Sequence[Token], calendar: Calendar) -> Iterator[Node]:
    for at, token in enumerate(tokens):
        word = token.norm.removesuffix("'s")
        sure = word not in DOUBTFUL or _is_plain(tokens, at)
        if word in WEEKDAYS:
            yield from _with_point(Node(weekday(WEEKDAYS[word], certain=sure), at, at + 1), tokens)
        elif (plural := word.removesuffix("s")) in WEEKDAYS and plural.endswith("day"):
            yield Node(weekday(WEEKDAYS[plural], certain=False), at, at + 1)
        if word in MONTHS:
            yield from _with_point(Node(month(MONTHS[word], certain=sure), at, at + 1), tokens)
        if word in UNITS and (word != "'" or (at and tokens[at - 1].is_number)):
            yield Node(UNITS[word], at, at + 1)
        if word in DAY_PARTS:
            yield Node(DAY_PARTS[word], at, at + 1)
        if word in ZONES and (word not in WORDS_TOO or token.text.isupper()):
            yield Node(Zone(ZONES[word]), at, at + 1)
        if (ordinal := read_ordinal(tokens, at)) is not None:
            yield Node(Ordinal(int(ordinal.value), ordinal.spoken), at, ordinal.end)
        yield from find_holidays(tokens, at)
        yield from _numeric(text, tokens, at, calendar)


def _with_point(node: Node, tokens: Sequence[Token]) -> Iterator[Node]:
    """An abbreviation may be followed by its point: `Mon.`, `Feb.`"""
    yield node
    at = node.last
    if at < len(tokens) and tokens[at].norm == "." and len(tokens[at - 1].norm) <= 4:
        yield replace(node, last=at + 1)


def _is_plain(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word that is mostly something else is all that was said, or is written as a name within a sentence."""
    return len(tokens) <= 2 or (at > 0 and tokens[at].text[0].isupper() and tokens[at - 1].norm not in (".", "!", "?"))


def _numeric(text: str, tokens: Sequence[Token], at: int, calendar: Calendar) -> Iterator[Node]:
    token = tokens[at]
    if token.is_number:
        yield from written(text, tokens, at, calendar)
    if (vague := _VAGUE.get(token.norm)) is not None:
        end = at + (2 if _norm(tokens, at + 1) == "of" else 1)
        yield Node(Count(vague, vague=True), at, end)
        if at and tokens[at - 1].norm == "a":
            yield Node(Count(vague, vague=True), at - 1, end)
    elif token.norm not in ("-", "minus", "half", "quarter") and (number := read_number(tokens, at)) is not None:
        digits = 0 if number.spoken else len(token.norm)
        vague = token.norm in ("a", "an") and number.value != 100
        yield Node(Count(number.value, digits, vague, token.norm.startswith("0")), at, number.end)
        yield from _its_first_word(tokens, at, number.end, digits)


def _its_first_word(tokens: Sequence[Token], at: int, end: int, digits: int) -> Iterator[Node]:
    """`three quarters` may be three of them."""
    norm = tokens[at].norm
    if end > at + 1 and norm.isdecimal():
        yield Node(Count(float(norm[:15]), digits), at, at + 1)
    elif end == at + 2 and tokens[at + 1].norm == "quarters" and digit_of(norm).isdecimal():
        yield Node(Count(float(digit_of(norm))), at, at + 1)


def _norm(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].norm if at < len(tokens) else ""


def _choose(nodes: Sequence[Node], tokens: Sequence[Token], calendar: Calendar) -> list[TimeSpan]:
    """The longest readings that do not overlap and that occur at all, in the order said."""
    said = [n for n in nodes if isinstance(n.meaning, (Time, Length, Repeat, Bound)) and _is_said(n, tokens)]
    chosen: list[TimeSpan] = []
    for node in sorted(said, key=lambda n: (n.first - n.last, _doubt(n), n.first)):
        if any(node.first < c.last and c.first < node.last for c in chosen):
            continue
        if (span := _span(node, tokens, calendar)) is not None:
            chosen.append(span)
    return sorted(chosen, key=lambda s: s.first)


def _doubt(node: Node) -> int:
    """Among readings of equal length: what was made by rules that know more comes first."""
    meaning = node.meaning
    if isinstance(meaning, Repeat):
        return 0
    if isinstance(meaning, Time):
        return 1 + 2 * (not meaning.certain) + (meaning.edge is None and meaning.kind in ("clock", "instant"))
    return 4


def _is_said(node: Node, tokens: Sequence[Token]) -> bool:
    """Whether this stands for a time here, or is just a number, a month's name that is a verb, `per hour` …"""
    meaning = node.meaning
    after = _norm(tokens, node.last)
    if _is_move(node, tokens):
        return False
    if isinstance(meaning, Time):
        if meaning.alone and after and after not in _CLOSING:
            return False
        measured = tokens[node.last - 1].is_number and unit_at(tokens, node.last) is not None
        return _is_certain(meaning, node, tokens) and not measured
    if isinstance(meaning, Repeat):
        return meaning.certain and not (meaning.alone and after and after not in _CLOSING)
    if isinstance(meaning, Length):
        before = tokens[node.first - 1].norm if node.first else ""
        return before not in ("per", "/", "watt", "kilowatt") and node.last - node.first > 1
    return True


def _is_move(node: Node, tokens: Sequence[Token]) -> bool:
    """In "move it from Thursday to Friday" the two days are no range."""
    words = [t.norm for t in tokens[node.first + 1 : node.last - 1]]
    before = [t.norm for t in tokens[: node.first]]
    verbs = (norm for last, norm in pairwise(["", *before]) if last not in _BEFORE_A_NOUN)  # "a shift from 6 to 6"
    return "to" in words and not _MOVING.isdisjoint(verbs)


def _is_certain(time: Time, node: Node, tokens: Sequence[Token]) -> bool:
    """A doubtful reading is believed where it is all that was said, unless that is only a number."""
    if time.certain:
        return True
    if node.first or node.last < len(tokens):
        return False
    in_words = time.clock is not None and time.clock.minute is not None and not any(t.is_number for t in tokens)
    return in_words or time.kind not in ("clock", "year", "monthday", "hours")


def _span(node: Node, tokens: Sequence[Token], calendar: Calendar) -> TimeSpan | None:
    meaning = node.meaning
    first = node.first
    leading = _leading(meaning)
    while first < node.last - 1 and tokens[first].norm in leading:
        first += 1
    start, end = tokens[first].start, tokens[node.last - 1].end
    if isinstance(meaning, Length):
        return TimeSpan("duration", start, end, meaning.total_s, first=first, last=node.last)
    if isinstance(meaning, Bound):
        return _bound(node, meaning, tokens)
    try:
        with patience(_PATIENCE_WITH_ONE):
            if isinstance(meaning, Repeat):
                value = _repeat_value(calendar, meaning)
                return TimeSpan("recurrence", start, end, value, first=first, last=node.last)
            found = resolve(calendar, meaning)
    except (OverflowError, ValueError):  # outside the calendar's years, or not found
        return None
    if found is None:
        return None
    return TimeSpan("time", start, end, found.value, found.options, first, node.last, meaning.length_s)


def _leading(meaning: Any) -> frozenset[str]:
    """The words before a phrase that are not part of it."""
    if isinstance(meaning, Length):
        return _ROUGHLY
    return _LEADING | {"from"} if isinstance(meaning, Time) and meaning.edge == "after" else _LEADING


def _bound(node: Node, meaning: Bound, tokens: Sequence[Token]) -> TimeSpan | None:
    last = anchor_end(tokens, node.last)
    if last == node.last:
        return None
    start, end = tokens[node.first].start, tokens[last - 1].end
    anchor = " ".join(t.text for t in tokens[node.last : last]).replace(" - ", "-")
    return TimeSpan("time", start, end, bound_value(anchor, meaning.offset_s), (), node.first, last)


def _repeat_value(calendar: Calendar, repeat: Repeat) -> dict[str, Any]:
    until = resolve(calendar, repeat.until) if repeat.until else None
    first = first_occurrence(calendar, repeat)
    end = (until.value["end"] or until.value["start"]) if until else None
    if repeat.lasting is not None:
        after_last = calendar.move(first, repeat.lasting)
        end = calendar.instant(after_last - timedelta(seconds=1)).isoformat()
    value: dict[str, Any] = {
        "rule": repeat.rule,
        "start": calendar.instant(first).isoformat(),
        "end": end,
        "grain": "minute" if repeat.clock or repeat.rule.startswith(_WITHIN_A_DAY) else "day",
    }
    if repeat.part is not None and repeat.clock is None:
        day = first.replace(hour=0, minute=0, second=0, microsecond=0)
        at = day + timedelta(seconds=repeat.part.start_s + repeat.act_s)
        value["at"] = calendar.instant(at).isoformat()
    return value | ({"length_s": repeat.length_s} if repeat.length_s else {})
