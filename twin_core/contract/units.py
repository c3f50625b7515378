"""Units of measurement: spelling, conversion, and how a quantity reads.

pint knows the units. Importing it takes longer than the rest of the contract together, so it is
asked once for each pair of units and answers with an affine map, which is then only arithmetic.
"""

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from twin_core.contract.errors import Rejected

_SPELLINGS = {
    "°C": "c °c degc ℃ celsius centigrade degrees_celsius degree_celsius",
    "°F": "f °f degf ℉ fahrenheit degrees_fahrenheit degree_fahrenheit",
    "K": "k kelvin kelvins",
    "%": "% percent pct per_cent %rh rh",
    "W": "w watt watts",
    "kW": "kw kilowatt kilowatts",
    "MW": "megawatt megawatts",
    "kWh": "kwh kilowatt_hour kilowatt_hours",
    "Wh": "wh watt_hour watt_hours",
    "MWh": "mwh megawatt_hour megawatt_hours",
    "V": "v volt volts",
    "A": "a amp amps ampere amperes",
    "Hz": "hz hertz",
    "ppm": "ppm",
    "hPa": "hpa hectopascal hectopascals mbar millibar millibars",
    "Pa": "pa pascal pascals",
    "kPa": "kpa kilopascal kilopascals",
    "bar": "bar bars",
    "psi": "psi",
    "lx": "lx lux",
    "m3": "m3 m³ m^3 cubic_metre cubic_metres cubic_meter cubic_meters",
    "m3/h": "m3/h m³/h m^3/h cubic_metres_per_hour cubic_meters_per_hour",
    "L": "l litre litres liter liters",
    "L/min": "l/min lpm litres_per_minute liters_per_minute",
    "L/h": "l/h litres_per_hour liters_per_hour",
    "mm/s": "mm/s millimetres_per_second millimeters_per_second",
    "in/s": "in/s ips",
    "rpm": "rpm 1/min revolutions_per_minute",
    "Nm": "nm n·m n_m newton_metres newton_meters",
    "h": "h hr hrs hour hours",
    "min": "min mins minute minutes",
    "s": "s sec secs second seconds",
    "d": "d day days",
    "people": "people person persons",
    "h/day": "h/day hours_a_day hours_per_day",
    "h/week": "h/week hours_a_week hours_per_week",
    "mired": "mired mireds",
    "dB": "db decibel",
    "dBm": "dbm",
    "µg/m³": "µg/m³ μg/m³ ug/m3 µg/m3",
    "ft3": "ft3 ft³ cubic_feet",
    "gal": "gal gallon gallons",
}
_PINT_NAMES = {
    "°C": "degC",
    "°F": "degF",
    "m3": "m**3",
    "m3/h": "m**3/hour",
    "L": "liter",
    "L/min": "liter/minute",
    "L/h": "liter/hour",
    "in/s": "inch/second",
    "Nm": "newton*meter",
    "d": "day",
    "ft3": "foot**3",
    "gal": "gallon",
    "µg/m³": "microgram/m**3",
}
_DIMENSIONLESS = {"%", "ppm", "people", "dB", "dBm"}
_BY_SPELLING = {s: unit for unit, line in _SPELLINGS.items() for s in line.split()}
# Case decides between a few: mW is not MW, and a lone K is kelvin.
_EXACT = {"MW": "MW", "mW": "mW", "MWh": "MWh", "K": "K", "m": "m", "mm": "mm", "cm": "cm", "km": "km"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit; `unit` is a canonical spelling or None for a bare number."""

    value: float
    unit: str | None = None

    def to(self, unit: str | None) -> "Quantity":
        """Raises Rejected when the units do not measure the same thing."""
        return Quantity(convert(self.value, self.unit, unit), unit)

    def __str__(self) -> str:
        return quantity_text(self.value, self.unit)


def canonical_unit(spelling: str | None) -> str | None:
    """The canonical spelling of a unit; the input itself, trimmed, when it is not known."""
    if spelling is None:
        return None
    text = spelling.strip()
    if text in _EXACT:
        return _EXACT[text]
    return _BY_SPELLING.get(text.lower().replace(" ", "_"), text) or None


def convert(value: float, unit: str | None, into: str | None) -> float:
    """The same measurement in another unit; a missing unit on either side changes nothing.

    Raises Rejected when the units do not measure the same thing.
    """
    if unit is None or into is None or unit == into:
        return value
    scale, offset = _affine(unit, into)
    return value * scale + offset


def convert_difference(value: float, unit: str | None, into: str | None) -> float:
    """A difference ("two degrees warmer") in another unit: scaled, never offset. Raises Rejected."""
    if unit is None or into is None or unit == into:
        return value
    return value * _affine(unit, into)[0]


def same_kind(unit: str | None, other: str | None) -> bool:
    """Whether one unit can be converted into the other."""
    try:
        convert(0.0, unit, other)
    except Rejected:
        return False
    return True


def number_text(value: float, digits: int = 1) -> str:
    """A number as a person reads it: no trailing zeros, a true minus sign, three figures if tiny."""
    if value and abs(value) < 10.0**-digits:
        digits = min(6, 1 - math.floor(math.log10(abs(value))))
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text.replace("-", "−")


def quantity_text(value: float, unit: str | None, digits: int = 1) -> str:
    """A quantity as a person reads it: `−8 °C`, `40 %`, `0.052 m³/h`."""
    shown = (unit or "").replace("m3", "m³").replace("ft3", "ft³")
    return f"{number_text(value, digits)} {shown}".strip()


@lru_cache(maxsize=1024)
def _affine(unit: str, into: str) -> tuple[float, float]:
    a, b = canonical_unit(unit), canonical_unit(into)
    if a == b:
        return 1.0, 0.0
    if a is None or b is None or a in _DIMENSIONLESS or b in _DIMENSIONLESS:
        raise _mismatch(unit, into)
    if {a, b} == {"mired", "K"}:
        raise Rejected("Mired and kelvin are reciprocal: convert with 1 000 000 / value.", code="wrong_unit")
    registry = _registry()
    try:
        start, end = _pint(registry, a), _pint(registry, b)
        zero = float(registry.Quantity(0.0, start).to(end).magnitude)
        far = float(registry.Quantity(1e6, start).to(end).magnitude)
    except Exception as error:  # pint raises a dozen kinds, tokenizer errors among them
        raise _mismatch(unit, into) from error
    # pint's offsets carry rounding noise of 1e-13: over a long way it does not touch the scale.
    return float(f"{(far - zero) / 1e6:.13g}"), round(zero, 12)


def _pint(registry: Any, unit: str) -> Any:
    if len(unit) > 30:
        raise ValueError("no unit is that long")
    return registry.Unit(_PINT_NAMES.get(unit, unit))


@cache
def _registry() -> Any:
    import pint

    return pint.UnitRegistry()


def _mismatch(unit: str, into: str) -> Rejected:
    return Rejected(
        f"{unit[:30]!r} cannot be converted to {into!r}.",
        code="wrong_unit",
        hint=f"Give the value in {into} or a unit of the same kind.",
    )
