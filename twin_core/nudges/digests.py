"""Digests: what could wait, told together at the person's times; what is over by then is left out."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from twin_core.contract.clock import Clock, instant_text, parse_instant
from twin_core.contract.commands import GetConcern
from twin_core.contract.errors import NotFound
from twin_core.contract.nudges import NudgeView
from twin_core.contract.ports import Batch, Claimed, Document, Due, Store, TwinCore
from twin_core.contract.views import Action
from twin_core.nudges.journal import Journal
from twin_core.nudges.outbox import DELIVERY
from twin_core.nudges.records import kind_of, new_id, nudge_document, nudge_from, owner_of

DIGEST = "digest"
_SHOWN = 4  # all items if four or fewer, else three


def put_by(nudge: NudgeView, at: datetime | None) -> tuple[Document, Due]:
    """Keeps a nudge for the digest at an instant; None takes it out."""
    entry = {"at": instant_text(at)} if at else None
    key = f"{instant_text(at) if at else ''}.{nudge.owner}"
    return Document(kind_of(DIGEST, nudge.owner), nudge.id, entry), Due(DIGEST, key, at, lane=nudge.owner)


class Digests:
    """Work of the kind DIGEST; its key ends with whose it is."""

    def __init__(self, store: Store, core: TwinCore, clock: Clock, journal: Journal) -> None:
        self._store = store
        self._journal = journal
        self._core = core
        self._clock = clock
        self.expect: Callable[[], None] = lambda: None  # told when there is something to do

    async def tell(self, lane: Sequence[Claimed]) -> None:
        """Everything that was kept until now, in one nudge; nothing where all of it is over."""
        for work in lane:
            await self._one(work)

    async def _one(self, work: Claimed) -> None:
        owner, now = work.lane, self._clock.now()
        kept = await self._kept(owner, now)
        open_ones = [nudge for nudge in kept if await self._is_open(nudge)]
        documents = [Document(kind_of(DIGEST, owner), nudge.id, None) for nudge in kept]
        due = [Due(DIGEST, work.key, None, lease=work.lease)]
        if open_ones:
            digest = _digest(owner, open_ones, now)
            told = [replace(nudge, rule=f"told in a digest: {nudge.rule}") for nudge in open_ones]
            documents += [nudge_document(nudge) for nudge in (digest, *told)]
            due.append(Due(DELIVERY, digest.id, now, lane=owner))
        if await self._journal.keep(Batch(documents=documents, due=due)):
            self.expect()

    async def _kept(self, owner: str, now: datetime) -> list[NudgeView]:
        found = []
        async for id, entry in self._store.scan(kind_of(DIGEST, owner)):
            if parse_instant(entry["at"]) <= now:
                found.append(id)
        nudges = [await self._store.get(kind_of("nudge", owner_of(id)), id) for id in found]
        return [nudge_from(each[0]) for each in nudges if each is not None]

    async def _is_open(self, nudge: NudgeView) -> bool:
        if nudge.about is None or nudge.about.kind != "concern":
            return True
        try:
            concern = await self._core.query(GetConcern(nudge.about.id))
        except NotFound:
            return False
        return concern.status == "open"


def _digest(owner: str, nudges: Sequence[NudgeView], now: datetime) -> NudgeView:
    first = [nudge.text.split(". ", 1)[0].rstrip(".") for nudge in nudges]
    shown = first if len(first) <= _SHOWN else first[: _SHOWN - 1]
    lines = [f"{number}. {text}." for number, text in enumerate(shown, 1)]
    if len(first) > len(shown):
        lines.append(f"And {len(first) - len(shown)} more.")
    count = "One thing" if len(first) == 1 else f"{len(first)} things"
    return NudgeView(
        id=new_id("nudge", owner),
        owner=owner,
        kind="digest",
        text="\n".join([f"{count} that could wait until now:", *lines]),
        actions=(Action("say:what's most critical today?", "Show the list"),),
        why="It is your digest: " + "; ".join(dict.fromkeys(nudge.rule for nudge in nudges)) + ".",
        stop="Say “no digest” or “send my digest at 6 pm”.",
        urgency="normal",
        about=nudges[0].about if len(nudges) == 1 else None,
        due_at=now,
        status="waiting",
        conversation=None,
        topic="digest",
    )
