"""How values, texts and instants stand in the database."""

import math
from datetime import UTC, datetime, timedelta

from twin_core.contract.errors import Rejected
from twin_core.contract.template import Value

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# No sensor measures beyond these; sums and means of what lies between them cannot overflow.
_LARGEST, _SMALLEST = 1e300, 1e-300

Columns = tuple[float | None, bool | None, str | None]  # number, flag, text


def to_columns(value: Value) -> Columns:
    """The columns number, flag and text of a value, two of them None.

    A number is stored as a float. Raises Rejected for NaN, infinities, numbers that no sensor measures,
    texts that no database can hold, and anything that is not a value.
    """
    if isinstance(value, bool):
        return None, value, None
    if isinstance(value, (int, float)):
        return _checked_number(value), None, None
    if isinstance(value, str):
        return None, None, checked_text(value)
    raise Rejected(
        f"{type(value).__name__} is no value of a reading.",
        code="bad_value",
        hint="Give a number, true or false, or a text.",
    )


def from_columns(number: float | None, flag: bool | None, text: str | None) -> Value:
    """The value that to_columns has put there."""
    if number is not None:
        return number
    return text if flag is None and text is not None else bool(flag)


def checked_text(text: str) -> str:
    """The text itself, if both databases can hold it. Raises Rejected for NUL and lone surrogates."""
    if "\0" not in text:
        try:
            text.encode()
        except UnicodeEncodeError:
            pass
        else:
            return text
    raise Rejected(
        f"The text {text[:40]!r} holds characters that cannot be stored.",
        code="bad_text",
        hint="Send it as clean UTF-8, without NUL characters.",
    )


def to_microseconds(at: datetime) -> int:
    """Whole microseconds since 1970 in UTC. Raises Rejected for an instant without a zone."""
    if at.tzinfo is None:
        raise Rejected(f"{at.isoformat()} has no time zone.", code="bad_instant", hint="Give an instant in UTC.")
    return (at - _EPOCH) // _MICROSECOND


def from_microseconds(at_us: int) -> datetime:
    """The instant that to_microseconds has written."""
    return _EPOCH + timedelta(microseconds=at_us)


def _checked_number(value: float) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not abs(number) <= _LARGEST:  # true of NaN as well
        raise Rejected(
            f"{number} is no number that a sensor can measure.",
            code="bad_value",
            hint="Leave the reading out when there is no measurement.",
        )
    return number if abs(number) >= _SMALLEST else 0.0
