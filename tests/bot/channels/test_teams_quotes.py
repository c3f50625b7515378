"""Quotes in Teams: words under a nudge or a question of ours answer that one, whatever was said since."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bot.channels.town import Town, open_town, put_door_and_pump
from twin_core.contract.commands import GetState
from twin_core.contract.reminders import ListReminders


def _now(id: str, words: str) -> dict[str, Any]:
    """As the Teams SDK documents it."""
    quote = {"type": "quotedReply", "quotedReply": {"messageId": id, "preview": "Reminder: …"}}
    return {"text": f'<quoted messageId="{id}"/> {words}', "entities": [quote]}


def _before(id: str, words: str) -> dict[str, Any]:
    """As Teams wrote it before."""
    block = f'<blockquote itemscope itemtype="http://schema.skype.com/Reply" itemid="{id}"><p>…</p></blockquote>'
    return {"text": words, "attachments": [{"contentType": "text/html", "content": f"{block}<p>{words}</p>"}]}


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        await put_door_and_pump(opened)
        await opened.link()
        yield opened


@pytest.mark.parametrize("quote", [_now, _before])
async def test_words_under_a_nudge_are_about_it(town: Town, quote: Callable[[str, str], dict[str, Any]]) -> None:
    await town.teams_says("remind me to call Ben in 10 minutes")
    await town.teams_says("remind me to call Anna in 20 minutes")
    number = len(town.teams.said)
    await town.advance(minutes=30)
    ben, anna = await town.teams.heard(number + 1), await town.teams.heard(number + 2)
    assert ("Ben" in ben["text"], "Anna" in anna["text"]) == (True, True)
    said = await town.teams_says(**quote(ben["id"], "snooze it for two hours"))
    assert "call Ben" in said["text"]
    assert [view.about for view in await town.house.core.query(ListReminders("owner"))] == ["call Ben"]


async def test_a_yes_under_a_question_answers_that_one(town: Town) -> None:
    door = await town.teams_says("unlock the front door")
    await town.teams_says("stop the booster pump")
    assert "unlocked" in (await town.teams_says(**_now(door["id"], "yes")))["text"]
    desired = [
        (await town.house.core.query(GetState(twin))).desired for twin in ("lock.front_door", "pump.booster_pump")
    ]
    assert [bool(each) for each in desired] == [True, False]


async def test_a_quote_of_anything_else_says_nothing(town: Town) -> None:
    hello = await town.teams_says("hello")
    assert "twins" in (await town.teams_says(**_now(hello["id"], "list my twins")))["text"]


async def test_a_quote_that_does_not_say_of_what_loses_no_words(town: Town) -> None:
    for quote in ({"type": "quotedReply"}, {"type": "quotedReply", "quotedReply": {}}):
        assert "twins" in (await town.teams_says(text="list my twins", entities=[quote]))["text"]
