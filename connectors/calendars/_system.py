"""What a calendar system has to be able to do, and the words for it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from connectors.ical.faults import Finding
from connectors.web.document import Node
from twin_core.contract.errors import Rejected
from twin_core.contract.mirroring import Occurrence


@dataclass(frozen=True, slots=True)
class Window:
    """start <= t < end, whole days of the owner in the zone `home`; it moves on once a day."""

    start: datetime
    end: datetime
    home: ZoneInfo


@dataclass(frozen=True, slots=True)
class Collection:
    """One calendar of an account. `id` names it there; `key` here, beside others of the account."""

    id: str
    title: str
    key: str = ""
    writable: bool = False


@dataclass(frozen=True, slots=True)
class Pulled:
    """All that a calendar holds within the window (`uids` None), or all occurrences of those uids.

    `state` comes back with the next pull; None where the next one has to read everything.
    """

    occurrences: Sequence[Occurrence] = ()
    state: Mapping[str, Any] | None = None
    uids: frozenset[str] | None = None
    findings: Sequence[Finding] = ()


class CalendarSystem(Protocol):
    """How one system is spoken to. All raise PolluxError.

    `create` and `change` answer all occurrences of that event within the window, as they are then. Where it is another
    event by now than the one given, `change` and `delete` raise Conflict; where it is gone, NotFound.
    """

    async def collections(self) -> Sequence[Collection]: ...

    async def pull(self, collection: Collection, state: Mapping[str, Any] | None, window: Window) -> Pulled | None:
        """Everything (`state` None), or what is new since; None where nothing is.

        Raises NotFound "gone" where that is not known any more.
        """
        ...

    async def read(self, collection: Collection, event: Occurrence, window: Window) -> Sequence[Occurrence]:
        """All occurrences of an event as they are now; none where it is gone."""
        ...

    async def create(self, collection: Collection, event: Occurrence, window: Window) -> Sequence[Occurrence]: ...

    async def change(
        self, collection: Collection, before: Occurrence, after: Occurrence, window: Window, *, series: bool
    ) -> Sequence[Occurrence]: ...

    async def delete(self, collection: Collection, event: Occurrence, window: Window, *, series: bool) -> None: ...

    async def aclose(self) -> None: ...


def readable(items: Iterable[Node], read: Callable[[Node], Occurrence]) -> tuple[list[Occurrence], list[Finding]]:
    """What can be read of the items of a page; one that cannot sinks no other."""
    found: list[Occurrence] = []
    findings: list[Finding] = []
    for item in items:
        try:
            found.append(read(item))
        except Rejected as error:
            title = item["summary"].text() or item["subject"].text() or item["id"].text("an event")
            findings.append(Finding(repr(title[:60]), error.message.rstrip("."), error.hint))
    return found, findings


def same_content(one: Occurrence, other: Occurrence) -> bool:
    """Whether two versions of an occurrence say the same to a person."""
    return _content(one) == _content(other)


def _content(one: Occurrence) -> tuple[object, ...]:
    return one.title, one.start, one.end, one.status, one.busy, one.location or None, one.notes.strip()
