"""How other systems word what is urgent."""

import re
from collections.abc import Iterable

from twin_core.contract.tasks import Priority

_HIGH = re.compile(r"\b(?:p0|p1|s0|s1|sev-?1|highest|high|urgent|critical|blocker|major)\b", re.IGNORECASE)
_LOW = re.compile(r"\b(?:p3|p4|p5|lowest|low|minor|trivial|nice to have)\b", re.IGNORECASE)


def from_word(word: str) -> Priority:
    """Of a priority as a system names it: Highest, Critical, Minor …"""
    if _HIGH.search(word):
        return "high"
    return "low" if _LOW.search(word) else "normal"


def from_labels(labels: Iterable[str]) -> Priority:
    """The highest that any label speaks of."""
    found = {from_word(label.replace("_", " ")) for label in labels}
    return "high" if "high" in found else "low" if "low" in found else "normal"
