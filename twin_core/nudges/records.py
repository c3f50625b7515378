"""Reminders and nudges as they are kept: documents of their owner, so that only theirs are looked through."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from twin_core.contract import ids
from twin_core.contract.clock import instant_text, parse_instant
from twin_core.contract.nudges import About, NudgeView
from twin_core.contract.ports import Document
from twin_core.contract.reminders import (
    BeforeEvent,
    Condition,
    ReminderView,
    Unacknowledged,
    WhenFree,
    Wish,
    condition_json,
)
from twin_core.contract.views import Action


def new_id(kind: str, owner: str) -> str:
    """An id that tells whose it is."""
    return f"{ids.new_id(kind)}.{owner}"


def owner_of(id: str) -> str:
    return id.partition(".")[2]


def kind_of(kind: str, owner: str) -> str:
    """The kind of the documents of one owner."""
    return f"{kind}/{owner}"


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder and when its rhythm began: the wall time that every later one is counted from."""

    view: ReminderView
    starts: datetime | None = None  # wall time, without a zone
    zone: str | None = None  # in which that was last looked at
    put_off: bool = False  # by the person: it comes at that instant, whatever it hangs on

    def document(self) -> Document:
        return Document(kind_of("reminder", self.view.owner), self.view.id, self._json())

    def changed(self, *, put_off: bool = False, **changes: Any) -> "Reminder":
        view = replace(self.view, **changes, version=self.view.version + 1)
        return replace(self, view=view, put_off=put_off)

    def _json(self) -> dict[str, Any]:
        v = self.view
        return {
            "about": v.about,
            "at": _text(v.at),
            "recurrence": v.recurrence,
            "starts": self.starts.isoformat() if self.starts else None,
            "zone": self.zone,
            "put_off": self.put_off,
            "condition": condition_json(v.condition),
            "before": asdict(v.before) if v.before else None,
            "free": asdict(v.free) if v.free else None,
            "unacknowledged": asdict(v.unacknowledged) if v.unacknowledged else None,
            "wishes": [asdict(wish) for wish in v.wishes],
            "status": v.status,
            "created_at": _text(v.created_at),
            "delivered_at": _text(v.delivered_at),
            "conversation": v.conversation,
            "twin": v.twin,
            "version": v.version,
        }


def reminder_from(id: str, doc: Mapping[str, Any]) -> Reminder:
    """The reminder that `document` wrote."""
    condition, before = doc["condition"], doc["before"]
    free, unacknowledged = doc.get("free"), doc.get("unacknowledged")  # younger than some that are stored
    view = ReminderView(
        id=id,
        about=doc["about"],
        at=_instant(doc["at"]),
        recurrence=doc["recurrence"],
        condition=condition_from(condition) if condition else None,
        before=BeforeEvent(**before) if before else None,
        free=WhenFree(**free) if free else None,
        unacknowledged=Unacknowledged(**unacknowledged) if unacknowledged else None,
        wishes=tuple(Wish(**wish) for wish in doc.get("wishes", ())),
        owner=owner_of(id),
        status=doc["status"],
        created_at=parse_instant(doc["created_at"]),
        delivered_at=_instant(doc["delivered_at"]),
        conversation=doc["conversation"],
        twin=doc["twin"],
        version=doc["version"],
    )
    starts = datetime.fromisoformat(doc["starts"]) if doc["starts"] else None
    return Reminder(view, starts, doc.get("zone"), doc.get("put_off", False))


def condition_from(doc: Mapping[str, Any]) -> Condition:
    """The condition that condition_json wrote."""
    return Condition(doc["twin"], doc["property"], doc["is"], doc["value"])


def nudge_document(nudge: NudgeView) -> Document:
    doc = {k: _text(v) if isinstance(v, datetime) else v for k, v in asdict(nudge).items()}
    return Document(kind_of("nudge", nudge.owner), nudge.id, doc)


def nudge_from(doc: Mapping[str, Any]) -> NudgeView:
    """The nudge that nudge_document wrote."""
    instants = {key: _instant(doc.get(key)) for key in ("due_at", "sent_at", "answered_at", "useless_from")}
    about = About(**doc["about"]) if doc["about"] else None
    actions, asks = tuple(Action(**a) for a in doc["actions"]), tuple(doc.get("asks", ()))
    return NudgeView(**{**doc, **instants, "about": about, "actions": actions, "asks": asks})


def _text(at: datetime | None) -> str | None:
    return instant_text(at) if at else None


def _instant(text: str | None) -> datetime | None:
    return parse_instant(text) if text else None
