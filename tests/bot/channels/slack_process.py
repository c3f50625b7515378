"""Slack's channel in a process of its own: to be killed."""

import asyncio
import sys
from typing import Any

from bot.channels import slack as plugin
from bot.ports import Reply
from tests.bot.channels.scripted import Script, serving
from tests.bot.channels.slack_recorder import SECRET
from twin_core.contract.clock import SystemClock
from twin_core.store import open_store

PEOPLE = {"U1": "owner", "U2": "ben"}


async def serve(database: str, api: str, nudge: str) -> None:
    """Tells its port once it listens; with a nudge it says that."""
    store = await open_store(database, SystemClock())
    keys = {"bot_token": "xoxb-1", "signing_secret": SECRET, "api": api}
    channel: Any = plugin.build({**keys, "people": PEOPLE, "store": store})
    app = await channel.start(Script(public=True))
    async with serving(app) as port:
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        if nudge:
            await channel.leave("owner", "home", Reply(nudge, nudge="n1"), "n1/0")
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:4]))
