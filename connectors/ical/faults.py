"""What is wrong with a calendar: said of the item that it concerns, while everything else is kept."""

from dataclasses import dataclass


class BadValue(Exception):
    """A value that cannot be understood; the message goes on after "because"."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was not as it should be: which item, what was wrong, and what became of it or to do."""

    item: str
    problem: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.item}: {self.problem}. {self.hint}".strip()
