"""Interviews as a service: kept in the store, open to every conversation of the person, one at a time.

A pause leaves a draft twin, which later answers keep in step; a cancellation erases it; a yes makes it
active. Nothing else of the twin core is touched before the person has said yes.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from rapidfuzz import fuzz, process

from interview import blanks, flow
from interview.configuration import twin_fields
from interview.discovery import answers_from
from interview.drafts import Drafts
from interview.session import Session
from interview.sessions import Sessions
from interview.steps import Step
from twin_core.contract.clock import Clock
from twin_core.contract.commands import CreateTwin, ListTypes
from twin_core.contract.errors import Conflict, NotFound, PolluxError, Rejected
from twin_core.contract.ids import new_id
from twin_core.contract.ports import Store, TwinCore
from twin_core.contract.requests import Cause
from twin_core.contract.telemetry import ListCandidates
from twin_core.contract.template import Fidelity, TwinType
from twin_core.contract.views import CandidateView, TwinView


class Interviews:
    """Starts, continues and ends interviews."""

    def __init__(self, core: TwinCore, store: Store, clock: Clock, zone: str = "UTC") -> None:
        """`zone` is where people live who do not say otherwise."""
        self._core = core
        self._zone = zone
        self._sessions = Sessions(store, clock)
        self._drafts = Drafts(core)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    # --- starting and finding ----------------------------------------------------------------------

    async def start(
        self,
        person: str,
        type: str | None = None,
        *,
        candidate: str | None = None,
        fidelity: Fidelity = "basic",
        answers: Mapping[str, Any] | None = None,
        text: str = "",
    ) -> Step:
        """Opens an interview, about a type or about a device that announced itself.

        One that is open already is paused first. Raises NotFound for an unknown type or device.
        """
        seen = await self._candidate(candidate) if candidate else None
        name = type or (seen.type if seen else None)
        if name is None:
            raise Rejected("An interview needs a twin type or a discovered device.", hint="Give one of the two.")
        chosen = await self.type(name)
        async with self._turns[person]:
            open_now = await self._current(person)
            if open_now is not None:
                await self._settle(open_now, _out_of_the_way(open_now))
            known = {**(answers_from(seen) if seen else {}), **(answers or {})}
            step = flow.start(
                chosen,
                id=new_id("interview"),
                person=person,
                fidelity=fidelity,
                answers=known,
                candidate=candidate,
                text=text,
            )
            return replace(step, session=await self._sessions.save(step.session))

    async def get(self, interview: str) -> Session:
        """Raises NotFound."""
        return await self._sessions.get(interview)

    async def of(self, person: str) -> tuple[Session, ...]:
        """The person's interviews that are not finished, the one touched last at the end."""
        return await self._sessions.of(person)

    async def current(self, person: str) -> Session | None:
        """The interview that the person's next answer belongs to."""
        return await self._current(person)

    async def paused(self, person: str) -> tuple[Session, ...]:
        """The person's interviews that wait as drafts, oldest first."""
        return tuple(session for session in await self.of(person) if session.status == "paused")

    async def type(self, name: str) -> TwinType:
        """Raises NotFound, with near types."""
        types = {type.name: type for type in await self._core.query(ListTypes())}
        if name not in types:
            near = [match[0] for match in process.extract(name, types.keys(), scorer=fuzz.WRatio, limit=3)]
            raise NotFound(
                f"There is no twin type {name[:60]!r}.",
                code="unknown_type",
                hint=f"Near ones: {', '.join(near)}.",
                details={"nearest": near},
            )
        return _at_home(types[name], self._zone)

    async def prompt(self, interview: str) -> Step:
        """What stands open, put again without counting as a turn: after an interruption, or in another channel."""
        session = await self.get(interview)
        chosen = await self.type(session.type)
        return flow.repeat(session, chosen)

    async def reads(self, interview: str, text: str) -> flow.Reads:
        """How `answer` would read a text, without taking it."""
        session = await self.get(interview)
        return flow.reads(session, await self.type(session.type), text)

    # --- going on ----------------------------------------------------------------------------------

    async def answer(self, interview: str, text: str, lang: str = "en") -> Step:
        """Takes an answer, a correction, or a word that steers."""
        return await self._turn(interview, lambda session, type: flow.take(session, type, text, lang))

    async def correct(self, interview: str, slot: str, text: str) -> Step:
        """Takes another answer to the slot named. Raises NotFound for a slot that the type does not have."""
        return await self._turn(interview, lambda session, type: flow.correct(session, type, slot, text))

    async def fill(self, interview: str, texts: Mapping[str, str]) -> Step:
        """Takes a whole form, by slot, and creates what it shows; one that was paused goes on with it.

        Raises NotFound for a slot that there is not.
        """
        if (await self.get(interview)).status == "paused":
            await self.resume_by_id(interview)
        return await self._turn(interview, lambda session, type: blanks.fill(session, type, texts))

    async def skip(self, interview: str) -> Step:
        return await self._turn(interview, flow.skip)

    async def back(self, interview: str) -> Step:
        return await self._turn(interview, flow.back)

    async def later(self, interview: str) -> Step:
        """Pauses; a draft twin with the answers so far exists afterwards."""
        return await self._turn(interview, flow.later)

    async def cancel(self, interview: str) -> Step:
        """Ends it; no draft is left."""
        return await self._turn(interview, flow.cancel)

    async def defaults(self, interview: str) -> Step:
        """That's all: defaults fill in the rest and the preview follows."""
        return await self._turn(interview, flow.defaults)

    async def confirm(self, interview: str) -> Step:
        """Yes to the preview: the twin is there afterwards (`step.session.twin`)."""
        return await self._turn(interview, flow.confirm)

    async def resume(self, person: str, name: str | None = None) -> Step:
        """Goes on with a paused interview, named as its twin or type is called; in any conversation.

        Raises NotFound where none fits, with the names of those that wait in `details["nearest"]`.
        """
        waiting = await self.paused(person)
        session = _named(waiting, name)
        if session is None:
            open_now = await self._current(person)
            if open_now is not None and (name is None or _named((open_now,), name)):
                return await self.prompt(open_now.id)
            names = [_title(one) for one in waiting]
            raise NotFound(
                f"No interview about {name!r} waits." if name else "No interview waits, or more than one does.",
                code="no_such_interview",
                hint=f"Waiting: {', '.join(names)}." if names else "Say “create a twin” to begin one.",
                details={"nearest": names},
            )
        return await self.resume_by_id(session.id)

    async def resume_by_id(self, interview: str) -> Step:
        """Goes on with one paused interview; another one of the person that is open is paused first."""
        session = await self.get(interview)
        async with self._turns[session.person]:
            open_now = await self._current(session.person)
            if open_now is not None and open_now.id != interview:
                await self._settle(open_now, _out_of_the_way(open_now))
            return await self._settle(await self.get(interview), flow.resume)

    async def defaults_for_rest(self, person: str) -> tuple[TwinView, ...]:
        """Makes a twin with defaults of every discovered device that has none; answers the new twins.

        A device that cannot become one goes on waiting. Raises its error only where no device could.
        """
        made: list[TwinView] = []
        refused: list[PolluxError] = []
        for candidate in await self._core.query(ListCandidates()):
            chosen = await self.type(candidate.type)
            step = flow.start(chosen, id="", person=person, answers=answers_from(candidate), candidate=candidate.id)
            command = CreateTwin(type=chosen.name, source=candidate.id, **twin_fields(step.session, chosen))
            try:
                made.append(await self._core.execute(command, Cause(actor=person)))
            except (Rejected, Conflict) as error:
                refused.append(error)  # it stays a device that waits; the others need not
        if refused and not made:
            raise refused[0]
        return tuple(made)

    # --- inside ------------------------------------------------------------------------------------

    async def _current(self, person: str) -> Session | None:
        live = [session for session in await self.of(person) if session.status in ("open", "preview")]
        return live[-1] if live else None

    async def _candidate(self, source: str) -> CandidateView:
        for candidate in await self._core.query(ListCandidates()):
            if candidate.id == source:
                return candidate
        raise NotFound(f"No device {source[:80]!r} waits for a twin.", hint="It may have been withdrawn or have one.")

    async def _turn(self, interview: str, move: Callable[[Session, TwinType], Step]) -> Step:
        person = (await self.get(interview)).person
        async with self._turns[person]:
            return await self._settle(await self.get(interview), move)

    async def _settle(self, session: Session, move: Callable[[Session, TwinType], Step]) -> Step:
        """One pure step and what follows from it in the twin core and the store."""
        if not session.live:
            raise Conflict("That interview is over.", code="interview_over", hint="Begin another one.")
        chosen = await self.type(session.type)
        step = move(session, chosen)
        try:
            after = await self._drafts.follow(step.session, chosen)
        except (Rejected, Conflict) as error:
            if step.session.status != "done":
                raise
            step = flow.refuse(session, chosen, "name", str(error))
            after = step.session
        return replace(step, session=await self._sessions.save(after))


def _at_home(type: TwinType, zone: str) -> TwinType:
    """The type, with the zone of the house as the one that is usual."""
    questions = (replace(q, default=zone) if q.slot == "timezone" else q for q in type.questions)
    return replace(type, questions=tuple(questions))


def _out_of_the_way(session: Session) -> Callable[[Session, TwinType], Step]:
    """What becomes of an open interview when another one begins: a draft, unless nothing was said yet."""
    return flow.later if session.said or session.draft else flow.cancel


def _named(sessions: tuple[Session, ...], name: str | None) -> Session | None:
    """The session that a name means; the only one where nothing was named."""
    if name is None:
        return sessions[0] if len(sessions) == 1 else None
    titles = {session.id: _title(session).lower() for session in sessions}
    match = process.extractOne(name.lower(), titles, scorer=fuzz.WRatio, score_cutoff=75)
    return next(session for session in sessions if session.id == match[2]) if match else None


def _title(session: Session) -> str:
    return session.name or session.type.replace("_", " ")
