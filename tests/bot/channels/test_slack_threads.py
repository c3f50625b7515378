"""Threads in Slack: words in the thread of a nudge or a question of ours answer that one, whatever was said since."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.channels.slack_recorder import message
from tests.bot.channels.town import Town, open_town, put_door_and_pump
from twin_core.contract.commands import GetState
from twin_core.contract.reminders import ListReminders


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        await put_door_and_pump(opened)
        await opened.link()
        yield opened


async def test_words_in_the_thread_of_a_nudge_are_about_it(town: Town) -> None:
    await town.slack_says("remind me to call Ben in 10 minutes")
    await town.slack_says("remind me to call Anna in 20 minutes")
    number = len(town.slack.said())
    await town.advance(minutes=30)
    ben, anna = await town.slack.heard(number=number + 1), await town.slack.heard(number=number + 2)
    assert ("Ben" in ben["text"], "Anna" in anna["text"]) == (True, True)
    before = len(town.slack.said("chat.startStream"))
    await town.slack_door.event(message("snooze it for two hours", thread_ts=ben["posted"]))
    said = await town.slack.heard("chat.startStream", before + 1)
    assert (said["thread_ts"], "call Ben" in said["markdown_text"]) == (ben["posted"], True)
    assert [view.about for view in await town.house.core.query(ListReminders("owner"))] == ["call Ben"]


async def test_a_yes_in_the_thread_of_a_question_answers_that_one(town: Town) -> None:
    door = await town.slack_says("unlock the front door")
    await town.slack_says("stop the booster pump")
    await town.slack_door.event(message("yes", thread_ts=door["posted"]))
    assert "unlocked" in (await town.slack.heard("chat.startStream"))["markdown_text"]
    core = town.house.core
    desired = [(await core.query(GetState(twin))).desired for twin in ("lock.front_door", "pump.booster_pump")]
    assert [bool(each) for each in desired] == [True, False]


async def test_any_other_thread_is_about_what_was_spoken_of(town: Town) -> None:
    hello = await town.slack_says("hello")
    said = await town.slack_says("list my twins", thread_ts=hello["posted"])
    assert "front door" in said["text"]
