"""Consent: what a person allows to be done with what is theirs, for which purpose and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from twin_core.contract.requests import Command, Query

LEARNING = "learning"

# Every purpose there is, as it is explained to whoever is asked. Nothing is done for one without a consent.
PURPOSES: Mapping[str, str] = {
    LEARNING: "keep messages that I misunderstood, so that somebody can teach me what they meant",
}


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One purpose and what its person said to it. Never asked is not granted."""

    purpose: str
    about: str
    granted: bool
    changed_at: datetime | None = None
    until: datetime | None = None  # when it ends by itself


@dataclass(frozen=True, slots=True)
class SetConsent(Command[ConsentView]):
    """Gives or withdraws consent. Raises Rejected for an unknown purpose or an end that is not in the future."""

    person: str
    purpose: str
    granted: bool
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListConsents(Query[tuple[ConsentView, ...]]):
    """Every purpose, as this person has decided on it; one whose end has passed is not granted."""

    person: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Published after a consent was withdrawn: what was kept for it is to go."""

    person: str
    purpose: str
