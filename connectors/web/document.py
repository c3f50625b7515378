"""Reading a JSON document of somebody else without trusting its shape."""

from datetime import UTC, date, datetime
from typing import Any

from twin_core.contract.clock import parse_instant
from twin_core.contract.errors import PolluxError

_MAX_TEXT = 500
_LARGEST = 1e15


class Node:
    """A value somewhere in a document. What is not there is empty, never an error."""

    __slots__ = ("raw",)

    def __init__(self, raw: Any) -> None:
        self.raw = raw

    def __getitem__(self, key: str) -> "Node":
        return Node(self.raw.get(key) if isinstance(self.raw, dict) else None)

    def __bool__(self) -> bool:
        return self.raw not in (None, "", [], {})

    def at(self, path: str) -> "Node":
        """A value by its path: `project.web_url`, `assignees.0.login`."""
        node = self
        for key in path.split("."):
            if isinstance(node.raw, list) and key.isdigit():
                node = Node(node.raw[int(key)] if int(key) < len(node.raw) else None)
            else:
                node = node[key]
        return node

    def items(self) -> list["Node"]:
        """The members of a list; of anything else none."""
        return [Node(each) for each in self.raw] if isinstance(self.raw, list) else []

    def text(self, default: str = "") -> str:
        """A text or a number as one line of a sensible length."""
        if isinstance(self.raw, bool) or not isinstance(self.raw, (str, int, float)):
            return default
        return " ".join(str(self.raw).split())[:_MAX_TEXT] or default

    def text_of(self, longest: int) -> str:
        """A text as it is, where it is not longer: a token, an address, notes with their lines."""
        return self.raw if isinstance(self.raw, str) and len(self.raw) <= longest else ""

    def truth(self) -> bool:
        """Whether it is true; anything that is no boolean is not."""
        return self.raw is True

    def number(self) -> float | None:
        """A finite number."""
        known = isinstance(self.raw, (int, float)) and not isinstance(self.raw, bool)
        return float(self.raw) if known and abs(self.raw) < _LARGEST else None

    def day(self) -> date | None:
        """A day like 2026-03-02."""
        try:
            return date.fromisoformat(self.text())
        except ValueError:
            return None

    def instant(self) -> datetime | None:
        """An instant in ISO 8601, in the wording of Ruby, or in Unix milliseconds."""
        if isinstance(self.raw, int) and not isinstance(self.raw, bool):
            return _unix(self.raw / 1000)
        text = self.text().replace(" UTC", "Z").replace(" +", "+").replace(" -", "-")
        try:
            return parse_instant(text) if text else None
        except PolluxError:
            return None


def _unix(stamp: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(stamp, UTC)
    except (OverflowError, OSError, ValueError):
        return None
