"""Old events in today's form: what an event of each name holds may change, what is stored never does."""

from collections.abc import Callable, Mapping
from typing import Any

from twin_core.contract.errors import Rejected

Data = Mapping[str, Any]
Upcaster = Callable[[Data], Data]


class Upcasters:
    """For an event name and a schema version, the function that makes its data one version newer.

    A name without any is at version 1; events are written at current(name).
    """

    def __init__(self) -> None:
        self._steps: dict[str, list[Upcaster]] = {}

    def register(self, name: str, from_version: int) -> Callable[[Upcaster], Upcaster]:
        """As a decorator: `@UPCASTERS.register("alert.raised", 1)`. Versions are registered in order."""

        def add(step: Upcaster) -> Upcaster:
            steps = self._steps.setdefault(name, [])
            if from_version != len(steps) + 1:
                raise ValueError(f"{name}: the next upcaster is from version {len(steps) + 1}, not {from_version}")
            steps.append(step)
            return step

        return add

    def current(self, name: str) -> int:
        """The schema version in which events of this name are written."""
        return len(self._steps.get(name, ())) + 1

    def upcast(self, name: str, version: int, data: Data) -> Data:
        """Raises Rejected for an event that a newer Pollux has written."""
        if version > self.current(name):
            raise Rejected(
                f"An event {name} has version {version}; this Pollux knows {self.current(name)}.",
                code="database_newer",
                hint="Upgrade Pollux.",
            )
        for step in self._steps.get(name, ())[version - 1 :]:
            data = step(data)
        return data


UPCASTERS = Upcasters()
