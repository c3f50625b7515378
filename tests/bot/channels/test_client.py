"""The terminal's HTTP end, against a real server and against things that are no Pollux."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse

from bot.channels import rest
from bot.channels.terminal import HttpConversation
from bot.ports import Button, Incoming
from tests.bot.channels.scripted import CARD, Script, serving
from twin_core.contract.errors import Conflict, Forbidden, NotFound, PolluxError, Rejected, Unauthenticated, Unavailable


@pytest.fixture
async def url() -> AsyncIterator[str]:
    app = await rest.build({}).start(Script())
    async with serving(app) as port:
        yield f"http://127.0.0.1:{port}"


async def test_the_answer_arrives_as_it_was_given(url: str) -> None:
    async with HttpConversation(f"{url}/") as ask:
        answer = await ask(Incoming("c1", "critical", message_id="m1"))
        assert answer.replies[0].buttons == (Button("yes", "Yes", "primary"), Button("no", "No"))
        assert answer.replies[0].card == CARD
        assert (await ask(Incoming("c1", "critical", message_id="m1"))) == answer
        pressed = await ask(Incoming("c1", action="snooze:c1"))
        assert pressed.replies[0].text == "Pressed snooze:c1."


async def test_the_servers_refusal_is_raised_with_its_words(url: str) -> None:
    async with HttpConversation(url) as ask:
        with pytest.raises(Rejected) as refused:
            await ask(Incoming("c1", "fail"))
    assert str(refused.value) == "That cannot be. Say something else."
    assert refused.value.code == "impossible"


async def test_nobody_there_is_said_with_what_to_do() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        async with HttpConversation(url) as ask:
            with pytest.raises(Unavailable) as refused:
                await ask(Incoming("c1", "hello"))
    assert str(refused.value) == f"No Pollux answers at {url}: start one with `pollux up`."


async def test_what_is_no_pollux_is_said_to_be_none() -> None:
    app = FastAPI()
    app.post("/html/api/v1/chat")(lambda: PlainTextResponse("<h1>Router</h1>"))
    app.post("/json/api/v1/chat")(lambda: JSONResponse({"hello": 1}))
    app.post("/down/api/v1/chat")(lambda: PlainTextResponse("down", 502))
    async with serving(app) as port:
        for path in ("html", "json", "down", "missing"):
            async with HttpConversation(f"http://127.0.0.1:{port}/{path}") as ask:
                with pytest.raises(Unavailable, match="no Pollux"):
                    await ask(Incoming("c1", "hello"))


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, Unauthenticated), (403, Forbidden), (404, NotFound), (409, Conflict), (422, Rejected), (503, Unavailable)],
)
async def test_problems_become_the_errors_they_were(status: int, kind: type[PolluxError]) -> None:
    app = FastAPI()

    async def refuse(request: Request) -> JSONResponse:
        detail = request.headers.get("authorization", "no token")
        return JSONResponse({"title": "x", "detail": detail, "code": "c", "hint": "h"}, status)

    app.post("/api/v1/chat")(refuse)
    async with serving(app) as port, HttpConversation(f"http://127.0.0.1:{port}", "t0ken") as ask:
        with pytest.raises(kind) as refused:
            await ask(Incoming("c1", "hello"))
    assert (refused.value.message, refused.value.hint, refused.value.code) == ("Bearer t0ken", "h", "c")


async def test_a_server_that_never_answers_is_not_waited_for_for_ever() -> None:
    script = Script(gate=asyncio.Event())
    app = await rest.build({}).start(script)
    async with serving(app) as port, HttpConversation(f"http://127.0.0.1:{port}", answer_timeout_s=0.2) as ask:
        with pytest.raises(Unavailable, match=r"no answer within 0\.2 s"):
            await ask(Incoming("c1", "hello"))
        assert script.gate is not None
        script.gate.set()


@pytest.mark.parametrize("url", ["", "127.0.0.1:8080", "ftp://127.0.0.1", "http://[", "http://127.0.0.1:99999"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Rejected, match="no address"):
        HttpConversation(url)
