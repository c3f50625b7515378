"""The state of a twin, as its events tell it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from twin_core.contract.clock import instant_text, parse_instant
from twin_core.contract.template import Importance, TwinType, Value
from twin_core.contract.views import Divergence, PropertyValue, StateView, TwinStatus, TwinView

Reported = tuple[Value, datetime]


@dataclass(frozen=True, slots=True)
class Desired:
    """What was asked of a property, when, and by whom."""

    value: Value
    at: datetime
    by: str = "system"


@dataclass(frozen=True, slots=True)
class TwinState:
    """A twin at one version. `reported` holds numbers only after `with_readings`: they are no events."""

    id: str
    type: str = ""
    name: str = ""
    aliases: tuple[str, ...] = ()
    place: str | None = None
    status: TwinStatus = "active"
    importance: Importance = "normal"
    config: Mapping[str, Any] = field(default_factory=dict)
    source: str | None = None
    version: int = 0
    created_at: datetime | None = None
    reported: Mapping[str, Reported] = field(default_factory=dict)
    desired: Mapping[str, Desired] = field(default_factory=dict)
    alerts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # rule -> data of alert.raised
    diverged: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # property -> data of device.diverged
    unavailable: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # reason or reason:property -> data
    approvals: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # waiting: id -> data

    def with_readings(self, values: Mapping[str, Reported]) -> "TwinState":
        """Takes over values that are not older than those known, in whatever order they come."""
        newer = {p: new for p, new in values.items() if is_newer(new, self.reported.get(p))}
        return replace(self, reported={**self.reported, **newer}) if newer else self

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `from_json` gives an equal state."""
        return {
            "id": self.id,
            "type": self.type,
            "name": self.name,
            "aliases": list(self.aliases),
            "place": self.place,
            "status": self.status,
            "importance": self.importance,
            "config": self.config,
            "source": self.source,
            "version": self.version,
            "created_at": instant_text(self.created_at) if self.created_at else None,
            "reported": {p: [value, instant_text(at)] for p, (value, at) in self.reported.items()},
            "desired": {p: [d.value, instant_text(d.at), d.by] for p, d in self.desired.items()},
            "alerts": self.alerts,
            "diverged": self.diverged,
            "unavailable": self.unavailable,
            "approvals": self.approvals,
        }

    @classmethod
    def from_json(cls, doc: Mapping[str, Any]) -> "TwinState":
        """Raises KeyError for a document that `to_json` did not make."""
        created_at = doc["created_at"]
        return cls(
            id=doc["id"],
            type=doc["type"],
            name=doc["name"],
            aliases=tuple(doc["aliases"]),
            place=doc["place"],
            status=doc["status"],
            importance=doc["importance"],
            config=doc["config"],
            source=doc["source"],
            version=doc["version"],
            created_at=parse_instant(created_at) if created_at else None,
            reported={p: (value, parse_instant(at)) for p, (value, at) in doc["reported"].items()},
            desired={p: Desired(value, parse_instant(at), by) for p, (value, at, by) in doc["desired"].items()},
            alerts=doc["alerts"],
            diverged=doc["diverged"],
            unavailable=doc["unavailable"],
            approvals=doc["approvals"],
        )


def is_newer(new: Reported, known: Reported | None) -> bool:
    """Whether a value replaces the one known. Of two at the same instant the one that came last holds."""
    return known is None or new[1] >= known[1]


def twin_view(state: TwinState) -> TwinView:
    """The twin as people name it."""
    return TwinView(
        id=state.id,
        type=state.type,
        name=state.name,
        aliases=state.aliases,
        place=state.place,
        status=state.status,
        importance=state.importance,
        config=state.config,
        version=state.version,
        source=state.source,
        created_at=state.created_at,
    )


def state_view(state: TwinState, twin_type: TwinType, as_of: datetime, fresh: bool) -> StateView:
    """The whole state with units. `fresh` is for the caller to know: it depends on usual intervals."""

    def valued(p: str, value: Value, at: datetime) -> PropertyValue:
        spec = twin_type.property(p)
        return PropertyValue(value, spec.unit if spec else None, at)

    return StateView(
        twin=twin_view(state),
        reported={p: valued(p, value, at) for p, (value, at) in state.reported.items()},
        desired={p: valued(p, d.value, d.at) for p, d in state.desired.items()},
        divergence={p: _divergence(data) for p, data in state.diverged.items()},
        simulated={},
        as_of=as_of,
        fresh=fresh,
        available=False if "offline" in state.unavailable else None,
    )


def _divergence(data: Mapping[str, Any]) -> Divergence:
    return Divergence(
        reported=data.get("reported"),
        desired=data["desired"],
        since=parse_instant(data["since"]),
        size=data.get("size"),
        reason=data.get("reason", ""),
    )
