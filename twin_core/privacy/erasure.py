"""Everything that is kept of a person taken away for good, but the fact that it was."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from twin_core.contract.agenda import GetPerson
from twin_core.contract.clock import Clock
from twin_core.contract.commands import EraseTwin
from twin_core.contract.events import NewEvent
from twin_core.contract.ports import Append, Batch, Bus, Document, Erasure, Store, Stored, TwinCore
from twin_core.contract.privacy import Erased, EraseData, FindRemains, Leaving, Remains
from twin_core.contract.requests import Cause
from twin_core.privacy.belongings import STAYS, without
from twin_core.privacy.gathering import documents_of, facts_of, naming


class ErasureDesk:
    """Handlers of EraseData and FindRemains."""

    def __init__(self, store: Store, core: TwinCore, bus: Bus, clock: Clock) -> None:
        self._store = store
        self._core = core
        self._bus = bus
        self._clock = clock

    def handlers(self) -> Mapping[type, Callable[..., Awaitable[Any]]]:
        """For Core.register."""
        return {EraseData: self._erase, FindRemains: self._remains}

    async def _erase(self, command: EraseData, cause: Cause) -> Erased:
        """May be done again where it was cut off: the rooms let go first, then all that is stored goes at once."""
        person, now = command.person, self._clock.now()
        twin = (await self._core.query(GetPerson(person))).twin
        counted: dict[str, int] = {}
        facts = await facts_of(self._store, person)
        async for each in documents_of(self._store, person, facts, twin):
            if each.kind not in STAYS:
                counted[each.kind] = counted.get(each.kind, 0) + 1
        about = facts.streams | ({twin} if twin else set())
        await self._bus.publish(Leaving(person, about))
        if twin is not None:
            await self._core.execute(EraseTwin(twin), cause)
        await self._sweep(person, twin)
        stream = f"privacy:{person}"
        fact = NewEvent("data.erased", {"kinds": sorted(counted)}, now)
        await self._bus.publish(Stored(await self._store.commit(Batch(appends=[Append(stream, 0, [fact])]))))
        return Erased(person, now, counted, twin is not None)

    async def _sweep(self, person: str, twin: str | None) -> None:
        facts = await facts_of(self._store, person)  # by now some were closed, which is told as well
        gone: list[tuple[str, str]] = []
        rewritten: list[Document] = []
        async for each in documents_of(self._store, person, facts, twin):
            if each.kind in STAYS:
                continue
            rest = without(each.kind, each.doc, person)
            if rest is None:
                gone.append((each.stored_as, each.key))
            else:
                rewritten.append(Document(each.stored_as, each.key, rest))
        rewritten += [document async for document in naming(self._store, person)]
        streams = facts.streams | ({twin} if twin else set())
        await self._store.erase(Erasure(streams, gone, [person], [person], rewritten, facts.naming))

    async def _remains(self, query: FindRemains) -> Remains:
        facts = await facts_of(self._store, query.person)
        twin = (await self._core.query(GetPerson(query.person))).twin
        kinds = {e.kind async for e in documents_of(self._store, query.person, facts, twin) if e.kind not in STAYS}
        kinds |= {document.kind async for document in naming(self._store, query.person)}
        named = [event.stream for at in facts.naming for event in await self._store.read_all(at - 1, 1)]
        streams = {*facts.streams, *named} - {f"privacy:{query.person}"}
        return Remains(tuple(sorted(kinds)), tuple(sorted(streams)), twin)
