"""Tasks, events and the agenda over HTTP."""

from pathlib import Path
from typing import Any

import pytest

from tests.twin_core.api.house import House, bearer, open_house

KICKOFF = {"title": "Kickoff", "start": "2026-03-04T09:00:00Z", "end": "2026-03-04T10:00:00Z"}


async def test_a_task_from_creation_to_deletion_and_back(house: House) -> None:
    made = await house.post("/tasks", {"title": "Report", "due": "2026-03-06T16:00:00Z", "priority": "high"})
    assert made.status_code == 201
    task = made.json()
    assert (task["due"], task["done"], made.headers["etag"]) == ("2026-03-06T16:00:00Z", False, '"1"')
    path = made.headers["location"]
    assert (await house.client.get(path)).json() == task
    edited = await house.client.patch(path, json={"due": None, "done": True}, headers={"If-Match": '"1"'})
    assert (edited.json()["due"], edited.json()["done"], edited.json()["version"]) == (None, True, 3)
    assert (await house.client.patch(path, json={"done": False})).json()["completed_at"] is None
    assert (await house.client.delete(path)).status_code == 204
    assert (await house.get("/tasks")).json() == {"items": [], "total": 0}
    assert (await house.client.post(f"{path}/restore")).json()["title"] == "Report"


async def test_a_task_for_a_day(house: House) -> None:
    task = (await house.post("/tasks", {"title": "Report", "due": "2026-03-06"})).json()
    assert (task["due_on"], task["due"]) == ("2026-03-06", "2026-03-06T22:59:59Z")
    found = await house.get("/tasks", params={"due_before": "2026-03-06T23:00:00Z", "done": "false", "q": "rep"})
    assert found.json()["total"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": " "},
        {"title": "x", "due": "tomorrow"},
        {"title": "x", "due": "2026-13-01"},
        {"title": "x", "due": "2026-03-06T16:00:00"},
        {"title": "x", "priority": "urgent"},
        {"title": "x", "estimate_s": -1},
        {"title": "x", "done": "false"},
        {"title": "x", "owner": "somebody"},
    ],
)
async def test_what_is_no_task_is_refused_with_the_reason(house: House, body: dict[str, Any]) -> None:
    answer = await house.post("/tasks", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert (await house.get("/tasks")).json()["total"] == 0


async def test_an_event_from_creation_to_deletion_and_back(house: House) -> None:
    made = await house.post("/events", {**KICKOFF, "attendees": [{"name": "Ada"}], "location": "Room 1"})
    assert made.status_code == 201
    path = made.headers["location"]
    moved = await house.client.patch(path, json={"start": "2026-03-05T12:00:00Z", "location": None})
    assert (moved.json()["end"], moved.json()["location"]) == ("2026-03-05T13:00:00Z", None)
    stale = await house.client.patch(path, json={"title": "x"}, headers={"If-Match": made.headers["etag"]})
    assert (stale.status_code, stale.json()["code"]) == (412, "conflict")
    assert (await house.client.post(f"{path}/cancel")).json()["status"] == "cancelled"
    assert (await house.get("/agenda")).json()["items"] == []
    assert len((await house.get("/agenda", params={"cancelled": "true"})).json()["items"]) == 1
    assert (await house.client.post(f"{path}/restore")).json()["status"] == "confirmed"
    assert (await house.client.delete(path)).status_code == 204
    assert (await house.client.get(path)).status_code == 404


async def test_the_agenda_merges_events_and_tasks_and_names_clashes(house: House) -> None:
    first = (await house.post("/events", KICKOFF)).json()["id"]
    review = {"title": "Review", "start": "2026-03-04T10:30:00+01:00", "end": "2026-03-04T11:30:00+01:00"}
    second = (await house.post("/events", review)).json()["id"]
    await house.post("/events", {"title": "Fair", "start": "2026-03-04", "end": "2026-03-05"})
    await house.post("/tasks", {"title": "Slides", "due": "2026-03-04T09:15:00Z"})
    agenda = (await house.get("/agenda", params={"from": "2026-03-04T00:00:00Z", "to": "2026-03-05T00:00:00Z"})).json()
    assert [(i["kind"], i["title"], i["source"]) for i in agenda["items"]] == [
        ("event", "Fair", "pollux"),
        ("event", "Kickoff", "pollux"),
        ("task", "Slides", "pollux"),
        ("event", "Review", "pollux"),
    ]
    assert agenda["clashes"] == [
        {"first": first, "second": second, "start": "2026-03-04T09:30:00Z", "end": "2026-03-04T10:00:00Z"}
    ]


async def test_free_time_workload_and_sources(house: House) -> None:
    await house.post("/events", KICKOFF)
    span = {"from": "2026-03-04T00:00:00Z", "to": "2026-03-04T23:00:00Z"}
    free = (await house.get("/agenda/free", params={**span, "duration_s": "7200"})).json()
    assert free == [{"start": "2026-03-04T10:00:00Z", "end": "2026-03-04T16:00:00Z"}]
    [day] = (await house.get("/agenda/workload", params=span)).json()
    assert (day["day"], day["meetings_s"], day["working_s"]) == ("2026-03-04", 3600, 28800)
    assert (await house.get("/sources")).json() == []


async def test_an_occurrence_or_its_series(house: House) -> None:
    series = (await house.post("/events", {**KICKOFF, "recurrence": "FREQ=DAILY;COUNT=3"})).json()
    month = {"from": "2026-03-01T00:00:00Z", "to": "2026-04-01T00:00:00Z"}
    one = (await house.get("/agenda", params=month)).json()["items"][1]
    assert one["series"] == series["series"]
    assert (await house.client.delete(f"/api/v1/events/{one['id']}")).status_code == 204
    assert len((await house.get("/agenda", params=month)).json()["items"]) == 2
    gone = await house.client.delete(f"/api/v1/events/{series['id']}", params={"scope": "series"})
    assert gone.status_code == 204
    assert (await house.get("/agenda", params=month)).json()["items"] == []


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"end": "2026-03-04T08:00:00Z"},
        {"start": "2026-03-04T10:00:00Z", "end": "2026-03-04"},
        {"title": ""},
        {"status": "off"},
        {"travel_s": -1},
        {"when": "later"},
    ],
)
async def test_what_is_no_change_of_an_event_is_refused(house: House, change: dict[str, Any]) -> None:
    made = await house.post("/events", KICKOFF)
    answer = await house.client.patch(made.headers["location"], json=change)
    assert answer.status_code == 422, answer.text
    assert (await house.client.get(made.headers["location"])).json() == made.json()


async def test_an_agenda_of_a_century_or_backwards_is_refused(house: House) -> None:
    for span in (("2026-01-01T00:00:00Z", "2126-01-01T00:00:00Z"), ("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z")):
        answer = await house.get("/agenda", params=dict(zip(("from", "to"), span, strict=True)))
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_range")


async def test_nobody_sees_or_changes_what_is_another_persons(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.access.add_user("Ada", "owner")
        await house.access.add_user("Ben", "member")
        ada, ben = [bearer((await house.access.issue(name))[1]) for name in ("ada", "ben")]
        event = (await house.post("/events", KICKOFF, headers=ada)).json()["id"]
        task = (await house.post("/tasks", {"title": "Report"}, headers=ada)).json()["id"]
        assert (await house.get("/agenda", headers=ben)).json()["items"] == []
        assert (await house.get("/tasks", headers=ben)).json()["items"] == []
        for path in (f"/events/{event}", f"/tasks/{task}"):
            assert (await house.get(path, headers=ben)).status_code == 404
            assert (await house.client.patch(f"/api/v1{path}", json={"title": "x"}, headers=ben)).status_code == 404
            assert (await house.client.delete(f"/api/v1{path}", headers=ben)).status_code == 404
            assert (await house.post(f"{path}/restore", headers=ben)).status_code == 404
        assert (await house.get("/tasks", headers=ada)).json()["total"] == 1
