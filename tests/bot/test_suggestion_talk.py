"""Suggestions in the conversation: what their buttons do."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.ports import Answer, Incoming
from tests.bot.ways.world import World, open_world
from twin_core.contract.agenda import CreateEvent, GetAgenda, SetPersonSettings
from twin_core.contract.clock import parse_instant
from twin_core.contract.commands import CreateTwin, GetState
from twin_core.contract.nudges import ListNudges, NudgeView
from twin_core.contract.reminders import ListReminders
from twin_core.contract.requests import Cause
from twin_core.contract.tasks import CreateTask, ListTasks
from twin_core.contract.telemetry import Reading, RecordTelemetry

ME = Cause("owner")


def at(clock: str) -> datetime:
    """Today, as a clock in Berlin shows it."""
    return parse_instant(f"2026-03-02T{clock}:00+01:00")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """It is Monday, nine in the morning in Berlin."""
    async with open_world(tmp_path, timezone="Europe/Berlin") as world:
        world.house.nudges.deliver_by(world.courier)
        yield world


async def said(world: World, topic: str) -> NudgeView:
    """The one message about it."""
    (found,) = [nudge for nudge in await world.house.core.query(ListNudges("owner")) if nudge.topic == topic]
    return found


async def press(world: World, nudge: NudgeView, title: str) -> Answer:
    action = next(action for action in nudge.actions if title in action.title)
    return await world.house.engine.handle(Incoming("c1", "", action=action.id))


async def titles(world: World, start: str) -> Sequence[str]:
    agenda = await world.house.core.query(GetAgenda(at(start), at(start) + timedelta(minutes=1), "owner"))
    return [event.title for event in agenda.events]


async def test_time_for_a_task_is_kept_by_its_button(world: World) -> None:
    await world.house.core.execute(CreateEvent("Workshop", at("09:00"), at("12:00")), ME)
    await world.house.core.execute(CreateTask("Write the offer", at("16:00"), estimate_s=2.5 * 3600.0), ME)
    await world.house.timers.advance(at("09:05"))
    answer = await press(world, await said(world, "slot"), "Block")
    assert answer.replies[0].text.startswith("In your calendar: Write the offer, today, 12:00–14:30")
    assert await titles(world, "12:00") == ["Write the offer"]


async def test_leaving_is_reminded_of_and_what_one_leaves_for_is_moved(world: World) -> None:
    event = CreateEvent("Dentist", at("11:00"), at("12:00"), location="Main Street 1", travel_s=1800.0)
    await world.house.core.execute(event, ME)
    await world.house.timers.advance(at("10:20"))
    nudge = await said(world, "travel")
    await press(world, nudge, "Remind me at 10:30")
    (reminder,) = await world.house.core.query(ListReminders("owner"))
    assert (reminder.at, "Dentist" in reminder.about) == (at("10:30"), True)
    await press(world, nudge, "Move it")
    assert "Dentist moved: today, 15:00–16:00" in await world.say("at 3 pm")


async def test_a_button_means_the_clock_of_its_person(world: World) -> None:
    """Whoever is in London is told, and answers, an hour earlier than the clock in Berlin shows."""
    await world.house.core.execute(SetPersonSettings("owner", {"timezone": "Europe/London"}))
    event = CreateEvent("Dentist", at("11:00"), at("12:00"), location="Main Street 1", travel_s=1800.0)
    await world.house.core.execute(event, ME)
    await world.house.timers.advance(at("10:20"))
    answer = await press(world, await said(world, "travel"), "Remind me at 09:30")
    assert "at 09:30" in answer.replies[0].text
    (reminder,) = await world.house.core.query(ListReminders("owner"))
    assert reminder.at == at("10:30")


async def test_preparing_is_planned_by_its_button(world: World) -> None:
    event = CreateEvent("Budget review", at("13:00"), at("14:00"), preparation_s=3600.0)
    await world.house.core.execute(event, ME)
    await world.house.timers.advance(at("09:05"))
    await press(world, await said(world, "preparation"), "Block")
    assert await titles(world, "12:00") == ["Prepare Budget review"]


async def test_a_break_has_an_end(world: World) -> None:
    await world.house.core.execute(CreateEvent("Focus", at("09:00"), at("11:30")), ME)
    await world.house.timers.advance(at("11:30"))
    await press(world, await said(world, "break"), "20 minutes")
    (reminder,) = await world.house.core.query(ListReminders("owner"))
    assert (reminder.at, reminder.about) == (at("11:50"), "go on")


async def test_upkeep_becomes_a_task_and_is_shown(world: World) -> None:
    await world.house.core.execute(CreateTwin("hvac_unit", "AHU 7"))
    now = world.house.clock.now()
    rows = [Reading("AHU 7", "filter_pressure", 200.0 - 5 * day, at=now - timedelta(days=day)) for day in range(14)]
    await world.house.core.execute(RecordTelemetry(tuple(rows)))
    await world.house.timers.advance(at("09:05"))
    nudge = await said(world, "upkeep")
    await press(world, nudge, "Make it a task")
    (task,) = (await world.house.core.query(ListTasks("owner"))).items
    assert task.title.casefold() == "see to the filter pressure drop of ahu 7"
    assert task.due_on is not None
    assert "Pa" in (await press(world, nudge, "Show it")).replies[0].text


async def test_charging_waits_for_cheaper_hours(world: World) -> None:
    tariff = {"price": 0.34, "currency": "EUR", "cheap": {"price": 0.22, "hours": "20:00-06:00"}}
    await world.house.core.execute(CreateTwin("electricity_meter", "main meter", config={"tariff": tariff}))
    await world.house.core.execute(CreateTwin("ev_charger", "wallbox"))
    await world.house.core.execute(RecordTelemetry((Reading("wallbox", "on", True), Reading("wallbox", "power", 7400))))
    await world.house.timers.advance(at("09:05"))
    nudge = await said(world, "tariff")
    await press(world, nudge, "Stop charging")
    assert (await world.house.core.query(GetState("wallbox"))).desired["on"].value is False
    await press(world, nudge, "Remind me at 20:00")
    (reminder,) = await world.house.core.query(ListReminders("owner"))
    assert (reminder.at, "wallbox" in reminder.about) == (at("20:00"), True)
