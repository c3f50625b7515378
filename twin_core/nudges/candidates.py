"""From a concern to what might be said about it: how urgent, in which words. Pure."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from twin_core.contract.nudges import TOPICS, About, Urgency
from twin_core.contract.views import ConcernView
from twin_core.contract.wall_time import wall_of
from twin_core.nudges.policy import Candidate

URGENCIES: Final[tuple[Urgency, ...]] = ("low", "normal", "high", "safety")
SOON: Final = timedelta(hours=4)
_REASONS = 3


def candidate_of(
    concern: ConcernView,
    person: str,
    zone: ZoneInfo,
    now: datetime,
    *,
    asked_for: bool,
    suggested_at: datetime | None = None,
) -> Candidate:
    """`asked_for`: the person put it off until now. `suggested_at`: when something about the same was suggested."""
    urgency = urgency_of(concern, now)
    waits = concern.asker == person
    why = "You asked for it just now." if waits else "You wanted it again now." if asked_for else ""
    return Candidate(
        person=person,
        kind="concern",
        topic=concern.kind,
        urgency=urgency,
        text=text_of(concern),
        why=why or _why(concern, urgency, zone, now),
        actions=concern.actions,
        about=About("concern", concern.id),
        asked_for=asked_for or waits,
        suggested_at=suggested_at,
    )


def urgency_of(concern: ConcernView, now: datetime) -> Urgency:
    """A danger is safety. A warning is urgent where something breaks, harms before long, or lets nobody in any more."""
    if concern.hazard:
        return "safety"
    if concern.severity == "critical":
        return "high"
    soon = concern.due_at is not None and concern.due_at - now <= SOON
    refused = concern.kind == "sync" and concern.twin is None  # a source that waits for its person
    pressing = soon or refused or concern.kind in ("device", "asset")
    return "normal" if concern.severity == "warning" and pressing else "low"


def is_graver(urgency: Urgency, than: Urgency) -> bool:
    return URGENCIES.index(urgency) > URGENCIES.index(than)


def text_of(concern: ConcernView) -> str:
    """What it is, its reasons, what helps, and what happens if nothing is done."""
    parts = [concern.title, *concern.why[:_REASONS]]
    if concern.remedy:
        parts.append(f"what helps: {concern.remedy}")
    if concern.if_ignored:
        parts.append(f"if nothing is done: {concern.if_ignored}")
    return " ".join(f"{_capital(part.rstrip('.'))}." for part in parts)


def stop_of(topic: str, urgency: Urgency) -> str:
    """How to get fewer of these."""
    if urgency == "safety":
        return "A danger is always told."
    return f"Say “fewer of these” to hear less about {TOPICS[topic]}."


def _why(concern: ConcernView, urgency: Urgency, zone: ZoneInfo, now: datetime) -> str:
    if urgency == "safety":
        return "I tell you at once because it is a danger."
    reason = {"high": "it is critical", "normal": "it is a warning", "low": "it may matter to you"}[urgency]
    if concern.due_at is None:
        return f"I tell you because {reason}."
    if concern.due_at <= now:
        return f"I tell you because {reason} and it harms already."
    wall, today = wall_of(concern.due_at, zone), wall_of(now, zone).date()
    day = "" if wall.date() == today else f" on {wall:%A}"
    return f"I tell you because {reason} and time is left until {wall:%H:%M}{day}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
