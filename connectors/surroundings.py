"""What whoever builds the connector of a calendar or task list hands over, beside its settings."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any
from zoneinfo import ZoneInfo

from twin_core.contract.clock import Clock
from twin_core.contract.errors import Rejected
from twin_core.contract.mirroring import Writers
from twin_core.contract.ports import Store, TwinCore


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The house around a connector; `zone` is the owner's."""

    core: TwinCore
    store: Store
    clock: Clock
    writers: Writers
    zone: Callable[[], ZoneInfo]


_NAMES = frozenset(field.name for field in fields(Surroundings))


def surroundings(options: Mapping[str, Any]) -> Surroundings:
    """The parts of the house among the options."""
    return Surroundings(**{name: options[name] for name in _NAMES})


def check_known(options: Mapping[str, Any], known: Collection[str], title: str) -> None:
    """Raises Rejected for a setting that is none of those known."""
    if unknown := sorted(set(options) - set(known) - _NAMES):
        raise Rejected(
            f"{title} knows no setting {unknown[0]!r}.",
            code="unknown_setting",
            hint=f"Known: {', '.join(sorted(known))}.",
        )
