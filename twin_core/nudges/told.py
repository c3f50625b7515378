"""What was said of a concern to whom: so that it is said once, and again only where it became graver or came back."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from twin_core.contract.clock import instant_text, parse_instant
from twin_core.contract.nudges import Urgency
from twin_core.contract.ports import Document, Store

_KIND = "concern_told"


@dataclass(frozen=True, slots=True)
class Telling:
    """The last word to one person. `waits`: it is decided anew later; `over`: the concern was put away since."""

    nudge: str
    urgency: Urgency
    waits: bool = False
    over: bool = False
    again_at: datetime | None = None  # the person put it off until then


@dataclass(frozen=True, slots=True)
class Told:
    """Tellings of one concern by person. `acknowledged_at`: when somebody last took it on."""

    concern: str
    by_person: Mapping[str, Telling] = field(default_factory=dict)
    acknowledged_at: datetime | None = None

    def with_telling(self, person: str, telling: Telling) -> "Told":
        return replace(self, by_person={**self.by_person, person: telling})

    def document(self) -> Document:
        rows = {person: {**asdict(t), "again_at": _text(t.again_at)} for person, t in self.by_person.items()}
        doc = {"people": rows, "acknowledged_at": _text(self.acknowledged_at)}
        return Document(_KIND, self.concern, doc)

    def forgotten(self) -> Document:
        """The concern is over."""
        return Document(_KIND, self.concern, None)


async def told_of(store: Store, concern: str) -> Told:
    """What is remembered of a concern; nothing yet of a new one."""
    found = await store.get(_KIND, concern)
    if found is None:
        return Told(concern)
    doc = found[0]
    people: dict[str, Any] = doc["people"]
    tellings = {p: Telling(**{**row, "again_at": _instant(row["again_at"])}) for p, row in people.items()}
    return Told(concern, tellings, _instant(doc["acknowledged_at"]))


def _text(at: datetime | None) -> str | None:
    return instant_text(at) if at else None


def _instant(text: str | None) -> datetime | None:
    return parse_instant(text) if text else None
