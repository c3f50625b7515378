"""Teams where it takes nothing any more: a chat that was blocked, a nudge that was deleted, a stream that is over."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.channels.teams import files
from bot.ports import Button, Reply
from tests.bot.channels.teams_bench import Bench, open_bench
from tests.bot.channels.teams_recorder import buttons, message
from twin_core.contract.errors import Unavailable

ROOM = "19:room@thread.tacv2;messageid=1"
NUDGE = Reply("The freezer is warm.", (Button("ack", "Acknowledge"),), nudge="n1")


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with open_bench() as opened:
        yield opened


@pytest.mark.parametrize("status", [403, 404])
async def test_a_chat_that_takes_nothing_any_more_is_forgotten_until_its_person_writes_again(
    bench: Bench, status: int
) -> None:
    await bench.door.post(message("hello"))
    await bench.teams.heard()
    bench.teams.gone["a:u1"] = status
    await bench.channel.leave("owner", "home", NUDGE, "n1/0")  # nobody is there: the nudge goes its other ways
    assert await bench.channel.home("owner") is None
    bench.teams.gone.clear()
    await bench.channel.leave("owner", "home", NUDGE, "n1/0")
    assert len(bench.teams.said) == 1
    await bench.door.post(message("hello"))
    await bench.teams.heard(2)
    assert await bench.channel.home("owner") == "home"
    await bench.channel.leave("owner", "home", NUDGE, "n1/0")
    assert (await bench.teams.heard(3))["text"] == NUDGE.text


async def test_a_room_that_takes_nothing_any_more_is_forgotten(bench: Bench) -> None:
    await bench.door.post(message("hello", channel=ROOM))
    await bench.teams.heard()
    where = bench.script.seen[0].conversation
    bench.teams.gone[ROOM] = 404
    for code in ("teams_gone", "nobody_there"):
        with pytest.raises(Unavailable) as raised:
            await bench.channel.send(where, Reply("The pump has stopped.", public=True))
        assert raised.value.code == code


async def test_what_only_fails_now_is_not_forgotten(bench: Bench) -> None:
    await bench.door.post(message("hello"))
    await bench.teams.heard()
    bench.teams.gone["a:u1"] = 400
    with pytest.raises(Unavailable):
        await bench.channel.leave("owner", "home", NUDGE, "n1/0")
    assert await bench.channel.home("owner") == "home"


async def test_a_nudge_that_was_deleted_there_needs_no_edit(bench: Bench) -> None:
    await bench.door.post(message("hello"))
    await bench.teams.heard()
    await bench.channel.leave("owner", "home", NUDGE, "n1/0")
    bench.teams.gone["a:u1"] = 404
    await bench.channel.edit("owner", "home", Reply("Acknowledged.", nudge="n1"))
    assert bench.teams.edited == []


async def test_an_answer_whose_stream_is_over_comes_as_a_message_of_its_own(bench: Bench) -> None:
    bench.script.gate, bench.teams.ended = asyncio.Event(), 403  # it lasted more than two minutes, or was stopped
    await bench.door.post(message("hello"))
    await bench.teams.typed()
    bench.script.gate.set()
    said = await bench.teams.heard()
    assert (said["text"], "entities" in said) == ("Heard: hello", False)
    assert set(buttons(said)) == {"Yes", "Undo"}


@pytest.mark.parametrize(
    "attached",
    [
        {"contentType": "image/png", "contentUrl": "https://x.test/a"},
        {
            "contentType": files.FILE,
            "name": "plan.pdf",
            "content": {"downloadUrl": "https://x.test/a", "fileType": "pdf"},
        },
    ],
    ids=["picture", "file"],
)
async def test_a_file_that_cannot_be_heard_is_said_to_be_none(bench: Bench, attached: dict[str, Any]) -> None:
    await bench.door.post(message("", attachments=[{"contentType": "text/html", "content": "<p></p>"}, attached]))
    assert "Tell me in words" in (await bench.teams.heard())["text"]
    await bench.door.post(message("what is this?", attachments=[attached]))
    await bench.teams.heard(2)
    assert [heard.text for heard in bench.script.seen] == ["what is this?"]
