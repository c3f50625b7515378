"""Messages that were misunderstood, kept with consent until somebody says what they meant."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from bot.dialogue.state import Heard
from twin_core.contract.clock import Clock, instant_text, parse_instant
from twin_core.contract.ports import Batch, Bus, Document, Store, TwinCore
from twin_core.contract.privacy import LEARNING, ListConsents, Withdrawn

KIND = "misunderstood"
MAX_KEPT = 200  # of one person; the oldest go first
MAX_CHARS = 300

Reason = Literal["not understood", "corrected", "thumbs down"]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One message to be learnt from. `id` is stable: the same words of the same person are kept once."""

    id: str
    person: str
    text: str
    taken_for: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...]
    spans: tuple[tuple[str, int, int], ...]  # kind, start, end of what was found in the text
    reason: Reason
    at: datetime


class Lessons:
    """Keeps nothing of anybody who has not agreed, and lets go of all when they no longer do."""

    def __init__(self, store: Store, core: TwinCore, bus: Bus, clock: Clock) -> None:
        self._store = store
        self._core = core
        self._clock = clock
        bus.subscribe(Withdrawn, self._withdrawn)

    async def note(self, person: str, heard: Heard, reason: Reason) -> bool:
        """Keeps a message where its person allows that; answers whether it did."""
        if not heard.text.strip() or len(heard.text) > MAX_CHARS:
            return False
        consents = await self._core.query(ListConsents(person))
        if not any(c.purpose == LEARNING and c.granted for c in consents):
            return False
        row = {
            "id": sha256(f"{person}\0{heard.text.casefold()}".encode()).hexdigest()[:10],
            "reason": reason,
            "at": instant_text(self._clock.now()),
            **asdict(heard),
        }
        rows, version = await self._rows(person)
        kept = [r for r in rows if r["id"] != row["id"]][-(MAX_KEPT - 1) :]
        await self._save(person, [*kept, row], version)
        return True

    async def kept(self) -> list[Lesson]:
        """Everything that waits to be looked at, oldest first."""
        found = [_lesson(key, row) async for key, doc in self._store.scan(KIND) for row in doc["rows"]]
        return sorted(found, key=lambda lesson: lesson.at)

    async def drop(self, ids: Sequence[str]) -> int:
        """Lets go of messages that were dealt with; answers how many there were."""
        gone = 0
        for person in {lesson.person for lesson in await self.kept() if lesson.id in ids}:
            rows, version = await self._rows(person)
            rest = [r for r in rows if r["id"] not in ids]
            gone += len(rows) - len(rest)
            await self._save(person, rest, version)
        return gone

    async def forget(self, person: str) -> None:
        """Lets go of everything of one person."""
        await self._store.commit(Batch(documents=(Document(KIND, person, None),)))

    async def _withdrawn(self, notice: Withdrawn) -> None:
        if notice.purpose == LEARNING:
            await self.forget(notice.person)

    async def _rows(self, person: str) -> tuple[list[Mapping[str, Any]], int]:
        found = await self._store.get(KIND, person)
        return (list(found[0]["rows"]), found[1]) if found else ([], 0)

    async def _save(self, person: str, rows: Sequence[Mapping[str, Any]], version: int) -> None:
        document = Document(KIND, person, {"rows": list(rows)} if rows else None, expected_version=version)
        await self._store.commit(Batch(documents=(document,)))


def _lesson(person: str, row: Mapping[str, Any]) -> Lesson:
    return Lesson(
        id=row["id"],
        person=person,
        text=row["text"],
        taken_for=row["intent"],
        confidence=row["confidence"],
        alternatives=tuple((intent, p) for intent, p in row["alternatives"]),
        spans=tuple((kind, start, end) for kind, start, end in row["spans"]),
        reason=row["reason"],
        at=parse_instant(row["at"]),
    )
