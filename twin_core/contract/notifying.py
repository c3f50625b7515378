"""Notifiers: how a message leaves the house for one person outside."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: as it was shown to whoever agreed to it."""

    subject: str
    text: str
    sender: str  # the person on whose behalf it is sent
    trace: str = ""


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
