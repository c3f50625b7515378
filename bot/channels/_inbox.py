"""What a platform delivers, taken once: kept before it is acknowledged, so that nothing is lost and nothing doubled."""

from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.channels._commits import Commits
from bot.documents import Documents
from twin_core.contract.clock import Clock, instant_text, parse_instant
from twin_core.contract.errors import Conflict
from twin_core.contract.ports import Document

# Slack tries again at once, after one and five minutes, and each hour for a day where "Delayed Events" is on; Teams
# hardly at all; a webhook signs anew whenever it tries, mostly within a day.
FORGET_AFTER = timedelta(hours=26)
_SWEPT = 20  # old ones that go with each new one


class Inbox:
    """Deliveries by their key."""

    def __init__(self, documents: Documents, clock: Clock, kind: str) -> None:
        self._documents = documents
        self._commits = Commits(documents)
        self._clock = clock
        self._kind = kind
        self._known: dict[str, None] = {}
        self._oldest: deque[tuple[datetime, str]] = deque()

    async def open(self) -> list[tuple[str, Mapping[str, Any]]]:
        """What was taken by a process that ended before the work was done, oldest first."""
        kept = [(parse_instant(doc["at"]), key, doc) async for key, doc in self._documents.scan(self._kind)]
        kept.sort(key=lambda row: row[:2])
        self._oldest = deque((at, key) for at, key, _ in kept)
        self._known = dict.fromkeys(key for _, key, _ in kept)
        return [(key, doc["body"]) for _, key, doc in kept if "body" in doc]

    def knows(self, key: str) -> bool:
        """Whether it was taken before."""
        return key in self._known

    async def take(self, key: str, body: Mapping[str, Any]) -> bool:
        """False for what was taken before. Where a turn does something it brings this to the disk (docs/adr/0020)."""
        if key in self._known:
            return False
        self._known[key] = None
        now = self._clock.now()
        gone: list[str] = []
        while self._oldest and now - self._oldest[0][0] > FORGET_AFTER and len(gone) < _SWEPT:
            gone.append(self._oldest.popleft()[1])
        new = Document(self._kind, key, {"at": instant_text(now), "body": body}, expected_version=0)
        try:
            await self._commits.commit((new, *(Document(self._kind, old, None) for old in gone)), durable=False)
        except Conflict:
            return False
        except BaseException:
            del self._known[key]  # not taken: it may come again
            raise
        for old in gone:
            self._known.pop(old, None)
        self._oldest.append((now, key))
        return True

    async def begin(self, key: str) -> bool:
        """Remembers that something is done about it now that must not be done twice; False where that was begun by a
        process that ended.
        """
        kept = await self._documents.get(self._kind, key)
        if kept is None or kept[0].get("begun"):
            return kept is None
        await self._commits.commit((Document(self._kind, key, {**kept[0], "begun": True}),), durable=False)
        return True

    async def done(self, key: str) -> None:
        """The work is done: only the key is kept. Where a power cut undoes that, what was done is not done again: the
        engine knows the message.
        """
        doc = {"at": instant_text(self._clock.now())}
        await self._commits.commit((Document(self._kind, key, doc),), durable=False)
