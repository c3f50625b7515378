"""Idempotency-Key: twice is once, and the second time is answered like the first."""

import asyncio
from datetime import timedelta

import pytest

from tests.twin_core.api.house import START, House
from twin_core.api import idempotency
from twin_core.contract.ports import Batch, Document

PLUG = {"type": "plug", "name": "tv plug"}


async def twins(house: House) -> int:
    return int((await house.get("/twins")).json()["total"])


async def test_same_request_twice_acts_once(house: House) -> None:
    first = await house.post("/twins", PLUG, headers={"Idempotency-Key": "k1"})
    second = await house.post("/twins", PLUG, headers={"Idempotency-Key": "k1"})
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert second.headers["etag"] == first.headers["etag"]
    assert second.headers["x-request-id"] != first.headers["x-request-id"]
    assert await twins(house) == 1


async def test_two_keys_act_twice(house: House) -> None:
    await house.post("/twins", PLUG, headers={"Idempotency-Key": "k1"})
    await house.post("/twins", {**PLUG, "name": "hifi plug"}, headers={"Idempotency-Key": "k2"})
    assert await twins(house) == 2


async def test_same_key_with_another_body_is_refused(house: House) -> None:
    await house.post("/twins", PLUG, headers={"Idempotency-Key": "k1"})
    other = await house.post("/twins", {**PLUG, "name": "hifi plug"}, headers={"Idempotency-Key": "k1"})
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_key_reused"
    assert await twins(house) == 1


async def test_at_the_same_moment(house: House) -> None:
    answers = await asyncio.gather(*(house.post("/twins", PLUG, headers={"Idempotency-Key": "k1"}) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await twins(house) == 1


async def test_refusals_are_repeated_too(house: House) -> None:
    bad = {"type": "toaster", "name": "x"}
    first = await house.post("/twins", bad, headers={"Idempotency-Key": "k1"})
    second = await house.post("/twins", bad, headers={"Idempotency-Key": "k1"})
    assert first.status_code == second.status_code == 404
    assert "idempotency-replayed" in second.headers


async def test_crash_is_not_remembered(house: House) -> None:
    calls = 0

    @house.app.post("/crash")
    async def crash() -> str:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise RuntimeError("once")
        return "done"

    first = await house.client.post("/crash", headers={"Idempotency-Key": "k1"})
    second = await house.client.post("/crash", headers={"Idempotency-Key": "k1"})
    assert (first.status_code, second.status_code) == (500, 200)


async def test_attempt_that_a_dying_server_left_behind_is_told_not_repeated(house: House) -> None:
    await house.post("/twins", PLUG, headers={"Idempotency-Key": "k1"})
    ((name, doc),) = [pair async for pair in house.store.scan("idempotency")]
    await house.store.commit(Batch(documents=[Document("idempotency", name, {**doc, "answer": None})]))
    again = await house.post("/twins", PLUG, headers={"Idempotency-Key": "k1"})
    assert again.status_code == 409
    assert again.json()["code"] == "idempotency_unknown"
    assert await twins(house) == 1


async def test_old_keys_are_forgotten(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "_PURGE_EVERY", 5)
    await house.post("/twins", PLUG, headers={"Idempotency-Key": "old"})
    house.clock.move_to(START + timedelta(days=2))
    for number in range(5):
        await house.client.post("/api/v1/telemetry", json=[], headers={"Idempotency-Key": f"new {number}"})
    kept = [doc async for _, doc in house.store.scan("idempotency")]
    assert len(kept) == 5
    assert all(doc["at"].startswith("2026-03-04") for doc in kept)


async def test_key_of_no_sensible_length(house: House) -> None:
    answer = await house.post("/twins", PLUG, headers={"Idempotency-Key": "x" * 300})
    assert answer.status_code == 400
    assert await twins(house) == 0


async def test_put_is_covered(house: House) -> None:
    await house.post("/twins", {"type": "light", "name": "hall lamp"})
    url = "/api/v1/twins/light.hall_lamp/desired"
    first = await house.client.put(url, json={"values": {"on": True}}, headers={"Idempotency-Key": "k"})
    second = await house.client.put(url, json={"values": {"on": True}}, headers={"Idempotency-Key": "k"})
    assert first.json() == second.json()
    assert second.json()["status"] == "applied"
