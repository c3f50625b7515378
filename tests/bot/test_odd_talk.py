"""Talk with the whole house in words that nobody expects: nothing is done by them in silence, and nothing breaks."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import House, open_house
from bot.ports import Incoming
from bot.settings import load_settings
from twin_core.contract.commands import CreateTwin, GetState, ListTwins, SetDesired

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(load_settings({"data": tmp_path}), clock_at=NOW) as house:
        await house.core.execute(CreateTwin("light", "hall lamp", place="hall"))
        await house.core.execute(CreateTwin("lock", "front door", place="hall"))
        await house.core.execute(CreateTwin("thermostat", "hall thermostat", place="hall"))
        await house.core.execute(SetDesired("lock.front_door", {"locked": True}))
        yield house


async def say(house: House, text: str) -> str:
    answer = await house.engine.handle(Incoming("c", text))
    return "\n".join(reply.text for reply in answer.replies)


async def desired(house: House, twin: str) -> dict[str, object]:
    return {name: wish.value for name, wish in (await house.core.query(GetState(twin))).desired.items()}


@pytest.mark.parametrize(
    "text",
    [
        "turn\0on\x07the hall lamp",
        "turn on the \ud800hall lamp\udfff",
        "ＴＵＲＮ ＯＮ the hall lamp",
        "t\u200bu\u200brn on the hall lamp\u200b",
        "turn on the \u202ehall\u202c lamp",
    ],
)
async def test_signs_that_nobody_sees_change_nothing_of_what_was_said(house: House, text: str) -> None:
    assert "Hall lamp on" in await say(house, text)


async def test_of_more_requests_than_are_done_at_once_the_rest_is_named(house: House) -> None:
    steps = [f"set the hall lamp to {n} percent" for n in range(11, 20)]
    said = await say(house, " and ".join(steps))
    assert await desired(house, "light.hall_lamp") == {"brightness": 16.0}
    assert "17 percent" in said.splitlines()[-1]


async def test_of_a_long_message_it_says_how_far_it_was_read(house: House) -> None:
    said = await say(house, "remind me tomorrow at nine to read " + "a book and another book " * 60)
    assert "only the beginning" in said


@pytest.mark.parametrize(("signs", "locked"), [("👍", False), ("👍🏽", False), ("👎", True), ("👎👎", True)])
async def test_a_thumb_is_an_answer(house: House, signs: str, locked: bool) -> None:
    await say(house, "unlock the front door")
    await say(house, signs)
    assert await desired(house, "lock.front_door") == {"locked": locked}


@pytest.mark.parametrize("word", ["if", "and", "it", "the", "😀", "...", "and and", "or"])
async def test_a_stray_word_is_no_yes(house: House, word: str) -> None:
    await say(house, "unlock the front door")
    await say(house, word)
    assert await desired(house, "lock.front_door") == {"locked": True}


@pytest.mark.parametrize("name", ["]", "\u202e\u202e", "💡"])
async def test_a_name_can_be_said(house: House, name: str) -> None:
    await say(house, f"rename the hall lamp to {name}")
    page = await house.core.query(ListTwins(type="light"))
    assert [twin.name for twin in page.items] == ["hall lamp"]


async def test_what_nothing_brings_back_needs_a_yes_of_its_own(house: House) -> None:
    await say(house, "delete the hall lamp and delete the front door")
    await say(house, "yes to all")
    assert len((await house.core.query(ListTwins())).items) == 2


@pytest.mark.parametrize("value", ["1e400", "-1e400", "99999999999999999999999999999", "NaN", "infinity"])
async def test_a_number_without_end_is_no_part_of_itself(house: House, value: str) -> None:
    said = await say(house, f"set the hall thermostat to {value} degrees")
    assert "°C." not in said or " 1 °C" not in said
    assert await desired(house, "thermostat.hall_thermostat") == {}
    assert "400 °C" not in said


async def test_a_reminder_without_a_time_that_can_be_read_asks_for_one(house: House) -> None:
    assert "When" in await say(house, "remind me in 1e300 hours to pay")
