"""From a device's words to values: the decodings that components share."""

from collections.abc import Iterable, Mapping

from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.entity import UNKNOWN, Decode
from connectors.devices.mqtt.payloads import to_number, to_text
from twin_core.contract.template import Value


def number(text: str) -> Value | None:
    """Raises Malformed for what is no finite number."""
    return None if text == UNKNOWN else to_number(text)


def text(given: str) -> Value | None:
    """Raises Malformed for texts that are too long or cannot be stored."""
    return None if given == UNKNOWN else to_text(given)


def words(table: Mapping[str, Value | None]) -> Decode:
    """Raises Malformed for a word that the device did not announce."""

    def decode(given: str) -> Value | None:
        if given in table:
            return table[given]
        if given == UNKNOWN:
            return None
        raise Malformed("bad_value", f"{given[:60]!r} is none of {', '.join(map(str, table))[:120]}")

    return decode


def on_off(on: str, off: str) -> Decode:
    return words({off: False, on: True})


def choice(options: Iterable[str]) -> Decode:
    """One of the announced options; any text where none were announced."""
    known = {option: option for option in options}
    return words(known) if known else text


def scaled(low: float, high: float) -> Decode:
    """A number between two ends as per cent."""
    span = (high - low) or 1.0

    def decode(given: str) -> Value | None:
        if given == UNKNOWN:
            return None
        return percent((float(to_number(given)) - low) / span)

    return decode


def percent(part: float) -> float:
    """A part of one as per cent, to one decimal."""
    return round(100.0 * part, 1)
