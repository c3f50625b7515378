"""Teams where others read along: rooms, threads and mentions, and what becomes of a card once it was answered."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.bot.channels.teams_bench import Bench, open_bench
from tests.bot.channels.teams_recorder import BOT, buttons, invoke, message, press
from tests.bot.channels.town import Town, open_town
from twin_core.contract.commands import CreateTwin, GetState
from twin_core.contract.tasks import ListTasks
from twin_core.contract.telemetry import Reading, RecordTelemetry

ROOM = "19:room@thread.tacv2;messageid=1"
GROUP = "19:lunch@thread.v2"


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with open_bench() as opened:
        yield opened


async def test_a_room_that_pollux_is_added_to_is_told_how_to_talk_to_it_and_nothing_else(bench: Bench) -> None:
    joined = message("", channel="19:general@thread.tacv2", entities=[], type="conversationUpdate")
    for member in ("29:u2", BOT):
        await bench.door.post({**joined, "id": member, "membersAdded": [{"id": member}]})
    said = await bench.teams.heard()
    assert (said["to"], "Mention me" in said["text"]) == ("19:general@thread.tacv2", True)
    await bench.door.post(message("last"))
    await bench.teams.heard(2)
    assert [heard.text for heard in bench.script.seen] == ["last"]


def _of(id: str, text: str, name: str = "Pollux") -> dict[str, Any]:
    return {"type": "mention", "mentioned": {"id": id, "name": name}, "text": text}


@pytest.mark.parametrize(
    ("text", "entities", "heard"),
    [
        ("<at>Pollux</at>&nbsp;hello", [_of(BOT, "<at>Pollux</at>")], "hello"),
        ("hello <at>Pollux</at> there", [_of(BOT, "<at>Pollux</at>")], "hello   there"),
        ('<at id="0">Pollux</at> hello', [_of(BOT, "<at>Pollux</at>")], "hello"),
        (
            "<at>Pollux</at> remind <at>Ben Ode</at> of it",
            [_of(BOT, "<at>Pollux</at>"), _of("29:b", "<at>Ben Ode</at>", "Ben Ode")],
            "remind Ben Ode of it",
        ),
        ('<quoted messageId="177"/> <at>Pollux</at> why?', [_of(BOT, "<at>Pollux</at>")], "why?"),
        ("<at>Pollux</at> is R&amp;D &lt; 5 &deg;C?", [_of(BOT, "<at>Pollux</at>")], "is R&D < 5 °C?"),
    ],
    ids=["space", "middle", "attributes", "others", "quote", "entities"],
)
async def test_words_are_read_without_the_mention_and_with_the_names_of_others(
    bench: Bench, text: str, entities: list[dict[str, Any]], heard: str
) -> None:
    await bench.door.post({**message("", channel=ROOM), "text": text, "entities": entities})
    await bench.teams.heard()
    assert [each.text for each in bench.script.seen] == [heard]


async def test_a_mention_of_somebody_else_of_the_same_name_is_not_for_us(bench: Bench) -> None:
    entities = [_of("29:dog", "<at>Pollux</at>")]
    await bench.door.post({**message("", channel=ROOM), "text": "<at>Pollux</at> sit", "entities": entities})
    await bench.door.post(message("last"))
    await bench.teams.heard()
    assert [each.text for each in bench.script.seen] == ["last"]


async def test_a_button_of_nobody_is_answered_that_it_is_too_old(bench: Bench) -> None:
    odd = {"type": "Action.Execute", "verb": "from-last-year", "data": {"pollux": {"for": "u1"}}}
    await bench.door.post(message("hello"))
    answer = (await bench.door.post(invoke(odd, await bench.teams.heard()))).json()
    assert (answer["statusCode"], "too old" in answer["value"]) == (200, True)
    assert len(bench.script.seen) == 1


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        twin = await opened.house.core.execute(CreateTwin("lock", "front door", place="hall"))
        await opened.house.core.execute(RecordTelemetry((Reading(twin.id, "locked", True),)))
        await opened.link()
        yield opened


@pytest.mark.parametrize("shared", [ROOM, GROUP])
async def test_an_approval_asked_among_others_is_given_by_its_person_alone_and_seen_by_all(
    town: Town, shared: str
) -> None:
    asked = await town.teams_says("unlock the front door", channel=shared)
    assert (asked["to"], set(buttons(asked))) == (shared, {"What can I do?"})
    refresh = asked["attachments"][0]["content"]["refresh"]
    stranger = await town.teams_door.post(invoke(refresh["action"], asked, "u2", shared))
    assert "Approve" not in stranger.text
    view = (await town.teams_door.post(invoke(refresh["action"], asked, "u1", shared, trigger="automatic"))).json()
    own = {**asked, "attachments": [{"content": view["value"]}]}
    assert set(buttons(own)) == {"Approve", "Reject"}
    pressed = await town.teams_door.post(press(own, "Approve", "u2", shared))
    assert "somebody else" in pressed.text
    assert "unlocked" in (await town.teams_presses_in(own, "Approve", shared))["text"]
    state = await town.house.core.query(GetState("lock.front_door"))
    assert state.desired["locked"].value is False
    shown = await town.teams.shown()
    assert (shown["to"], shown["id"], buttons(shown)) == (shared, asked["id"], {})
    assert "✓ Approve (Name of u1)" in str(shown["attachments"])
    assert "refresh" not in shown["attachments"][0]["content"]
    assert len(town.teams.edited) == 1


async def test_what_is_private_is_pointed_to_once_however_much_it_is(town: Town) -> None:
    await town.teams_says("hello")
    await town.teams_says("unlock the front door", channel=ROOM)  # stays open, and is asked again after the answer
    before = len(town.teams.said)
    await town.teams_door.post(message("what's most critical today?", channel=ROOM))
    await town.teams_door.post(message("list the twins", channel=ROOM))
    number = before + 1
    while "twin" not in (await town.teams.heard(number))["text"]:
        number += 1
    told = [(said["to"], "Back to" in said["text"]) for said in town.teams.said[before:]]
    assert told == [("a:u1", False), (ROOM, True), (ROOM, False), (ROOM, False)]


async def test_what_was_asked_alone_for_a_room_is_answered_alone(town: Town) -> None:
    for words, answer, told in (
        ("remind me to call Ben", "at 5 pm", "I'll remind you today at 17:00"),
        ("set up a new light", "desk lamp", "name: desk lamp"),
    ):
        asked = await town.teams_says(words, channel=ROOM)
        assert (asked["to"], asked["text"].endswith("?") or "ok" in asked["text"]) == ("a:u1", True)
        pointed = await town.teams.heard(len(town.teams.said) + (town.teams.said[-1] is asked))
        assert (pointed["to"], "alone" in pointed["text"]) == (ROOM, True)
        assert told in (await town.teams_says(answer))["text"]
    assert (await town.teams_says("how is the front door?", channel=ROOM))["to"] == ROOM  # no answer to the interview
    assert "Cancelled" in (await town.teams_says("cancel"))["text"]


async def test_what_was_done_alone_for_a_room_is_undone_alone(town: Town) -> None:
    assert "approval" in (await town.web_says("unlock the front door"))
    added = await town.teams_says("add a task: write the report", channel=ROOM)
    await town.teams.heard(len(town.teams.said) + (town.teams.said[-1] is added))
    await town.teams_presses(added, "Undo")
    assert [task.title for task in (await town.house.core.query(ListTasks("owner"))).items] == []
    assert "unlocked" in (await town.teams_says("yes"))["text"]  # what waited there waits still


async def test_what_is_taken_back_in_a_room_is_told_there_if_it_was_done_for_all_to_see(town: Town) -> None:
    await town.teams_says("hello")
    await town.house.core.execute(CreateTwin("light", "hall lamp", place="hall"))
    assert (await town.teams_says("turn the hall lamp on", channel=ROOM))["to"] == ROOM
    undone = await town.teams_says("undo", channel=ROOM)
    assert (undone["to"], "Taken back" in undone["text"]) == (ROOM, True)
    lost = await town.teams_says("blah blah blubb", channel=ROOM)
    assert (lost["to"], "outside what I do" in lost["text"]) == (ROOM, True)
