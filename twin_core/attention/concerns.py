"""A concern: one thing that may need a person, with all its causes and what the person did about it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from twin_core.contract.clock import instant_text, parse_instant
from twin_core.contract.template import Severity
from twin_core.contract.views import ConcernStatus

Family = Literal["alert", "silence", "divergence", "approval"]


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason of a concern: `data` as the event told it, `at` when it did."""

    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """What an event says about a concern: a cause begins, or (`data` None) ends.

    `group` tells which causes are one concern, `key` one cause within it.
    """

    family: Family
    twin: str
    group: str
    key: str
    at: datetime
    data: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Concern:
    """Kept as a document until its last cause has ended, whatever its status."""

    id: str
    family: Family
    twin: str
    group: str
    opened_at: datetime
    causes: Mapping[str, Cause]
    status: ConcernStatus = "open"
    until: datetime | None = None  # of a snooze
    seen_severity: Severity | None = None  # the severity when it was put away: if it rises, it comes back
    version: int = 0  # of its event stream

    @property
    def listed(self) -> bool:
        return self.status in ("open", "acknowledged")

    def with_cause(self, key: str, cause: Cause) -> "Concern":
        return replace(self, causes={**self.causes, key: cause})

    def without_cause(self, key: str) -> "Concern":
        return replace(self, causes={k: cause for k, cause in self.causes.items() if k != key})

    def to_json(self) -> dict[str, Any]:
        return {
            "family": self.family,
            "twin": self.twin,
            "group": self.group,
            "opened_at": instant_text(self.opened_at),
            "causes": {key: {"at": instant_text(cause.at), "data": cause.data} for key, cause in self.causes.items()},
            "status": self.status,
            "until": instant_text(self.until) if self.until else None,
            "seen_severity": self.seen_severity,
            "version": self.version,
        }

    @classmethod
    def from_json(cls, id: str, doc: Mapping[str, Any]) -> "Concern":
        return cls(
            id=id,
            family=doc["family"],
            twin=doc["twin"],
            group=doc["group"],
            opened_at=parse_instant(doc["opened_at"]),
            causes={key: Cause(parse_instant(c["at"]), c["data"]) for key, c in doc["causes"].items()},
            status=doc["status"],
            until=parse_instant(doc["until"]) if doc["until"] else None,
            seen_severity=doc["seen_severity"],
            version=doc["version"],
        )
