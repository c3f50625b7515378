"""Messages in Slack that were changed or deleted: before, while and after they were worked on."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from bot.channels import slack as plugin
from bot.documents import VolatileDocuments
from tests.bot.channels.scripted import Script
from tests.bot.channels.slack_recorder import SECRET, TEAM, Door, Slack, message, press, slack
from twin_core.contract.clock import FrozenClock, parse_instant, seconds


@dataclass(frozen=True, slots=True)
class Bench:
    door: Door
    slack: Slack
    script: Script
    clock: FrozenClock
    store: VolatileDocuments

    async def texts(self) -> list[str]:
        """What was worked on, once a last message was."""
        number = len(self.slack.said())
        await self.door.event(message("last"))
        while not (said := self.slack.said()[number:]) or "last" not in said[-1]["text"]:
            await self.slack.heard(number=len(self.slack.said()) + 1)
        return [heard.text for heard in self.script.seen if heard.text != "last"]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    script, store, clock = Script(), VolatileDocuments(), FrozenClock(parse_instant("2026-03-02T12:00:00Z"))
    async with slack() as recorder:
        options = {"bot_token": "x", "signing_secret": SECRET, "people": {"U1": "owner"}, "api": recorder.api}
        channel: Any = plugin.build({**options, "store": store, "clock": clock})
        app = await channel.start(script)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as http:
            yield Bench(Door(http), recorder, script, clock, store)
        await channel.aclose()


def changed(event: dict[str, Any], text: str, **more: Any) -> dict[str, Any]:
    """As Slack reports that a message was edited."""
    now = {**event, "text": text, "edited": {"user": event["user"], "ts": "9.1"}, **more}
    kept = {"type": "message", "channel": event["channel"], "ts": "9.2", "hidden": True}
    return {**kept, "subtype": "message_changed", "message": now, "previous_message": event}


def deleted(event: dict[str, Any]) -> dict[str, Any]:
    """As Slack reports that a message was deleted."""
    kept = {"type": "message", "channel": event["channel"], "ts": "9.3", "hidden": True}
    return {**kept, "subtype": "message_deleted", "deleted_ts": event["ts"], "previous_message": event}


async def test_what_waits_is_done_in_its_newest_words_once(bench: Bench) -> None:
    bench.script.gate = asyncio.Event()
    first, second = message("the first"), message("switch off the hal lamp")
    for event in (first, second, changed(second, "switch off the hall lamp"), changed(second, "leave it on")):
        assert (await bench.door.event(event)).status_code == 200
    bench.script.gate.set()
    await bench.slack.heard(number=2)
    assert await bench.texts() == ["the first", "leave it on"]
    left = [doc["body"]["event"] async for _, doc in bench.store.scan("slack_delivery") if "body" in doc]
    assert [event["text"] for event in left if event.get("text") != "last"] == []


async def test_what_waits_and_is_deleted_is_not_done(bench: Bench) -> None:
    bench.script.gate = asyncio.Event()
    first, second = message("the first"), message("delete everything")
    for event in (first, second, deleted(second)):
        await bench.door.event(event)
    bench.script.gate.set()
    await bench.slack.heard()
    assert await bench.texts() == ["the first"]


async def test_what_was_done_is_not_done_again_but_asked_about(bench: Bench) -> None:
    bench.script.gate = asyncio.Event()
    event = message("switch off the hall lamp")
    await bench.door.event(event)
    await asyncio.wait_for(bench.script.begun.wait(), 60)
    await bench.door.event(changed(event, "switch off the kitchen lamp"))  # while it is worked on
    bench.script.gate.set()
    asked = await bench.slack.heard(number=2)
    assert "I had done “switch off the hall lamp” before you changed it" in asked["text"]
    assert [heard.text for heard in bench.script.seen] == ["switch off the hall lamp"]
    await bench.door.interaction(press(asked, "Undo"))
    await bench.slack.heard(number=3)
    assert bench.script.seen[-1].action == "undo"
    await bench.door.interaction(press(asked, "Do the new words"))
    await bench.slack.heard(number=4)
    assert bench.script.seen[-1].action == "say:switch off the kitchen lamp"


async def test_a_deed_whose_words_were_deleted_is_told_with_the_way_back(bench: Bench) -> None:
    event = message("switch off the hall lamp")
    await bench.door.event(event)
    await bench.slack.heard()
    await bench.door.event(deleted(event))
    told = await bench.slack.heard(number=2)
    assert "I had done it by then" in told["text"]
    await bench.door.interaction(press(told, "Undo"))
    await bench.slack.heard(number=3)
    assert bench.script.seen[-1].action == "undo"


async def test_a_question_that_was_put_right_is_answered_anew(bench: Bench) -> None:
    event = message("critical")  # nothing in its answer to undo
    await bench.door.event(event)
    await bench.slack.heard()
    await bench.door.event(changed(event, "list my twins"))
    assert (await bench.slack.heard(number=2))["text"] == "Heard: list my twins"
    await bench.door.event(deleted(message("critical")))  # of one that was never heard
    assert await bench.texts() == ["critical", "list my twins"]


async def test_looks_links_and_old_messages_are_no_change_of_mind(bench: Bench) -> None:
    event = message("critical")
    await bench.door.event(event)
    await bench.slack.heard()
    await bench.door.event(changed(event, "Critical!", attachments=[{"text": "a preview"}]))
    await bench.door.event(changed({**event, "user": "UBOT"}, "by myself"))
    await bench.door.event(changed({**event, "bot_id": "B1"}, "by another bot"))
    bench.clock.move_to(bench.clock.now() + seconds(700))
    await bench.door.event(message("later"))
    await bench.slack.heard(number=2)
    await bench.door.event(changed(event, "something else"))
    assert await bench.texts() == ["critical", "later"]


async def test_a_mention_that_is_added_by_an_edit_is_heard_and_one_that_is_edited_is_not_heard_twice(
    bench: Bench,
) -> None:
    event = message("critical", channel="C1")
    await bench.door.event({**event, "edited": {"user": "U1", "ts": "9.1"}})
    await bench.slack.heard("chat.postEphemeral")
    mention = message("hello", channel="C1")
    await bench.door.event(mention)
    await bench.slack.heard("chat.postEphemeral", 2)
    await bench.door.event({**mention, "edited": {"user": "U1", "ts": "9.1"}})
    assert await bench.texts() == ["critical", "hello"]


async def test_a_change_that_came_before_a_restart_counts_after_it(bench: Bench) -> None:
    event = message("switch off the hal lamp")
    for id, each in (("EvA", event), ("EvB", changed(event, "switch off the hall lamp"))):
        body = {"type": "event_callback", "team_id": TEAM, "event_id": id, "event": each}
        at = {"EvA": "2026-03-02T11:59:00Z", "EvB": "2026-03-02T11:59:01Z"}[id]
        bench.store._docs["slack_delivery", id] = {"at": at, "body": body}, 1
    script = Script()
    options = {"bot_token": "x", "signing_secret": SECRET, "people": {"U1": "owner"}, "api": bench.slack.api}
    again: Any = plugin.build({**options, "store": bench.store, "clock": bench.clock})
    await again.start(script)
    await bench.slack.heard()
    await again.aclose()
    assert [heard.text for heard in script.seen] == ["switch off the hall lamp"]
    assert [doc async for _, doc in bench.store.scan("slack_delivery") if "body" in doc] == []


async def test_a_mention_that_is_changed_or_deleted_in_a_channel_is_followed_where_that_is_told(bench: Bench) -> None:
    bench.script.gate = asyncio.Event()
    first, second, third = (message(text, channel="C1") for text in ("the first", "switch off the hal lamp", "unlock"))
    in_thread = [{**each, "thread_ts": first["ts"]} for each in (second, third)]
    newer = changed(in_thread[0], "<@UBOT> switch off the hall lamp")
    for event in (first, *in_thread, newer, deleted(in_thread[1])):
        assert (await bench.door.event(event)).status_code == 200
    bench.script.gate.set()
    await bench.slack.heard("chat.postEphemeral", 2)
    assert await bench.texts() == ["the first", "switch off the hall lamp"]


async def test_in_a_channel_nothing_is_made_of_what_was_not_said_to_us(bench: Bench) -> None:
    said = {**message("lunch?"), "channel": "C1", "channel_type": "channel"}
    await bench.door.event(said)
    await bench.door.event(changed(said, "<@UBOT> lunch?"))  # its mention is delivered, too
    await bench.door.event(deleted(said))
    old = message("long ago", channel="C1")
    await bench.door.event(changed(old, "<@UBOT> long since"))
    assert await bench.texts() == []
    assert not [key async for key, doc in bench.store.scan("slack_delivery") if "lunch" in str(doc)]


async def test_an_edit_that_is_told_twice_is_asked_about_once(bench: Bench) -> None:
    mention = message("switch off the hall lamp", channel="C1")
    await bench.door.event(mention)
    await bench.slack.heard("chat.postEphemeral")
    newer = {**mention, "text": "<@UBOT> switch off the kitchen lamp", "edited": {"user": "U1", "ts": "9.1"}}
    await bench.door.event(changed(mention, newer["text"]))
    await bench.door.event(newer)
    asked = await bench.slack.heard("chat.postEphemeral", 2)
    assert "before you changed it" in asked["text"]
    assert await bench.texts() == ["switch off the hall lamp"]
    assert len(bench.slack.said("chat.postEphemeral")) == 2
