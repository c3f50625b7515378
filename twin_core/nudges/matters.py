"""Of one matter a suggestion and a concern are not both spoken: whichever came first speaks for half a day."""

from datetime import datetime, timedelta
from typing import Final

from twin_core.contract.commands import GetCritical, ListPutAway
from twin_core.contract.nudges import NudgeView
from twin_core.contract.ports import Store, TwinCore
from twin_core.contract.views import ConcernView
from twin_core.nudges.records import kind_of, nudge_from
from twin_core.nudges.suggestions.memory import Memory
from twin_core.nudges.told import told_of

APART: Final = timedelta(hours=12)
_LOOKED_AT = 200  # concerns of one person: what ranks lower is in no message but the digest


class Matters:
    """Knows what was said of the same thing. Suggestions are known by their keys."""

    def __init__(self, store: Store, core: TwinCore) -> None:
        self._store = store
        self._core = core

    async def silent_until(self, key: str, person: str, now: datetime) -> datetime | None:
        """How long a suggestion is not to be made, because a concern about the same speaks; None: it may be."""
        open_ones = (await self._core.query(GetCritical(_LOOKED_AT, person=person))).items
        away = await self._core.query(ListPutAway(person))
        same = [concern for concern in (*open_ones, *away) if key.startswith(_key_of(concern))]
        points = [at for concern in same if (at := await self._speaks_until(concern, person, now))]
        return max((at for at in points if at > now), default=None)

    async def suggested_at(self, concern: ConcernView, person: str, now: datetime) -> datetime | None:
        """When a time for its task was suggested, where that was not long ago. Of a thing that wears, what a concern
        tells is news.
        """
        if not concern.task:
            return None
        memory = await Memory.of(self._store, person, now)
        nudges = [await self._nudge(person, id) for id in memory.nudges(_key_of(concern))]
        spoken = [at for nudge in nudges if nudge and (at := _spoken_at(nudge)) and now - at < APART]
        return max(spoken, default=None)

    async def _speaks_until(self, concern: ConcernView, person: str, now: datetime) -> datetime | None:
        """Whoever has taken it on, or put it away, needs no suggestion about it."""
        if concern.status != "open":
            return concern.until or now + APART
        telling = (await told_of(self._store, concern.id)).by_person.get(person)
        nudge = await self._nudge(person, telling.nudge) if telling else None
        if telling is None or nudge is None:
            return None
        at = nudge.due_at if telling.waits else _spoken_at(nudge)
        return at + APART if at else None

    async def _nudge(self, person: str, id: str) -> NudgeView | None:
        found = await self._store.get(kind_of("nudge", person), id)
        return nudge_from(found[0]) if found else None


def _spoken_at(nudge: NudgeView) -> datetime | None:
    """None for what was held back."""
    return nudge.sent_at or (nudge.due_at if nudge.status == "waiting" else None)


def _key_of(concern: ConcernView) -> str:
    """How the keys of suggestions about the same begin; of no suggestion does one begin with a blank."""
    if concern.task:
        return f"slot.{concern.task}."
    return f"upkeep.{concern.twin}." if concern.twin and concern.kind in ("device", "asset") else " "
