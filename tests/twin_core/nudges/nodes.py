"""Nodes of one house: processes that share a database and are killed."""

import asyncio
import sys
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parents[3]


class Nodes:
    """`async with Nodes(url, port, 2) as nodes`: so many speaking_nodes; one that is killed is started anew."""

    def __init__(self, url: str, port: int, count: int) -> None:
        self._arguments = ("-m", "tests.twin_core.nudges.speaking_node", url, str(port))
        self._count = count
        self._processes: list[asyncio.subprocess.Process] = []

    async def __aenter__(self) -> "Nodes":
        self._processes = [await self._start() for _ in range(self._count)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            await _end(process)

    async def kill(self, index: int) -> None:
        """kill -9. Raises AssertionError where it had ended by itself."""
        assert self._processes[index].returncode is None, "a node has ended by itself"
        await _end(self._processes[index])
        self._processes[index] = await self._start()

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(sys.executable, *self._arguments, cwd=ROOT)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()
