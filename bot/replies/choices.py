"""Buttons where there is nothing to press: how they are marked, and which one a line means."""

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass

from bot.ports import Button

# Words that work in every conversation: said, not numbered, so that a typed number stays an answer.
SAID = frozenset({"skip", "back", "later", "cancel"})
_MARK = re.compile(r"\s*[#\[(]?\s*([0-9]{1,3}|[a-z])\s*[\])}.]?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choices:
    """The buttons of the last reply. Marks are numbers, or letters where the titles hold numbers themselves."""

    marked: tuple[tuple[str, Button], ...] = ()
    said: tuple[Button, ...] = ()

    @classmethod
    def of(cls, buttons: Sequence[Button]) -> "Choices":
        said = tuple(b for b in buttons if b.title.lower() in SAID)
        others = [b for b in buttons if b not in said]
        numeric = any(b.title[:1].isdigit() or b.title[:1] in "-−+" for b in others)
        letters = numeric and len(others) <= len(string.ascii_lowercase)
        marks = string.ascii_lowercase if letters else [str(n) for n in range(1, len(others) + 1)]
        return cls(tuple(zip(marks, others, strict=False)), said)

    def meant(self, line: str) -> Button | None:
        """The button that the line names by its mark or its title; None for a line that says something else."""
        words = line.strip().casefold()
        for button in (*(b for _, b in self.marked), *self.said):
            if words == button.title.casefold():
                return button
        match = _MARK.fullmatch(line)
        mark = match[1].lower() if match else None
        return next((button for known, button in self.marked if known == mark), None)
