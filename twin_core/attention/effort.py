"""By when work must be begun: what is left of a person's time against what a task needs. Pure."""

from collections.abc import Sequence
from datetime import datetime

from twin_core.contract.clock import parse_instant, seconds

Slot = Sequence[str]  # free time from, to: instants as they are stored


def start_by(slots: Sequence[Slot], effort_s: float, due: datetime) -> datetime:
    """The latest instant from which the free time until `due` is enough; where it never is, as much earlier."""
    needed_s = effort_s
    for start_text, end_text in reversed(slots):
        start, end = parse_instant(start_text), parse_instant(end_text)
        free_s = (end - start).total_seconds()
        if free_s >= needed_s:
            return end - seconds(needed_s)
        needed_s -= free_s
    first = parse_instant(slots[0][0]) if slots else due
    return first - seconds(needed_s)


def free_s(slots: Sequence[Slot], now: datetime) -> float:
    """How much of the free time still lies ahead."""
    spans = ((max(parse_instant(start), now), parse_instant(end)) for start, end in slots)
    return sum(max(0.0, (end - start).total_seconds()) for start, end in spans)
