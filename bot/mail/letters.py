"""What was sent by mail: each nudge on each way has an address of its own, which nobody can guess."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.mail.addresses import MailAddress
from twin_core.contract.errors import Conflict
from twin_core.contract.ports import Batch, Document, Store

_LETTER, _TOKEN, _BROKEN = "mail_letter", "mail_token", "mail_broken"
_TOKEN_BYTES = 16  # in hexadecimal: the part before the @ is often compared without regard to case


@dataclass(frozen=True, slots=True)
class Letter:
    """Who was told what. `opened`: the conversation about it has begun; `choices`: the buttons offered last in it."""

    person: str
    nudge: str
    way: str
    thread: str
    subject: str
    opened: bool = False
    choices: tuple[tuple[str, str], ...] = ()


class LetterBook:
    """Kept in the store. `address` is the house's own; what follows a + in it comes back to the house."""

    def __init__(self, store: Store, address: str) -> None:
        self._store = store
        self.address = MailAddress(address)

    async def reply_to(self, letter: Letter) -> str:
        """The address that takes the answer: of the same nudge on the same way always the same one."""
        key = f"{letter.nudge}/{letter.way}"
        if found := await self._store.get(_LETTER, key):
            return self.address.plus(str(found[0]["token"]))
        token = secrets.token_hex(_TOKEN_BYTES)
        documents = (
            Document(_LETTER, key, {"token": token}, expected_version=0),
            Document(_TOKEN, token, asdict(letter)),
        )
        try:
            await self._store.commit(Batch(documents=documents))
        except Conflict:  # another node was quicker
            return await self.reply_to(letter)
        return self.address.plus(token)

    async def find(self, token: str) -> Letter | None:
        found = await self._store.get(_TOKEN, token) if token else None
        return _letter(found[0]) if found else None

    async def keep(self, token: str, letter: Letter) -> None:
        """As its conversation stands now."""
        await self._store.commit(Batch(documents=(Document(_TOKEN, token, asdict(letter)),)))

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
    return Letter(**{**doc, "choices": tuple((str(id), str(title)) for id, title in doc.get("choices", ()))})
