"""Teams' channel in a process of its own, which acknowledges and never gets to an answer: to be killed."""

import asyncio
import sys
from typing import Any

from bot.channels import teams as plugin
from tests.bot.channels.scripted import Script, serving
from tests.bot.channels.teams_recorder import Teams
from twin_core.contract.clock import SystemClock
from twin_core.store import open_store


async def serve(database: str, connector: int) -> None:
    """Tells its port once it listens."""
    store = await open_store(database, SystemClock())
    channel: Any = plugin.build({**Teams(connector).options(), "people": {"u1": "owner", "u2": "ben"}, "store": store})
    app = await channel.start(Script(gate=asyncio.Event()))
    async with serving(app) as port:
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
