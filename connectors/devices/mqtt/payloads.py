"""Bytes from the network to text, JSON and values, with every bound that hostile input needs."""

import json
import math
from typing import Any, NoReturn

from connectors.devices.mqtt.diagnostics import Malformed
from twin_core.contract.template import Value

MAX_BYTES = 256 * 1024
MAX_TEXT = 1024  # of one value
_MISSING = object()
_EXACT_INT = 2**53


class Message:
    """One received payload; text and JSON are made at most once, however many signals read it."""

    __slots__ = ("_json", "_text", "payload", "retain", "topic")

    def __init__(self, topic: str, payload: bytes, retain: bool = False) -> None:
        self.topic = topic
        self.payload = payload
        self.retain = retain
        self._text: str | None = None
        self._json: Any = _MISSING

    @property
    def text(self) -> str:
        """Raises Malformed."""
        if self._text is None:
            self._text = decode_text(self.payload)
        return self._text

    @property
    def json(self) -> Any:
        """Raises Malformed, each time anew, but parses once."""
        if self._json is _MISSING:
            try:
                self._json = parse_json(self.text)
            except Malformed as fault:
                self._json = fault
        if isinstance(self._json, Malformed):
            raise self._json
        return self._json

    def decoded(self, encoding: str) -> "Message":
        """The same message read in another encoding. Raises Malformed."""
        other = Message(self.topic, self.payload, self.retain)
        other._text = decode_text(self.payload, encoding)
        return other


def decode_text(payload: bytes, encoding: str = "utf-8") -> str:
    """Raises Malformed."""
    if len(payload) > MAX_BYTES:
        raise Malformed("too_large", f"{len(payload)} bytes")
    try:
        return payload.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise Malformed("invalid_utf8", str(error)[:100]) from None


def parse_json(text: str) -> Any:
    """Strict JSON: no NaN, no infinities, bounded depth. Raises Malformed."""
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise Malformed("too_deep", "nested too deeply") from None
    except ValueError as error:
        raise Malformed("bad_json", str(error)[:100]) from None


def finite(number: float) -> float:
    """The number itself, if it is one. Raises Malformed."""
    if not math.isfinite(number):
        raise Malformed("not_finite", repr(number))
    return number


def to_number(given: object) -> float | int:
    """A number from a JSON number or from text. Raises Malformed."""
    if isinstance(given, bool):
        raise Malformed("bad_value", f"{given!r} is no number")
    if isinstance(given, int):
        return given if abs(given) <= _EXACT_INT else to_number(_as_float(given))
    if isinstance(given, float):
        return finite(given)
    if isinstance(given, str):
        try:
            return finite(float(given))
        except (ValueError, OverflowError):
            raise Malformed("bad_value", f"{given[:60]!r} is no number") from None
    raise Malformed("bad_value", f"a {type(given).__name__} is no number")


def to_text(given: object) -> str:
    """A text that can be stored everywhere. Raises Malformed."""
    text = given if isinstance(given, str) else str(given)
    if len(text) > MAX_TEXT:
        raise Malformed("bad_value", f"text of {len(text)} characters")
    if "\x00" in text or not _encodable(text):
        raise Malformed("invalid_utf8", "text with lone surrogates or NUL")
    return text


def to_value(given: object) -> Value:
    """A value of whatever kind a JSON scalar has. Raises Malformed."""
    if isinstance(given, bool):
        return given
    if isinstance(given, (int, float)):
        return to_number(given)
    if isinstance(given, str):
        return to_text(given)
    raise Malformed("bad_value", f"a {type(given).__name__} is no value")


def _as_float(number: int) -> float:
    try:
        return float(number)
    except OverflowError:
        raise Malformed("not_finite", "a number of more than 308 digits") from None


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _refuse_constant(name: str) -> NoReturn:
    raise Malformed("not_finite", name)


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
