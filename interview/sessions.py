"""Where interviews are kept: a document each, and beside it which ones of a person are not finished."""

from dataclasses import replace

from interview.session import Session, from_json, to_json
from twin_core.contract.clock import Clock, instant_text
from twin_core.contract.errors import NotFound
from twin_core.contract.ports import Batch, Document, Store
from twin_core.contract.requests import Cause

_SESSIONS = "interview"
_OF_PERSON = "interviews_of"


class Sessions:
    """Sessions by id and by person; a cancelled one is forgotten."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def get(self, interview: str) -> Session:
        """Raises NotFound."""
        found = await self._store.get(_SESSIONS, interview)
        if found is None:
            raise NotFound(f"There is no interview {interview[:60]!r}.", hint="It was cancelled, or never was.")
        doc, version = found
        return replace(from_json(doc), version=version)

    async def of(self, person: str) -> tuple[Session, ...]:
        """The person's interviews that are not finished, the one touched last at the end."""
        found = await self._store.get(_OF_PERSON, person)
        return tuple([await self.get(interview) for interview in (found[0]["ids"] if found else ())])

    async def save(self, session: Session) -> Session:
        """Stores the session and its place in the person's list together.

        Raises Conflict when another process has taken an answer to it meanwhile.
        """
        found = await self._store.get(_OF_PERSON, session.person)
        others = [one for one in (found[0]["ids"] if found else ()) if one != session.id]
        listed = [*others, session.id] if session.live else others
        documents = [Document(_OF_PERSON, session.person, {"ids": listed}, found[1] if found else 0)]
        if session.status != "cancelled":
            doc = {**to_json(session), "updated_at": instant_text(self._clock.now())}
            documents.append(Document(_SESSIONS, session.id, doc, session.version))
        elif session.version:
            documents.append(Document(_SESSIONS, session.id, None, session.version))
        await self._store.commit(Batch(documents=documents, cause=Cause(actor=session.person)))
        return replace(session, version=session.version + 1)
