"""Teams when Pollux is taken out of a chat or a room: nobody is spoken to there any more."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.ports import Reply
from tests.bot.channels.teams_bench import Bench, open_bench
from tests.bot.channels.teams_recorder import BOT, TENANT, message
from twin_core.contract.errors import Unavailable

ROOM = "19:room@thread.tacv2;messageid=1"


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with open_bench() as opened:
        yield opened


async def test_whoever_removes_the_app_is_not_spoken_to(bench: Bench) -> None:
    await bench.door.post(message("hello"))
    await bench.teams.heard()
    await bench.door.post(message("", type="installationUpdate", action="remove"))
    await bench.door.post(message("hello", user="u2"))
    await bench.teams.heard(2)
    assert await bench.channel.home("owner") is None
    assert await bench.channel.home("ben") == "home"


async def test_an_upgrade_of_the_app_is_no_removal(bench: Bench) -> None:
    await bench.door.post(message("hello"))
    await bench.teams.heard()
    await bench.door.post(message("", type="installationUpdate", action="remove-upgrade"))
    await bench.door.post(message("hello"))
    await bench.teams.heard(2)
    assert await bench.channel.home("owner") == "home"


@pytest.mark.parametrize(
    "gone",
    [
        {"type": "installationUpdate", "action": "remove"},
        {"type": "conversationUpdate", "membersRemoved": [{"id": BOT}]},
        {
            "type": "conversationUpdate",
            "conversation": {"id": "19:general@thread.tacv2", "conversationType": "channel", "tenantId": TENANT},
            "channelData": {"eventType": "channelDeleted", "channel": {"id": "19:room@thread.tacv2"}},
        },
    ],
    ids=["app", "member", "channel"],
)
async def test_a_room_that_pollux_was_taken_out_of_is_forgotten_with_its_threads(
    bench: Bench, gone: dict[str, Any]
) -> None:
    await bench.door.post(message("hello", channel=ROOM))
    await bench.teams.heard()
    conversation = bench.script.seen[0].conversation
    await bench.door.post({**message("", channel="19:room@thread.tacv2", entities=[]), **gone})
    await bench.door.post(message("hello", channel="19:room@thread.tacv2;messageid=2"))  # asked for again in a thread
    await bench.teams.heard(2)
    with pytest.raises(Unavailable):
        await bench.channel.send(conversation, Reply("The pump has stopped.", public=True))
