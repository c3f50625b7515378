"""Values of properties: checked, converted to the property's own unit, and put into words."""

import math

from twin_core.contract.errors import Rejected
from twin_core.contract.template import PropertySpec, Value
from twin_core.contract.units import convert, quantity_text

_TRUE = frozenset(("true", "on", "yes", "1"))
_FALSE = frozenset(("false", "off", "no", "0"))
_LONGEST_TEXT = 1000


def check_value(spec: PropertySpec, value: object, unit: str | None = None) -> Value:
    """The value as it is stored: numbers as float in the property's unit, booleans as bool.

    Raises Rejected for a wrong kind or unit, NaN and infinities, and what lies outside the physical range.
    """
    if spec.kind == "number":
        return _number(spec, value, unit)
    if spec.kind == "boolean":
        return _boolean(spec, value)
    if not isinstance(value, str):
        raise _wrong(spec, value, "a text" if spec.kind == "text" else f"one of {', '.join(spec.choices)}")
    return _choice(spec, value) if spec.kind == "choice" else _text(spec, value)


def value_text(spec: PropertySpec, value: Value) -> str:
    """A value as a person reads it: `−8.3 °C`, `unlocked`, `heat`."""
    if isinstance(value, bool):
        return spec.true_word if value else spec.false_word
    if isinstance(value, str):
        return value
    return quantity_text(value, spec.unit, _digits(spec.resolution))


def range_text(spec: PropertySpec) -> str:
    """The physical range in words: `5 to 35 °C`, `0 m³/h or more`; empty where there is none."""
    low, high = spec.minimum, spec.maximum
    digits = _digits(spec.resolution)
    if low is None and high is None:
        return ""
    if low is None:
        return f"{quantity_text(high or 0.0, spec.unit, digits)} or less"
    if high is None:
        return f"{quantity_text(low, spec.unit, digits)} or more"
    return f"{quantity_text(low, None, digits)} to {quantity_text(high, spec.unit, digits)}"


def converged(spec: PropertySpec, reported: Value, desired: Value) -> bool:
    """Whether what is reported is what was asked for, as far as the property can tell."""
    if _is_number(reported) and _is_number(desired):
        return abs(float(reported) - float(desired)) <= spec.resolution * (1 + 1e-9)
    return reported == desired


def _number(spec: PropertySpec, value: object, unit: str | None) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise _wrong(spec, value, "a number")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise _wrong(spec, value, "a number") from None
    if not math.isfinite(number):
        raise _wrong(spec, value, "a finite number")
    if unit is not None and unit != spec.unit:
        # Twelve figures: conversion must not turn 21 °C into 20.999999999999996.
        number = float(f"{convert(number, unit, spec.unit):.12g}")
    low, high = spec.minimum, spec.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        said = quantity_text(number, spec.unit, _digits(spec.resolution))
        raise Rejected(
            f"{said} is not possible for {spec.label}: it goes from {range_text(spec)}."
            if low is not None and high is not None
            else f"{said} is not possible for {spec.label}: it is {range_text(spec)}.",
            code="out_of_range",
            hint="Check the number and its unit.",
            details={"property": spec.name, "minimum": low, "maximum": high, "unit": spec.unit},
        )
    return number


def _boolean(spec: PropertySpec, value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)) and value in (0, 1):
        return bool(value)
    if isinstance(value, str):
        word = value.strip().lower()
        if word in (spec.true_word, spec.false_word):  # first: the property's own words win
            return word == spec.true_word
        if word in _TRUE or word in _FALSE:
            return word in _TRUE
    raise _wrong(spec, value, f"{spec.true_word} or {spec.false_word}")


def _choice(spec: PropertySpec, value: str) -> str:
    word = value.strip().casefold()
    for choice in spec.choices:
        if choice.casefold() == word:
            return choice
    raise _wrong(spec, value, f"one of {', '.join(spec.choices)}")


def _text(spec: PropertySpec, value: str) -> str:
    if len(value) > _LONGEST_TEXT:
        raise _wrong(spec, value, f"a text of at most {_LONGEST_TEXT} characters")
    return value


def _wrong(spec: PropertySpec, value: object, expected: str) -> Rejected:
    return Rejected(
        f"{str(value)[:60]!r} is no value for {spec.label}: it is {expected}.",
        code="bad_value",
        hint=f"Give {expected}.",
        details={"property": spec.name, "choices": list(spec.choices)},
    )


def _digits(resolution: float) -> int:
    return max(1, min(6, -math.floor(math.log10(resolution)))) if resolution < 1 else 1


def _is_number(value: Value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
