"""What requests may hold: strict, so that "false" is no number and a misspelt key is an error."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from twin_core.contract.clock import parse_instant
from twin_core.contract.errors import Rejected
from twin_core.contract.template import Importance

MAX_TEXT = 4096


def _instant(value: object) -> datetime:
    if not isinstance(value, str):
        raise PydanticCustomError("instant", "an instant is written like 2026-03-02T08:00:00Z")
    try:
        return parse_instant(value)
    except Rejected as error:
        raise PydanticCustomError("instant", "{reason}", {"reason": str(error)}) from None


def _finite(value: object) -> object:
    """Numbers that a database and JSON can hold."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53:
        raise PydanticCustomError("number", "a number of this size cannot be kept exactly")
    if isinstance(value, float) and not math.isfinite(value):
        raise PydanticCustomError("number", "NaN and infinity are no values")
    return value


def _shallow(value: Any, depth: int = 0) -> Any:
    """Configuration is a small tree of plain values."""
    if depth > 8:
        raise PydanticCustomError("depth", "nested too deeply")
    if isinstance(value, Mapping):
        return {str(key)[:200]: _shallow(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_shallow(item, depth + 1) for item in value]
    return _finite(value)


def _encodable(value: str) -> str:
    if "\x00" in value:
        raise PydanticCustomError("text", "a text has no null characters")
    return value


Text = Annotated[str, StringConstraints(strict=True, max_length=MAX_TEXT), AfterValidator(_encodable)]
Name = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=200, strip_whitespace=True), AfterValidator(_encodable)
]
Instant = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
AnyValue = Annotated[bool | int | float | Text, AfterValidator(_finite)]
Config = Annotated[dict[str, Any], AfterValidator(_shallow)]


class Body(BaseModel):
    """A JSON object: no other keys, no silent conversions."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


class NewTwin(Body):
    """A twin to be created; `draft` waits to be activated."""

    type: Name
    name: Name
    aliases: Annotated[list[Name], Field(max_length=50)] = []
    place: Name | None = None
    importance: Importance | None = None
    config: Config = {}
    id: Name | None = None
    source: Name | None = None
    draft: bool = False


class TwinChanges(Body):
    """What changes; keys of `config` are merged, null removes one."""

    name: Name | None = None
    aliases: Annotated[list[Name], Field(max_length=50)] | None = None
    place: Name | None = None
    importance: Importance | None = None
    config: Config | None = None
    source: Name | None = None
    type: Name | None = None


class DesiredChange(Body):
    """Values by property; `dry_run` asks for the verdict only."""

    values: Annotated[dict[Name, AnyValue], Field(min_length=1, max_length=100)]
    units: Annotated[dict[Name, Name], Field(max_length=100)] = {}
    dry_run: bool = False


class TelemetryRow(Body):
    """One value of one property."""

    twin: Name
    property: Name
    value: AnyValue
    unit: Text | None = None
    at: Instant | None = None


class Snooze(Body):
    """Until an instant, or for a span."""

    until: Instant | None = None
    for_s: Annotated[float, Field(gt=0, le=366 * 86_400)] | None = None


class Rating(Body):
    """Whether the like of a concern matters."""

    important: bool


class ClockMove(Body):
    """By a span, or to an instant."""

    advance_s: Annotated[float, Field(ge=0, le=100 * 366 * 86_400)] | None = None
    to: Instant | None = None
