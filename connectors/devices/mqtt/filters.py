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
from datetime import timedelta
from typing import Any, cast

from jinja2 import TemplateRuntimeError, Undefined

from connectors.devices.mqtt.arithmetic import (
    add,
    bitwise_and,
    bitwise_or,
    bitwise_xor,
    is_number,
    logarithm,
    math_function,
    multiply,
    rounded,
    to_bool,
    to_float,
    to_int,
)
from connectors.devices.mqtt.budget import RANGE, OverBudget
from connectors.devices.mqtt.instants import (
    as_datetime,
    as_timedelta,
    as_timestamp,
    strptime,
    timestamp_custom,
)
from connectors.devices.mqtt.lenience import REQUIRED, or_default
from connectors.devices.mqtt.patterns import compile_pattern, searchable


def bounded_range(*bounds: int) -> range:
    """range(), up to a length that no announcement needs."""
    made = range(*bounds)
    if len(made) > RANGE:
        raise OverBudget(f"range() of more than {RANGE}")
    return made


def smallest(*values: Any) -> Any:
    """min() of the arguments, or of one list."""
    return min(values[0]) if len(values) == 1 else min(values)


def largest(*values: Any) -> Any:
    """max() of the arguments, or of one list."""
    return max(values[0]) if len(values) == 1 else max(values)


def average(*values: Any) -> float:
    numbers = list(values[0]) if len(values) == 1 and not isinstance(values[0], (int, float)) else list(values)
    return sum(float(n) for n in numbers) / len(numbers)


def iif(value: Any, if_true: Any = True, if_false: Any = False, if_none: Any = REQUIRED) -> Any:
    """The immediate if."""
    if value is None and if_none is not REQUIRED:
        return if_none
    return if_true if bool(value) else if_false


def is_defined(value: Any) -> Any:
    """Refuses what is not there, so that the message says nothing about this value."""
    if isinstance(value, Undefined):
        value._fail_with_undefined_error()
    return value


def from_json(value: Any, default: Any = REQUIRED) -> Any:
    try:
        return json.loads(value)
    except (ValueError, TypeError, RecursionError) as error:
        return or_default(default, value, error)


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
    return bool(compile_pattern(find, ignorecase).match(searchable(value)))


def regex_search(value: Any, find: str = "", ignorecase: bool = False) -> bool:
    return bool(compile_pattern(find, ignorecase).search(searchable(value)))


def regex_replace(value: Any, find: str = "", replace: str = "", ignorecase: bool = False) -> str:
    return compile_pattern(find, ignorecase).sub(replace, searchable(value))


def regex_findall(value: Any, find: str = "", ignorecase: bool = False) -> list[Any]:
    return compile_pattern(find, ignorecase).findall(searchable(value))


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
    "timestamp_utc": lambda value, default=REQUIRED: timestamp_custom(value, "%Y-%m-%dT%H:%M:%S+00:00", False, default),
    "timestamp_local": lambda value, default=REQUIRED: timestamp_custom(
        value, "%Y-%m-%dT%H:%M:%S+00:00", True, default
    ),
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
