"""What a running server says unasked, where it is to be spoken: a check-in at its time, answered in the same place."""

import asyncio
from datetime import UTC, datetime

import httpx2
import pytest

from bot.channels.terminal import HttpConversation
from bot.ports import Incoming
from bot.voice.pushed import pushed
from tests.conversations.server import running_server
from twin_core.contract.errors import Unavailable

CLOCK = datetime(2026, 3, 2, 8, tzinfo=UTC)
WAIT_S = 60


async def test_a_check_in_comes_at_its_time_and_is_answered_by_voice() -> None:
    async with running_server(CLOCK, "UTC", {"anna": "member"}) as server:
        token = server.tokens["anna"]
        proof = {"Authorization": f"Bearer {token}"}
        owner = {"Authorization": f"Bearer {server.tokens['owner']}"}
        async with (
            httpx2.AsyncClient(base_url=server.http, trust_env=False, headers=proof) as client,
            HttpConversation(server.http, token) as talk,
        ):
            me = {"type": "person", "name": "Anna", "config": {"user": "anna"}}
            assert (await client.post("/api/v1/twins", json=me)).status_code == 201
            said = await talk(Incoming("chat", "check in with me at 8:30"))
            assert "08:30" in said.replies[0].text
            unasked = pushed(server.http, token)
            told = asyncio.ensure_future(anext(unasked))
            async with asyncio.timeout(WAIT_S):
                while not told.done():
                    moved = await client.post("/api/v1/clock", json={"advance_s": 900}, headers=owner)
                    assert moved.status_code == 200, moved.text
                    await asyncio.sleep(0.2)
            reply = told.result()
            assert "How much energy do you have" in str(reply.speech)
            assert "You wanted a check-in" not in str(reply.speech)
            spoken = await talk(Incoming("voice", "four", spoken=True))
            assert "Noted, for you alone: energy 4." in spoken.replies[0].text
            await unasked.aclose()


async def test_whoever_is_not_let_in_is_told_so() -> None:
    async with running_server(CLOCK, "UTC", {"anna": "member"}) as server:
        with pytest.raises(Unavailable, match="not heard here"):
            await anext(pushed(server.http, "wrong"))
