"""Notifiers: how a message leaves the house for one person outside."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that goes along. The text of the message says all that it shows."""

    png: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: as it was shown to whoever agreed to it.

    Messages with the same `key` are one message, sent again. Those of one `thread` (letters, digits and dots) stand
    together wherever the way can show that; `answers` are the ids of those before it, the one that it answers last.
    """

    subject: str
    text: str
    sender: str  # the person on whose behalf it is sent
    trace: str = ""
    key: str = ""
    thread: str = ""
    answers: tuple[str, ...] = ()
    reply_to: str = ""  # the address that takes an answer, where that is not the sender's
    urgent: bool = False
    picture: Picture | None = None


class Notifier(Protocol):
    """One way to one person."""

    name: str

    @property
    def to(self) -> str:
        """Where it goes, as it may be shown: an address, a host."""
        ...

    async def send(self, message: Message) -> None:
        """Delivers, or raises Unavailable (try again later) or Rejected (what is set up is wrong)."""
        ...

    async def aclose(self) -> None: ...
