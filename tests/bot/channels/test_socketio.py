"""Rasa's Socket.IO channel on a real server, spoken to as widgets do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import FastAPI, Request

from bot.channels import socketio
from bot.channels.webchat import Allowance
from bot.ports import Button, Reply
from tests.bot.channels.scripted import Script, serving
from tests.bot.channels.socketio_client import socketio_client


@asynccontextmanager
async def served(script: Script, **options: Any) -> AsyncIterator[tuple[socketio.SocketIoChannel, int]]:
    channel = socketio.build(options)
    app = await channel.start(script)
    async with serving(app) as port:
        yield channel, port
        await channel.aclose()


@pytest.fixture
def script() -> Script:
    return Script()


async def test_a_visitor_without_a_session_gets_one_and_keeps_it(script: Script) -> None:
    async with served(script) as (_, port):
        async with socketio_client(port) as client:
            await client.emit("session_request", {"session_id": None})
            session = await client.heard("session_confirm")
            await client.emit("user_uttered", {"message": "hello", "customData": {"lang": "en"}})
            assert (await client.heard("bot_uttered"))["text"] == "Heard: hello"
        async with socketio_client(port) as client:
            await client.emit("session_request", {"session_id": session})
            assert await client.heard("session_confirm") == session
            await client.emit("user_uttered", {"message": "again", "session_id": session})
            await client.heard("bot_uttered")
    assert [m.conversation for m in script.seen] == [session, session]
    assert len({m.message_id for m in script.seen}) == 2


async def test_buttons_are_quick_replies_that_press_them(script: Script) -> None:
    async with served(script) as (_, port), socketio_client(port) as client:
        await client.emit("user_uttered", {"message": "hello"})
        replies = (await client.heard("bot_uttered"))["quick_replies"]
        assert replies[0] == {"content_type": "text", "title": "Yes", "payload": "/press yes"}
        await client.emit("user_uttered", {"message": replies[1]["payload"]})
        assert (await client.heard("bot_uttered"))["text"] == "Pressed undo."


async def test_an_image_is_an_attachment_after_its_text(script: Script) -> None:
    async with served(script) as (_, port), socketio_client(port) as client:
        await client.emit("user_uttered", {"message": "image"})
        assert await client.heard("bot_uttered") == {"text": "A chart."}
        assert await client.heard("bot_uttered") == {
            "attachment": {"type": "image", "payload": {"src": "/icon.svg", "title": "Temperature since morning"}}
        }


@pytest.mark.parametrize(
    ("sent", "read"), [("/get_started", "hello"), ("/restart", "hello"), ("/list_twins", "list twins"), ("a/b", "a/b")]
)
async def test_what_widgets_open_with_is_a_greeting(script: Script, sent: str, read: str) -> None:
    async with served(script) as (_, port), socketio_client(port) as client:
        await client.emit("user_uttered", {"message": sent})
        assert (await client.heard("bot_uttered"))["text"] == f"Heard: {read}"


async def test_every_tab_of_a_session_hears_what_is_said_and_what_comes_unasked(script: Script) -> None:
    async with served(script) as (channel, port), socketio_client(port) as one, socketio_client(port) as two:
        for tab in (one, two):
            await tab.emit("session_request", {"session_id": "s"})
            await tab.heard("session_confirm")
        assert channel.present() == ("s",)
        await one.emit("user_uttered", {"message": "hello", "session_id": "s"})
        await channel.send("s", Reply("The freezer is warm.", (Button("ack:1", "Acknowledge"),)))
        for tab in (one, two):
            heard = {(await tab.heard("bot_uttered"))["text"] for _ in range(2)}
            assert heard == {"Heard: hello", "The freezer is warm."}


@pytest.mark.parametrize(
    "data",
    [None, 7, "hello", [], [["x"]], {}, {"message": 7}, {"message": {"text": "x"}}, {"message": "x" * 30_000},
     {"message": "/press "}, {"message": "hi", "session_id": {"a": 1}}, {"message": "hi", "customData": [1]},
     {"message": "hi", "session_id": "\x00"}, {"message": "hi", "session_id": "s" * 300},
     {"message": "hi", "customData": {"message_id": "m" * 300}}],
)  # fmt: skip
async def test_an_odd_message_gets_a_calm_answer(script: Script, data: Any) -> None:
    async with served(script) as (_, port), socketio_client(port) as client:
        await client.emit("user_uttered", data)
        assert (await client.heard("bot_uttered"))["text"]
        await client.emit("user_uttered", {"message": "hello"})
        assert (await client.heard("bot_uttered"))["text"] == "Heard: hello"


@pytest.mark.parametrize(
    "data", [None, 7, "s", [], {}, {"session_id": 7}, {"session_id": ""}, {"session_id": "\ud800"}]
)
async def test_an_odd_session_is_replaced_by_a_new_one(script: Script, data: Any) -> None:
    async with served(script) as (_, port), socketio_client(port) as client:
        await client.emit("session_request", data)
        assert str(await client.heard("session_confirm")).startswith("chat_")


@pytest.mark.parametrize(
    "packet", ["42{", "42[]", "42[7]", "4", "9", "42" + "[" * 5000, '42["connect",{}]', "45-1[]", "\x00"]
)
async def test_a_broken_packet_ends_at_most_its_own_connection(script: Script, packet: str) -> None:
    async with served(script) as (_, port), socketio_client(port) as other:
        async with socketio_client(port) as client:
            await client.send_raw(packet)
        await other.emit("user_uttered", {"message": "hello"})
        assert (await other.heard("bot_uttered"))["text"] == "Heard: hello"


async def test_errors_are_told_and_the_next_message_is_answered(script: Script) -> None:
    async with served(script) as (_, port), socketio_client(port) as client:
        await client.emit("user_uttered", {"message": "fail"})
        assert await client.heard("bot_uttered") == {"text": "That cannot be. Say something else."}
        await client.emit("user_uttered", {"message": "break"})
        assert await client.heard("bot_uttered") == {"text": "Something broke here. Please try again."}
        await client.emit("user_uttered", {"message": "hello"})
        assert (await client.heard("bot_uttered"))["text"] == "Heard: hello"


async def test_who_sends_too_much_is_asked_to_slow_down_and_then_cut_off(script: Script) -> None:
    allowance = Allowance(burst=2, per_s=0.001, warnings=3)
    async with served(script, allowance=allowance) as (_, port), socketio_client(port) as client:
        for _ in range(8):
            await client.emit("user_uttered", {"message": "hello"})
        assert await client.is_cut_off()
        assert len(script.seen) == 2
        async with socketio_client(port) as other:
            await other.emit("user_uttered", {"message": "hello"})
            assert (await other.heard("bot_uttered"))["text"] == "Heard: hello"


async def test_messages_of_a_session_are_answered_one_after_the_other(script: Script) -> None:
    script.gate = asyncio.Event()
    async with served(script) as (_, port), socketio_client(port) as client:
        for text in ("one", "two", "three"):
            await client.emit("user_uttered", {"message": text, "session_id": "s"})
        await client.emit("session_request", {"session_id": "s"})
        await client.heard("session_confirm")  # by then all of them have arrived
        assert [m.text for m in script.seen] == ["one"]
        script.gate.set()
        assert [(await client.heard("bot_uttered"))["text"] for _ in range(3)] == [
            f"Heard: {text}" for text in ("one", "two", "three")
        ]


async def test_an_open_session_is_not_entered_by_somebody_else(script: Script) -> None:
    channel = socketio.build({})
    inner = await channel.start(script)
    assert inner is not None

    async def behind_a_door(scope: Any, receive: Any, send: Any) -> None:
        scope.setdefault("state", {})["user"] = Request(scope | {"type": "http"}).headers["x-user"]
        await inner(scope, receive, send)

    async with serving(behind_a_door) as port:
        async with (
            socketio_client(port, headers={"x-user": "anna"}) as anna,
            socketio_client(port, headers={"x-user": "bert"}) as bert,
        ):
            await anna.emit("session_request", {"session_id": "s"})
            assert await anna.heard("session_confirm") == "s"
            await bert.emit("session_request", {"session_id": "s"})
            assert (await bert.heard("session_confirm")).startswith("chat_")
            await bert.emit("user_uttered", {"message": "hello", "session_id": "s"})
            await bert.heard("bot_uttered")
            assert script.seen[0].conversation != "s"
            assert script.seen[0].user == "bert"
        await channel.aclose()


async def test_pages_of_other_sites_are_let_in_where_the_settings_name_them(script: Script) -> None:
    async with served(script, origins=("https://shop.example",)) as (_, port):
        async with socketio_client(port, headers={"Origin": "https://shop.example"}) as client:
            await client.emit("user_uttered", {"message": "hello"})
            await client.heard("bot_uttered")
        with pytest.raises(PermissionError, match="may not talk to this Pollux"):
            async with socketio_client(port, headers={"Origin": "https://evil.example"}):
                pass


async def test_the_path_can_be_chosen_and_the_channel_mounted_there(script: Script) -> None:
    channel = socketio.build({"path": "/talk/live"})
    app, inner = FastAPI(), await channel.start(script)
    assert inner is not None
    app.mount("/talk/live", inner)
    async with serving(app) as port:
        async with socketio_client(port, "/talk/live") as client:
            await client.emit("user_uttered", {"message": "hello"})
            assert (await client.heard("bot_uttered"))["text"] == "Heard: hello"
        await channel.aclose()
