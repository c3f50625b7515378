"""A concern: one thing that may need a person, with all its causes and what the person did about it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from twin_core.contract.clock import instant_text, parse_instant
from twin_core.contract.template import Severity
from twin_core.contract.views import ConcernStatus

Family = Literal["alert", "silence", "divergence", "approval", "task", "clash", "trip", "flag"]


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason of a concern: `data` as the event told it, `at` when it did."""

    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """What an event, a task or a calendar says about a concern: a cause begins, or (`data` None) ends.

    `group` tells which causes are one concern, `key` one cause within it.
    """

    family: Family
    group: str
    key: str
    at: datetime
    data: Mapping[str, Any] | None
    twin: str | None = None
    owner: str | None = None  # whose task or calendar it is; None: of the house
    raises: bool = True  # whether it brings back what was put away; news of a task do not

    def within(self, group: str) -> "Finding":
        """The same as a part of another concern."""
        return replace(self, group=group)

    def is_known(self, concern: "Concern") -> bool:
        """Whether a concern tells it already."""
        known = concern.causes.get(self.key)
        return known is not None and known.data == self.data and (not self.raises or known.at == self.at)


@dataclass(frozen=True, slots=True)
class Concern:
    """Kept as a document until its last cause has ended, whatever its status."""

    id: str
    family: Family
    group: str
    opened_at: datetime
    causes: Mapping[str, Cause]
    twin: str | None = None  # of several, the one that matters most
    owner: str | None = None
    status: ConcernStatus = "open"
    until: datetime | None = None  # of a snooze
    seen_severity: Severity | None = None  # the severity when it was put away: if it rises, it comes back
    told_severity: Severity | None = None  # the gravest that an event has told of since it was opened
    version: int = 0  # of its event stream

    @property
    def listed(self) -> bool:
        return self.status in ("open", "acknowledged")

    def is_for(self, person: str | None) -> bool:
        """Whether this person may see it: their own, and what is the house's. None: everybody."""
        return person is None or self.owner in (None, person)

    @property
    def twins(self) -> frozenset[str]:
        """Every twin that it is about."""
        others = (cause.data.get("twin") for cause in self.causes.values())
        return frozenset(twin for twin in (self.twin, *others) if twin)

    @property
    def first(self) -> Cause:
        """The oldest cause."""
        return next(iter(self.causes.values()))

    def with_cause(self, key: str, cause: Cause) -> "Concern":
        return replace(self, causes={**self.causes, key: cause})

    def without_cause(self, key: str) -> "Concern":
        return replace(self, causes={k: cause for k, cause in self.causes.items() if k != key})

    def to_json(self) -> dict[str, Any]:
        return {
            "family": self.family,
            "twin": self.twin,
            "owner": self.owner,
            "group": self.group,
            "opened_at": instant_text(self.opened_at),
            "causes": {key: {"at": instant_text(cause.at), "data": cause.data} for key, cause in self.causes.items()},
            "status": self.status,
            "until": instant_text(self.until) if self.until else None,
            "seen_severity": self.seen_severity,
            "told_severity": self.told_severity,
            "version": self.version,
        }

    @classmethod
    def from_json(cls, id: str, doc: Mapping[str, Any]) -> "Concern":
        return cls(
            id=id,
            family=doc["family"],
            twin=doc["twin"],
            owner=doc.get("owner"),
            group=doc["group"],
            opened_at=parse_instant(doc["opened_at"]),
            causes={key: Cause(parse_instant(c["at"]), c["data"]) for key, c in doc["causes"].items()},
            status=doc["status"],
            until=parse_instant(doc["until"]) if doc["until"] else None,
            seen_severity=doc["seen_severity"],
            told_severity=doc.get("told_severity"),
            version=doc["version"],
        )
