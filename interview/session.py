"""One interview as it stands: plain data that survives a restart and moves between channels."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal

from twin_core.contract.template import Fidelity

Status = Literal["open", "paused", "preview", "done", "cancelled"]
Origin = Literal["said", "found", "default", "unset"]

LIVE: frozenset[Status] = frozenset({"open", "preview", "paused"})


@dataclass(frozen=True, slots=True)
class Session:
    """The state of an interview. `answers` holds what was said or found, never defaults."""

    id: str
    person: str
    type: str
    fidelity: Fidelity = "basic"
    answers: Mapping[str, Any] = field(default_factory=dict)
    found: tuple[str, ...] = ()  # slots that the device's announcement filled
    said: tuple[str, ...] = ()  # slots in the order in which they were answered, the latest last
    asked: tuple[str, ...] = ()  # slots in the order in which they were asked: the way back
    skipped: tuple[str, ...] = ()
    current: str | None = None
    status: Status = "open"
    candidate: str | None = None  # the outside device that the twin will be bound to
    draft: str | None = None  # the draft twin that a pause left
    twin: str | None = None  # the twin that came of it
    tries: int = 0  # answers in a row that did not fit
    turns: int = 0  # answers since the start or the last pause
    version: int = 0  # of the stored document

    @property
    def live(self) -> bool:
        """Whether it can still become a twin."""
        return self.status in LIVE

    @property
    def question(self) -> str:
        """The id of what it asks now, empty where it asks nothing; another preview is another question."""
        if self.status == "preview":
            return f"{self.id}.v{self.version}"
        return f"{self.id}.{self.current}" if self.status == "open" else ""

    @property
    def name(self) -> str | None:
        """What the twin is to be called, once that is known."""
        return self.answers.get("name")


def answered(session: Session, slot: str, value: Any) -> Session:
    """The session with this answer in it, as the latest one given."""
    return replace(
        session,
        answers={**session.answers, slot: value},
        said=(*(s for s in session.said if s != slot), slot),
        found=tuple(s for s in session.found if s != slot),
        skipped=tuple(s for s in session.skipped if s != slot),
    )


def to_json(session: Session) -> dict[str, Any]:
    """The session as a document; `from_json` reads it back."""
    return asdict(session)


def from_json(doc: Mapping[str, Any]) -> Session:
    """A session from its document; keys that a newer version wrote are left aside."""
    known = {f.name for f in fields(Session)}
    kept: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in doc.items() if key in known
    }
    return Session(**kept)
