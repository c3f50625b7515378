"""Another process that writes to the same database."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).parents[3]


class Writer:
    """A running endless_writer; `acknowledged` counts the commits that it has reported."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.acknowledged = 0

    async def wait_for(self, commits: int) -> None:
        """Until so many more commits are acknowledged."""
        assert self._process.stdout is not None
        async with asyncio.timeout(60):
            for _ in range(commits):
                self.acknowledged = int(await self._process.stdout.readline())

    async def kill(self) -> None:
        """kill -9; what it had still acknowledged counts."""
        if self._process.returncode is None:
            self._process.kill()
        assert self._process.stdout is not None
        rest = (await self._process.stdout.read()).split()
        self.acknowledged = int(rest[-1]) if rest else self.acknowledged
        await self._process.wait()


@asynccontextmanager
async def endless_writer(url: str, *how: str) -> AsyncIterator[Writer]:
    """Killed at the end at the latest."""
    command = (sys.executable, "-m", "tests.twin_core.store.endless_writer", url, *how)
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    writer = Writer(process)
    try:
        yield writer
    finally:
        await writer.kill()
