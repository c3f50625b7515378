"""A node that says what is due until it is killed: `python -m tests.twin_core.nudges.speaking_node URL PORT`.

The real rooms on the machine's clock; its courier tells a sink at that port and waits for its receipt.
"""

import asyncio
import json
import sys
from typing import Any

from twin_core.bus import Core, InProcessBus
from twin_core.contract.clock import SystemClock
from twin_core.contract.nudges import Delivered, NudgeView
from twin_core.nudges import NudgeService
from twin_core.planning import PlanningService
from twin_core.service import Timers, TwinService
from twin_core.store import open_store
from twin_core.templates import load_library


class SinkCourier:
    """contract.nudges.Courier over TCP; as many connections as it speaks to people at once."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def deliver(self, nudge: NudgeView) -> Delivered:
        line = self._idle.pop() if self._idle else await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = line
        writer.write(json.dumps({"id": nudge.id, "owner": nudge.owner, "text": nudge.text}).encode() + b"\n")
        assert await reader.readline() == b"written\n"
        self._idle.append(line)
        return Delivered("sink", "c1")

    async def update(self, nudge: NudgeView) -> None:
        """Nothing is edited here."""


async def speak(url: str, port: int) -> None:
    clock, bus, core = SystemClock(), InProcessBus(), Core()
    store = await open_store(url, clock)
    twins = TwinService(store=store, bus=bus, core=core, library=load_library(), clock=clock)
    nudges = NudgeService(store, bus, core, clock)
    rooms: tuple[Any, ...] = (twins, PlanningService(store, bus, core, clock, "Europe/Berlin"), nudges)
    for room in rooms:
        core.register(room.handlers())
    for room in rooms:
        await room.start()
    nudges.deliver_by(SinkCourier(port))
    await Timers(clock, [timer for room in rooms for timer in room.timers()]).run()


if __name__ == "__main__":
    asyncio.run(speak(sys.argv[1], int(sys.argv[2])))
