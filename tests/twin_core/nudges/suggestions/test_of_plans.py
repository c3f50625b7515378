"""Suggestions from what a person plans: when, in which words, once, and not where they were switched off."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.house import ANNA, House, open_house
from tests.twin_core.nudges.mailbox import Mailbox
from twin_core.contract.agenda import CancelEvent, CreateEvent, EditEvent, EventView, SetPersonSettings
from twin_core.contract.clock import parse_instant
from twin_core.contract.nudges import ListNudges, NudgeView
from twin_core.contract.tasks import CompleteTask, CreateTask, EditTask, TaskView

DAY = 24 * 60


async def event(house: House, title: str, start: str, end: str, **more: Any) -> EventView:
    """Of Anna; today, at hours of Berlin in winter; `+1 10:00` is tomorrow."""
    return await house.core.execute(CreateEvent(title, clock(start), clock(end), **more), ANNA)


async def task(house: House, title: str, due: str, **more: Any) -> TaskView:
    return await house.core.execute(CreateTask(title, clock(due), **more), ANNA)


def clock(text: str) -> datetime:
    days, _, hour = text.rpartition(" ")
    return parse_instant(f"2026-03-{2 + int(days or 0):02}T{hour}:00+01:00")


async def suggested(house: House, topic: str) -> list[NudgeView]:
    """What was said about it, oldest first."""
    return [nudge for nudge in await house.core.query(ListNudges("anna")) if nudge.topic == topic]


@pytest.fixture
async def house(tmp_path: Path) -> Any:
    """It is eight in the morning, on a Monday."""
    async with open_house(tmp_path, clock("08:00")) as opened:
        opened.nudges.deliver_by(Mailbox())
        yield opened


# --- travel --------------------------------------------------------------------------------------


async def test_when_to_leave_is_said_ten_minutes_before(house: House) -> None:
    await event(house, "Dentist", "14:00", "15:00", location="Main Street 1", travel_s=1500.0)
    await house.advance(5 * 60 + 24)
    assert await suggested(house, "travel") == []
    await house.advance(1)
    (said,) = await suggested(house, "travel")
    assert (
        said.text
        == "Leave at 13:35 for “Dentist” (Main Street 1): it begins at 14:00, and the way there takes 25 minutes."
    )
    assert [action.title for action in said.actions] == ["Remind me at 13:35", "Move it"]
    assert said.stop == "Say “fewer of these” to hear less about travel time."
    await house.advance(DAY)
    assert len(await suggested(house, "travel")) == 1


async def test_what_was_moved_is_said_anew_and_what_was_cancelled_is_not(house: House) -> None:
    first = await event(house, "Dentist", "10:00", "11:00", travel_s=1800.0)
    second = await event(house, "Optician", "12:00", "13:00", travel_s=1800.0)
    await house.advance(90)
    await house.core.execute(EditEvent(first.id, start=clock("16:00"), end=clock("17:00")), ANNA)
    await house.core.execute(CancelEvent(second.id), ANNA)
    await house.advance(7 * 60)
    assert [said.due_at for said in await suggested(house, "travel")] == [clock("09:20"), clock("15:20")]


async def test_too_late_to_leave_is_said_at_once_and_over_is_not_said(house: House) -> None:
    await house.core.execute(SetPersonSettings("anna", {"travel_min": 30}), ANNA)
    await event(house, "Site visit", "08:20", "09:00", location="Plant 2")
    await house.advance(2)
    (said,) = await suggested(house, "travel")
    assert said.text.startswith("Leave now for “Site visit” (Plant 2): it begins at 08:20")


async def test_in_quiet_hours_nothing_is_said_that_would_come_too_late(house: House) -> None:
    await event(house, "Flight", "+1 06:00", "+1 08:00", travel_s=3600.0)
    await house.advance(DAY)
    assert await suggested(house, "travel") == []
    held = [nudge for nudge in await house.core.query(ListNudges("anna", all=True)) if nudge.topic == "travel"]
    assert [nudge.rule for nudge in held] == ["it would have come too late (your quiet hours last until 07:00)"]


# --- breaks --------------------------------------------------------------------------------------


async def test_a_break_is_suggested_in_the_gap_after_long_focus(house: House) -> None:
    await event(house, "Planning", "09:00", "10:30")
    await event(house, "Review", "10:35", "11:30")
    await event(house, "Interview", "11:50", "12:30")
    await house.advance(3 * 60 + 29)
    assert await suggested(house, "break") == []
    await house.advance(1)
    (said,) = await suggested(house, "break")
    assert said.text == (
        "Take a break: you had 2 h 30 min without one (“Planning” to “Review”), and nothing is on until 11:50."
    )
    assert [action.title for action in said.actions] == ["20 minutes"]


async def test_no_break_is_suggested_where_there_is_one_or_no_room_or_nothing_was_long(house: House) -> None:
    await event(house, "Planning", "09:00", "11:30")
    await event(house, "Lunch", "11:30", "12:30")
    await event(house, "Call", "13:00", "14:30")
    await event(house, "Workshop", "15:00", "17:00")
    await house.advance(DAY)
    assert await suggested(house, "break") == []


async def test_one_break_a_day_is_enough(house: House) -> None:
    for start, end in (("08:30", "11:00"), ("13:00", "15:30")):
        await event(house, "Focus", start, end)
        await event(house, "Focus", f"+1 {start}", f"+1 {end}")
    await house.advance(2 * DAY)
    assert [said.due_at for said in await suggested(house, "break")] == [clock("11:00"), clock("+1 11:00")]


# --- preparation ---------------------------------------------------------------------------------


async def test_a_meeting_to_prepare_is_told_of_while_there_is_time(house: House) -> None:
    await event(house, "Budget review", "+1 10:00", "+1 11:00", preparation_s=3600.0)
    await event(house, "Workshop", "+1 09:00", "+1 10:00")
    await house.advance(9 * 60)
    (said,) = await suggested(house, "preparation")
    assert said.due_at == clock("15:00")
    assert said.text == (
        "“Budget review” begins tomorrow at 10:00 and nothing is planned to prepare it: it needs about 1 h. "
        "You are free today from 16:00 to 17:00."
    )


async def test_the_task_that_a_meeting_needs_is_named_until_it_is_done(house: House) -> None:
    await event(house, "Budget review", "+1 10:00", "+1 11:00")
    slides = await task(house, "Prepare the budget slides", "+1 10:00", estimate_s=5400.0)
    other = await task(house, "Budget slides", "+2 10:00", estimate_s=5400.0)
    await house.core.execute(CompleteTask(other.id), ANNA)
    await house.advance(9 * 60)
    (said,) = await suggested(house, "preparation")
    assert "“Prepare the budget slides” is not done: it needs about 1 h 30 min" in said.text
    assert said.actions[-1].id == f"complete:{slides.id}"


async def test_what_is_planned_already_is_not_suggested(house: House) -> None:
    await event(house, "Budget review", "+1 10:00", "+1 11:00", preparation_s=3600.0)
    await event(house, "Prepare Budget review", "14:00", "15:00")
    await house.advance(DAY)
    assert await suggested(house, "preparation") == []


async def test_without_free_time_moving_is_offered(house: House) -> None:
    meeting = await event(house, "Budget review", "10:00", "11:00", preparation_s=3600.0)
    await event(house, "Workshop", "08:30", "10:00")
    await house.advance(90)
    (said,) = await suggested(house, "preparation")
    assert "No time is free for it before that." in said.text
    assert said.actions[0].id == f"move:{meeting.id}"


# --- slots ---------------------------------------------------------------------------------------


async def test_a_task_that_slips_is_offered_a_time_of_its_own(house: House) -> None:
    await task(house, "Write the offer", "16:00", estimate_s=2.5 * 3600)
    await event(house, "Workshop", "09:00", "12:00")
    await house.advance(61)
    (said,) = await suggested(house, "slot")
    assert said.text == (
        "“Write the offer” is due at 16:00 and needs about 2 h 30 min, with 4 h free until then. "
        "You are free today from 12:00 to 14:30: shall I keep that for it?"
    )
    assert said.actions[0].id == "say:put “Write the offer” in my calendar on 2 March 2026 from 12:00 to 14:30"
    assert [action.title for action in said.actions] == ["Block 12:00–14:30", "Done", "Postpone"]


async def test_one_task_a_day_and_none_with_time_enough(house: House) -> None:
    await event(house, "Workshop", "09:00", "12:00")
    await task(house, "Write the offer", "16:00", estimate_s=2.5 * 3600)
    await task(house, "Sort the files", "+3 16:00", estimate_s=3600)
    await task(house, "Check the plan", "17:00", estimate_s=3 * 3600)
    await house.advance(9 * 60)
    (said,) = await suggested(house, "slot")
    assert said.text.startswith("“Write the offer” is due at 16:00 and needs about 2 h 30 min")


async def of_the_offer(house: House) -> list[str]:
    """In what kinds of messages it was spoken of."""
    return [n.kind for n in await house.core.query(ListNudges("anna")) if "Write the offer" in n.text]


async def test_after_a_suggestion_the_concern_about_its_task_waits_for_the_digest(house: House) -> None:
    offer = await task(house, "Write the offer", "+2 17:00", estimate_s=13 * 3600, priority="low")
    await house.advance(2 * 60)
    await house.core.execute(EditTask(offer.id, due=clock("14:00"), estimate_s=3600, priority="high"), ANNA)
    await house.advance(60)
    assert await of_the_offer(house) == ["suggestion"]
    rules = [n.rule for n in await house.core.query(ListNudges("anna", all=True)) if n.kind == "concern"]
    assert "I suggested what to do about it at 09:00: it is in the digest at 18:00" in rules


async def test_after_a_concern_nothing_is_suggested_about_its_task(house: House) -> None:
    await task(house, "Write the offer", "14:00", estimate_s=4 * 3600)
    await house.advance(4 * 60)
    assert await of_the_offer(house) == ["concern"]


async def test_what_is_overdue_gets_a_time_too(house: House) -> None:
    await task(house, "Call the bank", "09:30")
    await house.advance(100)
    assert await suggested(house, "slot") == []
    await house.advance(DAY)
    (said,) = await suggested(house, "slot")
    assert said.text.startswith(
        "“Call the bank” was due yesterday at 09:30 and is still open. You are free today from 09:"
    )


# --- all of them ---------------------------------------------------------------------------------


async def test_each_can_be_switched_off(house: House) -> None:
    await house.core.execute(SetPersonSettings("anna", {"muted": "travel"}), ANNA)
    await event(house, "Dentist", "14:00", "15:00", travel_s=1500.0)
    await house.advance(9 * 60)
    assert await suggested(house, "travel") == []
    (held,) = [n for n in await house.core.query(ListNudges("anna", all=True)) if n.topic == "travel"]
    assert held.rule == "you asked me to tell you nothing about travel time"


async def test_what_was_said_is_not_said_again_after_a_restart(tmp_path: Path) -> None:
    async with open_house(tmp_path, clock("08:00")) as house:
        house.nudges.deliver_by(Mailbox())
        await event(house, "Dentist", "10:00", "11:00", travel_s=1500.0)
        await house.advance(90)
    async with open_house(tmp_path, clock("09:31")) as house:
        house.nudges.deliver_by(Mailbox())
        await event(house, "Lunch", "12:00", "13:00")
        await house.advance(20)
        assert len(await suggested(house, "travel")) == 1


async def test_whoever_plans_nothing_costs_nothing(house: House) -> None:
    await house.advance(10)
    assert await house.store.next_due("plan_look") is None
    meeting = await event(house, "Dentist", "10:00", "11:00")
    await house.advance(10)
    assert await house.store.next_due("plan_look") == clock("+1 06:00")
    await house.core.execute(CancelEvent(meeting.id), ANNA)
    await house.advance(3 * DAY)
    assert await house.store.next_due("plan_look") is None
