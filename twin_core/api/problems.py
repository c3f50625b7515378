"""Errors as RFC 9457 problem details, with a stable code and what to do about it."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from twin_core.contract.errors import (
    Conflict,
    Forbidden,
    NotFound,
    PolluxError,
    Rejected,
    Unauthenticated,
    Unavailable,
)

MEDIA_TYPE = "application/problem+json"

_STATUS: tuple[tuple[type[PolluxError], int], ...] = (
    (NotFound, 404),
    (Conflict, 409),
    (Unauthenticated, 401),
    (Forbidden, 403),
    (Unavailable, 503),
    (Rejected, 422),
)
# Codes that say more than their class about what went wrong.
_STATUS_BY_CODE = {
    "too_large": 413,
    "too_many_attempts": 429,
    "bad_request": 400,
    "unsupported_media_type": 415,
}
_TITLES = {
    400: "The request is malformed",
    401: "Who are you?",
    403: "Not allowed",
    404: "Not found",
    405: "Not done this way here",
    406: "Not available in that form",
    409: "Changed in the meantime",
    412: "Changed since you read it",
    413: "Too large",
    415: "Not in that format",
    422: "The request cannot be carried out",
    429: "Too many attempts",
    500: "Something broke",
    503: "Not available now",
}
_CODES = {
    400: "bad_request",
    404: "no_such_route",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}
_HINTS = {
    "no_such_route": "The routes are listed in /openapi.json.",
    "method_not_allowed": "The Allow header lists what works here.",
    "internal_error": "It has been logged; the X-Request-Id finds it.",
}
_log = structlog.get_logger(__name__)


class FieldError(BaseModel):
    """What is wrong with one part of the request."""

    field: str
    message: str


class Problem(BaseModel):
    """An error: `code` is stable, `detail` and `hint` are for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    hint: str = ""
    trace: str | None = None
    errors: list[FieldError] | None = None
    details: dict[str, Any] | None = None


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    hint: str = "",
    errors: Sequence[FieldError] = (),
    details: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    trace: str | None = None,
) -> Response:
    """A problem response; its `type` leads to GET /problems."""
    body: dict[str, Any] = {
        "type": f"/problems#{code}",
        "title": _TITLES.get(status, "It did not work"),
        "status": status,
        "detail": detail,
        "code": code,
        "hint": hint or _HINTS.get(code, ""),
    }
    if trace:
        body["trace"] = trace
    if errors:
        body["errors"] = [error.model_dump() for error in errors]
    if details:
        body["details"] = dict(details)
    text = json.dumps(body, ensure_ascii=True, allow_nan=False, default=str)
    return Response(text, status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def problem_of(error: PolluxError, trace: str | None = None, *, precondition: bool = False) -> Response:
    """The contract's errors, by what the caller can do. `precondition`: an If-Match was given."""
    status = _STATUS_BY_CODE.get(error.code) or next((s for kind, s in _STATUS if isinstance(error, kind)), 500)
    code = error.code
    if status == 409 and precondition and code in ("conflict", "version_conflict"):
        status = 412
    headers: dict[str, str] = {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="pollux"'
    if status in (429, 503):
        headers["Retry-After"] = str(error.details.get("retry_after_s", 5))
    return problem(status, code, error.message, hint=error.hint, details=error.details, headers=headers, trace=trace)


def problems_router() -> APIRouter:
    """GET /problems: what the `type` of a problem refers to."""
    router = APIRouter(tags=["health"])

    @router.get("/problems", summary="How errors are told")
    async def explain() -> dict[str, str | dict[int, str]]:
        about = "`code` is stable and names what happened, `detail` says it, `hint` says what to do, `trace` finds it."
        return {"about": about, "titles": _TITLES}

    return router


def install(app: FastAPI) -> None:
    """Makes every error of the app a problem."""

    async def pollux_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, PolluxError)  # noqa: S101  registered for this class only
        if isinstance(error, Unavailable):
            _log.warning("api.unavailable", code=error.code, detail=error.message)
        return problem_of(error, _trace(request), precondition="if-match" in request.headers)

    async def http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101  registered for this class only
        code = _CODES.get(error.status_code, "http_error")
        detail = error.detail if code in ("http_error", "bad_request") else f"{request.method} {request.url.path[:200]}"
        if code == "too_large":
            detail = error.detail
        headers = dict(error.headers or {})
        if error.status_code == 405:
            headers["Allow"] = ", ".join(_methods_at(request.app.openapi(), request.url.path)) or headers.get(
                "Allow", ""
            )
        return problem(error.status_code, code, detail, headers=headers, trace=_trace(request))

    async def validation_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101  registered for this class only
        return _validation_problem(error, _trace(request))

    app.add_exception_handler(PolluxError, pollux_error)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(RequestValidationError, validation_error)


def _validation_problem(error: RequestValidationError, trace: str | None) -> Response:
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        reason = next((str(fault.get("ctx", {}).get("error", "")) for fault in faults), "")
        return problem(400, "bad_json", f"The body is not JSON: {reason or 'it cannot be read'}.", trace=trace)
    errors = [
        FieldError(field=".".join(str(part) for part in fault["loc"])[:200], message=str(fault["msg"])[:300])
        for fault in faults[:20]
    ]
    told = "; ".join(f"{e.field}: {e.message}" for e in errors[:3])
    return problem(
        422,
        "invalid",
        f"The request does not fit: {told}.",
        hint="/openapi.json says what fits.",
        errors=errors,
        trace=trace,
    )


def _methods_at(schema: Mapping[str, Any], path: str) -> list[str]:
    """Every method that some route has for a path; the router itself names only those of the first."""
    methods: set[str] = set()
    for template, operations in schema["paths"].items():
        pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path):
            methods.update(method.upper() for method in operations)
    return sorted(methods)


def _trace(request: Request) -> str | None:
    return getattr(request.state, "trace", None)
