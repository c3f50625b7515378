"""Telling a message that came again from a new one, across a kill -9.

Between the commit of a batch and the arrival of its acknowledgements at the broker, the process may die; the
broker then sends the batch again, marked as a duplicate under the same message ids. So every commit carries a
receipt: the ids and digests of the messages whose acknowledgement the broker may not have yet.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from connectors.devices.mqtt.inbox import Raw

Marks = dict[int, str]  # message id -> digest


class Redelivery:
    """Remembers what was committed but not yet confirmed."""

    def __init__(self) -> None:
        self._committed: Marks = {}

    def restore(self, data: Mapping[str, Any] | None) -> None:
        """Takes in the receipt of the last commit of a former life."""
        for mid, known in (data or {}).get("messages", ()):
            self._committed[int(mid)] = str(known)

    def forget(self) -> None:
        """The broker has no session of ours: nothing can come again."""
        self._committed.clear()

    def repeats(self, raw: Raw, underway: Marks) -> bool:
        """Whether this message was committed before, or stands in the batch under way."""
        if not raw.dup or not raw.qos:
            return False
        known = self._committed.get(raw.mid), underway.get(raw.mid)
        return known != (None, None) and digest(raw) in known

    def receipt(self, marks: Marks) -> dict[str, Any]:
        """What to store with a commit: the batch, and what came before it unconfirmed."""
        return {"messages": [[mid, known] for mid, known in {**self._committed, **marks}.items()]}

    def committed(self, marks: Marks) -> None:
        self._committed.update(marks)

    def confirmed(self, marks: Marks) -> None:
        """The broker has these acknowledgements; later messages under the same ids are new ones."""
        for mid, known in marks.items():
            if self._committed.get(mid) == known:
                del self._committed[mid]

    def keep_only(self, marks: Marks) -> None:
        """Everything else that could come again has come."""
        self._committed = {mid: known for mid, known in self._committed.items() if mid in marks}


def digest(raw: Raw) -> str:
    """Short enough to be stored with every commit."""
    return blake2b(raw.payload, digest_size=8, key=raw.topic.encode("utf-8", "replace")[-64:]).hexdigest()
