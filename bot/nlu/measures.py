"""Numbers with their units as one amount: `2 yards 7 feet`, `half a gallon`, `$20 and 43 cents`, `18 to 20 °C`."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.nlu.text import Token
from bot.nlu.units import DEGREES, UnitSpan, money_before, unit_at
from twin_core.contract.currencies import CURRENCIES
from twin_core.contract.numbers import Number, read_number
from twin_core.contract.units import convert, same_kind

# What is counted by "a" as one of it; "a bar" and "a bit" are not.
_ARTICLE_UNITS = frozenset("L mL gal kg g lb oz m km mi ft in cm mm kWh MWh EUR USD GBP ct".split()) | {DEGREES}
_ROUGHLY = frozenset("about around roughly approximately ~".split())


@dataclass(frozen=True, slots=True)
class Measure:
    """An amount: its number up to `number_end`, its unit from `unit_first` on, and all of it up to `end`."""

    value: float
    number_end: int
    unit_first: int
    unit: UnitSpan | None
    end: int
    spoken: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Two amounts between which something lies."""

    least: Measure
    most: Measure
    first: int  # the token that the lesser begins at


def read_measure(tokens: Sequence[Token], at: int) -> Measure | None:
    """The amount that begins at this token; a number without a unit is one too."""
    number = read_number(tokens, at)
    if number is None:
        return _one_of(tokens, at)
    first = _unit_first(tokens, number)
    unit = unit_at(tokens, first)
    end = unit.end if unit else number.end
    value = number.value
    if [t.norm for t in tokens[end : end + 2]] == ["below", "zero"]:
        value, end = -value, end + 2
    return _with_parts(tokens, at, Measure(value, number.end, first, unit, end, number.spoken))


def read_span(tokens: Sequence[Token], at: int) -> Span | None:
    """`between 18 and 20 degrees`, `18-20 °C`, `2 to 3 bar`; "from 18 to 20" is a change rather than a span."""
    between = tokens[at].norm == "between"
    if tokens[at].norm == "one" and at:  # "the second one to 30 %" goes there, and is no one per cent
        return None
    start = _after_roughly(tokens, at + 1 if between else at)
    least = read_measure(tokens, start) if start < len(tokens) else None
    if least is None or least.end >= len(tokens):
        return None
    joint = tokens[least.end].norm
    if joint not in (("and", "to", "-") if between else ("-", "to")) or (at and tokens[at - 1].norm == "from"):
        return None
    second = _after_roughly(tokens, least.end + 1)
    most = read_measure(tokens, second) if second < len(tokens) else None
    if most is None or most.value <= least.value or (not between and most.unit is None):
        return None
    return Span(least, most, start)


def _one_of(tokens: Sequence[Token], at: int) -> Measure | None:
    """`a litre`, `an inch`."""
    unit = unit_at(tokens, at + 1) if tokens[at].norm in ("a", "an") else None
    known = unit is not None and unit.unit in _ARTICLE_UNITS and tokens[at + 1].is_word and len(tokens[at + 1].norm) > 1
    return Measure(1.0, at + 1, at + 1, unit, unit.end, True) if known and unit else None


def _unit_first(tokens: Sequence[Token], number: Number) -> int:
    """Where the unit begins: after the dash of `10-gallon`, after the `of a` of `a tenth of a gallon`."""
    end = number.end
    said = [t.norm for t in tokens[end : end + 2]]
    if said[:1] == ["-"] and tokens[end].start == tokens[end - 1].end and unit_at(tokens, end + 1):
        return end + 1
    if 0 < number.value < 1 and said[:1] in (["a"], ["an"]) and unit_at(tokens, end + 1):
        return end + 1
    return end + 2 if number.value < 1 and said in (["of", "a"], ["of", "an"]) and unit_at(tokens, end + 2) else end


def _with_parts(tokens: Sequence[Token], at: int, measure: Measure) -> Measure:
    """With what follows in smaller units: `1 metre and 20 centimetres`, `20 dollars 43 cents`."""
    name = measure.unit.unit if measure.unit else money_before(tokens, at)
    total, end = measure.value, measure.end
    while name is not None and end < len(tokens):
        start = end + (tokens[end].norm in ("and", ","))
        number = read_number(tokens, start) if start < len(tokens) else None
        unit = unit_at(tokens, number.end) if number else None
        part = _in_unit(number.value, unit.unit, name) if number and unit else None
        if part is None or unit is None or part <= 0:
            break
        total, end = total + part, unit.end
    return Measure(total, measure.number_end, measure.unit_first, measure.unit, end, measure.spoken)


def _in_unit(value: float, unit: str, into: str) -> float | None:
    """A smaller amount in the unit of the greater one."""
    if into in CURRENCIES:
        return value / 100 if unit in ("ct", "°C") and value < 100 else None  # "$20 and 43c"
    if unit == into or unit in CURRENCIES or unit in (DEGREES, "ct") or into in (DEGREES, "ct"):
        return None
    part = convert(value, unit, into) if same_kind(unit, into) else None
    return part if part is not None and convert(1.0, unit, into) < 1 else None


def _after_roughly(tokens: Sequence[Token], at: int) -> int:
    return at + 1 if at < len(tokens) and tokens[at].norm in _ROUGHLY else at
