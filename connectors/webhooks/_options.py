"""What every webhook is given, and whom it knows."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from twin_core.contract.errors import Rejected
from twin_core.contract.mirroring import MirrorTasks, OutsideTask
from twin_core.contract.requests import Command

_MIN_SECRET = 16


@dataclass(frozen=True, slots=True)
class HookOptions:
    """A hook: its secrets (any of them counts, so that they can be changed in turn) and its people."""

    name: str
    secrets: tuple[str, ...]
    owner: str  # whom it concerns where nobody else is known
    people: Mapping[str, str]  # a login, e-mail address or account there, in lower case -> person here
    zone: Callable[[], ZoneInfo]
    more: Mapping[str, Any]

    def person(self, *names: str) -> str | None:
        """The first of some names that is one of ours."""
        return next((self.people[n.lower()] for n in names if n and n.lower() in self.people), None)

    def source(self, person: str) -> str:
        """The task list that a person's part of this hook goes into; the owner's is called like the hook."""
        return self.name if person == self.owner else f"{self.name}.{person}"

    def hand_over(self, task: OutsideTask, assigned: Collection[str], title: str) -> list[Command[Any]]:
        """The task to whoever it is assigned to, and away from all others of ours."""
        everybody = dict.fromkeys([self.owner, *self.people.values()])
        return [
            MirrorTasks(self.source(person), (task,) if person in assigned else (), {task.ref}, person, title)
            for person in everybody
        ]


def read_options(options: Mapping[str, Any], name: str, more: Sequence[str] = ()) -> HookOptions:
    """Raises Rejected, also for a secret that can be guessed."""
    if unknown := sorted(set(options) - {"name", "secrets", "owner", "people", "zone", *more}):
        raise Rejected(f"The hook {name} knows no setting {unknown[0]!r}.", code="unknown_setting")
    secrets = tuple(str(each) for each in options.get("secrets") or ())
    if not secrets or any(len(each) < _MIN_SECRET for each in secrets):
        raise Rejected(
            f"The hook {name} needs a secret of at least {_MIN_SECRET} characters.",
            code="bad_settings",
            hint="Make one with `openssl rand -hex 32`, and set it on both sides.",
        )
    owner = str(options.get("owner") or "owner")
    people = {str(there).lower(): str(here) for there, here in (options.get("people") or {}).items()}
    zone = options.get("zone") or (lambda: ZoneInfo("UTC"))
    return HookOptions(
        str(options.get("name") or name), secrets, owner, people, zone, {key: options.get(key) for key in more}
    )
