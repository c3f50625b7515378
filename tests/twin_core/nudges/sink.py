"""A server that writes down what it is told, the same thing once, as the log of the web chat does."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass
class Sink:
    """`got`: owner, text and instant of each nudge, in order; `repeated`: how often one was offered again."""

    port: int = 0
    got: list[tuple[str, str, datetime]] = field(default_factory=list)
    repeated: int = 0
    _known: set[str] = field(default_factory=set)
    _more: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def until(self, count: int) -> None:
        """So many different ones have come."""
        async with self._more:
            await self._more.wait_for(lambda: len(self.got) >= count)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                await self._take(json.loads(line))
                writer.write(b"written\n")
        except (ConnectionError, json.JSONDecodeError):
            pass  # whoever spoke was killed, in the middle of a word perhaps
        finally:
            writer.close()

    async def _take(self, said: dict[str, str]) -> None:
        if said["id"] in self._known:
            self.repeated += 1
            return
        self._known.add(said["id"])
        async with self._more:
            self.got.append((said["owner"], said["text"], datetime.now(UTC)))
            self._more.notify_all()


@asynccontextmanager
async def open_sink() -> AsyncIterator[Sink]:
    sink = Sink()
    server = await asyncio.start_server(sink.serve, "127.0.0.1", 0)
    sink.port = server.sockets[0].getsockname()[1]
    async with server:
        yield sink
