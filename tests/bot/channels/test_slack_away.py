"""Slack that breaks off, has a fault or takes a message without saying so: an answer is said, and said once."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from bot.channels import slack as plugin
from bot.channels.slack.postbox import Pace
from tests.bot.channels.scripted import Script
from tests.bot.channels.slack_recorder import SECRET, TEAM, Door, Slack, message, signed, slack

FAULT: tuple[int, dict[str, str], dict[str, Any]] = (500, {}, {"ok": False, "error": "internal_error"})


@dataclass(frozen=True, slots=True)
class Bench:
    door: Door
    slack: Slack

    async def texts(self, number: int) -> list[str]:
        await self.slack.heard(number=number)
        return [str(said["text"]) for said in self.slack.said()]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with slack() as recorder:
        options = {"bot_token": "xoxb-1", "signing_secret": SECRET, "people": {"U1": "owner"}, "api": recorder.api}
        channel: Any = plugin.build({**options, "pace": Pace(again_s=(0.0, 0.0, 0.0))})
        app = await channel.start(Script(public=True))
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as http:
            yield Bench(Door(http), recorder)
        await channel.aclose()


@pytest.mark.parametrize("where", [{}, {"channel": "C1"}])
async def test_what_was_posted_without_an_answer_is_not_posted_again(bench: Bench, where: dict[str, str]) -> None:
    bench.slack.losing = 1
    await bench.door.event(message("hello", **where))
    await bench.texts(1)
    await bench.door.event(message("again", **where))
    assert await bench.texts(2) == ["Heard: hello", "Heard: again"]
    assert len(bench.slack.said("conversations.replies" if where else "conversations.history")) == 1


async def test_what_slack_did_not_take_for_a_fault_of_its_own_is_said_again(bench: Bench) -> None:
    bench.slack.refuse.extend([FAULT, FAULT])
    await bench.door.event(message("hello"))
    assert await bench.texts(1) == ["Heard: hello"]


async def test_it_is_given_up_in_the_end_and_the_next_message_is_answered(bench: Bench) -> None:
    bench.slack.refuse.extend([FAULT] * 4)
    await bench.door.event(message("hello"))
    await bench.door.event(message("again"))
    assert await bench.texts(1) == ["Heard: again"]


async def test_a_delivery_that_could_not_be_taken_may_come_again_at_once(bench: Bench) -> None:
    body = json.dumps({"type": "event_callback", "team_id": TEAM, "event_id": "EvAway", "event": message("hello")})
    headers = signed(body.encode())
    bench.slack.refusing["auth.test"] = "fatal_error"
    first = await bench.door.post(body.encode(), "application/json", headers)
    del bench.slack.refusing["auth.test"]
    again = await bench.door.post(body.encode(), "application/json", headers)
    assert (first.status_code, again.status_code) == (500, 200)
    assert await bench.texts(1) == ["Heard: hello"]
    assert (await bench.door.post(body.encode(), "application/json", headers)).status_code == 401
