"""Template functions of numbers and truth, with Home Assistant's meaning."""

import math
from collections.abc import Callable
from typing import Any

from connectors.devices.mqtt.lenience import REQUIRED, or_default

_TRUE = frozenset({"1", "true", "yes", "on", "enable"})
_FALSE = frozenset({"0", "false", "no", "off", "disable"})


def to_int(value: Any, default: Any = REQUIRED, base: int = 10) -> Any:
    """Refuses what is no number unless a default is given."""
    try:
        if isinstance(value, str):
            try:
                return int(value, base)
            except ValueError:
                return int(float(value))
        return int(value)
    except (ValueError, TypeError, OverflowError) as error:
        return or_default(default, value, error)


def to_float(value: Any, default: Any = REQUIRED) -> Any:
    """Refuses what is no number unless a default is given."""
    try:
        return float(value)
    except (ValueError, TypeError, OverflowError) as error:
        return or_default(default, value, error)


def rounded(value: Any, precision: int = 0, method: str = "common", default: Any = REQUIRED) -> Any:
    """Home Assistant's round: an int where no digits are asked for."""
    try:
        digits = max(-15, min(15, int(precision)))
        number = float(value)
        if method == "ceil":
            number = math.ceil(number * 10**digits) / 10**digits
        elif method == "floor":
            number = math.floor(number * 10**digits) / 10**digits
        elif method == "half":
            number = round(number * 2) / 2
        else:
            number = round(number, digits)
        return int(number) if digits == 0 and method != "half" else number
    except (ValueError, TypeError, OverflowError) as error:
        return or_default(default, value, error)


def to_bool(value: Any, default: Any = REQUIRED) -> Any:
    """on, true, yes, enable, 1 and their opposites."""
    if isinstance(value, (bool, int, float)):
        return bool(value)
    word = str(value).strip().lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    return or_default(default, value, None)


def is_number(value: Any) -> bool:
    """Whether it can be read as a finite number."""
    try:
        return math.isfinite(float(value))
    except (ValueError, TypeError, OverflowError):
        return False


def math_function(function: Callable[..., float]) -> Callable[..., Any]:
    """A function of one number, with an optional default for what is no number."""

    def applied(value: Any, default: Any = REQUIRED) -> Any:
        try:
            return function(float(value))
        except (ValueError, TypeError, OverflowError) as error:
            return or_default(default, value, error)

    return applied


def logarithm(value: Any, base: Any = math.e, default: Any = REQUIRED) -> Any:
    try:
        return math.log(float(value), float(base))
    except (ValueError, TypeError, OverflowError, ZeroDivisionError) as error:
        return or_default(default, value, error)


def multiply(value: Any, amount: Any, default: Any = REQUIRED) -> Any:
    try:
        return float(value) * float(amount)
    except (ValueError, TypeError) as error:
        return or_default(default, value, error)


def add(value: Any, amount: Any, default: Any = REQUIRED) -> Any:
    try:
        return float(value) + float(amount)
    except (ValueError, TypeError) as error:
        return or_default(default, value, error)


def bitwise_and(first: Any, second: Any) -> int:
    return int(first) & int(second)


def bitwise_or(first: Any, second: Any) -> int:
    return int(first) | int(second)


def bitwise_xor(first: Any, second: Any) -> int:
    return int(first) ^ int(second)
