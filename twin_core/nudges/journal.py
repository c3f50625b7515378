"""What is read and done at the same time, in one query and one transaction: then the disk is waited for together."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import structlog

from twin_core.contract.errors import Conflict
from twin_core.contract.ports import Batch, Bus, Store, Stored

Q = TypeVar("Q")
A = TypeVar("A")
_log = structlog.get_logger(__name__)


class Journal:
    """The store, for many who work side by side."""

    def __init__(self, store: Store, bus: Bus) -> None:
        self._store = store
        self._bus = bus
        self._reads = _Gathered(self._read)
        self._writes = _Gathered(self._write)

    async def read(self, kind: str, key: str) -> Mapping[str, Any] | None:
        """A document."""
        return await self._reads.ask((kind, key))

    async def keep(self, batch: Batch) -> bool:
        """Returns when it is stored and told of; False where it is not, since the claim that it ends has passed to
        another node, or what was claimed was moved meanwhile.
        """
        return await self._writes.ask(batch)

    async def _read(self, keys: Sequence[tuple[str, str]]) -> list[Mapping[str, Any] | None]:
        found = await self._store.get_all(keys)
        return [found[key][0] if key in found else None for key in keys]

    async def _write(self, batches: Sequence[Batch]) -> list[bool]:
        try:
            stored = await self._store.commit(_joined(batches))
        except Conflict as conflict:
            if len(batches) > 1:  # of one of them: the others must not suffer
                return [kept for batch in batches for kept in await self._write([batch])]
            _log.warning("nudges.lease_lost", reason=conflict.message)
            return [False]
        if stored:
            await self._bus.publish(Stored(stored))
        return [True] * len(batches)


class _Gathered(Generic[Q, A]):
    """While some are answered, those who ask meanwhile gather and are answered together."""

    def __init__(self, answer: Callable[[Sequence[Q]], Awaitable[Sequence[A]]]) -> None:
        self._answer = answer
        self._waiting: list[tuple[Q, asyncio.Future[A]]] = []
        self._answering: asyncio.Task[None] | None = None

    async def ask(self, question: Q) -> A:
        """Raises what answering those together raises."""
        answer: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if self._answering is None or self._answering.done():
            self._answering = asyncio.create_task(self._answer_all())
        return await answer

    async def _answer_all(self) -> None:
        while self._waiting:
            together, self._waiting = self._waiting, []
            await self._give(together)

    async def _give(self, together: Sequence[tuple[Q, asyncio.Future[A]]]) -> None:
        waiting = [answer for _, answer in together]
        try:
            answers = await self._answer([question for question, _ in together])
        except Exception as error:  # noqa: BLE001  everybody who asked raises it
            for each in waiting:
                if not each.done():  # else whoever asked has gone
                    each.set_exception(error)
        else:
            for each, answer in zip(waiting, answers, strict=True):
                if not each.done():
                    each.set_result(answer)


def _joined(batches: Sequence[Batch]) -> Batch:
    if len(batches) == 1:
        return batches[0]
    return Batch(
        appends=[each for batch in batches for each in batch.appends],
        documents=[each for batch in batches for each in batch.documents],
        due=[each for batch in batches for each in batch.due],
    )
