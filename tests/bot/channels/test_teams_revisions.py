"""Messages in Teams that were changed, deleted or put back: before, while and after they were worked on."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from bot.channels import teams as plugin
from bot.documents import VolatileDocuments
from tests.bot.channels.scripted import Script
from tests.bot.channels.teams_recorder import Door, Teams, message, press, teams

ROOM = "19:room@thread.tacv2;messageid=1"
Activity = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bench:
    door: Door
    teams: Teams
    script: Script
    store: VolatileDocuments

    async def texts(self) -> list[str]:
        """What was worked on, once a last message was."""
        number = len(self.teams.said)
        await self.door.post(message("last"))
        while not any("last" in said["text"] for said in self.teams.said[number:]):
            await self.teams.heard(len(self.teams.said) + 1)
        return [heard.text for heard in self.script.seen if heard.text != "last"]

    async def left(self) -> list[str]:
        """Words that are kept of deliveries."""
        return [doc["body"]["text"] async for _, doc in self.store.scan("teams_delivery") if "body" in doc]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    script, store = Script(), VolatileDocuments()
    async with teams() as recorder:
        channel: Any = plugin.build({**recorder.options(), "people": {"u1": "owner"}, "store": store})
        app = await channel.start(script)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as http:
            yield Bench(Door(http, recorder), recorder, script, store)
        await channel.aclose()


def _revised(activity: Activity, type: str, event: str, at: str, **more: Any) -> Activity:
    return {**activity, "type": type, "channelData": {"eventType": event}, "timestamp": at, **more}


def changed(activity: Activity, text: str, at: str = "2026-03-02T12:00:01Z") -> Activity:
    """As Teams reports that a message was edited."""
    return _revised(activity, "messageUpdate", "editMessage", at, text=text)


def deleted(activity: Activity, at: str = "2026-03-02T12:00:02Z") -> Activity:
    """As Teams reports that a message was deleted: without its words."""
    return _revised(activity, "messageDelete", "softDeleteMessage", at, text=None, entities=[])


def restored(activity: Activity, at: str = "2026-03-02T12:00:03Z") -> Activity:
    """As Teams reports that somebody undid that."""
    return _revised(activity, "messageUpdate", "undeleteMessage", at)


async def test_what_waits_is_done_in_its_newest_words_once(bench: Bench) -> None:
    bench.script.gate = asyncio.Event()
    first, second = message("the first"), message("switch off the hal lamp")
    better = changed(second, "switch off the hall lamp")
    for activity in (first, second, better, changed(second, "leave it on", "2026-03-02T12:00:09Z"), better):
        assert (await bench.door.post(activity)).status_code == 200
    bench.script.gate.set()
    await bench.teams.heard(2)
    assert await bench.texts() == ["the first", "leave it on"]
    assert [text for text in await bench.left() if text != "last"] == []


async def test_what_waits_and_is_deleted_is_not_done_unless_it_is_put_back(bench: Bench) -> None:
    bench.script.gate = asyncio.Event()
    first, second, third = message("the first"), message("delete everything"), message("the third")
    for activity in (first, second, third, deleted(second), deleted(third), restored(third)):
        await bench.door.post(activity)
    bench.script.gate.set()
    await bench.teams.heard(2)
    assert await bench.texts() == ["the first", "the third"]
    await bench.door.post(restored(second))  # later: only now it is said
    assert "delete everything" in await bench.texts()
    assert [text for text in await bench.left() if text != "last"] == []


async def test_what_was_done_is_not_done_again_but_asked_about(bench: Bench) -> None:
    bench.script.gate = asyncio.Event()
    activity = message("switch off the hall lamp")
    await bench.door.post(activity)
    await asyncio.wait_for(bench.script.begun.wait(), 60)
    await bench.door.post(changed(activity, "switch off the kitchen lamp"))  # while it is worked on
    bench.script.gate.set()
    asked = await bench.teams.heard(2)
    assert "I had done “switch off the hall lamp” before you changed it" in asked["text"]
    assert [heard.text for heard in bench.script.seen] == ["switch off the hall lamp"]
    await bench.door.post(press(asked, "Do the new words"))
    await bench.teams.heard(3)
    assert bench.script.seen[-1].action == "say:switch off the kitchen lamp"


async def test_a_deed_whose_words_were_deleted_is_told_once_with_the_way_back(bench: Bench) -> None:
    activity = message("switch off the hall lamp")
    await bench.door.post(activity)
    await bench.teams.heard()
    await bench.door.post(deleted(activity))
    told = await bench.teams.heard(2)
    assert "I had done it by then" in told["text"]
    await bench.door.post(restored(activity))
    await bench.door.post(press(told, "Undo"))
    await bench.teams.heard(3)
    assert [(heard.text, heard.action) for heard in bench.script.seen[1:]] == [("", "undo")]


async def test_what_was_deleted_among_others_is_told_to_its_writer_alone(bench: Bench) -> None:
    await bench.door.post(message("hello"))
    await bench.teams.heard()
    bench.script.public = True
    activity = message("switch off the hall lamp", channel=ROOM)
    await bench.door.post(activity)
    assert (await bench.teams.heard(2))["to"] == ROOM
    await bench.door.post(deleted(activity))
    told, told_of = await bench.teams.heard(3), await bench.teams.heard(4)
    assert (told["to"], "hall lamp" in told["text"]) == ("a:u1", True)
    assert (told_of["to"], "hall lamp" in told_of["text"]) == (ROOM, False)


async def test_a_question_that_was_put_right_is_answered_anew_and_one_that_was_only_polished_is_not(
    bench: Bench,
) -> None:
    activity = message("critical")  # nothing in its answer to undo
    await bench.door.post(activity)
    await bench.teams.heard()
    await bench.door.post(changed(activity, "Critical!"))
    await bench.door.post(changed(activity, "list", "2026-03-02T12:00:05Z"))
    await bench.door.post(deleted(message("critical")))  # of one that was never heard
    assert await bench.texts() == ["critical", "list"]


@pytest.mark.parametrize(
    "odd",
    [
        {"channelData": {"eventType": "somethingNew"}},
        {"channelData": None},
        {"channelData": "text"},
        {"timestamp": None, "id": None},
        {"from": {"id": "29:u9", "aadObjectId": "u9"}},  # not whose message it is
    ],
    ids=["event", "no-data", "text", "no-id", "somebody-else"],
)
async def test_a_change_that_makes_no_sense_changes_nothing(bench: Bench, odd: Activity) -> None:
    activity = message("critical")
    await bench.door.post(activity)
    await bench.teams.heard()
    assert (await bench.door.post({**changed(activity, "list"), **odd})).status_code in (200, 403)
    assert await bench.texts() == ["critical"]


async def test_a_mention_that_is_added_by_an_edit_is_heard(bench: Bench) -> None:
    await bench.door.post(changed(message("critical", channel=ROOM), "<at>Pollux</at> critical"))
    await bench.teams.heard()
    assert await bench.texts() == ["critical"]


async def test_a_change_that_came_before_a_restart_counts_after_it(bench: Bench) -> None:
    activity = {**message("switch off the hal lamp"), "serviceUrl": bench.teams.url}
    rows = ((activity["id"], activity), ("edit", changed(activity, "switch off the hall lamp")))
    for number, (key, body) in enumerate(rows):
        kept = {"at": f"2026-03-02T11:59:0{number}Z", "body": body}
        bench.store._docs["teams_delivery", f"a:u1/{key}"] = kept, 1
    script = Script()
    again: Any = plugin.build({**bench.teams.options(), "people": {"u1": "owner"}, "store": bench.store})
    await again.start(script)
    await bench.teams.heard()
    await again.aclose()
    assert [heard.text for heard in script.seen] == ["switch off the hall lamp"]
