"""The Teams channel at work between its door and a Teams of our own, with a script for an engine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from bot.channels import teams as plugin
from tests.bot.channels.scripted import Script
from tests.bot.channels.teams_recorder import Door, Teams, teams


@dataclass(frozen=True, slots=True)
class Bench:
    channel: Any
    door: Door
    teams: Teams
    script: Script


@asynccontextmanager
async def open_bench() -> AsyncIterator[Bench]:
    """Two people are known: u1 is the owner, u2 is Ben."""
    script = Script()
    async with teams() as recorder:
        channel: Any = plugin.build({**recorder.options(), "people": {"u1": "owner", "u2": "ben"}})
        app = await channel.start(script)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as http:
            yield Bench(channel, Door(http, recorder), recorder, script)
        await channel.aclose()
