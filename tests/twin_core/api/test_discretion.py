"""What people say of themselves: over HTTP and in the streams it is shown to them alone."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.twin_core.api.house import House, bearer, open_house, served
from tests.twin_core.api.test_streams import SseReader
from twin_core.contract.agenda import GetPerson

MOOD = "/twins/person.anna/history?property=mood&to=2026-03-02T09:00:00Z"


@pytest.fixture
async def doors(tmp_path: Path) -> AsyncIterator[tuple[House, Mapping[str, str], Mapping[str, str]]]:
    """A house with Anna, who said how she is, and with Ben, who owns it: their headers."""
    async with open_house(tmp_path) as house:
        headers = []
        for name, role in (("Anna", "member"), ("Ben", "owner")):
            await house.access.add_user(name, role)
            headers.append(bearer((await house.access.issue(name.lower()))[1]))
        anna, ben = headers
        await house.post("/twins", {"type": "person", "name": "Anna"}, headers=anna)
        said = [{"twin": "person.anna", "property": name, "value": 4} for name in ("mood", "workload")]
        await house.post("/telemetry", said, headers=anna)
        yield house, anna, ben


async def test_only_its_person_sees_it(doors: tuple[House, Mapping[str, str], Mapping[str, str]]) -> None:
    house, anna, ben = doors
    assert set((await house.get("/twins/person.anna/state", headers=anna)).json()["reported"]) == {"mood", "workload"}
    assert set((await house.get("/twins/person.anna/state", headers=ben)).json()["reported"]) == {"workload"}
    assert len((await house.get(MOOD, headers=anna)).json()["samples"]) == 1
    refused = await house.get(MOOD, headers=ben)
    assert (refused.status_code, refused.json()["code"]) == (403, "private")
    assert (await house.get("/twins/person.anna/history?property=workload", headers=ben)).status_code == 200


async def test_only_its_person_tells_it(doors: tuple[House, Mapping[str, str], Mapping[str, str]]) -> None:
    house, anna, ben = doors
    rows = [{"twin": "person.anna", "property": name, "value": 1} for name in ("mood", "workload")]
    rows += [{"twin": "Anna", "property": "stress", "value": 5}]
    report = (await house.post("/telemetry", rows, headers=ben)).json()
    assert (report["accepted"], [(error["row"], error["code"]) for error in report["errors"]]) == (
        1,
        [(0, "private"), (2, "private")],
    )
    reported = (await house.get("/twins/person.anna/state", headers=anna)).json()["reported"]
    assert {name: known["value"] for name, known in reported.items()} == {"mood": 4, "workload": 1}


async def test_the_stream_tells_others_nothing_of_it(doors: tuple[House, Mapping[str, str], Mapping[str, str]]) -> None:
    house, anna, ben = doors
    async with (
        served(house.app) as address,
        httpx2.AsyncClient(base_url=f"http://{address}/api/v1") as client,
        client.stream("GET", "/stream", headers=ben) as his,
        client.stream("GET", "/stream", headers=anna) as hers,
    ):
        readers = SseReader(his.aiter_lines()), SseReader(hers.aiter_lines())
        for values in ({"mood": 2}, {"mood": 3, "workload": 6}):
            rows = [{"twin": "person.anna", "property": name, "value": value} for name, value in values.items()]
            await client.post("/telemetry", json=rows, headers=anna)
        seen, first = await asyncio.gather(*(reader.next() for reader in readers))
        assert set(seen["data"]["values"]) == {"workload"}
        assert set(first["data"]["values"]) == {"mood"}


async def test_everybody_is_told_who_looked_at_theirs(
    doors: tuple[House, Mapping[str, str], Mapping[str, str]],
) -> None:
    house, anna, ben = doors
    for path in ("", "/state", "/events"):
        await house.get(f"/twins/person.anna{path}", headers=ben)
        await house.get(f"/twins/person.anna{path}", headers=anna)
    hers, his = [(await house.get("/me/access-log", headers=headers)).json()["items"] for headers in (anna, ben)]
    assert {(look["by"], look["what"], look["times"]) for look in hers} == {
        ("ben", what, 1) for what in ("profile", "state", "events")
    }
    assert his == []


async def test_everybody_can_have_their_own_erased(
    doors: tuple[House, Mapping[str, str], Mapping[str, str]],
) -> None:
    house, anna, ben = doors
    await house.post("/tasks", {"title": "Answer the auditor"}, headers=anna)
    await house.post("/tasks", {"title": "Order filters"}, headers=ben)
    answer = await house.post("/me/erase", {}, headers=anna)
    assert (answer.status_code, answer.json()["documents"], answer.json()["twin"]) == (200, {"task": 1}, True)
    assert (await house.get("/twins/person.anna", headers=anna)).status_code == 404
    assert set((await house.get("/me/export", headers=anna)).json()["documents"]) == {"user"}
    assert "task" in (await house.get("/me/export", headers=ben)).json()["documents"]


async def test_everybody_is_handed_their_own(doors: tuple[House, Mapping[str, str], Mapping[str, str]]) -> None:
    house, anna, ben = doors
    hers, his = [(await house.get("/me/export", headers=headers)).json() for headers in (anna, ben)]
    assert (hers["person"], [r["value"] for r in hers["twin"]["readings"]["mood"]]) == ("anna", [4.0])
    assert hers["documents"]["user"]["anna"]["name"] == "Anna"
    assert (his["person"], his["twin"], set(his["documents"])) == ("ben", None, {"user"})


async def test_only_its_person_or_an_owner_says_whose_twin_it_is(
    doors: tuple[House, Mapping[str, str], Mapping[str, str]],
) -> None:
    house, anna, ben = doors
    await house.access.add_user("Carl")
    carl = bearer((await house.access.issue("carl"))[1])
    claims: list[dict[str, Any]] = [{"config": {"user": "carl"}}, {"config": {"owner": True}}, {"name": "Carl"}]
    for claim in (*claims, {"aliases": ["carl"]}):
        refused = await house.client.patch("/api/v1/twins/person.anna", json=claim, headers=carl)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")
    assert (await house.get(MOOD, headers=carl)).status_code == 403
    other = await house.client.patch("/api/v1/twins/person.anna", json={"config": {"note": "desk 4"}}, headers=carl)
    assert other.status_code == 200
    for headers in (anna, ben):
        wish: Any = {"config": {"user": "anna" if headers is anna else None}}
        assert (await house.client.patch("/api/v1/twins/person.anna", json=wish, headers=headers)).status_code == 200


async def test_nobody_but_an_owner_makes_the_twin_of_somebody_else(
    doors: tuple[House, Mapping[str, str], Mapping[str, str]],
) -> None:
    house, _, ben = doors
    await house.access.add_user("Carl")
    carl = bearer((await house.access.issue("carl"))[1])
    await house.post("/twins", {"type": "light", "name": "lamp"}, headers=carl)
    draft = {"type": "person", "name": "New", "draft": True}
    await house.post("/twins", draft, headers=carl)
    claims: list[dict[str, Any]] = [{"user": "ben"}, {"owner": True}]
    for config in claims:
        made = await house.post("/twins", {"type": "person", "name": "Benny", "config": config}, headers=carl)
        assert (made.status_code, made.json()["code"]) == (403, "not_yours")
        for twin, change in (("light.lamp", {"type": "person", "config": config}), ("person.new", {"config": config})):
            edited = await house.client.patch(f"/api/v1/twins/{twin}", json=change, headers=carl)
            assert (edited.status_code, edited.json()["code"]) == (403, "not_yours"), twin
    own = await house.post("/twins", {"type": "person", "name": "Ben", "config": {"user": "carl"}}, headers=carl)
    assert own.status_code == 201
    assert (await house.core.query(GetPerson("ben"))).twin is None  # a name is no claim where the config says whose
    his = await house.post("/twins", {"type": "person", "name": "Dora", "config": {"user": "dora"}}, headers=ben)
    assert his.status_code == 201
