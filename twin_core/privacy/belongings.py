"""Whose each kind of stored document is, so that everything kept of a person can be handed to them.

Every kind stands here, those of bot, interview and connectors too: a house rule fails for one that does not.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

Belongs = Callable[[str, Mapping[str, Any], str], bool]  # key, document, person


def _by_key(key: str, doc: Mapping[str, Any], person: str) -> bool:
    return key == person


def _by_start_of_key(key: str, doc: Mapping[str, Any], person: str) -> bool:
    return key.startswith(f"{person}/")


def _by_end_of_key(key: str, doc: Mapping[str, Any], person: str) -> bool:
    """The key is the id of a reminder or nudge, which ends with its owner's."""
    return key.partition(".")[2].partition("/")[0] == person


def _by_field(name: str) -> Belongs:
    return lambda key, doc, person: doc.get(name) == person


def _as_told(key: str, doc: Mapping[str, Any], person: str) -> bool:
    return person in doc.get("people", {})


# A kind for each person, named `<kind>/<person>`.
A_KIND_EACH: Final = ("reminder", "nudge", "digest", "nudge_ways", "suggested", "webpush")

# One kind for everybody, and how a person's own are known.
AMONG_OTHERS: Final[Mapping[str, Belongs]] = {
    "account": _by_field("person"),
    "check_in_open": _by_key,
    "concern": _by_field("owner"),
    "concern_told": _as_told,
    "consent": _by_key,
    "conversation": _by_start_of_key,
    "event": _by_field("owner"),
    "interview": _by_field("person"),
    "interviews_of": _by_key,
    "last_conversation": _by_key,
    "link_code": _by_field("person"),
    "mail_letter": _by_end_of_key,
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
    "task": _by_field("owner"),
    "teams_nudge": _by_end_of_key,
    "user": _by_key,
    "webpush_browser": _by_field("person"),
    "webchat_home": _by_key,
    "webchat_log": _by_field("user"),
}

# Of the house, of nobody; or a secret by which somebody signs in, which is handed to nobody.
OF_NOBODY: Final = frozenset(
    """alert_due approval calendar_channel calendar_sync candidate checkpoint concern_habit delivery idempotency
    mail_broken mqtt_announcement receipt slack_delivery slack_oauth_state slack_workspace task_sync teams_delivery
    teams_place token twin webhook_delivery webhook_place webpush_key""".split()
)


def without_others(kind: str, doc: Mapping[str, Any], person: str) -> Mapping[str, Any]:
    """The document with what is told in it of this person alone."""
    return {**doc, "people": {person: doc["people"][person]}} if kind == "concern_told" else doc
