"""The critical list and what can be done about its items, over HTTP; and the clock that is moved."""

from tests.twin_core.api.house import House


async def warm_freezer(house: House) -> str:
    """A freezer so warm that it is a concern; answers the concern's id."""
    await house.freezer(importance="high")
    rows = [
        {"twin": "garage freezer", "property": "temperature", "value": value, "at": f"2026-03-02T07:{minute:02d}:00Z"}
        for minute, value in ((10, -18), (30, -12), (45, -9), (55, -8))
    ]
    assert (await house.post("/telemetry", rows)).json()["accepted"] == 4
    critical = (await house.get("/critical")).json()
    assert critical["items"], critical
    first = critical["items"][0]
    assert first["twin"] == "freezer.garage_freezer"
    assert {"id", "rank", "score", "severity", "title", "kind", "twin", "due_at", "why", "actions"} <= first.keys()
    return str(first["id"])


async def test_what_can_be_done_about_a_concern(house: House) -> None:
    concern = await warm_freezer(house)
    assert (await house.get(f"/concerns/{concern}")).json()["id"] == concern
    acknowledged = await house.post(f"/concerns/{concern}/ack")
    assert acknowledged.json()["status"] == "acknowledged"
    assert concern in [item["id"] for item in (await house.get("/critical")).json()["items"]]
    snoozed = await house.post(f"/concerns/{concern}/snooze", {"for_s": 3600})
    assert snoozed.json()["until"] == "2026-03-02T09:00:00Z"
    assert concern not in [item["id"] for item in (await house.get("/critical")).json()["items"]]
    assert (await house.post(f"/concerns/{concern}/dismiss")).status_code == 200
    assert (await house.post(f"/concerns/{concern}/reopen")).json()["status"] == "open"
    assert (await house.post(f"/concerns/{concern}/resolve")).json()["status"] == "resolved"


async def test_snoozed_concern_comes_back_when_the_clock_is_moved(house: House) -> None:
    concern = await warm_freezer(house)
    await house.post(f"/concerns/{concern}/snooze", {"until": "2026-03-02T10:00:00Z"})
    moved = await house.post("/clock", {"advance_s": 7260})
    assert moved.json() == {"now": "2026-03-02T10:01:00Z"}
    assert concern in [item["id"] for item in (await house.get("/critical")).json()["items"]]


async def test_snoozes_that_make_no_sense(house: House) -> None:
    concern = await warm_freezer(house)
    for body in ({}, {"for_s": 0}, {"for_s": -5}, {"for_s": "3600"}, {"for_s": 1, "until": "2026-03-02T10:00:00Z"}):
        answer = await house.post(f"/concerns/{concern}/snooze", body)
        assert answer.status_code in (400, 422), body
    past = await house.post(f"/concerns/{concern}/snooze", {"until": "2026-03-02T07:00:00Z"})
    assert past.status_code == 422


async def test_unknown_concerns_and_approvals(house: House) -> None:
    for path in ("/concerns/nope/ack", "/concerns/nope/dismiss", "/approvals/nope/approve", "/approvals/nope/reject"):
        assert (await house.post(path)).status_code == 404
    assert (await house.get("/approvals/nope")).status_code == 404


async def test_clock_moves_to_an_instant_and_never_back(house: House) -> None:
    assert (await house.post("/clock", {"to": "2026-03-03T00:00:00Z"})).json() == {"now": "2026-03-03T00:00:00Z"}
    assert (await house.post("/clock", {"to": "2026-03-02T00:00:00Z"})).status_code == 422
    for body in ({}, {"advance_s": -1}, {"advance_s": 1, "to": "2026-03-04T00:00:00Z"}, {"advance_s": 1e300}):
        assert (await house.post("/clock", body)).status_code in (400, 422), body


async def test_candidates_are_listed(house: House) -> None:
    assert (await house.get("/candidates")).json() == []
