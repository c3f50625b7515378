"""Consent: what a person allows to be done with what is theirs, for which purpose and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from twin_core.contract.requests import Command, Query

LEARNING = "learning"
SHARING = "sharing"
STANDING_IN = "standing_in"

# Every purpose there is, as it is explained to whoever is asked. Nothing is done for one without a consent.
PURPOSES: Mapping[str, str] = {
    LEARNING: "keep messages that I misunderstood, so that somebody can teach me what they meant",
    SHARING: "show what is most critical of your tasks, calendar and reviews to those you name, never how you are",
    STANDING_IN: "ask you in the place of those you name, where they did not answer something critical of the house",
}
TOWARDS = frozenset({SHARING, STANDING_IN})  # purposes that are about other people

# What of a person others can look at, as it is told to that person.
LOOKS: Mapping[str, str] = {
    "profile": "what your twin is called and how it is set up",
    "state": "what your twin reports, but for how you are",
    "history": "how a value of your twin went",
    "events": "what happened to your twin",
    "live": "what your twin reports, but for how you are, as it came in",
    "critical_list": "what is most critical for you, which you share with them",
    "export": "all that is kept of you, handed out on the machine that Pollux runs on",
}
LOOKS_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One purpose and what its person said to it. Never asked is not granted."""

    purpose: str
    about: str
    granted: bool
    changed_at: datetime | None = None
    until: datetime | None = None  # when it ends by itself
    towards: tuple[str, ...] = ()  # person ids, of a purpose about others; empty: everybody who may sign in here

    def is_given_to(self, person: str) -> bool:
        """Whether it is granted towards this person."""
        return self.granted and (not self.towards or person in self.towards)


@dataclass(frozen=True, slots=True)
class SetConsent(Command[ConsentView]):
    """Gives or withdraws consent, each time as a whole.

    Raises Rejected for an unknown purpose, an end that is not in the future, and people where none are meant.
    """

    person: str
    purpose: str
    granted: bool
    until: datetime | None = None
    towards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListConsents(Query[tuple[ConsentView, ...]]):
    """Every purpose, as this person has decided on it; one whose end has passed is not granted."""

    person: str


@dataclass(frozen=True, slots=True)
class ListSharers(Query[tuple[str, ...]]):
    """Who shares what is theirs with this person now, by id."""

    person: str


@dataclass(frozen=True, slots=True)
class ListHidden(Query[frozenset[str]]):
    """Properties of a twin that this person does not get to see: what somebody else says of themselves."""

    twin: str
    person: str


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person who may sign in here."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ListPeople(Query[tuple[Somebody, ...]]):
    """Everybody who may sign in here, by id; empty where only the owner uses the house."""


@dataclass(frozen=True, slots=True)
class Exported:
    """Everything that is kept of a person: documents by kind and key, and their own twin where there is one."""

    person: str
    at: datetime
    documents: Mapping[str, Mapping[str, Mapping[str, Any]]]
    twin: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class ExportData(Command[Exported]):
    """Hands a person what is kept of them, and remembers that it was done."""

    person: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Published after a consent was withdrawn: what was kept for it is to go."""

    person: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Erased:
    """What was taken away of a person: how many documents of each kind, and whether a twin of theirs."""

    person: str
    at: datetime
    documents: Mapping[str, int]
    twin: bool


@dataclass(frozen=True, slots=True)
class EraseData(Command[Erased]):
    """Takes away for good all that is kept of a person. What stays: that it was done, and their sign-in."""

    person: str


@dataclass(frozen=True, slots=True)
class Remains:
    """What is still found of a person: kinds of documents, streams of facts, their twin. All empty: nothing."""

    documents: tuple[str, ...]
    streams: tuple[str, ...]
    twin: str | None


@dataclass(frozen=True, slots=True)
class FindRemains(Query[Remains]):
    """The proof of an erasure, looked for anew in everything that is stored."""

    person: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """Published before what is kept of a person is erased: whoever holds any of it in memory lets go of it.

    `streams`: of facts about them, their twin's among them.
    """

    person: str
    streams: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Looked:
    """Published when somebody was shown what is another person's: a twin of theirs, or their list by their id."""

    by: str
    what: str  # of LOOKS
    twins: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LookView:
    """What somebody looked at on one day (UTC), and how often. `about` says it in words."""

    by: str  # person id; "system" is whoever looks after the house, "erased" somebody who is erased
    what: str
    about: str
    first_at: datetime
    last_at: datetime
    times: int


@dataclass(frozen=True, slots=True)
class ListLooks(Query[tuple[LookView, ...]]):
    """Who looked at what is this person's, newest first; as far back as LOOKS_KEPT."""

    person: str
