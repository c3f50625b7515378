"""The API as one FastAPI app: routes, and in front of them observation, the door, limits, idempotency."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from twin_core.api import problems
from twin_core.api.access import Access
from twin_core.api.agenda import agenda_router
from twin_core.api.attention import attention_router
from twin_core.api.bodies import MAX_BYTES, Allowance, BodyLimit
from twin_core.api.door import Door
from twin_core.api.feed import Feed
from twin_core.api.frozen_time import DueAtOnce, clock_router
from twin_core.api.health import health_router
from twin_core.api.idempotency import Idempotency
from twin_core.api.me import me_router
from twin_core.api.models import TelemetryRow
from twin_core.api.observation import Metrics, Observation
from twin_core.api.reminders import reminders_router
from twin_core.api.rooms import MovesTime, Rooms
from twin_core.api.streams import streams_router
from twin_core.api.tasks import tasks_router
from twin_core.api.telemetry import telemetry_router
from twin_core.api.twins import twins_router
from twin_core.contract.clock import Clock, FrozenClock
from twin_core.contract.ports import Bus, Store, TwinCore

PREFIX = "/api/v1"
PUBLIC = ("/healthz", "/readyz", "/problems", "/channels/", f"{PREFIX}/hooks/")


def create_api(
    *,
    core: TwinCore,
    bus: Bus,
    store: Store,
    clock: Clock,
    access: Access,
    version: str,
    timers: MovesTime | None = None,
    max_body_bytes: int = MAX_BYTES,
    allowances: Mapping[str, Allowance] | None = None,
    public: Sequence[str] = PUBLIC,
    origins: Sequence[str] = (),
) -> FastAPI:
    """The API. Routes and apps added to it later stand behind the same door.

    `allowances`: paths whose bodies may have another size than `max_body_bytes`. `public`: paths, or prefixes ending
    in "/", that prove who calls by themselves. `origins`: other sites whose pages may call. `app.state.feed.close()`
    ends the live streams, which else outlive a graceful stop.
    """
    metrics, feed = Metrics(), Feed(bus, store)
    rooms = Rooms(core, bus, store, clock, access, timers, metrics, feed, version)
    app = FastAPI(
        title="Pollux",
        version=version,
        docs_url=None,  # its pages load scripts from other hosts
        redoc_url=None,
        middleware=[
            Middleware(Observation, metrics=metrics),
            *_cors(origins),
            Middleware(Door, access=access, public=public, origins=origins),
            Middleware(BodyLimit, max_bytes=max_body_bytes, allowances=allowances),
            Middleware(Idempotency, store=store, clock=clock),
            *_frozen(clock, timers),
        ],
    )
    app.state.feed = feed
    app.state.metrics = metrics
    problems.install(app)
    app.include_router(health_router(rooms))
    app.include_router(problems.problems_router())
    for router in _routers(rooms):
        app.include_router(router, prefix=PREFIX)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]  # FastAPI's own way of extending it
    return app


def _routers(rooms: Rooms) -> list[APIRouter]:
    planning = (tasks_router, agenda_router, reminders_router)
    routers = [
        make(rooms) for make in (twins_router, telemetry_router, attention_router, *planning, me_router, streams_router)
    ]
    if isinstance(rooms.clock, FrozenClock):
        routers.append(clock_router(rooms, rooms.clock))
    return routers


def _frozen(clock: Clock, timers: MovesTime | None) -> list[Middleware]:
    if timers is None or not isinstance(clock, FrozenClock):
        return []
    return [Middleware(DueAtOnce, timers=timers, clock=clock)]


def _cors(origins: Sequence[str]) -> list[Middleware]:
    if not origins:
        return []
    allowed = ["Authorization", "Content-Type", "If-Match", "Idempotency-Key", "Last-Event-ID", "X-Request-Id"]
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=list(origins),
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=allowed,
            expose_headers=["ETag", "Location", "X-Request-Id"],
        )
    ]


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The schema, with every error described as the problem that it is."""
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        for model in (problems.Problem, TelemetryRow):
            _add_model(schemas, model)
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        problem = {
            "description": "An error",
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for path in schema["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None)
                operation["responses"]["default"] = problem
        app.openapi_schema = schema
    return app.openapi_schema


def _add_model(schemas: dict[str, Any], model: Any) -> None:
    described = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(described.pop("$defs", {}))
    schemas[model.__name__] = described
