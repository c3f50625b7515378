"""What the events of twins say about concerns. A new kind of concern is one more line in `_SOURCES`."""

from collections.abc import Callable, Mapping, Sequence

from twin_core.attention.concerns import Family, Finding
from twin_core.contract.events import Event

# After these the twin no longer concerns anybody.
ENDINGS = frozenset(("system.twin_archived", "system.twin_erased"))


def findings(event: Event) -> Sequence[Finding]:
    """The causes that begin or end with this event; none for most events."""
    source = _SOURCES.get(event.name)
    return [source(event)] if source else ()


def _finding(event: Event, family: Family, key: str, *, begins: bool, group: str | None = None) -> Finding:
    return Finding(
        family=family,
        twin=event.stream,
        group=group or f"{family}:{event.stream}",
        key=key,
        at=event.at,
        data={**event.data, "twin": event.stream, "by": event.actor} if begins else None,
    )


def _alert(event: Event) -> Finding:
    return _finding(event, "alert", event.data["rule"], begins=event.name == "alert.raised")


def _silence(event: Event) -> Finding:
    reason, name = event.data.get("reason", "offline"), event.data.get("property")
    key = f"{event.stream}:{reason}:{name}" if name else f"{event.stream}:{reason}"
    return _finding(event, "silence", key, begins=event.name == "device.unavailable")


def _divergence(event: Event) -> Finding:
    return _finding(event, "divergence", event.data["property"], begins=event.name == "device.diverged")


def _approval(event: Event) -> Finding:
    approval = event.data["approval"]
    waits = event.name == "device.action_requested"
    return _finding(event, "approval", approval, begins=waits, group=f"approval:{approval}")


_SOURCES: Mapping[str, Callable[[Event], Finding]] = {
    "alert.raised": _alert,
    "alert.cleared": _alert,
    "device.unavailable": _silence,
    "device.available": _silence,
    "device.diverged": _divergence,
    "device.converged": _divergence,
    "device.action_requested": _approval,
    "device.action_approved": _approval,
    "device.action_rejected": _approval,
}
