"""The life of a twin: who may go where, and what the step is called."""

from typing import Final

from twin_core.contract.errors import Rejected
from twin_core.contract.views import TwinStatus

_STEPS: Final[dict[tuple[TwinStatus, TwinStatus], str]] = {
    ("draft", "active"): "system.twin_activated",
    ("active", "hibernated"): "system.twin_hibernated",
    ("hibernated", "active"): "system.twin_woken",
    ("draft", "archived"): "system.twin_archived",
    ("active", "archived"): "system.twin_archived",
    ("hibernated", "archived"): "system.twin_archived",
    ("archived", "active"): "system.twin_restored",
}

STATUS_AFTER: Final[dict[str, TwinStatus]] = {event: to for (_, to), event in _STEPS.items()}


def step(status: TwinStatus, to: TwinStatus) -> str:
    """The name of the event that leads from one status to another. Raises Rejected where no way leads."""
    event = _STEPS.get((status, to))
    if event is not None:
        return event
    ways = [target for start, target in _STEPS if start == status]
    problem = f"It is {status} already." if status == to else f"What is {status} cannot become {to}."
    raise Rejected(
        problem,
        code="bad_transition",
        hint=f"From here it can become {' or '.join(ways)}.",
        details={"status": status, "to": to, "possible": ways},
    )
