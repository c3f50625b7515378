"""Which suggestions were made, so that each is made once for its cause, and few on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from twin_core.contract.clock import instant_text, parse_instant
from twin_core.contract.ports import Document, Store
from twin_core.nudges.policy import Verdict

_KEPT = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Made:
    """What became of one. `waits`: it was held back for now, as the nudge of this id."""

    at: datetime
    nudge: str
    waits: bool


class Memory:
    """Of one person."""

    def __init__(self, person: str, made: Mapping[str, Made]) -> None:
        self._kind = f"suggested/{person}"
        self._made = dict(made)
        self.changed: list[Document] = []

    @classmethod
    async def of(cls, store: Store, person: str, now: datetime) -> "Memory":
        """What is old is forgotten."""
        memory = cls(person, {})
        async for key, doc in store.scan(memory._kind):
            made = Made(parse_instant(doc["at"]), doc["nudge"], doc["waits"])
            if now - made.at < _KEPT:
                memory._made[key] = made
            else:
                memory.changed.append(Document(memory._kind, key, None))
        return memory

    def is_settled(self, key: str) -> bool:
        """It was said, or dropped for good."""
        return key in self._made and not self._made[key].waits

    def held(self, key: str) -> str | None:
        """The nudge that waits for it."""
        return self._made[key].nudge if key in self._made else None

    def nudges(self, begin: str) -> list[str]:
        """Those of all whose key begins so."""
        return [made.nudge for key, made in self._made.items() if key.startswith(begin)]

    def last(self, topic: str) -> datetime | None:
        """When one of these was settled last; keys begin with their topic."""
        settled = (made.at for key, made in self._made.items() if key.startswith(f"{topic}.") and not made.waits)
        return max(settled, default=None)

    def note(self, key: str, verdict: Verdict, nudge: str, now: datetime) -> None:
        made = Made(now, nudge, verdict.what == "wait")
        self._made[key] = made
        doc = {"at": instant_text(made.at), "nudge": nudge, "waits": made.waits}
        self.changed.append(Document(self._kind, key, doc))
