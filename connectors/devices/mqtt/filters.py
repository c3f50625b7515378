"""The filters, tests and functions that real announcements use, with Home Assistant's meaning.

Source: https://www.home-assistant.io/docs/configuration/templating/ . Those that need a running Home
Assistant (states and the like) are not here.
"""

import base64
import binascii
import hashlib
import json
import math
import re
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from jinja2 import TemplateRuntimeError, Undefined

from connectors.devices.mqtt.budget import RANGE, OverBudget

_NONE = object()
_REGEX_PATTERN = 120
_REGEX_INPUT = 256
_REPEATS = 2
_TRUE = frozenset({"1", "true", "yes", "on", "enable"})
_FALSE = frozenset({"0", "false", "no", "off", "disable"})


def bounded_range(*bounds: int) -> range:
    """range(), up to a length that no announcement needs."""
    made = range(*bounds)
    if len(made) > RANGE:
        raise OverBudget(f"range() of more than {RANGE}")
    return made


def to_int(value: Any, default: Any = _NONE, base: int = 10) -> Any:
    """Refuses what is no number unless a default is given."""
    try:
        if isinstance(value, str):
            try:
                return int(value, base)
            except ValueError:
                return int(float(value))
        return int(value)
    except (ValueError, TypeError, OverflowError) as error:
        return _or_default(default, value, error)


def to_float(value: Any, default: Any = _NONE) -> Any:
    """Refuses what is no number unless a default is given."""
    try:
        return float(value)
    except (ValueError, TypeError, OverflowError) as error:
        return _or_default(default, value, error)


def rounded(value: Any, precision: int = 0, method: str = "common", default: Any = _NONE) -> Any:
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
        return _or_default(default, value, error)


def to_bool(value: Any, default: Any = _NONE) -> Any:
    """on, true, yes, enable, 1 and their opposites."""
    if isinstance(value, (bool, int, float)):
        return bool(value)
    word = str(value).strip().lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    return _or_default(default, value, None)


def is_number(value: Any) -> bool:
    """Whether it can be read as a finite number."""
    try:
        return math.isfinite(float(value))
    except (ValueError, TypeError, OverflowError):
        return False


def math_function(function: Callable[..., float]) -> Callable[..., Any]:
    """A function of one number, with an optional default for what is no number."""

    def applied(value: Any, default: Any = _NONE) -> Any:
        try:
            return function(float(value))
        except (ValueError, TypeError, OverflowError) as error:
            return _or_default(default, value, error)

    return applied


def logarithm(value: Any, base: Any = math.e, default: Any = _NONE) -> Any:
    try:
        return math.log(float(value), float(base))
    except (ValueError, TypeError, OverflowError, ZeroDivisionError) as error:
        return _or_default(default, value, error)


def multiply(value: Any, amount: Any, default: Any = _NONE) -> Any:
    try:
        return float(value) * float(amount)
    except (ValueError, TypeError) as error:
        return _or_default(default, value, error)


def add(value: Any, amount: Any, default: Any = _NONE) -> Any:
    try:
        return float(value) + float(amount)
    except (ValueError, TypeError) as error:
        return _or_default(default, value, error)


def bitwise_and(first: Any, second: Any) -> int:
    return int(first) & int(second)


def bitwise_or(first: Any, second: Any) -> int:
    return int(first) | int(second)


def bitwise_xor(first: Any, second: Any) -> int:
    return int(first) ^ int(second)


def smallest(*values: Any) -> Any:
    """min() of the arguments, or of one list."""
    return min(values[0]) if len(values) == 1 else min(values)


def largest(*values: Any) -> Any:
    """max() of the arguments, or of one list."""
    return max(values[0]) if len(values) == 1 else max(values)


def average(*values: Any) -> float:
    numbers = list(values[0]) if len(values) == 1 and not isinstance(values[0], (int, float)) else list(values)
    return sum(float(n) for n in numbers) / len(numbers)


def iif(value: Any, if_true: Any = True, if_false: Any = False, if_none: Any = _NONE) -> Any:
    """The immediate if."""
    if value is None and if_none is not _NONE:
        return if_none
    return if_true if bool(value) else if_false


def is_defined(value: Any) -> Any:
    """Refuses what is not there, so that the message says nothing about this value."""
    if isinstance(value, Undefined):
        value._fail_with_undefined_error()
    return value


def as_timestamp(value: Any, default: Any = _NONE) -> Any:
    """Seconds since 1970 of a datetime, a number or an ISO text."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    at = as_datetime(value, None)
    return _or_default(default, value, None) if at is None else at.timestamp()


def as_datetime(value: Any, default: Any = _NONE) -> Any:
    """A datetime of a timestamp or an ISO text; what has no zone is UTC."""
    try:
        if isinstance(value, datetime):
            return value
        if isinstance(value, (int, float)):
            return datetime.fromtimestamp(value, UTC)
        try:
            at = datetime.fromisoformat(str(value))
        except ValueError:
            at = datetime.fromtimestamp(float(value), UTC)
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, OSError) as error:
        return _or_default(default, value, error)


def as_timedelta(value: Any) -> timedelta | None:
    """A span of `[days ]HH:MM:SS`."""
    found = re.fullmatch(r"(?:(-?\d{1,6}) (?:days?, )?)?(\d{1,4}):(\d{1,2}):(\d{1,2})", str(value)[:40])
    if found is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def timestamp_custom(value: Any, pattern: str = "%Y-%m-%d %H:%M:%S", local: bool = True, default: Any = _NONE) -> Any:
    """Formats a timestamp, in UTC."""
    try:
        return datetime.fromtimestamp(float(value), UTC).strftime(pattern[:60])
    except (ValueError, TypeError, OverflowError, OSError) as error:
        return _or_default(default, value, error)


def strptime(value: str, pattern: str, default: Any = _NONE) -> Any:
    try:
        return datetime.strptime(value[:60], pattern[:60]).replace(tzinfo=UTC)
    except (ValueError, TypeError) as error:
        return _or_default(default, value, error)


def from_json(value: Any, default: Any = _NONE) -> Any:
    try:
        return json.loads(value)
    except (ValueError, TypeError, RecursionError) as error:
        return _or_default(default, value, error)


def to_json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def base64_decode(value: str, encoding: str | None = "utf-8") -> Any:
    try:
        raw = base64.b64decode(value)
        return raw.decode(encoding) if encoding else raw
    except (binascii.Error, UnicodeDecodeError, LookupError) as error:
        raise TemplateRuntimeError(f"no base64: {error}") from None


def base64_encode(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


def unpack(value: bytes, pattern: str, offset: int = 0) -> Any:
    """One number out of raw bytes (struct format)."""
    try:
        return struct.unpack_from(pattern[:8], value, offset)[0]
    except (struct.error, TypeError):
        return None


def pack(value: Any, pattern: str) -> bytes | None:
    """Raw bytes of one number (struct format)."""
    try:
        return struct.pack(pattern[:8], value) if not re.search(r"\d", pattern) else None
    except (struct.error, TypeError):
        return None


def digest(name: str) -> Callable[[str], str]:
    return lambda value: hashlib.new(name, str(value).encode(), usedforsecurity=False).hexdigest()


def regex_match(value: Any, find: str = "", ignorecase: bool = False) -> bool:
    return bool(_regex(find, ignorecase).match(_searched(value)))


def regex_search(value: Any, find: str = "", ignorecase: bool = False) -> bool:
    return bool(_regex(find, ignorecase).search(_searched(value)))


def regex_replace(value: Any, find: str = "", replace: str = "", ignorecase: bool = False) -> str:
    return _regex(find, ignorecase).sub(replace, _searched(value))


def regex_findall(value: Any, find: str = "", ignorecase: bool = False) -> list[Any]:
    return _regex(find, ignorecase).findall(_searched(value))


def regex_findall_index(value: Any, find: str = "", index: int = 0, ignorecase: bool = False) -> Any:
    return regex_findall(value, find, ignorecase)[index]


def percent_format(pattern: Any, *values: Any, **named: Any) -> str:
    """The `format` filter; widths of four digits and more are refused."""
    return str(check_format(str(pattern)) % (named or values))


def check_format(pattern: str) -> str:
    """A format text without huge or computed widths. Raises OverBudget."""
    if re.search(r"\d{4}|%[^a-zA-Z%]*\*|\{[^{}]*\{", pattern):
        raise OverBudget("a format with a width that is too large")
    return pattern


def _searched(value: Any) -> str:
    text = str(value)
    if len(text) > _REGEX_INPUT:
        raise OverBudget(f"a regular expression on more than {_REGEX_INPUT} characters")
    return text


def _regex(pattern: str, ignorecase: bool) -> re.Pattern[str]:
    """A pattern that cannot run away: short, no repeated group, few repetitions, no back reference."""
    bare = re.sub(r"\[\^?\]?(?:\\.|[^\]\\])*\]|\\[^1-9]", "x", pattern)
    if (
        len(pattern) > _REGEX_PATTERN
        or re.search(r"\)[*+{]|\\[1-9]|\(\?P=", bare)
        or len(re.findall(r"[*+]|\{\d*,", bare)) > _REPEATS
    ):
        raise OverBudget("a regular expression that could run for long")
    try:
        return re.compile(pattern, re.IGNORECASE if ignorecase else 0)
    except (re.error, OverflowError) as error:
        raise TemplateRuntimeError(f"no regular expression: {error}") from None


def _or_default(default: Any, value: Any, error: Exception | None) -> Any:
    if default is _NONE:
        raise TemplateRuntimeError(f"{str(value)[:60]!r} cannot be used here, and there is no default") from error
    return default


_ONE_NUMBER: dict[str, Callable[[float], float]] = {
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "sqrt": math.sqrt,
}

# Filters that are functions as well.
SHARED: dict[str, Callable[..., Any]] = {
    "int": to_int,
    "float": to_float,
    "bool": to_bool,
    "is_number": is_number,
    "log": logarithm,
    "min": smallest,
    "max": largest,
    "average": average,
    "iif": iif,
    "as_timestamp": as_timestamp,
    "as_datetime": as_datetime,
    "as_timedelta": as_timedelta,
    "bitwise_and": bitwise_and,
    "bitwise_or": bitwise_or,
    "bitwise_xor": bitwise_xor,
    "pack": pack,
    "unpack": unpack,
    **{name: math_function(function) for name, function in _ONE_NUMBER.items()},
    **{name: cast("Callable[..., Any]", digest(name)) for name in ("md5", "sha1", "sha256", "sha512")},
}

FILTERS: dict[str, Callable[..., Any]] = {
    **SHARED,
    "round": rounded,
    "multiply": multiply,
    "add": add,
    "is_defined": is_defined,
    "timestamp_custom": timestamp_custom,
    "timestamp_utc": lambda value, default=_NONE: timestamp_custom(value, "%Y-%m-%dT%H:%M:%S+00:00", False, default),
    "timestamp_local": lambda value, default=_NONE: timestamp_custom(value, "%Y-%m-%dT%H:%M:%S+00:00", True, default),
    "from_json": from_json,
    "to_json": to_json,
    "base64_decode": base64_decode,
    "base64_encode": base64_encode,
    "regex_match": regex_match,
    "regex_search": regex_search,
    "regex_replace": regex_replace,
    "regex_findall": regex_findall,
    "regex_findall_index": regex_findall_index,
    "format": percent_format,
    "ord": ord,
}

FUNCTIONS: dict[str, Any] = {
    **SHARED,
    "range": bounded_range,
    "strptime": strptime,
    "timedelta": timedelta,
    "pi": math.pi,
    "e": math.e,
    "tau": math.tau,
}

TESTS: dict[str, Callable[..., bool]] = {
    "match": regex_match,
    "search": regex_search,
    "is_number": is_number,
}
