"""Twins over HTTP: creating, reading, changing with ETags, their state, history and life."""

from datetime import timedelta

import pytest

from tests.twin_core.api.house import START, House


async def test_created_twin_has_a_place_to_be_found_and_an_etag(house: House) -> None:
    answer = await house.post("/twins", {"type": "freezer", "name": "garage freezer", "place": "garage"})
    assert answer.status_code == 201
    twin = answer.json()
    assert twin["id"] == "freezer.garage_freezer"
    assert {"id", "type", "name", "aliases", "place", "status", "config", "version"} <= twin.keys()
    assert answer.headers["location"] == "/api/v1/twins/freezer.garage_freezer"
    read = await house.client.get(answer.headers["location"])
    assert read.json() == twin
    assert read.headers["etag"] == answer.headers["etag"] == f'"{twin["version"]}"'


async def test_list_filters_and_pages(house: House) -> None:
    for name in ("a", "b", "c"):
        await house.freezer(f"{name} freezer", place="garage")
    await house.post("/twins", {"type": "plug", "name": "tv plug"})
    assert (await house.get("/twins", params={"type": "plug"})).json()["total"] == 1
    assert (await house.get("/twins", params={"place": "garage"})).json()["total"] == 3
    first = (await house.get("/twins", params={"limit": 3})).json()
    second = (await house.get("/twins", params={"limit": 3, "cursor": first["cursor"]})).json()
    assert [t["name"] for t in first["items"] + second["items"]] == ["a freezer", "b freezer", "c freezer", "tv plug"]
    assert second["cursor"] is None


async def test_patch_changes_what_is_given_and_merges_config(house: House) -> None:
    twin = await house.freezer(config={"contents": "peas", "volume": 200})
    url = f"/api/v1/twins/{twin['id']}"
    answer = await house.client.patch(url, json={"place": "cellar", "config": {"volume": 300, "contents": None}})
    assert answer.status_code == 200, answer.text
    assert answer.json()["place"] == "cellar"
    assert answer.json()["name"] == "garage freezer"
    assert answer.json()["config"] == {"volume": 300}


async def test_stale_if_match_is_refused_and_changes_nothing(house: House) -> None:
    twin = await house.freezer()
    url = f"/api/v1/twins/{twin['id']}"
    fresh = f'"{twin["version"]}"'
    first = await house.client.patch(url, json={"place": "cellar"}, headers={"If-Match": fresh})
    assert first.status_code == 200
    assert first.headers["etag"] != fresh
    second = await house.client.patch(url, json={"place": "attic"}, headers={"If-Match": fresh})
    assert second.status_code == 412
    assert second.json()["code"] == "version_conflict"
    assert (await house.client.get(url)).json()["place"] == "cellar"
    gone = await house.client.delete(url, headers={"If-Match": fresh})
    assert gone.status_code == 412
    any_version = await house.client.patch(url, json={"place": "attic"}, headers={"If-Match": "*"})
    assert any_version.status_code == 200


async def test_if_match_that_is_no_etag_is_told_so(house: House) -> None:
    twin = await house.freezer()
    answer = await house.client.patch(f"/api/v1/twins/{twin['id']}", json={}, headers={"If-Match": "yesterday"})
    assert answer.status_code == 400


async def test_delete_leaves_nothing(house: House) -> None:
    twin = await house.freezer()
    assert (await house.client.delete(f"/api/v1/twins/{twin['id']}")).status_code == 204
    assert (await house.get(f"/twins/{twin['id']}")).status_code == 404
    assert (await house.get("/twins")).json()["total"] == 0


async def test_life(house: House) -> None:
    twin = await house.freezer()
    for verb, status in (
        ("hibernate", "hibernated"),
        ("wake", "active"),
        ("archive", "archived"),
        ("restore", "active"),
    ):
        answer = await house.post(f"/twins/{twin['id']}/{verb}")
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == status


async def test_state_now_at_an_instant_and_at_a_version(house: House) -> None:
    twin = await house.freezer()
    await house.post("/telemetry", [{"twin": twin["id"], "property": "temperature", "value": -18.5, "unit": "°C"}])
    house.clock.move_to(START + timedelta(hours=1))
    await house.post("/telemetry", [{"twin": twin["id"], "property": "temperature", "value": -16.25}])
    url = f"/twins/{twin['id']}/state"
    now = (await house.get(url)).json()
    assert {"reported", "desired", "divergence", "simulated", "as_of", "fresh"} <= now.keys()
    assert now["reported"]["temperature"] == {"value": -16.25, "unit": "°C", "at": "2026-03-02T09:00:00Z"}
    then = (await house.get(url, params={"at": "2026-03-02T08:30:00Z"})).json()
    assert then["reported"]["temperature"]["value"] == -18.5
    assert (await house.get(url, params={"version": 1})).status_code == 200
    both = await house.get(url, params={"version": 1, "at": "2026-03-02T08:30:00Z"})
    assert both.status_code == 400
    assert (await house.get(url, params={"at": "yesterday"})).status_code == 422


async def test_history_raw_and_in_steps(house: House) -> None:
    twin = await house.freezer()
    rows = [
        {"twin": twin["id"], "property": "temperature", "value": -20 + n, "at": f"2026-03-02T07:{n:02d}:00Z"}
        for n in range(10)
    ]
    assert (await house.post("/telemetry", rows)).json()["accepted"] == 10
    url = f"/twins/{twin['id']}/history"
    window = {"property": "temperature", "from": "2026-03-02T07:00:00Z", "to": "2026-03-02T08:00:00Z"}
    raw = (await house.get(url, params=window)).json()
    assert [sample["last"] for sample in raw["samples"]] == [float(-20 + n) for n in range(10)]
    stepped = (await house.get(url, params={**window, "step": 300})).json()
    assert [sample["count"] for sample in stepped["samples"]] == [5, 5]
    swapped = {**window, "from": window["to"], "to": window["from"]}
    assert (await house.get(url, params=swapped)).status_code == 422


async def test_desired_answers_the_verdict_and_the_approval_it_needs(house: House) -> None:
    lamp = (await house.post("/twins", {"type": "light", "name": "hall lamp"})).json()
    at_once = await house.client.put(f"/api/v1/twins/{lamp['id']}/desired", json={"values": {"on": True}})
    assert at_once.status_code == 200, at_once.text
    assert at_once.json()["status"] == "applied"
    state = (await house.get(f"/twins/{lamp['id']}/state")).json()
    assert state["desired"]["on"]["value"] is True
    lock = (await house.post("/twins", {"type": "lock", "name": "front door"})).json()
    waiting = await house.client.put(f"/api/v1/twins/{lock['id']}/desired", json={"values": {"locked": False}})
    assert waiting.status_code == 202
    approval = waiting.json()["approval"]["id"]
    listed = (await house.get("/approvals")).json()
    assert [a["id"] for a in listed] == [approval]
    assert (await house.post(f"/approvals/{approval}/approve")).json()["status"] == "approved"
    assert (await house.post(f"/approvals/{approval}/approve")).status_code == 409
    assert (await house.get(f"/approvals/{approval}")).json()["status"] == "approved"


async def test_impossible_wishes_are_refused_with_the_reason(house: House) -> None:
    lamp = (await house.post("/twins", {"type": "light", "name": "hall lamp"})).json()
    url = f"/api/v1/twins/{lamp['id']}/desired"
    for values in ({"brightness": 900}, {"colour": "red"}, {"power": 5}, {"on": "maybe"}):
        answer = await house.client.put(url, json={"values": values})
        assert answer.status_code == 422, answer.text
        assert answer.json()["detail"]


async def test_audit_trail_names_who_did_it_and_why(house: House) -> None:
    twin = await house.freezer()
    await house.client.patch(
        f"/api/v1/twins/{twin['id']}", json={"place": "cellar"}, headers={"X-Request-Id": "door-42"}
    )
    events = (await house.get(f"/twins/{twin['id']}/events")).json()
    assert [event["name"] for event in events] == ["system.twin_created", "system.twin_changed"]
    assert events[1]["caused_by"] == "door-42"
    assert events[1]["actor"] == "owner"
    assert (await house.get(f"/twins/{twin['id']}/events", params={"after": 1})).json() == events[1:]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "freezer"},
        {"type": "freezer", "name": ""},
        {"type": "freezer", "name": 5},
        {"type": "freezer", "name": "x", "colour": "red"},
        {"type": "freezer", "name": "x", "importance": "urgent"},
        {"type": "freezer", "name": "x", "draft": "false"},
        {"type": "freezer", "name": "x", "aliases": "y"},
        {"type": "freezer", "name": "x\x00y"},
        {"type": "toaster", "name": "x"},
        {"type": "freezer", "name": "x", "id": "a/b+c#d"},
    ],
)
async def test_bodies_that_do_not_fit_create_nothing(house: House, body: dict[str, object]) -> None:
    answer = await house.post("/twins", body)
    assert answer.status_code in (404, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await house.get("/twins")).json()["total"] == 0


async def test_types_are_listed(house: House) -> None:
    types = {type["name"]: type for type in (await house.get("/types")).json()}
    assert types["freezer"]["properties"]["temperature"]["unit"] == "°C"
