"""Bodies of requests: never larger than allowed, and JSON that is JSON."""

import json
import math
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from fastapi import HTTPException, Request
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from twin_core.api.problems import problem

MAX_BYTES = 1_000_000
_MAX_DIGITS = 300


@dataclass(frozen=True, slots=True)
class Allowance:
    """How large the bodies of a route may be, and what is said of one that is larger; by default the usual."""

    max_bytes: int
    detail: str = ""
    hint: str = "Send it in parts."


class BodyLimit:
    """ASGI middleware: refuses a body that announces, or turns out, to be larger than allowed.

    `allowances` are those of single paths.
    """

    def __init__(
        self, app: ASGIApp, *, max_bytes: int = MAX_BYTES, allowances: Mapping[str, Allowance] | None = None
    ) -> None:
        self._app = app
        self._usual = Allowance(max_bytes)
        self._allowances = allowances or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        allowed = self._allowances.get(scope["path"], self._usual)
        detail = allowed.detail or f"A body has at most {allowed.max_bytes} bytes."
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isascii() and announced.isdigit() and int(announced[:20]) > allowed.max_bytes:
            await problem(413, "too_large", detail, hint=allowed.hint)(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > allowed.max_bytes:
                raise BodyTooLarge(413, detail)
            return message

        try:
            await self._app(scope, counted, send)
        except BodyTooLarge:  # read by another middleware, before the app could answer
            await problem(413, "too_large", detail, hint=allowed.hint)(scope, receive, send)


class BodyTooLarge(HTTPException):
    """An HTTPException, because that is the one error that FastAPI's reading of a body lets through unchanged."""


class StrictRoute(APIRoute):
    """A route whose JSON bodies hold no NaN, no infinity and no number that fits nowhere."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return strict


class StrictRequest(Request):
    """Reads JSON strictly."""

    async def json(self) -> Any:
        body = await self.body()
        try:
            return json.loads(
                body.decode("utf-8"), parse_constant=_no_constant, parse_int=_integer, parse_float=_finite
            )
        except UnicodeDecodeError as error:
            raise json.JSONDecodeError("it is not UTF-8", "", error.start) from None
        except RecursionError:
            raise json.JSONDecodeError("it is nested too deeply", "", 0) from None


def lenient_json(body: bytes) -> Any:
    """JSON in which NaN, infinities and huge numbers are kept as such, for a caller that refuses them row by row.

    Raises json.JSONDecodeError.
    """
    try:
        return json.loads(body.decode("utf-8", "replace"), parse_int=_any_integer)
    except RecursionError:
        raise json.JSONDecodeError("it is nested too deeply", "", 0) from None


def _no_constant(text: str) -> NoReturn:
    raise json.JSONDecodeError(f"{text} is not a JSON number", text, 0)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise json.JSONDecodeError("it has a number that is too large", text[:40], 0)
    return value


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise json.JSONDecodeError("it has a number that is too large", text[:40], 0)
    return int(text)


def _any_integer(text: str) -> int | float:
    return int(text) if len(text) <= _MAX_DIGITS else math.inf
