"""Units of measurement as they follow a number: `degrees`, `°C`, `kilowatt hours`, `m³/h`, `euros per kWh`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.nlu.text import Token, tokenize
from twin_core.contract.currencies import BY_WORD, HUNDREDTHS
from twin_core.contract.unit_spellings import SPELLINGS
from twin_core.contract.units import canonical_unit

# "degrees" alone leaves the scale open: the property decides.
DEGREES = "degrees"
_DEGREES = "degrees degree deg ° º"
# Read as times, letters that are mostly words, and the meters that count.
_NOT_HERE = frozenset(
    "a meter meters h hr hrs hour hours min mins minute minutes s sec secs second seconds d day days person".split()
)
_PER_ENERGY = ("kwh", "kilowatt hour")


def _spellings() -> Iterator[tuple[str, str]]:
    for unit, line in ((DEGREES, _DEGREES), *SPELLINGS.items()):
        yield from ((spelling.replace("_", " "), unit) for spelling in line.split() if spelling not in _NOT_HERE)
    yield from (("pound of", "lb"), ("pounds of", "lb"))
    for word, code in BY_WORD.items():
        yield word, code
        yield from ((f"{word} {per} {energy}", f"{code}/kWh") for per in ("per", "a", "/") for energy in _PER_ENERGY)
    for word in HUNDREDTHS:
        if word != "p":
            yield word, "ct"
            yield from ((f"{word} {per} {energy}", "ct/kWh") for per in ("per", "a", "/") for energy in _PER_ENERGY)


@dataclass(frozen=True, slots=True)
class UnitSpan:
    """A canonical unit and the token after its last."""

    unit: str
    end: int


def _index() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for spelling, unit in _spellings():
        words = tuple(t.norm for t in tokenize(spelling))
        by_first.setdefault(words[0], []).append((words, unit))
    for spellings in by_first.values():
        spellings.sort(key=lambda s: -len(s[0]))
    return by_first


_BY_FIRST = _index()
_JOINTS = frozenset("and or to of until for at in please".split())
_BARE_LETTERS = frozenset("c f k w v l m g t".split())


def unit_at(tokens: Sequence[Token], at: int) -> UnitSpan | None:
    """The longest unit that begins at this token."""
    if at >= len(tokens):
        return None
    for words, unit in _BY_FIRST.get(tokens[at].norm, ()):
        end = at + len(words)
        if end > len(tokens) or any(tokens[at + i].norm != w for i, w in enumerate(words)):
            continue
        if len(words) == 1 and words[0] in _BARE_LETTERS and not _is_plain_letter(tokens, at):
            continue
        return UnitSpan(unit, end)
    return None


def money_before(tokens: Sequence[Token], at: int) -> str | None:
    """The currency that stands before this token: `€20`, `$ 10`, `EUR 20`, `Rs. 20`."""
    before = at - 1
    if before > 0 and tokens[before].norm == ".":
        before -= 1
    sign = tokens[before].norm if before >= 0 else ""
    return BY_WORD.get(sign) if len(sign) <= 3 and sign != "yen" else None


def canonical(spelling: str) -> str:
    """The unit a spelling means, also where it was marked in training data."""
    words = tuple(spelling.casefold().split())
    for known, unit in _BY_FIRST.get(words[0] if words else "", ()):
        if known == words:
            return unit
    return canonical_unit(spelling) or spelling


def _is_plain_letter(tokens: Sequence[Token], at: int) -> bool:
    """A lone letter is a unit right after a number, with nothing behind it that it could count: `21 c`, `2700K`."""
    if at == 0 or not tokens[at - 1].is_number:
        return False
    if at + 1 >= len(tokens) or tokens[at].text.isupper() or tokens[at + 1].norm in _JOINTS:
        return True
    return not (tokens[at + 1].is_word or tokens[at + 1].is_number)
