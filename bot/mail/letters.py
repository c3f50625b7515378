"""What was sent by mail: each nudge on each way has an address of its own, which nobody can guess."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from twin_core.contract.errors import Conflict
from twin_core.contract.ports import Batch, Document, Store

_LETTER, _TOKEN, _BROKEN = "mail_letter", "mail_token", "mail_broken"
_TOKEN_BYTES = 16  # in hexadecimal: the part before the @ is often compared without regard to case


@dataclass(frozen=True, slots=True)
class Letter:
    """Who was told what. `opened`: the conversation about it has begun."""

    person: str
    nudge: str
    way: str
    thread: str
    subject: str
    opened: bool = False


class LetterBook:
    """Kept in the store. `address` is the house's own; what follows a + in it comes back to the house."""

    def __init__(self, store: Store, address: str) -> None:
        self._store = store
        self.address = address.lower()

    async def reply_to(self, letter: Letter) -> str:
        """The address that takes the answer: of the same nudge on the same way always the same one."""
        key = f"{letter.nudge}/{letter.way}"
        if found := await self._store.get(_LETTER, key):
            return self.plus(str(found[0]["token"]))
        token = secrets.token_hex(_TOKEN_BYTES)
        documents = (
            Document(_LETTER, key, {"token": token}, expected_version=0),
            Document(_TOKEN, token, asdict(letter)),
        )
        try:
            await self._store.commit(Batch(documents=documents))
        except Conflict:  # another node was quicker
            return await self.reply_to(letter)
        return self.plus(token)

    def plus(self, token: str) -> str:
        name, _, domain = self.address.rpartition("@")
        return f"{name}+{token}@{domain}"

    def token_in(self, recipient: str) -> str:
        """What stands after the + where the rest is the house's address; else empty."""
        name, _, domain = recipient.lower().rpartition("@")
        first, _, token = name.partition("+")
        return token if f"{first}@{domain}" == self.address else ""

    async def find(self, token: str) -> Letter | None:
        found = await self._store.get(_TOKEN, token) if token else None
        return _letter(found[0]) if found else None

    async def open(self, token: str, letter: Letter) -> None:
        """Its conversation has begun."""
        doc = asdict(replace(letter, opened=True))
        await self._store.commit(Batch(documents=(Document(_TOKEN, token, doc),)))

    async def broken(self, to: str) -> str | None:
        """Why mail to this address came back; None where it did not, or somebody wrote from there since."""
        found = await self._store.get(_BROKEN, to.lower())
        return str(found[0]["reason"]) if found else None

    async def note_broken(self, to: str, reason: str) -> None:
        await self._store.commit(Batch(documents=(Document(_BROKEN, to.lower(), {"reason": reason}),)))

    async def note_mended(self, to: str) -> None:
        if await self.broken(to) is not None:
            await self._store.commit(Batch(documents=(Document(_BROKEN, to.lower(), None),)))


def _letter(doc: Mapping[str, Any]) -> Letter:
    return Letter(**doc)
