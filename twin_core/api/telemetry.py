"""POST /telemetry: a batch of readings, each row judged by itself."""

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError

from twin_core.api.bodies import lenient_json
from twin_core.api.models import TelemetryRow
from twin_core.api.rooms import Rooms, cause_of
from twin_core.contract.errors import Rejected
from twin_core.contract.telemetry import Reading, RecordTelemetry
from twin_core.contract.views import RowError, TelemetryReport

_ROW = TypeAdapter(TelemetryRow)
_MAX_ROWS = 20_000
_ROWS = {
    "type": "array",
    "maxItems": _MAX_ROWS,
    "items": {"anyOf": [{"$ref": "#/components/schemas/TelemetryRow"}, {"description": "reported as a bad row"}]},
}
_BODY = {"required": True, "content": {"application/json": {"schema": _ROWS}}}


def telemetry_router(rooms: Rooms) -> APIRouter:
    """POST /telemetry."""
    router = APIRouter(tags=["telemetry"])

    @router.post(
        "/telemetry", summary="Records readings; bad rows never sink good ones", openapi_extra={"requestBody": _BODY}
    )
    async def record(request: Request) -> TelemetryReport:
        readings, rows, errors = _read(_rows(await request.body()))
        accepted, rejected = 0, len(errors)
        if readings:
            report = await rooms.core.execute(RecordTelemetry(tuple(readings)), cause_of(request))
            accepted, rejected = report.accepted, rejected + report.rejected
            errors += [RowError(rows[error.row], error.code, error.message) for error in report.errors]
        rooms.metrics.telemetry.labels("accepted").inc(accepted)
        rooms.metrics.telemetry.labels("rejected").inc(rejected)
        return TelemetryReport(accepted, rejected, tuple(sorted(errors, key=lambda error: error.row)))

    return router


def _rows(body: bytes) -> list[Any]:
    """Raises RequestValidationError for what is no JSON, Rejected for what is no list."""
    try:
        rows = lenient_json(body)
    except json.JSONDecodeError as error:
        raise RequestValidationError(
            [{"type": "json_invalid", "loc": ("body",), "msg": "", "ctx": {"error": error.msg}}]
        ) from None
    if not isinstance(rows, list) or len(rows) > _MAX_ROWS:
        raise Rejected(
            f"Telemetry is a list of at most {_MAX_ROWS} readings.",
            code="invalid",
            hint='Send [{"twin", "property", "value", "unit"?, "at"?}].',
        )
    return rows


def _read(rows: list[Any]) -> tuple[list[Reading], list[int], list[RowError]]:
    """The readings that are well formed, the row each stood in, and why the others are not."""
    readings: list[Reading] = []
    places: list[int] = []
    errors: list[RowError] = []
    for number, row in enumerate(rows):
        try:
            read = _ROW.validate_python(row)
        except ValidationError as error:
            errors.append(RowError(number, "bad_row", _reason(error)))
            continue
        readings.append(Reading(read.twin, read.property, read.value, read.unit, read.at))
        places.append(number)
    return readings, places, errors


def _reason(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    # Which branch of a value's types was tried says nothing to the reader.
    field = str(fault["loc"][0]) if fault["loc"] else "row"
    if field == "value" and fault["type"] not in ("number", "text", "string_too_long"):
        return "value: it has to be a number, true, false or a text"
    return f"{field}: {fault['msg']}"[:300]
