"""Slack's channel in a process of its own: to be killed."""

import asyncio
import sys
from pathlib import Path
from typing import Any

from bot.channels import slack as plugin
from bot.documents import VolatileDocuments
from bot.ports import Reply
from tests.bot.channels.scripted import Script, serving
from tests.bot.channels.slack_recorder import SECRET
from twin_core.contract.clock import SystemClock
from twin_core.contract.ports import Batch
from twin_core.store import open_store

PEOPLE = {"U1": "owner", "U2": "ben"}


class Stuck(VolatileDocuments):
    """A database that takes nothing."""

    async def commit(self, batch: Batch) -> None:
        await asyncio.Event().wait()


async def serve(database: str, api: str, nudge: str, journal: str) -> None:
    """Tells its port once it listens. With a nudge it says that; with a journal its database is stuck."""
    store = Stuck() if journal else await open_store(database, SystemClock())
    keys = {"bot_token": "xoxb-1", "signing_secret": SECRET, "api": api, "journal": Path(journal) if journal else None}
    channel: Any = plugin.build({**keys, "people": PEOPLE, "store": store})
    app = await channel.start(Script(public=True))
    async with serving(app) as port:
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        if nudge:
            await channel.leave("owner", "home", Reply(nudge, nudge="n1"), "n1/0")
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:5]))
