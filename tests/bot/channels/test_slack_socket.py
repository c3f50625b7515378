"""Slack over Socket Mode: a real socket, acknowledged at once, opened again when it is closed."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.channels import slack as plugin
from tests.bot.channels.scripted import Script
from tests.bot.channels.slack_recorder import TEAM, Slack, message, slack


@pytest.fixture
async def line() -> AsyncIterator[tuple[Slack, Script]]:
    script = Script()
    async with slack() as recorder:
        options = {"bot_token": "xoxb-1", "app_token": "xapp-1", "people": {"U1": "owner"}, "api": recorder.api}
        channel: Any = plugin.build(options)
        assert await channel.start(script) is None
        await recorder.connected()
        yield recorder, script
        await channel.aclose()


def _event(text: str, id: str) -> dict[str, Any]:
    return {"type": "event_callback", "team_id": TEAM, "event_id": id, "event": message(text)}


async def test_an_event_is_acknowledged_and_answered(line: tuple[Slack, Script]) -> None:
    recorder, _ = line
    await recorder.deliver("events_api", _event("hello", "Ev1"))
    assert (await recorder.heard())["text"] == "Heard: hello"


async def test_what_nobody_listens_to_is_acknowledged_too(line: tuple[Slack, Script]) -> None:
    recorder, _ = line
    await recorder.deliver("events_api", {**_event("hello", "Ev1"), "event": {"type": "team_join", "user": {}}})
    await recorder.deliver("interactive", {"type": "unheard_of", "team": {"id": TEAM}, "user": {"id": "U1"}})


async def test_the_same_event_over_a_new_socket_is_answered_once(line: tuple[Slack, Script]) -> None:
    recorder, script = line
    await recorder.deliver("events_api", _event("hello", "Ev1"))
    await recorder.sockets[-1].send_json({"type": "disconnect", "reason": "refresh_requested"})
    await recorder.connected(2)
    await recorder.deliver("events_api", _event("hello", "Ev1"))
    await recorder.deliver("events_api", _event("more", "Ev2"))
    await recorder.heard(number=2)
    assert [m.text for m in script.seen] == ["hello", "more"]


async def test_a_socket_that_breaks_is_opened_again(line: tuple[Slack, Script]) -> None:
    recorder, _ = line
    await recorder.sockets[-1].close(1011)
    await recorder.connected(2)
    await recorder.deliver("events_api", _event("hello", "Ev1"))
    assert (await recorder.heard())["text"] == "Heard: hello"
