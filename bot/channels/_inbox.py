"""What a platform delivers, taken once: kept before it is acknowledged, so that nothing is lost and nothing doubled."""

import asyncio
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from bot.channels._commits import Commits
from bot.channels._journal import Journal
from bot.documents import Documents
from twin_core.contract.clock import Clock, instant_text, parse_instant
from twin_core.contract.errors import Conflict, PolluxError, Unavailable
from twin_core.contract.ports import Document

# Slack tries again at once, after one and five minutes, and each hour for a day where "Delayed Events" is on; Teams
# hardly at all; a webhook signs anew whenever it tries, mostly within a day.
FORGET_AFTER = timedelta(hours=26)
_SWEPT = 20  # old ones that go with each new one
_AGAIN_S = 1.0

log = structlog.get_logger(__name__)


class Inbox:
    """Deliveries by their key. With a `journal`, a file, one is taken before the database has it."""

    def __init__(self, documents: Documents, clock: Clock, kind: str, journal: Path | None = None) -> None:
        self._documents = documents
        self._commits = Commits(documents)
        self._clock = clock
        self._kind = kind
        self._journal = Journal(journal) if journal else None
        self._known: dict[str, None] = {}
        self._oldest: deque[tuple[datetime, str]] = deque()
        self._storing: dict[str, asyncio.Task[None]] = {}
        self._theirs: set[str] = set()  # what another process took before us

    async def open(self) -> list[tuple[str, Mapping[str, Any]]]:
        """What was taken by a process that ended before the work was done, oldest first."""
        left = self._journal.open() if self._journal else []
        kept = [(parse_instant(doc["at"]), key, doc) async for key, doc in self._documents.scan(self._kind)]
        kept.sort(key=lambda row: row[:2])
        self._oldest = deque((at, key) for at, key, _ in kept)
        self._known = dict.fromkeys(key for _, key, _ in kept)
        undone = [(key, doc["body"]) for _, key, doc in kept if "body" in doc]
        undone += [(key, body) for key, body in left if key not in self._known and await self._taken(key, body)]
        for key, _ in left:
            self._of_journal(key)
        return undone

    def knows(self, key: str) -> bool:
        """Whether it was taken before."""
        return key in self._known

    async def take(self, key: str, body: Mapping[str, Any]) -> bool:
        """False for what was taken before. Where a turn does something it brings this to the disk (docs/adr/0020)."""
        if key in self._known:
            return False
        if self._journal is None or not self._journal.add(key, body):
            return await self._taken(key, body)
        self._known[key] = None
        self._storing[key] = asyncio.create_task(self._store_in_time(key, body))
        return True

    async def is_ours(self, key: str) -> bool:
        """Once the database has what was taken; False where another process had taken it before."""
        if storing := self._storing.get(key):
            await asyncio.shield(storing)
        return key not in self._theirs

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
        await self.is_ours(key)
        doc = {"at": instant_text(self._clock.now())}
        await self._commits.commit((Document(self._kind, key, doc),), durable=False)

    async def aclose(self) -> None:
        """What the database does not have yet is left in the journal."""
        for storing in self._storing.values():
            storing.cancel()
        await asyncio.gather(*self._storing.values(), return_exceptions=True)
        if self._journal:
            self._journal.close()

    async def _taken(self, key: str, body: Mapping[str, Any]) -> bool:
        self._known[key] = None
        try:
            return await self._store(key, body)
        except BaseException:
            del self._known[key]  # not taken: it may come again
            raise

    async def _store_in_time(self, key: str, body: Mapping[str, Any]) -> None:
        """It is acknowledged: where the database is away it waits for it."""
        while True:
            try:
                if not await self._store(key, body):
                    self._theirs.add(key)
            except Unavailable as error:
                log.warning("inbox.not_stored", kind=self._kind, reason=error.message)
                await asyncio.sleep(_AGAIN_S)
                continue
            except PolluxError as error:  # no database takes it: it is worked on all the same
                log.warning("inbox.not_storable", kind=self._kind, reason=error.message)
            self._storing.pop(key, None)
            self._of_journal(key)
            return

    async def _store(self, key: str, body: Mapping[str, Any]) -> bool:
        now = self._clock.now()
        gone: list[str] = []
        while self._oldest and now - self._oldest[0][0] > FORGET_AFTER and len(gone) < _SWEPT:
            gone.append(self._oldest.popleft()[1])
        new = Document(self._kind, key, {"at": instant_text(now), "body": body}, expected_version=0)
        try:
            await self._commits.commit((new, *(Document(self._kind, old, None) for old in gone)), durable=False)
        except Conflict:
            return False
        for old in gone:
            self._known.pop(old, None)
        self._oldest.append((now, key))
        return True

    def _of_journal(self, key: str) -> None:
        if self._journal:
            self._journal.remove(key)
