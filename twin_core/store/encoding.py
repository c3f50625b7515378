"""JSON as it stands in the database: compact ASCII, without NaN and infinities."""

import json
from collections.abc import Mapping
from typing import Any

from twin_core.contract.errors import Rejected

_encoder = json.JSONEncoder(allow_nan=False, separators=(",", ":"))


class Encoded(str):
    """JSON that is ready to be stored."""


def to_json(data: Any) -> str:
    """ASCII, so that whatever a text holds (NUL, half a surrogate pair) both databases can keep it."""
    return data if isinstance(data, Encoded) else _encoder.encode(data)


def plain(data: Mapping[str, Any], what: str) -> dict[str, Any]:
    """The data as it will be read back: lists for tuples, texts for keys. Raises Rejected as encoded() does."""
    found: dict[str, Any] = json.loads(encoded(data, what))
    return found


def encoded(data: Mapping[str, Any], what: str) -> Encoded:
    """Raises Rejected, naming `what`, for data that JSON cannot hold."""
    try:
        return Encoded(_encoder.encode(data if isinstance(data, dict) else dict(data)))
    except (TypeError, ValueError, RecursionError) as error:
        raise Rejected(
            f"The data of {what} cannot be stored: {error}.",
            code="bad_data",
            hint="Give only texts, finite numbers, true, false, null, lists and objects.",
        ) from error
