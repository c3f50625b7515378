"""What is seen of each request: a trace id, a log line, metrics, safe headers, and never a bare crash."""

import re
import secrets
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from twin_core.api.problems import problem

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
_log = structlog.get_logger(__name__)


class Metrics:
    """The counters of one app, in a registry of its own so that several apps can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "pollux_http_request_seconds",
            "Time to answer, by route template.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.telemetry = Counter(
            "pollux_telemetry_rows_total", "Rows of telemetry over HTTP.", ("result",), registry=self.registry
        )
        self.streams = Counter(
            "pollux_stream_closed_total", "Live streams that ended, by reason.", ("reason",), registry=self.registry
        )


class Observation:
    """ASGI middleware, the outermost: a broad catch is right here, for nothing is left outside to catch it."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        trace = trace_of(Headers(scope=scope))
        scope.setdefault("state", {})["trace"] = trace
        started = time.perf_counter()
        status = 0

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = trace
                for name, value in _SAFE_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        with structlog.contextvars.bound_contextvars(trace=trace):
            try:
                await self._app(scope, receive, dressed)
            except Exception:  # noqa: BLE001  the rim: logged, counted, answered
                _log.exception("api.crashed", method=scope.get("method"), path=scope["path"])
                if status == 0 and scope["type"] == "http":
                    crash = problem(500, "internal_error", "Something broke on our side.", trace=trace)
                    await crash(scope, receive, dressed)
            if scope["type"] == "http":
                self._record(scope, status, time.perf_counter() - started)

    def _record(self, scope: MutableMapping[str, Any], status: int, took_s: float) -> None:
        method = str(scope["method"])
        labels = (method if method in _METHODS else "other", route_template(scope), str(status))
        self._metrics.requests.labels(*labels).observe(took_s)
        _log.info(
            "api.request", method=scope["method"], path=scope["path"], status=status, took_ms=round(took_s * 1000, 1)
        )


def route_template(scope: MutableMapping[str, Any]) -> str:
    """`/api/v1/twins/{id}`; "unmatched" where no route was found, so that scanners make no series.

    A route of an included router knows its path without the prefix: that is what is left of the real one.
    """
    template: str | None = getattr(scope.get("route"), "path", None)
    if not template:
        return "unmatched"
    filled = template
    for name, value in scope.get("path_params", {}).items():
        filled = filled.replace(f"{{{name}}}", str(value), 1)
    path = str(scope["path"])
    return path[: -len(filled)] + template if path.endswith(filled) and filled else template


def trace_of(headers: Headers) -> str:
    """The caller's trace id, where it has one that can be logged safely, else a new one."""
    parent = _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
    if parent and parent.group(1) != "0" * 32:
        return parent.group(1)
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(16)
