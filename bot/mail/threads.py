"""Threads of mails that people have begun: whose each is, and how its next mail is known."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from bot.documents import Documents
from bot.mail.reading import Mail
from twin_core.contract.clock import Clock, instant_text, parse_instant
from twin_core.contract.ports import Batch, Document

_THREAD = "mail_thread"
_HALF = 16  # hexadecimal digits: of what everybody may know, and of what only the person was told
_STRANGERS_STAY = timedelta(days=2)
_REMEMBERED = 20  # mails of a thread that are known when they come again


@dataclass(frozen=True, slots=True)
class MailThread:
    """`id` stands in the Message-ID of what is answered, `secret` only in the address that takes the next mail.

    `choices`: the buttons that were offered last, by id and title. `person`: who was answered here; empty: a stranger.
    """

    id: str
    secret: str
    address: str
    subject: str
    at: str
    person: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    answered: tuple[str, ...] = ()

    @property
    def token(self) -> str:
        return f"{self.id}{self.secret}"

    def after(self, key: str, person: str, choices: tuple[tuple[str, str], ...]) -> "MailThread":
        """The thread after this mail was answered."""
        return replace(self, person=person, choices=choices, answered=(*self.answered, key)[-_REMEMBERED:])


class ThreadBook:
    """Kept in the store."""

    def __init__(self, documents: Documents, clock: Clock) -> None:
        self._documents = documents
        self._clock = clock

    async def find(self, token: str) -> MailThread | None:
        """The thread whose next mail comes to the address with this token."""
        thread = await self.get(token[:_HALF])
        return thread if thread and secrets.compare_digest(thread.token.encode(), token.encode()) else None

    async def get(self, id: str) -> MailThread | None:
        found = await self._documents.get(_THREAD, id) if id else None
        return _thread(found[0]) if found else None

    async def of(self, mail: Mail) -> MailThread:
        """The thread that this mail goes on with, by what it refers to, else begins; the same mail the same one."""
        for reference in reversed(mail.references):
            if (known := await self.get(reference[1 : 1 + _HALF])) and known.address == mail.sender:
                return known
        id = hashlib.sha256(f"{mail.sender} {mail.key}".encode()).hexdigest()[:_HALF]
        subject = mail.subject or "Your mail"
        new = MailThread(id, secrets.token_hex(_HALF // 2), mail.sender, subject, instant_text(self._clock.now()))
        return await self.get(id) or new

    async def keep(self, thread: MailThread) -> None:
        await self._documents.commit(Batch(documents=(Document(_THREAD, thread.id, asdict(thread)),)))

    async def sweep(self) -> None:
        """Forgets strangers who have not come back."""
        until = self._clock.now() - _STRANGERS_STAY
        threads = [_thread(doc) async for _, doc in self._documents.scan(_THREAD)]
        gone = [thread.id for thread in threads if not thread.person and parse_instant(thread.at) < until]
        await self._documents.commit(Batch(documents=[Document(_THREAD, id, None) for id in gone]))


def _thread(doc: Mapping[str, Any]) -> MailThread:
    choices = tuple((str(id), str(title)) for id, title in doc["choices"])
    return MailThread(**{**doc, "choices": choices, "answered": tuple(doc["answered"])})
