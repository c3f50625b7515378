"""Whom a mail is for: who answers what was told unasked, and who writes by themselves."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bot.mail.addresses import MailAddress
from bot.mail.desk import MailDesk
from bot.mail.reading import Mail, read
from twin_core.contract.errors import NotFound

MAX_BYTES = 1_000_000  # of one mail


@runtime_checkable
class Conversing(Protocol):
    """The channel in which people talk by mail."""

    async def takes(self, token: str) -> bool: ...

    async def take(self, token: str, mail: Mail) -> None: ...


@dataclass(frozen=True, slots=True)
class Postroom:
    """What the doors hand mail to. `trusted`: the servers whose word about a sender counts."""

    address: MailAddress
    desk: MailDesk
    channel: Conversing
    trusted: Collection[str] = ()

    async def takes(self, recipient: str) -> bool:
        """Whether somebody here is written to at this address."""
        token = self.address.token_in(recipient)
        return token is not None and (
            await self.desk.letters.find(token) is not None or await self.channel.takes(token)
        )

    async def take(self, recipient: str, raw: bytes, envelope_from: str) -> None:
        """Returns when it was answered. The same mail again acts once.

        Raises NotFound for an address that was never given out, Forbidden for a sender it was not given to, Rejected
        for what is no mail, Unavailable where the answer cannot be sent now.
        """
        token = self.address.token_in(recipient)
        if token is None or not await self.takes(recipient):
            raise NotFound("Nobody is written to here.", code="unknown_letter")
        mail = await asyncio.to_thread(read, raw, envelope_from, self.trusted)
        if letter := await self.desk.letters.find(token):
            await self.desk.take(token, letter, mail)
        else:
            await self.channel.take(token, mail)
