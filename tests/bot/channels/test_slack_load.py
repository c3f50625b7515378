"""Many people at once in Slack, while sockets close and Slack asks to wait: none is lost, none answered twice."""

import asyncio
from pathlib import Path
from typing import Any

from bot.channels import slack as plugin
from tests.bot.channels.scripted import Script
from tests.bot.channels.slack_recorder import TEAM, message, slack
from twin_core.contract.clock import SystemClock
from twin_core.store import open_store

PEOPLE = 500


def _event(id: str, event: dict[str, Any]) -> dict[str, Any]:
    return {"type": "event_callback", "team_id": TEAM, "event_id": id, "event": event}


async def test_five_hundred_at_once_over_sockets_that_close_and_limits_that_are_hit(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path / 'house.db'}", SystemClock())
    async with slack() as recorder:
        people = {f"U{n}": f"person{n}" for n in range(PEOPLE)}
        options = {"bot_token": "xoxb-1", "app_token": "xapp-1", "people": people, "api": recorder.api, "store": store}
        channel: Any = plugin.build(options)
        script = Script()
        await channel.start(script)
        await recorder.connected()
        recorder.refuse.extend([(429, {"Retry-After": "0"}, {"ok": False, "error": "ratelimited"})] * 60)
        events = [_event(f"Ev{n}", message(f"from {n}", f"U{n}", f"D{n}")) for n in range(PEOPLE)]
        for part in range(5):  # each fifth comes again over the next socket, as its acknowledgement may be lost
            first, last = max(0, part * 100 - 20), (part + 1) * 100
            sent = await recorder.send_all("events_api", events[first:last])
            await recorder.acknowledged(sent)
            await recorder.sockets[-1].close(1011)
            await recorder.connected(part + 2)
        await recorder.heard(number=PEOPLE)
        await recorder.deliver("events_api", {**events[0], "event_id": "EvLast"})
        await recorder.heard(number=PEOPLE + 1)
        said = [(body["channel"], body["text"]) for body in recorder.said()[:PEOPLE]]
        assert sorted(said) == sorted((f"D{n}", f"Heard: from {n}") for n in range(PEOPLE))
        assert len(recorder.said("refused:chat.postMessage")) == 60
        await channel.aclose()
    await asyncio.wait_for(store.aclose(), 60)
