"""What is said aloud to the whole house: risky things by name, the door never, nothing personal among others."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import House, open_house
from bot.ports import Incoming
from bot.settings import load_settings
from tests.bot.ways.world import open_world
from twin_core.contract.commands import CreateTwin, GetState
from twin_core.contract.nudges import ListNudges
from twin_core.contract.tasks import CreateTask
from twin_core.contract.telemetry import Reading, RecordTelemetry
from twin_core.contract.template import Value

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
THINGS: tuple[tuple[str, str, dict[str, Value]], ...] = (
    ("boiler", "cellar boiler", {"on": True, "temperature": 60.0}),
    ("lock", "front door", {"locked": True}),
    ("light", "hall lamp", {"on": True}),
)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(load_settings({"data": tmp_path}), clock_at=NOW) as house:
        for type, name, values in THINGS:
            twin = await house.core.execute(CreateTwin(type, name))
            await house.core.execute(RecordTelemetry(tuple(Reading(twin.id, p, v) for p, v in values.items())))
        yield house


async def _says(house: House, text: str, *, spoken: bool = True, shared: bool = False) -> str:
    place = "voice" if spoken else "chat"
    answer = await house.engine.handle(Incoming(place, text, spoken=spoken, shared=shared))
    return "\n".join(reply.text for reply in answer.replies)


async def _desired(house: House, twin: str) -> dict[str, Value]:
    state = await house.core.query(GetState(twin))
    return {name: value.value for name, value in state.desired.items()}


async def test_a_risky_thing_is_done_once_the_yes_names_it(house: House) -> None:
    assert "yes, the cellar boiler" in await _says(house, "turn the boiler off")
    asked = await _says(house, "yes")
    assert "name it" in asked
    assert asked.count("yes, the cellar boiler") == 1
    assert not await _desired(house, "boiler.cellar_boiler")
    await _says(house, "yes the cellar boiler")
    assert await _desired(house, "boiler.cellar_boiler") == {"on": False}


async def test_a_door_is_opened_from_the_chat_and_by_no_voice(house: House) -> None:
    assert "in the chat" in await _says(house, "unlock the front door")
    for text in ("yes", "yes unlock the front door", "approve the front door"):
        await _says(house, text)
        assert not await _desired(house, "lock.front_door")
    await _says(house, "approve the front door", spoken=False)
    assert await _desired(house, "lock.front_door") == {"locked": False}


async def test_whoever_speaks_among_others_hears_of_things_and_not_of_people(house: House) -> None:
    await house.core.execute(CreateTask("call the surgery", owner="owner"))
    assert "own chat" in await _says(house, "what are my tasks?", shared=True)
    assert "surgery" in await _says(house, "what are my tasks?")
    await _says(house, "turn the hall lamp off", shared=True)
    assert await _desired(house, "light.hall_lamp") == {"on": False}
    assert "own chat" not in await _says(house, "undo that", shared=True)
    assert (await _desired(house, "light.hall_lamp")).get("on") is not False


async def test_what_no_voice_may_decide_is_put_to_its_person_elsewhere_at_once(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        world.house.nudges.deliver_by(world.courier)
        door = await world.house.core.execute(CreateTwin("lock", "front door"))
        await world.house.core.execute(RecordTelemetry((Reading(door.id, "locked", True),)))
        await world.house.engine.handle(Incoming("voice", "unlock the front door", spoken=True))
        await world.house.timers.advance(world.house.clock.now() + timedelta(seconds=1))
        (asked,) = await world.house.core.query(ListNudges("owner"))
        assert "cannot be decided where it was asked for" in asked.text
        assert asked.why == "You asked for it just now."
        approve = next(action for action in asked.actions if action.title == "Approve")
        answer = await world.house.engine.handle(Incoming("chat", action=approve.id))
        assert answer.replies[0].text == "Front door unlocked."
        assert await _desired(world.house, door.id) == {"locked": False}


async def test_what_was_asked_in_a_chat_or_by_anybody_is_not_told_at_once(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        world.house.nudges.deliver_by(world.courier)
        door = await world.house.core.execute(CreateTwin("lock", "front door"))
        await world.house.core.execute(RecordTelemetry((Reading(door.id, "locked", True),)))
        await world.say("unlock the front door")
        await world.house.engine.handle(Incoming("hall", "unlock the front door", spoken=True, shared=True))
        await world.house.timers.advance(world.house.clock.now() + timedelta(minutes=5))
        assert await world.house.core.query(ListNudges("owner")) == ()


async def test_a_question_that_is_put_again_says_how_it_is_answered_aloud(house: House) -> None:
    await _says(house, "turn the boiler off")
    again = await _says(house, "is the hall lamp on?")
    assert "Back to my question: cellar boiler off" in again
    assert "Say “yes, the cellar boiler”, or “no”." in again
    await _says(house, "yes")
    assert not await _desired(house, "boiler.cellar_boiler")
    await _says(house, "yes, the cellar boiler")
    assert await _desired(house, "boiler.cellar_boiler") == {"on": False}


async def test_a_door_that_was_asked_about_in_writing_is_put_again_as_no_voice_may_open_it(house: House) -> None:
    await house.engine.handle(Incoming("clips", "unlock the front door"))
    answer = await house.engine.handle(Incoming("clips", "is the hall lamp on?", spoken=True))
    assert "front door unlocked. A voice is not enough for that" in answer.replies[-1].text
    await house.engine.handle(Incoming("clips", "yes the front door", spoken=True))
    assert not await _desired(house, "lock.front_door")
