"""What is said aloud to the whole house: risky things by name, the door never, nothing personal among others."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import House, open_house
from bot.ports import Incoming
from bot.settings import load_settings
from twin_core.contract.commands import CreateTwin, GetState
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
    assert "name it" in await _says(house, "yes")
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
