"""Tasks, events and sources as they are stored: one document each."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import Any, ClassVar, Literal, Protocol, Self

from twin_core.contract.agenda import Attendee, EventStatus, When
from twin_core.contract.clock import parse_instant
from twin_core.contract.tasks import OWN, Due, Priority
from twin_core.planning.local_time import parse_when, when_text


class Record(Protocol):
    """What is stored under a kind and a key; `facts` counts the events of its stream."""

    kind: ClassVar[str]

    @property
    def key(self) -> str: ...

    @property
    def stream(self) -> str: ...

    @property
    def version(self) -> int: ...

    @property
    def facts(self) -> int: ...

    def to_json(self) -> dict[str, Any]: ...

    def stored(self, version: int, facts: int) -> Self: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """What all records have in common."""

    kind: ClassVar[str]
    _readers: ClassVar[Mapping[str, Callable[[Any], Any]]]

    version: int = 0  # of its document; 0: not stored yet
    facts: int = 0

    def to_json(self) -> dict[str, Any]:
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_json(cls, doc: Mapping[str, Any]) -> Self:
        read = {k: cls._readers[k](v) if v is not None and k in cls._readers else v for k, v in doc.items()}
        return cls(**read)

    def stored(self, version: int, facts: int) -> Self:
        return replace(self, version=version, facts=facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRecord(_Stored):
    kind: ClassVar[str] = "task"
    _readers: ClassVar[Mapping[str, Callable[[Any], Any]]] = {
        "due": parse_when,
        **dict.fromkeys(("created_at", "started_at", "completed_at", "modified_at", "deleted_at"), parse_instant),
    }

    id: str
    title: str
    owner: str
    created_at: datetime
    source: str = OWN
    done: bool = False
    due: Due | None = None
    priority: Priority = "normal"
    estimate_s: float | None = None
    notes: str = ""
    url: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    deleted_at: datetime | None = None
    ref: str = ""
    etag: str = ""
    modified_at: datetime | None = None
    writable: bool = True

    @property
    def key(self) -> str:
        return self.id

    @property
    def stream(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord(_Stored):
    """A single event, a series of our own (with `recurrence` and `zone`), or one occurrence of a series.

    The same event in two calendars is two records of one id.
    """

    kind: ClassVar[str] = "event"
    _readers: ClassVar[Mapping[str, Callable[[Any], Any]]] = {
        "start": parse_when,
        "end": parse_when,
        "attendees": lambda rows: tuple(Attendee(**row) for row in rows),
        **dict.fromkeys(("modified_at", "deleted_at"), parse_instant),
    }

    id: str
    uid: str
    title: str
    owner: str
    start: When
    end: When
    source: str = OWN
    series: str | None = None  # of an occurrence: the id of its series
    recurrence_id: str | None = None
    recurrence: str | None = None
    zone: str | None = None  # of a series of our own: it keeps its wall clock time there
    status: EventStatus = "confirmed"
    busy: bool = True
    location: str | None = None
    organizer: str | None = None
    attendees: tuple[Attendee, ...] = ()
    travel_s: float | None = None
    preparation_s: float | None = None
    url: str | None = None
    notes: str = ""
    deleted_at: datetime | None = None
    ref: str = ""
    etag: str = ""
    modified_at: datetime | None = None
    writable: bool = True

    @property
    def key(self) -> str:
        return self.id if self.source == OWN else f"{self.id}@{self.source}"

    @property
    def stream(self) -> str:
        return self.id

    @property
    def is_series(self) -> bool:
        """Whether it stands for all of its occurrences."""
        return self.source == OWN and self.recurrence is not None and self.recurrence_id is None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord(_Stored):
    kind: ClassVar[str] = "plan_source"
    _readers: ClassVar[Mapping[str, Callable[[Any], Any]]] = {"mirrored_at": parse_instant}

    source: str
    holds: Literal["calendar", "tasks"]
    title: str
    owner: str
    mirrored_at: datetime | None = None

    @property
    def key(self) -> str:
        return f"{self.holds}/{self.source}"

    @property
    def stream(self) -> str:
        return f"source:{self.source}"


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # or a datetime
        return when_text(value)
    if isinstance(value, tuple):
        return [asdict(item) for item in value]
    return value
