"""Arithmetic of spans of time: half-open, in order, never overlapping once they went through union()."""

from collections.abc import Iterable, Sequence
from datetime import datetime

Span = tuple[datetime, datetime]


def union(spans: Iterable[Span]) -> list[Span]:
    """The time that any of them covers, in order; those that touch become one."""
    joined: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def subtract(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What is left of them."""
    left = union(spans)
    for start, end in union(taken):
        parts = [part for span in left for part in ((span[0], min(span[1], start)), (max(span[0], end), span[1]))]
        left = [part for part in parts if part[0] < part[1]]
    return left


def clip(spans: Iterable[Span], start: datetime, end: datetime) -> list[Span]:
    """What of them lies within a span."""
    cut = ((max(s, start), min(e, end)) for s, e in spans)
    return [span for span in cut if span[0] < span[1]]


def total_s(spans: Sequence[Span]) -> float:
    """How long they are together, in seconds; they must not overlap."""
    return sum((end - start).total_seconds() for start, end in spans)
