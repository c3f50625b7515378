"""Small commits of many at once, written together: a disk is waited for as often for one as for a hundred."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.documents import Documents
from twin_core.contract.errors import Conflict
from twin_core.contract.ports import Batch, Document

MOST_TOGETHER = 200


@dataclass(eq=False)
class _Waiting:
    documents: Sequence[Document]
    durable: bool
    written: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Commits:
    """Writes what has piled up while the write before it went on. Each caller learns what came of its own."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._waiting: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def commit(self, documents: Sequence[Document], *, durable: bool) -> None:
        """Raises what the store raises for these documents: Conflict where one of them is there already."""
        mine = _Waiting(documents, durable)
        self._waiting.append(mine)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await mine.written

    async def _write(self) -> None:
        while self._waiting:
            together, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
            try:
                await self._commit(together)
            except Conflict:  # of one of them: the others are none the worse for it
                for each in together:
                    await self._alone(each)
            except Exception as error:  # noqa: BLE001  whoever waits is told, and the next ones go on
                for each in together:
                    _tell(each, error)
            else:
                for each in together:
                    _tell(each)

    async def _alone(self, each: _Waiting) -> None:
        try:
            await self._commit([each])
        except Exception as error:  # noqa: BLE001  whoever waits is told
            _tell(each, error)
        else:
            _tell(each)

    async def _commit(self, together: Sequence[_Waiting]) -> None:
        documents = tuple(document for each in together for document in each.documents)
        await self._documents.commit(Batch(documents=documents, durable=any(each.durable for each in together)))


def _tell(each: _Waiting, error: Exception | None = None) -> None:
    if each.written.done():
        return  # nobody waits any more
    if error is None:
        each.written.set_result(None)
    else:
        each.written.set_exception(error)
