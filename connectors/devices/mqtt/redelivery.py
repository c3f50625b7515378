"""Telling a message that came again from a new one, across a kill -9.

Between the commit of a batch and the arrival of its acknowledgements at the broker, the process may die; the
broker then sends the batch again, marked as a duplicate under the same message ids. So every commit carries a
receipt: the ids and digests of the messages whose acknowledgement the broker may not have yet.
"""

import base64
import struct
from collections.abc import Mapping
from typing import Any
from zlib import crc32

from connectors.devices.mqtt.inbox import Raw

Marks = dict[int, int]  # message id -> digest
_ENTRY = struct.Struct(">HI")  # packed, as every commit carries hundreds of them


class Redelivery:
    """Remembers what was committed but not yet confirmed."""

    def __init__(self) -> None:
        self._committed: Marks = {}  # at most one for each of the 65,535 message ids

    def restore(self, data: Mapping[str, Any] | None) -> None:
        """Takes in the receipt of the last commit of a former life."""
        packed = base64.b64decode((data or {}).get("messages", ""))
        self._committed |= dict(_ENTRY.iter_unpack(packed))

    def forget(self) -> None:
        """The broker has no session of ours: nothing can come again."""
        self._committed.clear()

    def repeats(self, raw: Raw, underway: Marks) -> bool:
        """Whether this message was committed before, or stands in the batch under way."""
        if not raw.dup or not raw.qos:
            return False
        known = self._committed.get(raw.mid), underway.get(raw.mid)
        return known != (None, None) and digest(raw) in known

    def has(self, raw: Raw) -> bool:
        """Whether exactly this message was committed."""
        return raw.qos > 0 and self._committed.get(raw.mid) == digest(raw)

    def receipt(self, marks: Marks) -> dict[str, Any]:
        """What to store with a commit: the batch, and what came before it unconfirmed."""
        packed = b"".join(_ENTRY.pack(mid, known) for mid, known in {**self._committed, **marks}.items())
        return {"messages": base64.b64encode(packed).decode()}

    def committed(self, marks: Marks) -> None:
        """Nothing is forgotten because it is old: brokers send again more than they were allowed to have in flight."""
        self._committed.update(marks)

    def confirmed(self, marks: Marks) -> None:
        """The broker has these acknowledgements; later messages under the same ids are new ones."""
        for mid, known in marks.items():
            if self._committed.get(mid) == known:
                del self._committed[mid]

    def keep_only(self, marks: Marks) -> None:
        """Everything else that could come again has come."""
        self._committed = {mid: known for mid, known in self._committed.items() if mid in marks}


def digest(raw: Raw) -> int:
    """A checksum: it only has to tell a message from the next one under the same message id."""
    return crc32(raw.payload, crc32(raw.topic.encode("utf-8", "replace")))
