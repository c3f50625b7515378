"""Units of measurement: spelling, conversion, and how a quantity reads.

pint knows the units. Importing it takes longer than the rest of the contract together, so it is
asked once for each pair of units and answers with an affine map, which is then only arithmetic.
"""

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from twin_core.contract.errors import Rejected
from twin_core.contract.unit_spellings import DIMENSIONLESS, EXACT, PINT_NAMES, SPELLINGS

_BY_SPELLING = {s: unit for unit, line in SPELLINGS.items() for s in line.split()}


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
    if text in EXACT:
        return EXACT[text]
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
    if a is None or b is None or a in DIMENSIONLESS or b in DIMENSIONLESS:
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
    return registry.Unit(PINT_NAMES.get(unit, unit))


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
