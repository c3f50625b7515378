"""Reminders that hang on where their person is, on a full agenda, and on a concern that somebody may take on."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.house import ANNA, NOON, OWNER, House, open_house
from tests.twin_core.nudges.mailbox import Mailbox
from twin_core.contract.agenda import CreateEvent, DeleteEvent, SetPersonSettings
from twin_core.contract.clock import parse_instant
from twin_core.contract.commands import AcknowledgeConcern, EditTwin, GetCritical
from twin_core.contract.errors import Rejected
from twin_core.contract.nudges import ListNudges
from twin_core.contract.reminders import (
    Condition,
    CreateReminder,
    GetReminder,
    ListReminders,
    ReminderView,
    SnoozeReminder,
    Unacknowledged,
    WhenFree,
)
from twin_core.contract.requests import Cause

WEEKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=0"
BERLIN, NEW_YORK = parse_instant("2026-03-03T08:00:00Z"), parse_instant("2026-03-03T14:00:00Z")


async def again(house: House, made: ReminderView) -> ReminderView:
    return await house.core.query(GetReminder(made.id))


# --- where the person is ---------------------------------------------------------------------------


@pytest.mark.parametrize("owner", ["owner", "anna", "Anna", "person.anna"])
async def test_whoever_moves_takes_the_hour_along(house: House, mailbox: Mailbox, owner: str) -> None:
    config = {"timezone": "Europe/Berlin", "owner": True, "user": "anna"}
    person = await house.create("person", "Anna", OWNER, config=config)
    made = await house.core.execute(CreateReminder("stretch", recurrence=WEEKDAYS, owner=owner), ANNA)
    bens = await house.core.execute(CreateReminder("stretch", recurrence=WEEKDAYS, owner="ben"), Cause("ben"))
    assert made.at == bens.at == BERLIN
    await house.core.execute(EditTwin(person.id, config={"timezone": "America/New_York"}), ANNA)
    assert (await again(house, made)).at == NEW_YORK
    assert (await again(house, bens)).at == BERLIN


async def test_settings_without_a_twin_count_too_after_a_restart(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        made = await house.core.execute(CreateReminder("stretch", recurrence=WEEKDAYS), ANNA)
    async with open_house(tmp_path) as house:
        await house.core.execute(SetPersonSettings("anna", {"timezone": "America/New_York"}), ANNA)
        assert (await again(house, made)).at == NEW_YORK
        await house.core.execute(SetPersonSettings("anna", {"timezone": None}), ANNA)
        assert (await again(house, made)).at == BERLIN


async def test_one_that_was_put_off_comes_then_and_goes_on_where_the_person_is(house: House, mailbox: Mailbox) -> None:
    made = await house.core.execute(CreateReminder("stretch", recurrence=WEEKDAYS), ANNA)
    await house.core.execute(SnoozeReminder(made.id, house.at(30)), ANNA)
    await house.core.execute(SetPersonSettings("anna", {"timezone": "America/New_York"}), ANNA)
    assert (await again(house, made)).at == house.at(30)
    await house.advance(30)
    assert (len(mailbox.got), (await again(house, made)).at) == (1, NEW_YORK)


# --- when the person is free -----------------------------------------------------------------------


async def test_when_free_follows_the_agenda(house: House, mailbox: Mailbox) -> None:
    """Said on a Monday at 13:00 in Berlin, in the middle of a meeting."""
    await house.core.execute(CreateEvent("Review", house.at(-30), house.at(60)), ANNA)
    made = await house.core.execute(CreateReminder("call Ben", free=WhenFree(1800)), ANNA)
    assert made.at == house.at(60)
    second = await house.core.execute(CreateEvent("Interview", house.at(80), house.at(120)), ANNA)
    assert (await again(house, made)).at == house.at(120)  # twenty minutes are not enough
    await house.core.execute(DeleteEvent(second.id), ANNA)
    assert (await again(house, made)).at == house.at(60)
    await house.advance(59)
    assert mailbox.texts == []
    await house.advance(1)
    assert mailbox.texts == ["Reminder: call Ben."]
    assert await house.core.query(ListReminders("anna")) == ()


async def test_who_is_free_is_told_at_once_and_else_on_the_next_working_day(house: House, mailbox: Mailbox) -> None:
    await house.core.execute(CreateReminder("call Ben", free=WhenFree()), ANNA)
    await house.advance(0)
    assert mailbox.texts == ["Reminder: call Ben."]
    await house.advance(5 * 60)
    evening = await house.core.execute(CreateReminder("call Eva", free=WhenFree()), ANNA)
    assert evening.at == BERLIN


async def test_time_that_was_taken_meanwhile_is_not_free(tmp_path: Path) -> None:
    box = Mailbox()
    async with open_house(tmp_path) as house:
        await house.core.execute(CreateEvent("Review", house.at(-30), house.at(60)), ANNA)
        made = await house.core.execute(CreateReminder("call Ben", free=WhenFree(1800)), ANNA)
        await house.core.execute(CreateEvent("Interview", house.at(150), house.at(200)), ANNA)
    async with open_house(tmp_path, at=NOON + timedelta(minutes=160)) as house:  # nobody ran until the interview
        house.nudges.deliver_by(box)
        await house.advance(0)
        assert box.texts == []
        assert (await again(house, made)).at == house.at(40)
        await house.advance(40)
        assert box.texts == ["Reminder: call Ben."]


# --- if nobody has taken it on ---------------------------------------------------------------------


async def alarm(house: House) -> str:
    freezer = await house.create("freezer", "Garage freezer")
    await house.points(freezer.id, "temperature", (-90, -18.0), (-60, -9.0), (-1, -8.0))
    (item,) = (await house.core.query(GetCritical(person="anna"))).items
    return item.id


async def test_if_nobody_takes_it_on_i_am_told(house: House) -> None:
    concern = await alarm(house)
    made = await house.core.execute(CreateReminder("freezer", unacknowledged=Unacknowledged(concern, 600)), ANNA)
    assert made.at == house.at(10)
    box = Mailbox()
    house.nudges.deliver_by(box)
    await house.advance(10)
    (said,) = [nudge for nudge in box.got if nudge.kind == "reminder"]
    assert said.text.startswith("Nobody has taken this on yet: Garage freezer")
    assert said.about is not None and (said.about.kind, said.about.id) == ("concern", concern)
    assert "Acknowledge" in [action.title for action in said.actions]


async def test_once_somebody_is_on_it_or_it_is_over_i_am_not(house: House) -> None:
    concern = await alarm(house)
    made = await house.core.execute(CreateReminder("freezer", unacknowledged=Unacknowledged(concern, 600)), ANNA)
    await house.core.execute(AcknowledgeConcern(concern), Cause("ben"))
    await house.advance(60)
    assert (await again(house, made)).status == "cancelled"
    assert [n for n in await house.core.query(ListNudges("anna", all=True)) if n.kind == "reminder"] == []
    with pytest.raises(Rejected) as refused:
        await house.core.execute(CreateReminder("freezer", unacknowledged=Unacknowledged(concern)), ANNA)
    assert refused.value.code == "taken_on"


# --- after a while of silence ----------------------------------------------------------------------


@pytest.mark.parametrize(("count", "messages"), [(3, 3), (4, 1)])
async def test_many_that_were_missed_are_one_message(tmp_path: Path, count: int, messages: int) -> None:
    box = Mailbox()
    async with open_house(tmp_path) as house:
        for n in range(count):
            at = house.at(10 * (n + 1))
            await house.core.execute(CreateReminder(f"number {n}", at=at, conversation=f"c{n}"), ANNA)
        await house.core.execute(CreateReminder("bens", at=house.at(10)), Cause("ben"))
        await house.core.execute(CreateReminder("fresh", at=house.at(47 * 60 + 30)), ANNA)
    async with open_house(tmp_path, at=NOON + timedelta(days=2)) as house:
        house.nudges.deliver_by(box)
        await house.advance(0)
        annas = [nudge for nudge in box.got if nudge.owner == "anna"]
        assert len(annas) == messages + 1
        assert annas[-1].text == "Reminder: fresh (this was for Wednesday 12:30)."
        if messages == 1:
            lines = [f"– number {n} (Monday 13:{n + 1}0)" for n in range(count)]
            assert annas[0].text == "\n".join(["4 reminders came due while I could not tell you:", *lines])
            assert (annas[0].conversation, annas[0].due_at) == ("c3", NOON + timedelta(minutes=40))
        assert await house.core.query(ListReminders("anna")) == ()


async def test_repeating_ones_of_a_catch_up_go_on(tmp_path: Path) -> None:
    box = Mailbox()
    async with open_house(tmp_path) as house:
        for hour in range(9, 14):
            rule = f"FREQ=DAILY;BYHOUR={hour};BYMINUTE=0"
            await house.core.execute(CreateReminder(f"at {hour}", recurrence=rule), ANNA)
    async with open_house(tmp_path, at=NOON + timedelta(days=9)) as house:
        house.nudges.deliver_by(box)
        await house.advance(0)
        (said,) = box.texts
        assert "– at 9 (03 March, 09:00)" in said
        assert len(said.splitlines()) == 6
        waiting = await house.core.query(ListReminders("anna"))
        assert [r.at for r in waiting] == [NOON + timedelta(days=9, hours=n) for n in (20, 21, 22, 23, 24)]


async def test_a_state_is_told_in_its_own_words(house: House, mailbox: Mailbox) -> None:
    lock = await house.create("lock", "Front door")
    await house.report(lock.id, locked=True)
    await house.core.execute(
        CreateReminder("somebody is coming", condition=Condition(lock.id, "locked", "equal", False))
    )
    await house.report(lock.id, locked=False)
    await house.advance(0)
    assert mailbox.texts == ["Front door: lock is unlocked, as you asked: somebody is coming."]
