"""Consents as they are kept: one document a person, and an event for each change."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from twin_core.contract.clock import Clock, instant_text, parse_instant
from twin_core.contract.errors import Rejected
from twin_core.contract.events import NewEvent
from twin_core.contract.ports import Append, Batch, Bus, Document, Store, Stored
from twin_core.contract.privacy import (
    PURPOSES,
    SHARING,
    TOWARDS,
    ConsentView,
    ListConsents,
    ListSharers,
    SetConsent,
    Withdrawn,
)
from twin_core.contract.requests import Cause

KIND = "consent"


class ConsentDesk:
    """Handlers of SetConsent, ListConsents and ListSharers."""

    def __init__(self, store: Store, bus: Bus, clock: Clock) -> None:
        self._store = store
        self._bus = bus
        self._clock = clock

    def handlers(self) -> Mapping[type, Callable[..., Awaitable[Any]]]:
        """For Core.register."""
        return {SetConsent: self._set, ListConsents: self._list, ListSharers: self._sharers}

    async def _set(self, command: SetConsent, cause: Cause) -> ConsentView:
        now = self._clock.now()
        if command.purpose not in PURPOSES:
            raise Rejected(
                f"There is no purpose called {command.purpose!r}.",
                code="unknown_purpose",
                hint=f"Known are: {', '.join(PURPOSES)}.",
            )
        if command.until is not None and command.until <= now:
            raise Rejected("That end has passed already.", code="past", hint="Give an end in the future, or none.")
        if command.towards and command.purpose not in TOWARDS:
            raise Rejected(f"{command.purpose.capitalize()} is about nobody else.", code="not_towards_people")
        found = await self._store.get(KIND, command.person)
        given, version = (dict(found[0]), found[1]) if found else ({}, 0)
        row = {
            "granted": command.granted,
            "at": instant_text(now),
            "until": instant_text(command.until) if command.until and command.granted else None,
            "towards": sorted(set(command.towards)) if command.granted else [],
        }
        given[command.purpose] = row
        stream = f"consent:{command.person}"
        event = NewEvent("consent.changed", {"purpose": command.purpose, **row}, now)
        batch = Batch(
            appends=(Append(stream, version, (event,)),),
            documents=(Document(KIND, command.person, given, expected_version=version),),
            cause=cause,
        )
        events = await self._store.commit(batch)
        notices: list[object] = [Stored(events)]
        if not command.granted:
            notices.append(Withdrawn(command.person, command.purpose))
        await self._bus.publish(*notices)
        return _view(command.purpose, row, now)

    async def _list(self, query: ListConsents) -> tuple[ConsentView, ...]:
        found = await self._store.get(KIND, query.person)
        given = found[0] if found else {}
        return tuple(_view(purpose, given.get(purpose), self._clock.now()) for purpose in PURPOSES)

    async def _sharers(self, query: ListSharers) -> tuple[str, ...]:
        now, sharers = self._clock.now(), []
        async for person, given in self._store.scan(KIND):
            view = _view(SHARING, given.get(SHARING), now)
            if view.granted and person != query.person and (not view.towards or query.person in view.towards):
                sharers.append(person)
        return tuple(sharers)


def _view(purpose: str, row: Mapping[str, Any] | None, now: datetime) -> ConsentView:
    if row is None:
        return ConsentView(purpose, PURPOSES[purpose], granted=False)
    until = parse_instant(row["until"]) if row.get("until") else None
    granted = bool(row["granted"]) and (until is None or now < until)
    towards = tuple(row.get("towards", ()))
    return ConsentView(purpose, PURPOSES[purpose], granted, parse_instant(row["at"]), until, towards)
