"""Reminders: at their time, again and again, before an event, on a condition; put off, cancelled, late."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.house import ANNA, NOON, House, open_house
from tests.twin_core.nudges.mailbox import Mailbox
from twin_core.contract.agenda import CreateEvent, DeleteEvent, EditEvent
from twin_core.contract.clock import parse_instant
from twin_core.contract.errors import NotFound, Rejected
from twin_core.contract.nudges import AnswerNudge, ListNudges
from twin_core.contract.reminders import (
    BeforeEvent,
    CancelReminder,
    Condition,
    CreateReminder,
    EditReminder,
    GetReminder,
    ListReminders,
    ReminderView,
    RestoreReminder,
    SnoozeReminder,
    Unacknowledged,
    WhenFree,
)

WEEKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=0"


async def remind(house: House, about: str = "check the log", **when: Any) -> ReminderView:
    return await house.core.execute(CreateReminder(about, **when), ANNA)


async def waiting(house: House) -> list[ReminderView]:
    return list(await house.core.query(ListReminders("anna")))


async def test_it_comes_at_its_time_and_once(house: House, mailbox: Mailbox) -> None:
    made = await remind(house, at=house.at(20), conversation="c7")
    assert made.at == house.at(20)
    await house.advance(19)
    assert mailbox.texts == []
    await house.advance(1)
    assert mailbox.texts == ["Reminder: check the log."]
    assert (mailbox.got[0].conversation, mailbox.got[0].owner) == ("c7", "anna")
    assert await waiting(house) == []
    await house.advance(24 * 60)
    assert len(mailbox.got) == 1


async def test_put_off_it_comes_again(house: House, mailbox: Mailbox) -> None:
    made = await remind(house, at=house.at(20))
    await house.advance(21)
    snoozed = await house.core.execute(SnoozeReminder(made.id, house.at(10)), ANNA)
    assert (snoozed.at, snoozed.status) == (house.at(10), "waiting")
    await house.advance(10)
    assert len(mailbox.got) == 2


async def test_a_repeating_one_moves_on(house: House, mailbox: Mailbox) -> None:
    made = await remind(house, recurrence=WEEKDAYS)  # said on a Monday at 13:00 in Berlin
    assert made.at == parse_instant("2026-03-03T08:00:00Z")
    await house.advance(24 * 60)
    assert len(mailbox.got) == 1
    (next_one,) = await waiting(house)
    assert next_one.at == parse_instant("2026-03-04T08:00:00Z")
    await house.advance(4 * 24 * 60)
    assert len(mailbox.got) == 4  # Tuesday to Friday, not on the weekend


async def test_it_keeps_its_hour_on_the_wall_over_both_clock_changes(house: House, mailbox: Mailbox) -> None:
    await remind(house, recurrence="FREQ=DAILY;BYHOUR=2;BYMINUTE=30")
    await house.advance(60 * 24 * 365)
    local = [nudge.due_at for nudge in mailbox.got]
    assert len(local) == 365
    at = {day: [t for t in local if t.isoformat().startswith(day)] for day in ("2026-03-29", "2026-10-25")}
    assert at["2026-03-29"] == [parse_instant("2026-03-29T01:30:00Z")]  # 02:30 does not exist: 03:30 summer time
    assert at["2026-10-25"] == [parse_instant("2026-10-25T00:30:00Z")]  # 02:30 comes twice: the first
    assert parse_instant("2026-07-01T00:30:00Z") in local
    assert parse_instant("2026-12-01T01:30:00Z") in local


async def test_before_an_event_wherever_it_is_moved(house: House, mailbox: Mailbox) -> None:
    event = await house.core.execute(CreateEvent("Stand-up", house.at(120), house.at(135)), ANNA)
    made = await remind(house, "print the list", before=BeforeEvent(event.id, 3600))
    assert made.at == house.at(60)
    await house.core.execute(EditEvent(event.id, start=house.at(180), end=house.at(195)), ANNA)
    assert (await house.core.query(GetReminder(made.id))).at == house.at(120)
    await house.advance(120)
    assert mailbox.texts == ["Reminder: print the list."]


async def test_before_an_event_that_is_deleted_it_never_comes(house: House, mailbox: Mailbox) -> None:
    event = await house.core.execute(CreateEvent("Stand-up", house.at(120), house.at(135)), ANNA)
    await remind(house, before=BeforeEvent(event.id, 3600))
    await house.core.execute(DeleteEvent(event.id), ANNA)
    assert await waiting(house) == []


async def test_on_a_condition_once_it_is_met(house: House, mailbox: Mailbox) -> None:
    freezer = await house.create("freezer", "Garage freezer")
    await house.report(freezer.id, temperature=-20.0)
    made = await remind(house, "the freezer", condition=Condition(freezer.id, "temperature", "above", -15.0))
    assert made.at is None
    await house.report(freezer.id, house.at(0), temperature=-16.0)
    await house.advance(1)
    assert mailbox.texts == []
    await house.report(freezer.id, temperature=-14.2)
    await house.advance(1)
    assert mailbox.texts == ["Garage freezer is at −14.2 °C, warmer than −15 °C, as you asked: the freezer."]
    await house.report(freezer.id, temperature=-13.0)
    await house.advance(1)
    assert len(mailbox.got) == 1


async def test_a_condition_that_is_met_already_is_told_at_once(house: House, mailbox: Mailbox) -> None:
    freezer = await house.create("freezer", "Garage freezer")
    await house.report(freezer.id, temperature=-8.0)
    await remind(house, "the freezer", condition=Condition(freezer.id, "temperature", "above", -15.0))
    await house.advance(0)
    assert mailbox.texts == ["Garage freezer is at −8 °C, warmer than −15 °C, as you asked: the freezer."]


async def test_cancelled_and_taken_back(house: House, mailbox: Mailbox) -> None:
    made = await remind(house, at=house.at(20))
    cancelled = await house.core.execute(CancelReminder(made.id), ANNA)
    assert cancelled.status == "cancelled"
    assert await waiting(house) == []
    await house.core.execute(RestoreReminder(made.id, made.at, made.status), ANNA)
    await house.advance(20)
    assert len(mailbox.got) == 1


async def test_changed(house: House, mailbox: Mailbox) -> None:
    made = await remind(house, at=house.at(20))
    changed = await house.core.execute(EditReminder(made.id, about="check the pump", at=house.at(40)), ANNA)
    assert (changed.about, changed.at) == ("check the pump", house.at(40))
    await house.advance(30)
    assert mailbox.texts == []
    await house.advance(10)
    assert mailbox.texts == ["Reminder: check the pump."]


async def test_what_was_missed_while_nobody_ran_is_one_message(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await remind(house, recurrence=WEEKDAYS)
        await remind(house, "call Ben", at=house.at(60))
    box = Mailbox()
    async with open_house(tmp_path, at=NOON + timedelta(days=4)) as house:
        house.nudges.deliver_by(box)
        await house.advance(0)
        assert sorted(box.texts) == [
            "Reminder: call Ben (this was for Monday 14:00).",
            "Reminder: check the log (this was for Tuesday 09:00).",
        ]
        (next_one,) = await waiting(house)
        assert next_one.at == parse_instant("2026-03-09T08:00:00Z")


async def test_one_that_cannot_be_delivered_waits_and_is_delivered_once(house: House, mailbox: Mailbox) -> None:
    mailbox.reachable = False
    await remind(house, at=house.at(1))
    await house.advance(5)
    (late,) = await house.core.query(ListNudges("anna", all=True))
    assert late.status == "waiting"
    mailbox.reachable = True
    await house.advance(60)
    assert len(mailbox.got) == 1
    (sent,) = await house.core.query(ListNudges("anna"))
    assert (sent.status, sent.channel, sent.conversation) == ("sent", "mailbox", "c1")
    assert "You asked for it on Monday, 02 March at 13:00." in sent.why


async def test_an_answer_is_kept(house: House, mailbox: Mailbox) -> None:
    await remind(house, at=house.at(1))
    await house.advance(1)
    answered = await house.core.execute(AnswerNudge(mailbox.got[0].id), ANNA)
    assert answered.status == "answered"
    assert house.names("nudge.") == ["nudge.sent", "nudge.acknowledged"]


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ({"at": NOON - timedelta(minutes=5)}, "past"),
        ({}, "no_time"),
        ({"at": NOON + timedelta(hours=1), "condition": Condition("x", "y", "above", 1.0)}, "no_time"),
        ({"recurrence": "FREQ=MINUTELY"}, "bad_recurrence"),
        ({"recurrence": "FREQ=SECONDLY"}, "bad_recurrence"),
        ({"recurrence": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=1"}, "bad_recurrence"),
        ({"recurrence": "every day"}, "bad_recurrence"),
        ({"recurrence": "FREQ=DAILY;BYHOUR=99"}, "bad_recurrence"),
        ({"recurrence": "FREQ=DAILY;UNTIL=20260301T000000Z"}, "bad_recurrence"),
        ({"free": WhenFree(0)}, "bad_duration"),
        ({"free": WhenFree(23 * 3600)}, "never_free"),
        ({"free": WhenFree(), "at": NOON + timedelta(hours=1)}, "no_time"),
    ],
)
async def test_what_cannot_be_is_said(house: House, when: dict[str, Any], code: str) -> None:
    with pytest.raises(Rejected) as refused:
        await remind(house, **when)
    assert refused.value.code == code
    assert refused.value.hint
    assert await waiting(house) == []


async def test_about_nothing_or_what_is_not_there(house: House) -> None:
    with pytest.raises(Rejected):
        await remind(house, "  ", at=house.at(5))
    with pytest.raises(NotFound):
        await remind(house, before=BeforeEvent("event_none", 60))
    with pytest.raises(NotFound):
        await remind(house, unacknowledged=Unacknowledged("concern_none"))
    with pytest.raises(NotFound):
        await house.core.execute(CancelReminder("reminder_none.anna"), ANNA)


async def test_due_exactly_now_is_delivered(house: House, mailbox: Mailbox) -> None:
    await remind(house, at=datetime.fromisoformat("2026-03-02T12:00:00+00:00"))
    await house.advance(0)
    assert len(mailbox.got) == 1
