"""A process that only ingests: it is there to be killed. Arguments: data folder, broker URL."""

import asyncio
import sys
from pathlib import Path
from typing import Any

from connectors.devices.mqtt import build
from twin_core.bus import Core, InProcessBus
from twin_core.contract.clock import SystemClock
from twin_core.contract.commands import CreateTwin, ListTwins
from twin_core.service import TwinService
from twin_core.store import open_store
from twin_core.sync import SyncService
from twin_core.templates import load_library


async def main(folder: Path, url: str) -> None:
    clock = SystemClock()
    store = await open_store(f"sqlite:///{folder / 'ingest.db'}", clock)
    bus, core, library = InProcessBus(), Core(), load_library()
    parts: dict[str, Any] = {"store": store, "bus": bus, "core": core, "library": library, "clock": clock}
    for room in (TwinService(**parts), SyncService(**parts)):
        core.register(room.handlers())
        await room.start()
    if not (await core.query(ListTwins())).items:  # else this is a further life
        await core.execute(CreateTwin("electricity_meter", "main", id="electricity_meter.main"))
    await build({"core": core, "store": store, "clock": clock, "url": url, "client_id": "ingesting"}).run()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
