"""Inbound webhooks: what an outside system posts to Pollux, proven and understood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from twin_core.contract.requests import Command


@dataclass(frozen=True, slots=True)
class Delivery:
    """One post as it came in. Header names are lower case."""

    headers: Mapping[str, str]
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Happening:
    """What an outside system says has happened, in one vocabulary for all of them."""

    event: str  # "issue.assigned", "ci.failed", "review.requested"; else the system's own word
    actor: str
    object: str  # what it happened to: "acme/pump#12", "PLANT-7"
    title: str
    url: str
    at: datetime
    commands: tuple[Command[Any], ...] = ()  # what follows of it here


class Webhook(Protocol):
    """One system's way of signing and wording what it posts."""

    name: str

    def prove(self, delivery: Delivery) -> str:
        """Answers what makes the delivery unlike any other, for refusing it the second time.

        Raises Unauthenticated where the signature is missing, wrong, or too old.
        """
        ...

    def read(self, delivery: Delivery) -> Sequence[Happening]:
        """What it says; nothing for a greeting or what concerns nobody. Raises Rejected for what is not understood."""
        ...
