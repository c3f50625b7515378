"""Telling a message that came again from a new one, across a kill -9.

Between the commit of a batch and the arrival of its acknowledgements at the broker, the process may die; the
broker then sends the batch again, marked as a duplicate under the same message ids. So every commit carries a
receipt: the ids and digests of the messages whose acknowledgement the broker may not have yet.
"""

import base64
import struct
from collections.abc import Iterable, Mapping
from typing import Any
from zlib import crc32

from connectors.devices.mqtt.inbox import Raw

Marks = dict[int, int]  # message id -> digest
_ENTRY = struct.Struct(">HI")  # packed, as every commit carries hundreds of them


class Redelivery:
    """Remembers what was taken and committed, until the broker is known to have the acknowledgement."""

    def __init__(self) -> None:
        self._committed: Marks = {}  # at most one for each of the 65,535 message ids
        self._underway: Marks = {}  # taken, not acknowledged yet
        self._acknowledged: Marks = {}  # on `_connection`; the broker may not know yet
        self._connection = 0

    def restore(self, data: Mapping[str, Any] | None) -> None:
        """Takes in the receipt of the last commit of a former life."""
        packed = base64.b64decode((data or {}).get("messages", ""))
        self._committed |= dict(_ENTRY.iter_unpack(packed))

    def forget(self) -> None:
        """The broker has no session of ours: nothing can come again."""
        self._committed.clear()

    def repeats(self, raw: Raw, batch: Marks) -> bool:
        """Whether this message was committed before, is under way, or stands in the batch that is being sorted."""
        if not raw.dup or not raw.qos:
            return False
        return digest(raw) in (self._committed.get(raw.mid), self._underway.get(raw.mid), batch.get(raw.mid))

    def has(self, raw: Raw) -> bool:
        """Whether exactly this message was committed."""
        return raw.qos > 0 and self._committed.get(raw.mid) == digest(raw)

    def receipt(self, marks: Marks) -> dict[str, Any]:
        """What to store with a commit: the batch, and what came before it unconfirmed."""
        packed = b"".join(_ENTRY.pack(mid, known) for mid, known in {**self._committed, **marks}.items())
        return {"messages": base64.b64encode(packed).decode()}

    def taken(self, marks: Marks) -> None:
        """These are worked on now."""
        self._underway.update(marks)

    def committed(self, marks: Marks) -> None:
        """Nothing is forgotten because it is old: brokers send again more than they were allowed to have in flight."""
        self._committed.update(marks)

    def acknowledged(self, batch: Iterable[Raw], connection: int) -> None:
        """These were acknowledged on this connection, save those that came on another: they come again."""
        if connection != self._connection:  # acknowledgements on their way there may be lost
            self._connection, self._acknowledged = connection, {}
        for raw in batch:
            known = self._underway.pop(raw.mid, None)
            if known is not None and raw.connection == connection:
                self._acknowledged[raw.mid] = known

    def to_settle(self) -> Marks:
        """The acknowledgements of this connection that the broker was not asked about yet."""
        marks, self._acknowledged = self._acknowledged, {}
        return marks

    def settled(self, marks: Marks, *, all_seen: bool) -> None:
        """The broker has these acknowledgements; later messages under the same ids are new ones.

        `all_seen`: whatever it had to send again on this connection has been taken.
        """
        for mid, known in marks.items():
            if self._committed.get(mid) == known:
                del self._committed[mid]
        if all_seen:
            kept = self._underway.keys() | self._acknowledged.keys()
            self._committed = {mid: known for mid, known in self._committed.items() if mid in kept}


def digest(raw: Raw) -> int:
    """A checksum: it only has to tell a message from the next one under the same message id."""
    return crc32(raw.payload, crc32(raw.topic.encode("utf-8", "replace")))
