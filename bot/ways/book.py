"""What was said on which way, so that nothing is said twice, and which ways are known to fail."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from twin_core.contract.clock import Clock, instant_text, parse_instant
from twin_core.contract.errors import PolluxError
from twin_core.contract.nudges import NudgeView
from twin_core.contract.ports import Batch, Document, Store
from twin_core.contract.views import Fault

BROKEN = "way.broken"
AVOIDED_FOR = timedelta(days=1)  # a mailbox may be full for a day


class WayBook:
    """Kept in the store: it holds across a restart, and for several nodes."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._troubles: dict[str, Fault] = {}

    async def start(self) -> None:
        """Remembers what was known to fail."""
        async for way, doc in self._store.scan(BROKEN):
            self._troubles[way] = _fault(doc["title"], doc["reason"])

    async def said(self, nudge: NudgeView) -> Mapping[str, str]:
        """The ways on which this step was said already, each with the conversation it was said in."""
        found = await self._store.get(_kind(nudge), nudge.id)
        return dict(found[0].get(str(nudge.step), {})) if found else {}

    async def note(self, nudge: NudgeView, way: str, conversation: str = "") -> None:
        """It was said there."""
        found = await self._store.get(_kind(nudge), nudge.id)
        doc: dict[str, Any] = dict(found[0]) if found else {}
        doc[str(nudge.step)] = {**doc.get(str(nudge.step), {}), way: conversation}
        await self._store.commit(Batch(documents=[Document(_kind(nudge), nudge.id, doc)]))

    def worked(self, way: str) -> None:
        self._troubles.pop(way, None)

    def failed(self, way: str, title: str, error: PolluxError) -> None:
        """It did not work this time; it is tried again with the next message."""
        self._troubles[way] = Fault("notifications", "warning", f"{title}: {error.message}", error.hint)

    async def breaks(self, way: str, title: str, reason: str) -> None:
        """What was sent there came back: it is left out for a day."""
        doc = {"title": title, "reason": reason, "at": instant_text(self._clock.now())}
        await self._store.commit(Batch(documents=[Document(BROKEN, way, doc)]))
        self._troubles[way] = _fault(title, reason)

    async def mended(self, way: str) -> None:
        """Somebody has written from there: it works."""
        if await self._store.get(BROKEN, way):
            await self._store.commit(Batch(documents=[Document(BROKEN, way, None)]))
        self.worked(way)

    async def is_broken(self, way: str) -> bool:
        found = await self._store.get(BROKEN, way)
        return found is not None and self._clock.now() - parse_instant(found[0]["at"]) < AVOIDED_FOR

    def faults(self) -> Sequence[Fault]:
        return tuple(self._troubles.values())


def _kind(nudge: NudgeView) -> str:
    return f"nudge_ways/{nudge.owner}"


def _fault(title: str, reason: str) -> Fault:
    hint = "Correct it under [notify] in pollux.toml; it is tried again after a day, or once a mail comes from there."
    return Fault("notifications", "warning", f"What was sent to {title} came back: {reason}.", hint)
