"""What every channel must do, run on every channel that the folder holds."""

import asyncio
import io
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from email.utils import parseaddr
from types import ModuleType
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import connect

from bot.mail.addresses import MailAddress
from bot.mail.reading import read
from bot.ports import Channel, Limits, Reply
from tests.bot.channels.mail_writer import ANNA, letter_of
from tests.bot.channels.scripted import Script, serving
from tests.bot.channels.slack_recorder import SECRET, Door, message, slack
from tests.bot.channels.slack_recorder import press as pressing
from tests.bot.channels.socketio_client import socketio_client
from tests.bot.channels.teams_recorder import Door as TeamsDoor
from tests.bot.channels.teams_recorder import message as teams_message
from tests.bot.channels.teams_recorder import press as teams_press
from tests.bot.channels.teams_recorder import teams
from tests.bot.channels.webhook_receiver import receiver
from tests.connectors.notifications.postbox import Postbox, mail_server
from twin_core.contract import plugins
from twin_core.contract.errors import Rejected, Unavailable

FOLDER = "bot.channels"
FOUND = plugins.names(FOLDER)
WAIT_S = 60


@dataclass(frozen=True, slots=True)
class Line:
    """A person at the other end: each call answers the text of the reply.

    `resend` sends the last message again under its own id, where people can do that.
    """

    channel: Channel
    say: Callable[[str], Awaitable[str]]
    press: Callable[[str], Awaitable[str]]
    resend: Callable[[], Awaitable[str]] | None


Driver = Callable[[ModuleType, Script], AbstractAsyncContextManager[Line]]


@asynccontextmanager
async def _rest(module: ModuleType, script: Script) -> AsyncIterator[Line]:
    channel = module.build(module.EXAMPLE)
    app = await channel.start(script)
    last: dict[str, Any] = {}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as client:

        async def post(**body: Any) -> str:
            last.update(body)
            response = await client.post("/api/v1/chat", json={"conversation": "c1", **body})
            return str(response.json()["replies"][0]["text"])

        yield Line(
            channel,
            say=lambda text: post(text=text, message_id="m1"),
            press=lambda action: post(action=action, message_id="m2"),
            resend=lambda: post(**last),
        )


@asynccontextmanager
async def _webchat(module: ModuleType, script: Script) -> AsyncIterator[Line]:
    channel = module.build(module.EXAMPLE)
    app = await channel.start(script)
    last: dict[str, Any] = {}
    async with serving(app) as port, connect(f"ws://127.0.0.1:{port}/ws/chat?conversation=c1", proxy=None) as socket:

        async def post(**body: Any) -> str:
            last.update(body)
            await socket.send(json.dumps(body))
            return str(json.loads(await asyncio.wait_for(socket.recv(), WAIT_S))["replies"][0]["text"])

        yield Line(
            channel,
            say=lambda text: post(text=text, message_id="m1"),
            press=lambda action: post(action=action, message_id="m2"),
            resend=lambda: post(**last),
        )


class Screen(io.StringIO):
    """What is printed, line by line."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: asyncio.Queue[str] = asyncio.Queue()

    def write(self, text: str) -> int:
        for line in text.splitlines():
            self._lines.put_nowait(line)
        return len(text)

    async def line(self) -> str:
        return await asyncio.wait_for(self._lines.get(), WAIT_S)


@asynccontextmanager
async def _terminal(module: ModuleType, script: Script) -> AsyncIterator[Line]:
    reading, writing = os.pipe()
    screen = Screen()
    with os.fdopen(reading, encoding="utf-8") as source, os.fdopen(writing, "w", 1, encoding="utf-8") as keyboard:
        channel = module.build({**module.EXAMPLE, "source": source, "target": screen})
        await channel.start(script)

        async def type_line(line: str) -> str:
            keyboard.write(f"{line}\n")
            return await screen.line()

        async def press(action: str) -> str:
            while f"] {action.title()}" not in await screen.line():
                pass
            return await type_line(action.title())

        yield Line(channel, say=type_line, press=press, resend=None)
        keyboard.close()
        await channel.wait()


@asynccontextmanager
async def _socketio(module: ModuleType, script: Script) -> AsyncIterator[Line]:
    channel = module.build(module.EXAMPLE)
    app = await channel.start(script)
    last: dict[str, Any] = {}
    async with serving(app) as port, socketio_client(port) as client:
        await client.emit("session_request", {"session_id": "c1"})
        assert await client.heard("session_confirm") == "c1"

        async def utter(**body: Any) -> str:
            last.update(body)
            await client.emit("user_uttered", {"session_id": "c1", **body})
            return str((await client.heard("bot_uttered"))["text"])

        yield Line(
            channel,
            say=lambda text: utter(message=text, customData={"message_id": "m1"}),
            press=lambda action: utter(message=f"/press {action}", customData={"message_id": "m2"}),
            resend=lambda: utter(**last),
        )


@asynccontextmanager
async def _slack(module: ModuleType, script: Script) -> AsyncIterator[Line]:
    async with slack() as recorder:
        channel = module.build({**module.EXAMPLE, "signing_secret": SECRET, "api": recorder.api})
        app = await channel.start(script)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as client:
            door = Door(client)
            last: dict[str, Any] = {}

            async def answered(number: int) -> str:
                said = await recorder.heard(number=number)
                return "\n".join(b["text"]["text"] for b in said["blocks"] if b["type"] == "section")

            async def say(text: str) -> str:
                escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                last.update(message(escaped))
                await door.event(last, event_id="Ev1")
                return await answered(len(recorder.said()) + 1)

            async def press(action: str) -> str:
                await door.interaction(pressing(recorder.said()[-1], action.title()))
                return await answered(len(recorder.said()) + 1)

            async def resend() -> str:
                await door.event(last, event_id="Ev1", retry=1)
                return await answered(1)

            yield Line(channel, say, press, resend)
            await channel.aclose()


@asynccontextmanager
async def _teams(module: ModuleType, script: Script) -> AsyncIterator[Line]:
    async with teams() as recorder:
        channel = module.build({**module.EXAMPLE, **recorder.options()})
        app = await channel.start(script)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as client:
            door = TeamsDoor(client, recorder)
            last: dict[str, Any] = {}

            async def answered(activity: Mapping[str, Any]) -> str:
                number = len(recorder.said) + 1
                await door.post(activity)
                return str((await recorder.heard(number))["text"])

            async def say(text: str) -> str:
                last.update(teams_message(text))
                return await answered(last)

            async def press(action: str) -> str:
                return await answered(teams_press(recorder.said[-1], action.title()))

            async def resend() -> str:
                await door.post(last)
                return str((await recorder.heard())["text"])

            yield Line(channel, say, press, resend)
            await channel.aclose()


@asynccontextmanager
async def _webhook(module: ModuleType, script: Script) -> AsyncIterator[Line]:
    async with receiver(module.EXAMPLE["secret"]) as other:
        channel = module.build({**module.EXAMPLE, "url": other.url})
        app = await channel.start(script)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as client:
            last: dict[str, Any] = {}

            async def post(id: str, **body: Any) -> str:
                last.update(id=id, body=body)
                await other.post(client, {"conversation": "c1", "user": "u1", **body}, id)
                return str((await other.heard(len(other.said) + 1))["replies"][0]["text"])

            async def resend() -> str:
                await other.post(client, {"conversation": "c1", "user": "u1", **last["body"]}, last["id"])
                return str((await other.heard())["replies"][0]["text"])

            yield Line(channel, lambda text: post("m1", text=text), lambda action: post("m2", action=action), resend)
            await channel.aclose()


@asynccontextmanager
async def _mail(module: ModuleType, script: Script) -> AsyncIterator[Line]:
    postbox = Postbox()
    with mail_server(postbox) as port:
        channel = module.build({**module.EXAMPLE, "server": {"host": "127.0.0.1", "port": port, "tls": "never"}})
        await channel.start(script)
        last: dict[str, Any] = {}

        async def write(words: str, id: str) -> str:
            token, references = "", ""
            if postbox.mails:
                before = postbox.mails[-1]
                token = MailAddress(module.EXAMPLE["address"]).token_in(parseaddr(before["Reply-To"])[1]) or ""
                references = str(before["Message-ID"])
            last.update(token=token, mail=read(letter_of(words, id, references), ANNA, module.EXAMPLE["authserv_ids"]))
            return await resend()

        async def resend() -> str:
            await channel.take(last["token"], last["mail"])
            return str(postbox.mails[-1].get_content()).partition("Answer with a number")[0].strip()

        yield Line(channel, lambda text: write(text, "1"), lambda action: write(action.title(), "2"), resend)


DRIVERS: Mapping[str, Driver] = {
    "rest": _rest,
    "webchat": _webchat,
    "terminal": _terminal,
    "socketio": _socketio,
    "slack": _slack,
    "teams": _teams,
    "webhook": _webhook,
    "mail": _mail,
}


@pytest.fixture(params=FOUND)
async def found(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
async def line(found: str, script: Script) -> AsyncIterator[Line]:
    async with DRIVERS[found](plugins.load(FOLDER, found), script) as line:
        yield line
        await line.channel.aclose()


def test_there_is_a_driver_for_every_channel() -> None:
    assert set(DRIVERS) == set(FOUND)


def test_it_is_a_plug_in(found: str) -> None:
    module = plugins.load(FOLDER, found)
    channel = module.build(module.EXAMPLE)
    assert channel.name == found
    assert isinstance(channel.limits, Limits)
    with pytest.raises(Rejected, match="surely_no_option"):
        module.build({**module.EXAMPLE, "surely_no_option": 1})


async def test_a_message_goes_in_and_its_answer_comes_out(line: Line, script: Script, found: str) -> None:
    assert await line.say("hello") == "Heard: hello"
    [message] = script.seen
    assert (message.text, message.action, message.user, message.channel) == ("hello", None, "owner", found)
    assert message.conversation
    assert message.message_id


async def test_text_arrives_letter_by_letter(line: Line, script: Script) -> None:
    text = "Küche: −8 °C, ½ & <b>\"'`\\ 你好 🌡"
    assert await line.say(text) == f"Heard: {text}"
    assert script.seen[0].text == text


async def test_a_button_arrives_as_its_id(line: Line, script: Script) -> None:
    await line.say("hello")
    assert await line.press("undo") == "Pressed undo."
    assert (script.seen[1].action, script.seen[1].text) == ("undo", "")


async def test_the_same_message_twice_acts_once_and_is_answered_alike(line: Line, script: Script) -> None:
    if line.resend is None:
        pytest.skip("here every line is a new message")
    first = await line.say("hello")
    assert await line.resend() == first
    assert len(script.seen) == 1


async def test_who_cannot_be_reached_is_said_to_be(line: Line) -> None:
    with pytest.raises(Unavailable):
        await line.channel.send("nobody is here", Reply("Hello?"))
    await line.channel.aclose()
    for conversation in ("c1", "terminal"):
        with pytest.raises(Unavailable):
            await line.channel.send(conversation, Reply("Hello?"))


async def test_closing_twice_is_fine(line: Line) -> None:
    await line.say("hello")
    await line.channel.aclose()
    await line.channel.aclose()
