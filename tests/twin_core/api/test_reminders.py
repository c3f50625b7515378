"""Reminders and nudges over HTTP."""

from tests.twin_core.api.house import House
from tests.twin_core.nudges.mailbox import Mailbox


def minutes(n: int) -> str:
    return f"2026-03-02T08:{n:02}:00Z"


async def test_a_reminder_is_made_changed_put_off_and_cancelled(house: House) -> None:
    made = (await house.post("/reminders", {"about": "call Ben", "at": minutes(20)})).json()
    assert (made["about"], made["at"], made["status"]) == ("call Ben", minutes(20), "waiting")
    path = f"/api/v1/reminders/{made['id']}"
    changed = await house.client.patch(path, json={"at": minutes(30)})
    assert changed.json()["at"] == minutes(30)
    snoozed = await house.client.post(f"{path}/snooze", json={"until": minutes(40)})
    assert snoozed.json()["at"] == minutes(40)
    assert [r["id"] for r in (await house.get("/reminders")).json()["items"]] == [made["id"]]
    assert (await house.client.delete(path)).status_code == 204
    assert (await house.get("/reminders")).json()["items"] == []


async def test_what_was_said_can_be_seen(house: House) -> None:
    house.nudges.deliver_by(Mailbox())
    await house.post("/reminders", {"about": "call Ben", "at": minutes(20)})
    assert (await house.get("/nudges")).json()["items"] == []
    assert (await house.post("/clock", {"to": minutes(20)})).status_code == 200
    (nudge,) = (await house.get("/nudges")).json()["items"]
    assert nudge["reply"]["text"] == "Reminder: call Ben."
    assert [b["title"] for b in nudge["reply"]["buttons"]] == ["Snooze", "Done"]
    assert (nudge["sent_at"], nudge["channel"], nudge["about"]["kind"]) == (minutes(20), "mailbox", "reminder")
    assert "You asked for it" in nudge["why"]


async def test_what_failed_can_be_seen_and_tried_again(house: House) -> None:
    box = Mailbox()
    box.reachable = False
    house.nudges.deliver_by(box)
    await house.post("/reminders", {"about": "call Ben", "at": minutes(20)})
    await house.post("/clock", {"advance_s": 4 * 86_400})
    (dead,) = (await house.get("/nudges?all=true")).json()["items"]
    assert (dead["status"], dead["rule"]) == ("failed", "Nobody is there.")
    box.reachable = True
    again = await house.client.post(f"/api/v1/nudges/{dead['id']}/retry")
    assert (again.status_code, again.json()["status"]) == (200, "waiting")
    await house.post("/clock", {"advance_s": 1})
    assert box.texts == ["Reminder: call Ben."]
    refused = await house.client.post(f"/api/v1/nudges/{dead['id']}/retry")
    assert (refused.status_code, refused.json()["code"]) == (422, "not_failed")
    assert (await house.client.post("/api/v1/nudges/nudge_x.somebody/retry")).status_code == 404


async def test_when_free_is_shown_with_its_next_time(house: House) -> None:
    made = (await house.post("/reminders", {"about": "call Ben", "free": {"duration_s": 900}})).json()
    assert (made["free"], made["at"], made["unacknowledged"]) == ({"duration_s": 900}, minutes(0), None)


async def test_bad_ones_say_what_is_wrong(house: House) -> None:
    for body, code in [
        ({"about": "x", "at": "2026-03-02T07:00:00Z"}, "past"),
        ({"about": "x"}, "no_time"),
        ({"about": " ", "at": minutes(20)}, "no_topic"),
        ({"about": "x", "recurrence": "FREQ=SECONDLY"}, "bad_recurrence"),
        ({"about": "x", "recurrence": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "bad_recurrence"),
        ({"about": "x", "recurrence": "now and then"}, "bad_recurrence"),
        ({"about": "x", "at": "2999-01-01T00:00:00Z"}, "too_far"),
        ({"about": "x", "at": minutes(20), "free": {}}, "no_time"),
        ({"about": "x", "free": {"duration_s": 80_000}}, "never_free"),
    ]:
        answer = await house.post("/reminders", body)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (422, code)
        assert answer.headers["content-type"] == "application/problem+json"
        assert problem["hint"] and problem["detail"].endswith(".")
    assert (await house.get("/reminders")).json()["items"] == []
    nobody = {"about": "x", "unacknowledged": {"concern": "concern_x"}}
    assert (await house.post("/reminders", nobody)).status_code == 404
    assert (await house.post("/reminders", {"about": "x", "free": {"duration_s": 1}})).status_code == 422
    unknown = {"about": "x", "condition": {"twin": "freezer.x", "property": "temperature", "is": "above", "value": 1}}
    assert (await house.post("/reminders", unknown)).status_code == 404
    assert (await house.client.delete("/api/v1/reminders/reminder_x.somebody")).status_code == 404
