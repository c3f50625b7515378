"""Units of measurement as they follow a number: `degrees`, `°C`, `kilowatt hours`, `m³/h`, `euros per kWh`."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.nlu.text import Token
from twin_core.contract.units import canonical_unit

# "degrees" alone leaves the scale open: the property decides.
DEGREES = "degrees"
_LINES = {
    DEGREES: "degrees|degree|deg|°|º",
    "°C": "° c|degrees celsius|degree celsius|degrees centigrade|degrees c|deg c|celsius|centigrade|c",
    "°F": "° f|degrees fahrenheit|degrees f|deg f|fahrenheit",
    "K": "k|kelvin|kelvins",
    "%": "%|percent|per cent|pct|percentage points",
    "W": "w|watt|watts",
    "kW": "kw|kilowatt|kilowatts",
    "MW": "megawatt|megawatts",
    "kWh": "kwh|kilowatt hour|kilowatt hours|kilowatt - hours|kw hours",
    "Wh": "wh|watt hours",
    "MWh": "mwh|megawatt hours",
    "V": "v|volt|volts",
    "A": "amp|amps|ampere|amperes",
    "Hz": "hz|hertz",
    "ppm": "ppm|parts per million",
    "hPa": "hpa|hectopascal|hectopascals|mbar|millibar|millibars",
    "Pa": "pa|pascal|pascals",
    "kPa": "kpa|kilopascal|kilopascals",
    "bar": "bar|bars",
    "psi": "psi",
    "lx": "lx|lux|lumen|lumens",
    "m3": "m 3|m3|m ^ 3|cubic metre|cubic metres|cubic meter|cubic meters|cubes|cbm",
    "m3/h": "m 3 / h|m3 / h|cubic metres per hour|cubic meters per hour|cubic metres an hour|cubic meters an hour",
    "L": "l|litre|litres|liter|liters",
    "L/min": "l / min|litres per minute|liters per minute|litres a minute|liters a minute",
    "L/h": "l / h|litres per hour|liters per hour",
    "mm/s": "mm / s|millimetres per second|millimeters per second|millimetres a second",
    "rpm": "rpm|revolutions per minute|turns per minute|revs per minute|revs",
    "Nm": "nm|newton metres|newton meters",
    "ct/kWh": "cents per kwh|cents a kwh|cents a kilowatt hour|cents per kilowatt hour|ct / kwh|cent per kwh",
    "EUR/kWh": "euros per kwh|euro per kwh|eur / kwh|€ / kwh|euros a kilowatt hour|euros per kilowatt hour",
    "EUR": "€|eur|euro|euros",
    "ct": "cent|cents|ct",
    "USD": "$|dollar|dollars|usd",
    "GBP": "£|pound|pounds|gbp",
    "people": "people|persons",
}


@dataclass(frozen=True, slots=True)
class UnitSpan:
    """A canonical unit and the token after its last."""

    unit: str
    end: int


def _index() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for unit, line in _LINES.items():
        for spelling in line.split("|"):
            words = tuple(spelling.split())
            by_first.setdefault(words[0], []).append((words, unit))
    for spellings in by_first.values():
        spellings.sort(key=lambda s: -len(s[0]))
    return by_first


_BY_FIRST = _index()
_BARE_LETTERS = frozenset({"c", "k", "w", "v"})
_OPENERS = frozenset({"€", "$", "£"})


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
    """The currency whose sign stands right before this token: `€20`."""
    if at == 0 or tokens[at - 1].norm not in _OPENERS or tokens[at - 1].end != tokens[at].start:
        return None
    found = unit_at(tokens, at - 1)
    return found.unit if found else None


def canonical(spelling: str) -> str:
    """The unit a spelling means, also where it was marked in training data."""
    words = tuple(spelling.casefold().split())
    for known, unit in _BY_FIRST.get(words[0] if words else "", ()):
        if known == words:
            return unit
    return canonical_unit(spelling) or spelling


def _is_plain_letter(tokens: Sequence[Token], at: int) -> bool:
    """A lone letter is a unit right after a number, with nothing behind it: `21 c`, `2700K`."""
    if at == 0 or not tokens[at - 1].is_number:
        return False
    return (
        at + 1 >= len(tokens) or tokens[at].text.isupper() or not (tokens[at + 1].is_word or tokens[at + 1].is_number)
    )
