"""Opens, changes and closes concerns, each change in one commit with its event. Answers what was stored."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from twin_core.attention.catch_up import Checkpoint
from twin_core.attention.concerns import Cause, Concern, Family, Finding
from twin_core.attention.index import ConcernIndex
from twin_core.attention.judging import word
from twin_core.attention.sources import ENDINGS, findings
from twin_core.attention.surroundings import Surroundings
from twin_core.attention.together import joined
from twin_core.contract import ids, requests
from twin_core.contract.clock import Clock, instant_text
from twin_core.contract.events import Event, NewEvent
from twin_core.contract.nudges import CONCERN_NEWS
from twin_core.contract.ports import Append, Batch, Document, Due, Store
from twin_core.contract.template import SEVERITIES, Severity
from twin_core.contract.views import ConcernStatus

_KIND = "concern"
_EVENTS: Mapping[ConcernStatus, str] = {
    "open": "concern.reopened",
    "acknowledged": "concern.acknowledged",
    "snoozed": "concern.snoozed",
    "dismissed": "concern.dismissed",
    "resolved": "concern.resolved",
}
_FLAPPING: Collection[Family] = ("alert", "silence")  # what devices report may come and go, a task does not
_log = structlog.get_logger(__name__)


class ConcernKeeper:
    """Not safe against itself: one call at a time."""

    def __init__(self, store: Store, clock: Clock, index: ConcernIndex, surroundings: Surroundings) -> None:
        self._store = store
        self._clock = clock
        self._index = index
        self._surroundings = surroundings
        self.checkpoint = Checkpoint(store)

    async def load(self) -> None:
        """Takes up the stored concerns; those of twins that are gone go too."""
        async for id, doc in self._store.scan(_KIND):
            concern = Concern.from_json(id, doc)
            if not await self._surroundings.know_all(concern):
                _log.info("attention.twin_gone", concern=id, twin=concern.twin)
                await self._store.commit(Batch(documents=[Document(_KIND, id, None)]))
                continue
            self._index.put(concern, self._clock.now())
            await self._worsened(concern)  # while nobody ran

    async def take_in(self, event: Event) -> list[Event]:
        """What a stored event of a twin means for the concerns."""
        cause = requests.Cause(trace=event.caused_by)
        told: list[Event] = []
        if event.name in ENDINGS:
            told += await self._leave(event.stream, f"twin {event.name.rpartition('_')[2]}", cause, event.position)
        elif event.name == "system.twin_changed" and self._index.concerns_of(event.stream):
            await self._surroundings.know(event.stream, anew=True)
            await self.reweigh(event.stream, followed=True)
        told += await self.absorb(findings(event), cause, event.position)
        await self.checkpoint.passed(event.position)
        return told

    async def absorb(self, found: Iterable[Finding], cause: requests.Cause, position: int | None = None) -> list[Event]:
        """Causes that begin or end; what is known already changes nothing."""
        told: list[Event] = []
        for finding in found:
            told += await self._absorb(finding, cause, position)
        return told

    async def put_away(
        self, concern: Concern, status: ConcernStatus, cause: requests.Cause, until: datetime | None = None
    ) -> list[Event]:
        """What a person did about it, which teaches how much the like of it matters; taken back, it does not."""
        if (concern.status, concern.until) == (status, until):
            return []
        now = self._clock.now()
        severity = None if status == "open" else self._index.weight_of(concern).severity
        data: dict[str, Any] = {"before": concern.status}
        if until is not None:
            data["until"] = instant_text(until)
        habit = self._surroundings.habit(concern)
        taken_back = status == "open" and cause.actor != requests.Cause().actor  # and not run out
        habit = habit.without_deed(concern.status, now) if taken_back else habit.with_deed(status, now)
        put = replace(concern, status=status, until=until, seen_severity=severity)
        return await self._save(put, _EVENTS[status], data, cause, more=self._surroundings.learn(concern, habit))

    async def rate(self, concern: Concern, important: bool, cause: requests.Cause) -> list[Event]:
        """A person says how much the like of it matters."""
        deed = "important" if important else "unimportant"
        lesson = self._surroundings.learn(concern, self._surroundings.habit(concern).with_deed(deed, self._clock.now()))
        return await self._save(concern, "concern.rated", {"important": important}, cause, more=lesson)

    async def forget(self, person: str) -> list[Event]:
        """Closes what is a person's own."""
        own = [concern for concern in self._index if concern.owner == person]
        told: list[Event] = []
        for concern in own:
            told += await self._close(concern, "its owner is leaving", requests.Cause(), None)
        return told

    async def end_snoozes(self, now: datetime) -> list[Event]:
        """Brings back what was snoozed until now."""
        told: list[Event] = []
        for concern in self._index.waking(now):
            told += await self._bring_back(concern, "the snooze is over", requests.Cause())
        return told

    async def reweigh(self, twin: str, *, followed: bool = False) -> list[Event]:
        """Values of a twin have changed. A snooze was given for what was known then: it ends if it is graver now."""
        told: list[Event] = []
        for concern in self._index.of_twin(twin):
            if followed:
                await self._surroundings.follow(concern)
            self._index.put(concern, self._clock.now())
            told += await self._worsened(concern)
        return told

    async def reweigh_due(self, now: datetime) -> list[Event]:
        """Weighs anew what time has changed."""
        told: list[Event] = []
        for concern in self._index.reweigh_due(now):
            told += await self._worsened(concern)
        return told

    async def _worsened(self, concern: Concern) -> list[Event]:
        """What was put off comes back; of what is listed it is told once that it became graver."""
        if self._is_graver(concern):
            return await self._bring_back(concern, "it became graver", requests.Cause())
        severity = self._index.weight_of(concern).severity
        if concern.status != "open" or not _graver(severity, concern.told_severity):
            return []
        return await self._save(concern, "concern.worsened", {"severity": severity}, requests.Cause())

    async def _absorb(self, finding: Finding, cause: requests.Cause, position: int | None) -> list[Event]:
        finding, merged = joined(finding, self._index)
        concern = self._index.of_group(finding.group)
        if finding.data is None:
            return await self._end(concern, finding, cause, position) if concern else []
        new = Cause(finding.at, finding.data)
        if concern is None:
            told = await self._open(finding, new, cause, position)
        elif finding.is_known(concern):
            return []
        else:
            told = await self._add(concern.with_cause(finding.key, new), finding, cause, position)
        for other in merged:
            told += await self._merge(other, finding.group, cause)
        return told

    async def _open(self, finding: Finding, first: Cause, cause: requests.Cause, position: int | None) -> list[Event]:
        concern = Concern(
            id=ids.new_id("concern"),
            family=finding.family,
            group=finding.group,
            opened_at=finding.at,
            causes={finding.key: first},
            twin=finding.twin,
            owner=finding.owner,
        )
        if not await self._surroundings.know_all(concern):
            return []  # erased since
        concern = replace(concern, owner=finding.owner or self._surroundings.owner_of(concern))
        now = self._clock.now()
        habit = self._surroundings.habit(concern).with_raise(finding.at)
        lesson = self._surroundings.learn(concern, habit) if concern.family in _FLAPPING else []
        scene = self._surroundings.scene(concern, now)
        weight = self._surroundings.weigh(concern, now)
        words = word(concern, scene, weight)
        data = {"severity": weight.severity, "hazard": weight.hazard, "why": list(words.why)}
        return await self._save(concern, "concern.opened", data, cause, position, more=lesson)

    async def _add(
        self, concern: Concern, finding: Finding, cause: requests.Cause, position: int | None
    ) -> list[Event]:
        """One more cause: what was dismissed or resolved is there again; a snooze ends if it is graver now."""
        await self._surroundings.know_all(concern)
        again = concern.status in ("dismissed", "resolved") and finding.raises
        if again or self._is_graver(concern):
            return await self._bring_back(concern, "it was raised anew", cause, position)
        await self._keep(concern, cause, position)
        return await self._worsened(concern)

    async def _merge(self, other: Concern, group: str, cause: requests.Cause) -> list[Event]:
        """What turns out to have the same cause as another concern becomes part of it."""
        whole = self._index.of_group(group)
        if whole is None:
            return []
        # The whole first: then its twins are of some concern all the time, and stay known.
        await self._keep(replace(whole, causes={**other.causes, **whole.causes}), cause, None)
        return await self._close(other, "part of another concern", cause, None)

    async def _end(
        self, concern: Concern, finding: Finding, cause: requests.Cause, position: int | None
    ) -> list[Event]:
        ended = [key for key in concern.causes if key == finding.key or key.startswith(f"{finding.key}:")]
        return await self._without(concern, ended, "cleared", cause, position)

    async def _leave(self, twin: str, reason: str, cause: requests.Cause, position: int) -> list[Event]:
        """A twin concerns nobody any more."""
        told: list[Event] = []
        for concern in self._index.of_twin(twin):
            own = [key for key, each in concern.causes.items() if each.data.get("twin", concern.twin) == twin]
            told += await self._without(concern, own, reason, cause, position)
        return told

    async def _without(
        self, concern: Concern, keys: Sequence[str], reason: str, cause: requests.Cause, position: int | None
    ) -> list[Event]:
        left = concern
        for key in keys:
            left = left.without_cause(key)
        if not left.causes:
            return await self._close(concern, reason, cause, position)
        if keys:
            twins = {each.data.get("twin", left.twin) for each in left.causes.values()}
            await self._keep(left if left.twin in twins else replace(left, twin=min(twins)), cause, position)
        return []

    async def _bring_back(
        self, concern: Concern, reason: str, cause: requests.Cause, position: int | None = None
    ) -> list[Event]:
        back = replace(concern, status="open", until=None, seen_severity=None)
        data = {"before": concern.status, "reason": reason}
        return await self._save(back, "concern.reopened", data, cause, position)

    def _is_graver(self, concern: Concern) -> bool:
        severity = self._surroundings.weigh(concern, self._clock.now()).severity
        return concern.status == "snoozed" and _graver(severity, concern.seen_severity)

    async def _save(
        self,
        concern: Concern,
        event: str,
        data: Mapping[str, Any],
        cause: requests.Cause,
        position: int | None = None,
        more: Sequence[Document] = (),
    ) -> list[Event]:
        now = self._clock.now()
        severity = self._surroundings.weigh(concern, now).severity
        saved = replace(concern, version=concern.version + 1, told_severity=severity)
        stored = await self._store.commit(
            Batch(
                appends=[Append(_stream(concern), concern.version, [self._event(concern, event, data)])],
                documents=[Document(_KIND, saved.id, saved.to_json()), *more, *self.checkpoint.at(position)],
                due=[_news(concern, now)],
                cause=cause,
            )
        )
        self._index.put(saved, now)
        return stored

    async def _keep(self, concern: Concern, cause: requests.Cause, position: int | None) -> None:
        documents = [Document(_KIND, concern.id, concern.to_json()), *self.checkpoint.at(position)]
        await self._store.commit(Batch(documents=documents, cause=cause))
        self._index.put(concern, self._clock.now())

    async def _close(self, concern: Concern, reason: str, cause: requests.Cause, position: int | None) -> list[Event]:
        event = self._event(concern, "concern.resolved", {"reason": reason})
        stored = await self._store.commit(
            Batch(
                appends=[Append(_stream(concern), concern.version, [event])],
                documents=[Document(_KIND, concern.id, None), *self.checkpoint.at(position)],
                due=[_news(concern, self._clock.now())],
                cause=cause,
            )
        )
        self._index.remove(concern)
        for twin in concern.twins:
            if not self._index.concerns_of(twin):
                self._surroundings.forget(twin)
        return stored

    def _event(self, concern: Concern, name: str, data: Mapping[str, Any]) -> NewEvent:
        now = self._clock.now()
        scene = self._surroundings.scene(concern, now)
        title = word(concern, scene, self._surroundings.weigh(concern, now)).title
        return NewEvent(name, {"twin": concern.twin, "owner": concern.owner, "title": title, **data}, now)


def _stream(concern: Concern) -> str:
    return f"concern.{concern.id}"


def _news(concern: Concern, now: datetime) -> Due:
    """Whoever speaks up hears of it, even if the house goes down right after."""
    return Due(CONCERN_NEWS, concern.id, now, lane=concern.owner or "house")


def _graver(severity: Severity, known: Severity | None) -> bool:
    return known is not None and SEVERITIES.index(severity) > SEVERITIES.index(known)
