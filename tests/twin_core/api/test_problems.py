"""Every error is a problem with a stable code; every answer carries a trace id and safe headers."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from tests.twin_core.api.house import House, open_house
from twin_core.contract.clock import SystemClock


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/twins/nope", 404, "unknown_twin"),
        ("GET", "/api/v1/nope", 404, "no_such_route"),
        ("GET", "/nope", 404, "no_such_route"),
        ("PUT", "/api/v1/twins", 405, "method_not_allowed"),
        ("GET", "/api/v1/twins?limit=0", 422, "invalid"),
        ("GET", "/api/v1/twins?limit=true", 422, "invalid"),
        ("GET", "/api/v1/twins?status=gone", 422, "invalid"),
        ("POST", "/api/v1/twins", 422, "invalid"),
    ],
)
async def test_errors_are_problems(house: House, method: str, path: str, status: int, code: str) -> None:
    answer = await house.client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["code"] == code
    assert body["type"] == f"/problems#{code}"
    assert body["trace"] == answer.headers["x-request-id"]
    explained = await house.client.get(body["type"])
    assert explained.json()["titles"][str(status)] == body["title"]


@pytest.mark.parametrize(
    "route",
    ["/scenarios"],
)
async def test_routes_that_are_not_built_are_absent(house: House, route: str) -> None:
    assert (await house.get(route)).status_code == 404


async def test_allow_names_every_method_of_the_path(house: House) -> None:
    answer = await house.client.put("/api/v1/twins")
    assert answer.headers["allow"] == "GET, POST"
    answer = await house.client.put("/api/v1/twins/freezer.x")
    assert answer.headers["allow"] == "DELETE, GET, PATCH"


@pytest.mark.parametrize(
    "body", [b"{", b"\xff", b"[" * 50_000, b'{"type": "plug", "name": NaN}', b'{"a": 1e999}', b"9" * 5000]
)
async def test_bodies_that_are_no_json(house: House, body: bytes) -> None:
    answer = await house.client.post("/api/v1/twins", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] in ("bad_json", "invalid")


async def test_trace_id_is_taken_over_or_made(house: House) -> None:
    given = await house.get("/twins", headers={"X-Request-Id": "abc-123"})
    assert given.headers["x-request-id"] == "abc-123"
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    traced = await house.get("/twins", headers={"traceparent": parent})
    assert traced.headers["x-request-id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    unsafe = await house.get("/twins", headers={"X-Request-Id": "a b\tc"})
    assert len(unsafe.headers["x-request-id"]) == 32


async def test_safe_headers(house: House) -> None:
    headers = (await house.get("/twins")).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


async def test_body_is_cut_off_while_it_streams(house: House) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1
            yield b"[" * 100_000

    answer = await house.client.post("/api/v1/telemetry", content=endless())
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


async def test_body_is_cut_off_before_an_idempotency_key_is_claimed(house: House) -> None:
    answer = await house.client.post("/api/v1/telemetry", content=iter_bytes(20), headers={"Idempotency-Key": "k1"})
    assert answer.status_code == 413
    assert [key async for key, _ in house.store.scan("idempotency")] == []


async def iter_bytes(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * 100_000


async def test_crash_is_told_without_its_secrets(house: House) -> None:
    @house.app.get("/crash")
    async def crash() -> None:
        raise RuntimeError("password hunter2")

    answer = await house.client.get("/crash")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_error"
    assert "hunter2" not in answer.text
    assert "x-request-id" in answer.headers


async def test_requests_are_measured_by_route_template(house: House) -> None:
    await house.freezer()
    await house.get("/twins/freezer.garage_freezer")
    await house.get("/wp-login.php")
    metrics = (await house.client.get("/metrics")).text
    assert 'route="/api/v1/twins/{id}",status="200"' in metrics
    assert 'route="unmatched",status="404"' in metrics
    assert "wp-login" not in metrics


async def test_health(house: House, tmp_path: Path) -> None:
    assert (await house.client.get("/healthz")).json()["status"] == "ok"
    assert (await house.client.get("/readyz")).json()["status"] == "ready"
    await house.store.aclose()  # it would open its file again
    await asyncio.to_thread(spoil, tmp_path)
    answer = await house.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


def spoil(folder: Path) -> None:
    for file in folder.glob("pollux.db*"):
        file.write_bytes(b"this is no database" * 500)


async def test_without_a_frozen_clock_time_cannot_be_moved(house: House) -> None:
    from twin_core.api import create_api

    app: FastAPI = create_api(
        core=house.core, bus=house.bus, store=house.store, clock=SystemClock(), access=house.access, version="0"
    )
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://localhost") as client:
        assert (await client.post("/api/v1/clock", json={"advance_s": 60})).status_code == 404


async def test_body_limit_can_be_set(tmp_path: Path) -> None:
    async with open_house(tmp_path, max_body_bytes=100) as house:
        assert (await house.post("/twins", {"type": "plug", "name": "x" * 200})).status_code == 413
