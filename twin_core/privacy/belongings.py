"""Whose each kind of stored document is, so that everything kept of a person can be handed to them, and erased.

Every kind stands here, those of bot, interview and connectors too: a house rule fails for one that does not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from twin_core.contract.events import Event
from twin_core.contract.ports import ERASED


@dataclass(frozen=True, slots=True)
class Person:
    """By what somebody is known in what is stored."""

    id: str
    accounts: frozenset[str] = frozenset()  # in chat platforms: "teams/TENANT/USER"
    sources: frozenset[str] = frozenset()  # calendars and task lists of theirs
    streams: frozenset[str] = frozenset()  # of facts about them, also of what was deleted long ago, and their twin


Belongs = Callable[[str, Mapping[str, Any], Person], bool]  # key, document, person


def _by_key(key: str, doc: Mapping[str, Any], person: Person) -> bool:
    return key == person.id


def _by_start_of_key(key: str, doc: Mapping[str, Any], person: Person) -> bool:
    return key.startswith(f"{person.id}/")


def _by_end_of_key(key: str, doc: Mapping[str, Any], person: Person) -> bool:
    """The key is the id of a reminder or nudge, which ends with its owner's."""
    return key.partition(".")[2].partition("/")[0] == person.id


def _by_field(name: str) -> Belongs:
    return lambda key, doc, person: doc.get(name) == person.id


def _as_told(key: str, doc: Mapping[str, Any], person: Person) -> bool:
    return person.id in doc.get("people", {})


def _as_place(channel: str) -> Belongs:
    """The private chat of one of their accounts, or of whom the settings name; a shared conversation is of nobody."""

    def belongs(key: str, doc: Mapping[str, Any], person: Person) -> bool:
        return doc.get("person") == person.id or (key.startswith("chat/") and f"{channel}/{key[5:]}" in person.accounts)

    return belongs


def _as_source(key: str, doc: Mapping[str, Any], person: Person) -> bool:
    """How far a calendar or task list of theirs was read."""
    return key in person.sources


def _as_habit(key: str, doc: Mapping[str, Any], person: Person) -> bool:
    """What is learnt about the like of a concern: the key is `family:what[:whose]`."""
    return any(part == person.id or part in person.streams for part in key.split(":")[1:])


def _as_thread(key: str, doc: Mapping[str, Any], person: Person) -> bool:
    """A thread of mails, also one of theirs in which they were not known yet."""
    return doc["person"] == person.id or f"mail/{doc['address']}" in person.accounts


# A kind for each person, named `<kind>/<person>`.
A_KIND_EACH: Final = ("reminder", "nudge", "digest", "nudge_ways", "suggested", "webpush")

# One kind for everybody, and how a person's own are known.
AMONG_OTHERS: Final[Mapping[str, Belongs]] = {
    "access_log": _by_start_of_key,
    "account": _by_field("person"),
    "calendar_channel": _as_source,
    "calendar_sync": _as_source,
    "check_in_open": _by_key,
    "concern": _by_field("owner"),
    "concern_habit": _as_habit,
    "concern_told": _as_told,
    "consent": _by_key,
    "conversation": _by_start_of_key,
    "event": _by_field("owner"),
    "idempotency": _by_field("by"),
    "interview": _by_field("person"),
    "interviews_of": _by_key,
    "last_conversation": _by_key,
    "link_code": _by_field("person"),
    "mail_letter": _by_end_of_key,
    "mail_thread": _as_thread,
    "mail_token": _by_field("person"),
    "message": _by_start_of_key,
    "misunderstood": _by_key,
    "nudge_tally": _by_key,
    "person_settings": _by_key,
    "plan_source": _by_field("owner"),
    "reminder_condition": _by_end_of_key,
    "reminder_event": _by_end_of_key,
    "reminder_free": _by_end_of_key,
    "reminder_zone": _by_end_of_key,
    "slack_nudge": _by_end_of_key,
    "slack_told": _by_field("person"),
    "task": _by_field("owner"),
    "task_sync": _as_source,
    "teams_nudge": _by_end_of_key,
    "slack_question": _by_field("person"),
    "teams_question": _by_field("person"),
    "teams_place": _as_place("teams"),
    "user": _by_key,
    "webpush_browser": _by_field("person"),
    "webchat_home": _by_key,
    "webchat_log": _by_field("user"),
}

# Of the house, of nobody; or a secret by which somebody signs in, which is handed to nobody.
OF_NOBODY: Final = frozenset(
    """alert_due approval candidate checkpoint delivery
    mail_broken mqtt_announcement receipt slack_delivery slack_oauth_state slack_workspace teams_delivery
    token twin webhook_delivery webhook_place webpush_key""".split()
)


# Theirs, and erased with the rest, but not handed out.
HELD_BACK: Final[Mapping[str, str]] = {
    "calendar_channel": "a secret by which a calendar proves that it is the one that calls",
    "idempotency": "answers that they were given already, kept for a day, keys among them",
}

# Theirs, and not erased with the rest, for a reason that they are told.
STAYS: Final[Mapping[str, str]] = {
    "user": "that you may sign in here, with your name and role: whoever runs this house takes that away",
}

# Streams of facts that are named by a person, as the beginning of their names.
STREAMS_EACH: Final = ("consent:", "privacy:", "person_settings.")

# Streams that are known by the owner in each of their facts: of tasks, events, sources, concerns and nudges.
STREAMS_OWNED: Final = ("task", "event", "source:", "concern.", "nudge.")


def is_of(event: Event, person: str) -> bool:
    """Whether a fact is one of this person's, and its stream with it."""
    return event.data.get("owner") == person or event.stream in {f"{begin}{person}" for begin in STREAMS_EACH}


def without_others(kind: str, doc: Mapping[str, Any], person: str) -> Mapping[str, Any]:
    """The document with what is told in it of this person alone."""
    return {**doc, "people": {person: doc["people"][person]}} if kind == "concern_told" else doc


def without(kind: str, doc: Mapping[str, Any], person: str) -> Mapping[str, Any] | None:
    """What is left of it for others."""
    others = {name: told for name, told in doc["people"].items() if name != person} if kind == "concern_told" else {}
    return {**doc, "people": others} if others else None


# Of others, or of the house, and kept as it is but for the names of those who are erased.
NAMING: Final = ("access_log", "approval", "consent")


def unnamed_fact(event: Event, person: str) -> Mapping[str, Any] | None:
    """The data of a fact of somebody else without this person's name; None where they do not stand in it."""
    if event.name != "consent.changed" or person not in event.data.get("towards", ()):
        return None
    return _towards_others(event.data, person)


def unnamed(kind: str, doc: Mapping[str, Any], person: str) -> Mapping[str, Any]:
    """Such a document, which is not theirs, as it is without this person's name."""
    if kind == "consent":
        return {purpose: _towards_others(row, person) for purpose, row in doc.items()}
    if kind == "access_log":
        return {"looks": [{**look, "by": ERASED} if look["by"] == person else look for look in doc["looks"]]}
    by = {field: ERASED for field in ("requested_by", "decided_by") if doc.get(field) == person}
    return {**doc, **by}


def _towards_others(row: Mapping[str, Any], person: str) -> Mapping[str, Any]:
    """Withdrawn where it was towards nobody else: naming nobody, it would hold towards everybody."""
    if person not in row.get("towards", ()):
        return row
    others = [name for name in row["towards"] if name != person]
    return {**row, "towards": others, "granted": bool(row["granted"] and others)}
