"""What is done at the same time, stored in one transaction: of many a second, each need not wait for the disk alone."""

import asyncio
from collections.abc import Sequence

import structlog

from twin_core.contract.errors import Conflict
from twin_core.contract.events import Event
from twin_core.contract.ports import Batch, Bus, Store, Stored

_log = structlog.get_logger(__name__)
_Waiting = tuple[Batch, "asyncio.Future[bool]"]


class Journal:
    """While one transaction is written, those who come meanwhile gather for the next."""

    def __init__(self, store: Store, bus: Bus) -> None:
        self._store = store
        self._bus = bus
        self._waiting: list[_Waiting] = []
        self._turn = asyncio.Lock()

    async def keep(self, batch: Batch) -> bool:
        """Returns when it is stored; False where it is not, since the claim that it ends has passed to another node,
        or what was claimed was moved meanwhile. Raises what the store raises.
        """
        outcome: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((batch, outcome))
        async with self._turn:
            together, self._waiting = self._waiting, []
            stored = await self._write(together) if together else []
        if stored:
            await self._bus.publish(Stored(stored))
        return await outcome

    async def _write(self, together: Sequence[_Waiting]) -> list[Event]:
        try:
            stored = await self._store.commit(_joined([batch for batch, _ in together]))
        except Conflict as conflict:
            if len(together) > 1:  # of one of them: the others must not suffer
                return [event for each in together for event in await self._write([each])]
            _log.warning("nudges.lease_lost", reason=conflict.message)
            _tell(together, False)
        except Exception as error:  # noqa: BLE001  everybody who waits for it raises it
            _tell(together, error)
        else:
            _tell(together, True)
            return stored
        return []


def _joined(batches: Sequence[Batch]) -> Batch:
    if len(batches) == 1:
        return batches[0]
    return Batch(
        appends=[each for batch in batches for each in batch.appends],
        documents=[each for batch in batches for each in batch.documents],
        due=[each for batch in batches for each in batch.due],
    )


def _tell(together: Sequence[_Waiting], outcome: bool | Exception) -> None:
    for _, waiting in together:
        if waiting.done():  # whoever waited has gone
            continue
        if isinstance(outcome, Exception):
            waiting.set_exception(outcome)
        else:
            waiting.set_result(outcome)
