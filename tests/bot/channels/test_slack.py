"""Slack over HTTP: real Bolt, real signatures, a Slack of our own on this machine."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx2
import pytest

from bot.channels import slack as plugin
from bot.ports import Reply
from tests.bot.channels.scripted import Script
from tests.bot.channels.slack_recorder import SECRET, Door, Slack, message, press, signed, slack
from twin_core.contract.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Bench:
    channel: Any
    door: Door
    slack: Slack
    script: Script


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    script = Script()
    async with slack() as recorder:
        people = {"U1": "owner", "U2": "ben"}
        options = {"bot_token": "xoxb-1", "signing_secret": SECRET, "people": people, "api": recorder.api}
        channel: Any = plugin.build(options)
        app = await channel.start(script)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as http:
            yield Bench(channel, Door(http), recorder, script)
        await channel.aclose()


async def test_a_direct_message_is_acknowledged_before_it_is_answered(bench: Bench) -> None:
    bench.script.gate = asyncio.Event()
    answer = await bench.door.event(message("hello &amp; <https://x.test|good> morning"))
    assert (answer.status_code, bench.slack.said()) == (200, [])
    bench.script.gate.set()
    said = await bench.slack.heard()
    assert (said["channel"], said["text"], said.get("thread_ts")) == ("D1", "Heard: hello &amp; good morning", None)
    [heard] = bench.script.seen
    assert (heard.user, heard.conversation, heard.text, heard.shared) == (
        "owner",
        "home",
        "hello & good morning",
        False,
    )


async def test_a_mention_is_answered_in_its_thread_and_only_there(bench: Bench) -> None:
    event = message("hello", channel="C1")
    await bench.door.event({**event, "type": "message", "channel_type": "channel"})
    await bench.door.event(event)
    whispered = await bench.slack.heard("chat.postEphemeral")
    assert (whispered["channel"], whispered["user"], whispered["thread_ts"]) == ("C1", "U1", event["ts"])
    [heard] = bench.script.seen
    assert (heard.shared, heard.text) == (True, "hello")
    assert heard.conversation == f"slack/T1/C1/{event['ts']}"
    assert bench.slack.said() == []  # what may be about a person is whispered


async def test_the_same_event_is_answered_once_however_often_it_comes(bench: Bench) -> None:
    event = message("hello")
    for retry in range(3):
        assert (await bench.door.event(event, event_id="Ev0815", retry=retry)).status_code == 200
    await bench.slack.heard()
    await bench.door.event(message("again"))
    await bench.slack.heard(number=2)
    assert [m.text for m in bench.script.seen] == ["hello", "again"]


async def test_what_was_cut_off_is_answered_after_a_restart(bench: Bench) -> None:
    bench.script.gate = asyncio.Event()
    body: dict[str, Any] = {"type": "event_callback", "team_id": "T1", "event_id": "EvX", "event": message("hello")}
    store = bench.channel._options.store
    await bench.channel._inbox.take("EvX", body)
    script = Script()
    again: Any = plugin.build(
        {"bot_token": "x", "signing_secret": SECRET, "people": {"U1": "owner"}, "api": bench.slack.api, "store": store}
    )
    await again.start(script)
    await bench.slack.heard()
    await again.aclose()
    assert [m.message_id for m in script.seen] == ["EvX"]


async def test_a_button_answers_and_leaves_what_was_answered(bench: Bench) -> None:
    await bench.door.event(message("hello"))
    said = await bench.slack.heard()
    await bench.door.interaction(press(said, "Undo"))
    assert (await bench.slack.heard(number=2))["text"] == "Pressed undo."
    assert bench.script.seen[1].action == "undo"
    edited = await bench.slack.heard("chat.update")
    assert [block["type"] for block in edited["blocks"]] == ["section", "context"]
    assert edited["blocks"][-1]["elements"][0]["text"] == "✓ Undo"


async def test_somebody_else_cannot_press_it(bench: Bench) -> None:
    await bench.door.event(message("hello"))
    said = await bench.slack.heard()
    await bench.door.interaction(press({**said, "channel": "C1"}, "Undo", user="U2"))
    whispered = await bench.slack.heard("chat.postEphemeral")
    assert "somebody else" in whispered["text"]
    assert len(bench.script.seen) == 1


async def test_a_list_keeps_its_rows_and_what_can_be_done_about_each(bench: Bench) -> None:
    await bench.door.event(message("critical"))
    said = await bench.slack.heard()
    rows = [block for block in said["blocks"] if block["type"] == "section"]
    assert rows[1]["text"]["text"] == "🔴 Garage freezer\n−8 °C, 4 minutes ago; the door is open."
    await bench.door.interaction(press(said, "Snooze"))
    await bench.slack.heard(number=2)
    assert bench.script.seen[1].action == "snooze:c1"
    assert bench.slack.said("chat.update") == []


async def test_a_command_is_answered_to_its_person_alone(bench: Bench) -> None:
    url = bench.slack.api.replace("/api/", "/hooks/1")
    fields = {"command": "/pollux", "text": "hello", "team_id": "T1", "user_id": "U1", "channel_id": "C1"}
    answer = await bench.door.form(**fields, trigger_id="1.2", response_url=url)
    assert answer.status_code == 200
    said = await bench.slack.heard("response_url")
    assert (said["response_type"], said["text"]) == ("ephemeral", "Heard: hello")
    assert (bench.script.seen[0].conversation, bench.script.seen[0].shared) == ("home", False)


async def test_what_a_response_url_takes_no_more_comes_in_the_direct_message(bench: Bench) -> None:
    url = bench.slack.api.replace("/api/", "/hooks/1")
    text = " ".join(f"word{n}" for n in range(10_000))
    fields = {"command": "/pollux", "text": text, "team_id": "T1", "user_id": "U1", "channel_id": "C1"}
    await bench.door.form(**fields, trigger_id="1.3", response_url=url)
    for number in count(1):
        if "word9999" in (await bench.slack.heard(number=number))["text"]:
            break
    said = [*bench.slack.said("response_url"), *bench.slack.said()]
    assert {each["channel"] for each in bench.slack.said()} == {"U1"}
    words = " ".join(b["text"]["text"] for each in said for b in each["blocks"] if b["type"] == "section").split()
    assert [word for word in words if word.startswith("word")] == text.split()


async def test_a_very_long_message_is_read_and_a_long_answer_comes_in_parts_that_hold_it_all(bench: Bench) -> None:
    text = " ".join(f"word{n}" for n in range(5000))
    await bench.door.event(message(text))
    await bench.slack.heard()
    await bench.door.event(message("hello"))
    for number in count(1):
        if (await bench.slack.heard(number=number))["text"] == "Heard: hello":
            break
    blocks = [block for said in bench.slack.said()[:-1] for block in said["blocks"]]
    words = " ".join(block["text"]["text"] for block in blocks if block["type"] == "section").split()
    assert [word for word in words if word.startswith("word")] == text.split()


async def test_it_waits_when_slack_says_so_and_says_it_once(bench: Bench) -> None:
    bench.slack.refuse.append((429, {"Retry-After": "0"}, {"ok": False, "error": "ratelimited"}))
    await bench.door.event(message("hello"))
    await bench.slack.heard()
    assert len(bench.slack.said("refused:chat.postMessage")) == 1
    assert len(bench.slack.said()) == 1


async def test_many_at_once_none_lost_and_none_doubled(bench: Bench) -> None:
    people = bench.channel._options.people
    people.update({f"UX{n}": f"person{n}" for n in range(100)})
    events = [message(f"from {n}", user=f"UX{n}", channel=f"DX{n}") for n in range(100)]
    answers = await asyncio.gather(
        *(bench.door.event(event, event_id=f"Many{n % 100}", retry=n) for n, event in enumerate(events * 2))
    )
    assert {answer.status_code for answer in answers} == {200}
    await bench.slack.heard(number=100)
    await bench.door.event(message("last"))
    await bench.slack.heard(number=101)
    said = {(body["channel"], body["text"]) for body in bench.slack.said()[:100]}
    assert said == {(f"DX{n}", f"Heard: from {n}") for n in range(100)}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"X-Slack-Signature": "v0=abc"}, 401),
        ({"X-Slack-Signature": "v0=äö", "X-Slack-Request-Timestamp": "1"}, 401),
        ("wrong secret", 401),
        ("stale", 401),
        ("from the future", 401),
        ("tampered", 401),
    ],
    ids=str,
)
async def test_what_slack_did_not_sign_now_is_refused(bench: Bench, headers: Any, status: int) -> None:
    body = json.dumps({"type": "event_callback", "team_id": "T1", "event_id": "E", "event": message("hello")}).encode()
    made = {
        "wrong secret": lambda: signed(body, secret="other"),
        "stale": lambda: signed(body, at_s=time.time() - 360),
        "from the future": lambda: signed(body, at_s=time.time() + 360),
        "tampered": lambda: signed(body + b" "),
    }
    given = made[headers]() if isinstance(headers, str) else {k: v.encode() for k, v in headers.items()}
    answer = await bench.door.post(body, "application/json", given)
    assert answer.status_code == status
    assert "hello" not in answer.text
    assert bench.script.seen == []


async def test_a_request_that_was_listened_to_and_sent_again_is_refused(bench: Bench) -> None:
    body = b"command=%2Fpollux&text=hello&team_id=T1&user_id=U1&channel_id=C1&trigger_id=1.9"
    headers = signed(body)
    kind = "application/x-www-form-urlencoded"
    first = await bench.door.post(body, kind, headers)
    again = await bench.door.post(body, kind, headers)
    assert (first.status_code, again.status_code) == (200, 401)


@pytest.mark.parametrize("body", [b"\xff\xfe{", b"{\x80}"])
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
async def test_a_body_that_is_not_utf_8_is_refused_before_bolt(bench: Bench, body: bytes, kind: str) -> None:
    assert (await bench.door.post(body, kind, {})).status_code == 400
    assert (await bench.door.post(body, kind, signed(body))).status_code == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"null", b'{"type": "event_callback"}', b'{"event": {"type": 3}}'])
async def test_odd_bodies_break_nothing(bench: Bench, body: bytes) -> None:
    answer = await bench.door.post(body, "application/json", signed(body))
    assert answer.status_code < 500
    await bench.door.event(message("hello"))
    await bench.slack.heard()


async def test_a_workspace_that_is_not_ours_gets_nothing(bench: Bench) -> None:
    await bench.door.event(message("hello"), team_id="T666")
    await bench.door.event(message("mine"))
    await bench.slack.heard()
    assert [m.text for m in bench.script.seen] == ["mine"]


async def test_edits_joins_and_other_bots_are_not_answered(bench: Bench) -> None:
    for more in (
        {"subtype": "message_changed", "message": {"text": "hello"}},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"bot_id": "B9"},
        {"user": "UBOT"},
    ):
        assert (await bench.door.event({**message("hello"), **more})).status_code == 200
    await bench.door.event(message("mine"))
    await bench.slack.heard()
    assert [m.text for m in bench.script.seen] == ["mine"]


async def test_an_error_is_told_and_what_breaks_is_too(bench: Bench) -> None:
    await bench.door.event(message("fail"))
    assert (await bench.slack.heard())["text"] == "That cannot be. Say something else."
    await bench.door.event(message("break"))
    assert "Something broke" in (await bench.slack.heard(number=2))["text"]


async def test_it_answers_the_handshake_of_the_events_api(bench: Bench) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c-1", "token": "t"}).encode()
    answer = await bench.door.post(body, "application/json")
    assert (answer.status_code, answer.json()) == (200, {"challenge": "c-1"})


async def test_a_nudge_comes_to_the_person_alone_once_and_is_edited_where_it_stands(bench: Bench) -> None:
    for _ in range(2):
        await bench.channel.leave("owner", "web-1", Reply("The freezer is warm.", nudge="n1"), "n1/0")
    await bench.channel.edit("owner", "web-1", Reply("The freezer is warm. Acknowledged.", nudge="n1"))
    [said], [edited] = bench.slack.said(), bench.slack.said("chat.update")
    assert said["channel"] == "U1"
    assert (edited["channel"], edited["text"]) == ("DU1", "The freezer is warm. Acknowledged.")
    await bench.channel.leave("nobody", "web-1", Reply("The freezer is warm.", nudge="n1"), "n1/0")
    assert len(bench.slack.said()) == 1
    assert len(bench.slack.said("auth.test")) == 1


async def test_only_what_others_may_read_is_sent_where_they_read(bench: Bench) -> None:
    with pytest.raises(Unavailable):
        await bench.channel.send("slack/T1/C1/1.1", Reply("You slept badly."))
    await bench.channel.send("slack/T1/C1/1.1", Reply("The pump is off.", public=True))
    await bench.channel.send("slack/T1/D1/", Reply("You slept badly."))
    assert [said["text"] for said in bench.slack.said()] == ["The pump is off.", "You slept badly."]


async def test_a_picture_is_a_file_with_its_description(bench: Bench) -> None:
    url = bench.slack.api.replace("/api/", "/picture.png")
    await bench.channel.send("slack/T1/D1/", Reply("A chart.", image={"url": url, "alt": "Temperature since morning"}))
    asked = await bench.slack.heard("files.getUploadURLExternal")
    assert asked["alt_txt"] == "Temperature since morning"
    assert bench.slack.files == [b"\x89PNG"]
