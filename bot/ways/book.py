"""What was said on which way, so that nothing is said twice, and which ways are known to fail."""

from collections.abc import Mapping, Sequence
from typing import Any

from twin_core.contract.errors import PolluxError
from twin_core.contract.nudges import NudgeView
from twin_core.contract.ports import Batch, Document, Store
from twin_core.contract.views import Fault


class WayBook:
    """Kept in the store: it holds across a restart, and for several nodes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._troubles: dict[str, Fault] = {}

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

    def faults(self) -> Sequence[Fault]:
        return tuple(self._troubles.values())


def _kind(nudge: NudgeView) -> str:
    return f"nudge_ways/{nudge.owner}"
