"""Opens, changes and closes concerns, each change in one commit with its event. Answers what was stored."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from twin_core.attention.catch_up import Checkpoint
from twin_core.attention.concerns import Cause, Concern, Finding
from twin_core.attention.index import ConcernIndex
from twin_core.attention.sources import ENDINGS, findings
from twin_core.attention.subjects import load_subject
from twin_core.attention.wording import word
from twin_core.contract import ids, requests
from twin_core.contract.clock import Clock, instant_text
from twin_core.contract.errors import NotFound
from twin_core.contract.events import Event, NewEvent
from twin_core.contract.ports import Append, Batch, Document, Store, TwinCore
from twin_core.contract.template import SEVERITIES
from twin_core.contract.views import ConcernStatus
from twin_core.templates import Library

_KIND = "concern"
_EVENTS: Mapping[ConcernStatus, str] = {
    "open": "concern.reopened",
    "acknowledged": "concern.acknowledged",
    "snoozed": "concern.snoozed",
    "dismissed": "concern.dismissed",
    "resolved": "concern.resolved",
}
_log = structlog.get_logger(__name__)


class ConcernKeeper:
    """Not safe against itself: one call at a time."""

    def __init__(self, store: Store, core: TwinCore, library: Library, clock: Clock, index: ConcernIndex) -> None:
        self._store = store
        self._core = core
        self._library = library
        self._clock = clock
        self._index = index
        self.checkpoint = Checkpoint(store)

    async def load(self) -> None:
        """Takes up the stored concerns; those of twins that are gone go too."""
        async for id, doc in self._store.scan(_KIND):
            concern = Concern.from_json(id, doc)
            try:
                await self._know(concern.twin)
            except NotFound:
                _log.info("attention.twin_gone", concern=id, twin=concern.twin)
                await self._store.commit(Batch(documents=[Document(_KIND, id, None)]))
                continue
            await self._follow(concern)
            self._index.put(concern)

    async def take_in(self, event: Event) -> list[Event]:
        """What a stored event means for the concerns."""
        cause = requests.Cause(trace=event.caused_by)
        told: list[Event] = []
        if event.name in ENDINGS:
            reason = f"twin {event.name.rpartition('_')[2]}"
            for concern in self._index.of_twin(event.stream):
                told += await self._close(concern, reason, cause, event.position)
        elif event.name == "system.twin_changed" and event.stream in self._index.subjects:
            await self._know(event.stream, anew=True)
        for finding in findings(event):
            told += await self._absorb(finding, cause, event.position)
        await self.checkpoint.passed(event.position)
        return told

    async def put_away(
        self, concern: Concern, status: ConcernStatus, cause: requests.Cause, until: datetime | None = None
    ) -> list[Event]:
        """What a person did about it."""
        if (concern.status, concern.until) == (status, until):
            return []
        severity = None if status == "open" else self._index.weigh(concern, self._clock.now()).severity
        data: dict[str, Any] = {"twin": concern.twin, "before": concern.status}
        if until is not None:
            data["until"] = instant_text(until)
        put = replace(concern, status=status, until=until, seen_severity=severity)
        return await self._save(put, _EVENTS[status], data, cause)

    async def end_snoozes(self, now: datetime) -> list[Event]:
        """Brings back what was snoozed until now."""
        told: list[Event] = []
        for concern in [each for each in self._index if each.until is not None and each.until <= now]:
            told += await self._bring_back(concern, "the snooze is over", requests.Cause())
        return told

    async def wake(self, twin: str) -> list[Event]:
        """A snooze was given for what was known then: it ends when the concern becomes graver."""
        told: list[Event] = []
        for concern in self._index.of_twin(twin):
            if self._is_graver(concern):
                told += await self._bring_back(concern, "it became graver", requests.Cause())
        return told

    async def _absorb(self, finding: Finding, cause: requests.Cause, position: int) -> list[Event]:
        concern = self._index.of_group(finding.group)
        if finding.data is None:
            return await self._end(concern, finding, cause, position) if concern else []
        new = Cause(finding.at, finding.data)
        if concern is None:
            return await self._open(finding, new, cause, position)
        return await self._add(concern.with_cause(finding.key, new), cause, position)

    async def _open(self, finding: Finding, first: Cause, cause: requests.Cause, position: int) -> list[Event]:
        try:
            await self._know(finding.twin)
        except NotFound:
            return []  # erased since
        concern = Concern(
            id=ids.new_id("concern"),
            family=finding.family,
            twin=finding.twin,
            group=finding.group,
            opened_at=finding.at,
            causes={finding.key: first},
        )
        await self._follow(concern)
        now = self._clock.now()
        weight = self._index.weigh(concern, now)
        words = word(concern, self._index.subjects[concern.twin], weight.severity, now)
        data = {
            "twin": concern.twin,
            "severity": weight.severity,
            "hazard": weight.hazard,
            "title": words.title,
            "why": list(words.why),
        }
        return await self._save(concern, "concern.opened", data, cause, position)

    async def _add(self, concern: Concern, cause: requests.Cause, position: int) -> list[Event]:
        """One more cause: what was dismissed or resolved is there again; a snooze ends if it is graver now."""
        await self._follow(concern)
        if concern.status in ("dismissed", "resolved") or self._is_graver(concern):
            return await self._bring_back(concern, "it was raised anew", cause, position)
        await self._keep(concern, cause, position)
        return []

    async def _end(self, concern: Concern, finding: Finding, cause: requests.Cause, position: int) -> list[Event]:
        ended = [key for key in concern.causes if key == finding.key or key.startswith(f"{finding.key}:")]
        left = concern
        for key in ended:
            left = left.without_cause(key)
        if not left.causes:
            return await self._close(concern, "cleared", cause, position)
        if ended:
            await self._keep(left, cause, position)
        return []

    async def _bring_back(
        self, concern: Concern, reason: str, cause: requests.Cause, position: int | None = None
    ) -> list[Event]:
        back = replace(concern, status="open", until=None, seen_severity=None)
        data = {"twin": concern.twin, "before": concern.status, "reason": reason}
        return await self._save(back, "concern.reopened", data, cause, position)

    def _is_graver(self, concern: Concern) -> bool:
        if concern.status != "snoozed" or concern.seen_severity is None:
            return False
        severity = self._index.weigh(concern, self._clock.now()).severity
        return SEVERITIES.index(severity) > SEVERITIES.index(concern.seen_severity)

    async def _save(
        self,
        concern: Concern,
        event: str,
        data: Mapping[str, Any],
        cause: requests.Cause,
        position: int | None = None,
    ) -> list[Event]:
        saved = replace(concern, version=concern.version + 1)
        stored = await self._store.commit(
            Batch(
                appends=[Append(_stream(concern), concern.version, [NewEvent(event, data, self._clock.now())])],
                documents=[Document(_KIND, saved.id, saved.to_json()), *self.checkpoint.at(position)],
                cause=cause,
            )
        )
        self._index.put(saved)
        return stored

    async def _keep(self, concern: Concern, cause: requests.Cause, position: int) -> None:
        documents = [Document(_KIND, concern.id, concern.to_json()), *self.checkpoint.at(position)]
        await self._store.commit(Batch(documents=documents, cause=cause))
        self._index.put(concern)

    async def _close(self, concern: Concern, reason: str, cause: requests.Cause, position: int) -> list[Event]:
        event = NewEvent("concern.resolved", {"twin": concern.twin, "reason": reason}, self._clock.now())
        stored = await self._store.commit(
            Batch(
                appends=[Append(_stream(concern), concern.version, [event])],
                documents=[Document(_KIND, concern.id, None), *self.checkpoint.at(position)],
                cause=cause,
            )
        )
        self._index.remove(concern)
        return stored

    async def _know(self, twin: str, anew: bool = False) -> None:
        if anew or twin not in self._index.subjects:
            self._index.subjects[twin] = await load_subject(self._core, self._library, twin)
            for concern in self._index.of_twin(twin):
                await self._follow(concern)
            self._index.touch()

    async def _follow(self, concern: Concern) -> None:
        if concern.family == "alert":
            for cause in concern.causes.values():
                await self._index.subjects[concern.twin].follow(cause.data["property"], self._core)


def _stream(concern: Concern) -> str:
    return f"concern.{concern.id}"
