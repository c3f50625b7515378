"""/healthz, /readyz, /metrics."""

import asyncio

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from starlette.responses import Response

from twin_core.api.rooms import Rooms
from twin_core.contract.errors import Unavailable

_READY_S = 3.0


class Health(BaseModel):
    """Alive, and which version."""

    status: str
    version: str


def health_router(rooms: Rooms) -> APIRouter:
    """Outside /api/v1: what an orchestrator and Prometheus ask."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz", summary="Alive")
    async def healthz() -> Health:
        return Health(status="ok", version=rooms.version)

    @router.get("/readyz", summary="Able to serve: the database answers")
    async def readyz() -> Health:
        try:
            async with asyncio.timeout(_READY_S):
                await rooms.store.get("health", "probe")
        except Exception as error:  # whatever the database raises, the answer is "not ready"
            raise Unavailable(
                "The database does not answer.", code="not_ready", hint="`pollux doctor` says more."
            ) from error
        return Health(status="ready", version=rooms.version)

    @router.get(
        "/metrics",
        summary="Prometheus metrics",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    async def metrics() -> Response:
        return Response(generate_latest(rooms.metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return router
