"""What went wrong with messages from outside: counted by kind, the last ones kept, shown by `pollux doctor`."""

from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime

from twin_core.contract.clock import Clock, instant_text
from twin_core.contract.template import Severity
from twin_core.contract.views import Fault

KEPT = 50
KEPT_CHARS = 300

_HINTS = {
    "bad_json": "The device does not send JSON where its announcement says so: check its firmware or announcement.",
    "not_finite": "NaN and infinities are no measurements: check the sensor.",
    "invalid_utf8": "The payload or topic is no UTF-8 text: check the device's encoding.",
    "too_large": "Pollux reads messages up to 256 kB: something else may publish on this topic.",
    "too_deep": "The JSON is nested too deeply to be a report of a device.",
    "bad_value": "The value does not fit what the device announced: check units, options and payloads.",
    "bad_announcement": "The discovery message is not complete: compare it with Home Assistant's MQTT documentation.",
    "duplicate_unique_id": "Two announcements claim one unique_id: give each its own.",
    "bad_template": "The template in the announcement fails or asks for something that is not allowed.",
    "bad_id": "Ids of twins look like thermostat.hall; use such an id in the topic.",
    "bad_instant": "Write instants like 2026-03-02T08:00:00Z.",
    "rejected": "The twin core refused the value: compare it with the twin's type.",
}


class Malformed(Exception):
    """A message, or a part of it, that cannot be understood. It is counted and never stops the stream."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(f"{kind}: {reason}")
        self.kind = kind
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Sample:
    """One message that could not be understood; `payload` is shortened."""

    at: datetime
    kind: str
    topic: str
    reason: str
    payload: str


class Diagnostics:
    """Counts faults by kind and keeps the last of them, bounded in number and bytes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.counts: Counter[str] = Counter()
        self.last: deque[Sample] = deque(maxlen=KEPT)

    def count(self, fault: Malformed, topic: str, payload: bytes | str = "") -> None:
        """Remembers one fault."""
        self.counts[fault.kind] += 1
        shown = payload[:KEPT_CHARS]
        text = shown.decode("utf-8", "backslashreplace") if isinstance(shown, bytes) else shown
        self.last.append(
            Sample(self._clock.now(), fault.kind, topic[:KEPT_CHARS], fault.reason[:KEPT_CHARS], text[:KEPT_CHARS])
        )

    def faults(self, part: str) -> list[Fault]:
        """One line a kind, with the newest example."""
        newest = {sample.kind: sample for sample in self.last}
        return [self._fault(part, kind, number, newest.get(kind)) for kind, number in self.counts.most_common()]

    def _fault(self, part: str, kind: str, number: int, newest: Sample | None) -> Fault:
        severity: Severity = "info" if kind in ("bad_value", "rejected") else "warning"
        told = f"{number} × {kind.replace('_', ' ')}"
        if newest:
            told += f"; last {instant_text(newest.at)} on {newest.topic}: {newest.reason} {newest.payload[:80]!r}"
        return Fault(part, severity, told, _HINTS.get(kind, "Look at the last messages of this kind."))
