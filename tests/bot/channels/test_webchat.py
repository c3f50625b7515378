"""The WebSocket channel on a real server: numbered, resumable, once each, and calm under floods."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from bot.channels import webchat
from bot.channels._flood import Allowance, Bucket
from bot.channels.webchat.log import KEPT, Log
from bot.ports import Reply
from tests.bot.channels.scripted import Script
from tests.bot.channels.web_client import Web, running
from twin_core.contract.clock import SystemClock
from twin_core.contract.errors import Forbidden, Rejected, Unavailable
from twin_core.contract.ports import Store
from twin_core.store import open_store


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
async def web(script: Script) -> AsyncIterator[Web]:
    async with running(script) as web:
        yield web


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(f"sqlite:///{tmp_path}/pollux.db", SystemClock())
    yield store
    await store.aclose()


async def test_a_plain_client_gets_the_contracts_objects_and_nothing_else(web: Web, script: Script) -> None:
    for path in ("/api/v1/ws/chat", "/ws/chat"):
        async with web.talk(f"conversation={path[1:3]}", path) as talk:
            await talk.say(text="hello")
            answer = await talk.hear()
            assert answer["seq"] == 2
            assert answer["intent"] == "greet"
            assert answer["replies"][0]["text"] == "Heard: hello"
            assert answer["replies"][0]["buttons"][0] == {"id": "yes", "title": "Yes", "style": "primary"}
            await talk.say(conversation=path[1:3], action="undo")
            assert (await talk.hear())["replies"][0]["text"] == "Pressed undo."
            await talk.quiet()
    assert [m.channel for m in script.seen] == ["webchat"] * 4


async def test_a_resuming_client_gets_exactly_what_it_missed(web: Web) -> None:
    async with web.talk("conversation=c1&after=0") as talk:
        hello = await talk.hear()
        assert hello == {"hello": {"conversation": "c1", "last": 0, "missed": 0, "reset": False}}
        await talk.say(text="one", message_id="m1")
        question, answer = await talk.hear(), await talk.hear()
        assert (question["seq"], question["person"], question["message_id"]) == (1, {"text": "one"}, "m1")
        assert (answer["seq"], answer["message_id"]) == (2, "m1")
        await talk.say(text="two", message_id="m2")  # gone before the answer is read
    async with web.talk("conversation=c1") as plain:  # an answer to this one comes after the one to `two`
        await plain.say(text="three")
        while (await plain.hear())["replies"][0]["text"] != "Heard: three":
            pass
    async with web.talk("conversation=c1&after=2") as talk:
        assert (await talk.hear())["hello"] == {"conversation": "c1", "last": 6, "missed": 4, "reset": False}
        missed = [await talk.hear() for _ in range(4)]
        assert [m["seq"] for m in missed] == [3, 4, 5, 6]
        assert missed[1]["replies"][0]["text"] == "Heard: two"
        await talk.quiet()


async def test_the_conversation_outlives_a_restart_of_the_server(script: Script, store: Store) -> None:
    async with running(script, store=store) as web, web.talk("conversation=c1&after=0") as talk:
        await talk.hear()
        await talk.say(text="before", message_id="m1")
        await talk.hear()
    async with running(Script(), store=store) as web, web.talk("conversation=c1&after=1") as talk:
        assert (await talk.hear())["hello"]["last"] == 2
        assert (await talk.hear())["replies"][0]["text"] == "Heard: before"
        await talk.say(text="before", message_id="m1")  # resent: the client never saw the answer
        again = await talk.hear()
        assert (again["seq"], again["replies"][0]["text"]) == (2, "Heard: before")
        await talk.say(text="after", message_id="m2")
        assert [(await talk.hear())["seq"] for _ in range(2)] == [3, 4]


async def test_a_resent_message_is_answered_once_also_while_it_is_being_answered(web: Web, script: Script) -> None:
    script.gate = asyncio.Event()
    async with web.talk("conversation=c1&after=0") as talk:
        await talk.hear()
        for _ in range(3):
            await talk.say(text="hello", message_id="m1")
        await talk.quiet()
        script.gate.set()
        assert [(await talk.hear())["seq"] for _ in range(2)] == [1, 2]
        await talk.say(text="hello", message_id="m1")
        assert (await talk.hear())["seq"] == 2  # the same entry, which the client has seen
        await talk.quiet()
    assert len(script.seen) == 1


async def test_messages_of_one_conversation_are_answered_in_order(web: Web) -> None:
    async with web.talk() as talk:
        for n in range(10):
            await talk.say(text=str(n))
        assert [(await talk.hear())["replies"][0]["text"] for _ in range(10)] == [f"Heard: {n}" for n in range(10)]


async def test_everybody_in_the_conversation_hears_and_nobody_else(web: Web) -> None:
    async with web.talk() as one, web.talk() as two, web.talk("conversation=other") as stranger:
        await two.quiet()
        await one.say(text="hello")
        assert (await one.hear())["seq"] == (await two.hear())["seq"] == 2
        await web.channel.send("c1", Reply("The freezer is warm.", nudge="n1"))
        for talk in (one, two):
            told = await talk.hear()
            assert (told["seq"], told["pushed"], told["replies"][0]["nudge"]) == (3, True, "n1")
        await stranger.quiet()


async def test_nobody_there_is_said_and_not_kept(web: Web) -> None:
    with pytest.raises(Unavailable):
        await web.channel.send("c1", Reply("Hello?"))
    async with web.talk("conversation=c1&after=0") as talk:
        assert (await talk.hear())["hello"]["last"] == 0


async def test_a_pressed_button_is_remembered_by_what_it_said(web: Web) -> None:
    async with web.talk("conversation=c1&after=0") as talk:
        await talk.hear()
        await talk.say(text="critical")
        await talk.hear(), await talk.hear()
        await talk.say(action="snooze:c1")
        assert (await talk.hear())["person"] == {"text": "Snooze", "action": "snooze:c1"}


async def test_a_client_that_is_ahead_of_the_server_starts_again(web: Web) -> None:
    async with web.talk() as talk:
        await talk.say(text="hello")
        await talk.hear()
    async with web.talk("conversation=c1&after=99") as talk:
        assert (await talk.hear())["hello"] == {"conversation": "c1", "last": 2, "missed": 2, "reset": True}
        assert [(await talk.hear())["seq"] for _ in range(2)] == [1, 2]


async def test_the_log_is_bounded(web: Web) -> None:
    async with web.talk() as talk:
        for n in range(KEPT // 2 + 5):
            await web.channel.send("c1", Reply(f"a{n}"))
            await web.channel.send("c1", Reply(f"b{n}"))
    async with web.talk("conversation=c1&after=0") as talk:
        assert (await talk.hear())["hello"]["missed"] == KEPT
        assert (await talk.hear())["seq"] == 11


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("{", "bad_json"),
        ("", "bad_json"),
        ('{"text": NaN}', "bad_json"),
        ("[" * 50_000, "bad_json"),
        ("x" * 64_001, "too_large"),
        ("[]", "bad_message"),
        ("{}", "bad_message"),
        ('{"text": 5}', "bad_message"),
        ('{"text": "x", "user": 5}', "bad_message"),
        ('{"text": "x", "colour": 5}', "unknown_field"),
        ('{"text": "x", "conversation": "c2"}', "other_conversation"),
        (b"\xff\xfe", "bad_json"),
    ],
)
async def test_bad_input_gets_an_error_and_the_line_stays(
    web: Web, script: Script, sent: str | bytes, code: str
) -> None:
    async with web.talk() as talk:
        await talk.socket.send(sent)
        assert (await talk.hear())["error"]["code"] == code
        await talk.quiet()
    assert script.seen == []


async def test_faults_of_the_engine_are_told_and_not_kept(web: Web) -> None:
    async with web.talk("conversation=c1&after=0") as talk:
        await talk.hear()
        await talk.say(text="fail", message_id="m1")
        assert await talk.hear() == {
            "error": {"code": "impossible", "message": "That cannot be.", "hint": "Say something else."},
            "message_id": "m1",
        }
        await talk.say(text="break", message_id="m2")
        fault = await talk.hear()
        assert (fault["error"]["code"], fault["message_id"]) == ("unavailable", "m2")
        await talk.say(text="hello")
        assert (await talk.hear())["seq"] == 1


async def test_a_flood_is_slowed_down_then_cut_off(script: Script) -> None:
    allowance = Allowance(burst=5, per_s=1e-9, warnings=3)
    async with running(script, allowance=allowance) as web, web.talk() as talk:
        for n in range(9):
            await talk.say(text=str(n), message_id=f"m{n}")
        frames = []
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                frames.append(await talk.hear())
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1013
        refused = [f["message_id"] for f in frames if "error" in f]
        assert refused == ["m5", "m6", "m7"]
        assert {f["error"]["code"] for f in frames if "error" in f} == {"slow_down"}
        async with web.talk() as again:  # a new connection starts afresh
            await again.say(text="sorry")
            while "sorry" not in (await again.hear())["replies"][0]["text"]:
                pass


async def test_too_many_waiting_messages_are_refused_by_name(web: Web, script: Script) -> None:
    script.gate = asyncio.Event()
    async with running(script, allowance=Allowance(burst=100)) as web, web.talk() as talk:
        for n in range(40):
            await talk.say(text=str(n), message_id=f"m{n}")
        for n in range(32, 40):
            refused = await talk.hear()
            assert (refused["error"]["code"], refused["message_id"]) == ("busy", f"m{n}")
        script.gate.set()
        for n in range(32):
            assert (await talk.hear())["message_id"] == f"m{n}"


async def test_pages_of_other_sites_stay_outside(script: Script) -> None:
    async with running(script, origins=("https://home.example",)) as web:
        here = f"127.0.0.1:{web.port}"
        for origin, host in (
            ("https://evil.example", here),
            ("null", here),
            (f"http://evil.example:{web.port}", f"evil.example:{web.port}"),  # DNS rebinding
        ):
            uri = f"ws://{host}/ws/chat?conversation=c1"
            with pytest.raises(InvalidStatus) as refused:
                await connect(uri, proxy=None, host="127.0.0.1", port=web.port, origin=Origin(origin))
            assert refused.value.response.status_code == 403
        for origin in (f"http://127.0.0.1:{web.port}", "https://home.example"):
            async with web.talk(additional_headers={"origin": origin}) as talk:
                await talk.quiet()


async def test_a_conversation_needs_a_name(web: Web) -> None:
    for query in ("", "conversation=", "conversation=" + "x" * 201, "conversation=a%00b"):
        async with web.talk(query) as talk:
            assert (await talk.hear())["error"]["code"] == "bad_conversation"
            with pytest.raises(ConnectionClosed) as closed:
                await talk.hear()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1008


async def test_a_conversation_belongs_to_its_person(store: Store) -> None:
    log = Log(store)
    await log.append("c1", "anna", [{"replies": []}])
    with pytest.raises(Forbidden):
        await log.read("c1", "ben")
    with pytest.raises(Forbidden):
        await log.append("c1", "ben", [{"replies": []}])


async def test_two_writers_never_give_one_number_twice(store: Store) -> None:
    one, two = Log(store), Log(store)
    rows = await asyncio.gather(*(log.append("c1", "anna", [{"n": n}]) for n in range(2) for log in (one, two)))
    assert sorted(entry["seq"] for entries in rows for entry in entries) == [1, 2, 3, 4]
    page = await one.read("c1", "anna")
    assert [entry["seq"] for entry in page.entries] == [1, 2, 3, 4]


async def test_a_token_offered_as_a_subprotocol_is_not_echoed(web: Web) -> None:
    async with web.talk(subprotocols=["pollux", "bearer.secret"]) as talk:
        assert talk.socket.subprotocol == "pollux"


async def test_turns_that_have_begun_finish_before_the_channel_closes(script: Script, store: Store) -> None:
    script.gate = asyncio.Event()
    async with running(script, store=store) as web, web.talk() as talk:
        await talk.say(text="hello", message_id="m1")
        await talk.quiet()
        closing = asyncio.create_task(web.channel.aclose())
        await asyncio.sleep(0)
        script.gate.set()
        assert (await talk.hear())["message_id"] == "m1"
        await closing
        with pytest.raises(ConnectionClosed):
            await talk.hear()
    assert (await Log(store).read("c1", "owner")).last == 2


@given(st.lists(st.floats(0, 5), max_size=60))
def test_a_bucket_never_lets_more_through_than_burst_and_rate(pauses: list[float]) -> None:
    allowance = Allowance(burst=3, per_s=0.5)
    bucket, now_s, passed = Bucket(allowance, 0.0), 0.0, 0
    for pause in pauses:
        now_s += pause
        passed += bucket.take(now_s)
        assert passed <= 3 + 0.5 * now_s + 1e-6


def test_a_bucket_forgives_after_a_pause_and_gives_up_on_a_flood() -> None:
    bucket = Bucket(Allowance(burst=1, per_s=1, warnings=2), 0.0)
    assert [bucket.take(0.0) for _ in range(3)] == [True, False, False]
    assert not bucket.exhausted
    assert bucket.take(1.0)
    assert [bucket.take(1.0) for _ in range(3)] == [False] * 3
    assert bucket.exhausted


async def test_an_unknown_option_is_named() -> None:
    with pytest.raises(Rejected, match="colour"):
        webchat.build({"colour": "red"})
