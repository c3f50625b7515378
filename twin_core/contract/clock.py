"""The one home of time: everything that needs "now" is given a Clock."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

from twin_core.contract.errors import Rejected


class Clock(Protocol):
    """Tells the present instant, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # the only place that may ask the machine


class FrozenClock:
    """A clock that stands still until it is moved; it never goes back."""

    def __init__(self, at: datetime) -> None:
        self._now = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def move_to(self, at: datetime) -> None:
        """Raises Rejected when `at` lies before now."""
        if at < self._now:
            raise Rejected(
                f"The clock stands at {instant_text(self._now)} and does not go back.",
                code="clock_backwards",
                hint="Give an instant after it.",
            )
        self._now = at.astimezone(UTC)


class Timer(Protocol):
    """Something that has to happen at an instant: silence, the end of a snooze, a reminder."""

    def next_due_at(self) -> datetime | None: ...

    async def run_due(self, now: datetime) -> None:
        """Does all that is due at or before `now`; afterwards next_due_at() lies after `now`."""
        ...


def parse_instant(text: str) -> datetime:
    """An ISO 8601 instant with a zone, as aware UTC.

    Raises Rejected (also for an instant without a zone).
    """
    try:
        at = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        at = None
    if at is None or at.tzinfo is None:
        raise Rejected(
            f"{str(text)[:60]!r} is not an instant.",
            code="bad_instant",
            hint="Write it like 2026-03-02T08:00:00Z, with its zone.",
        )
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise Rejected(f"{text!r} lies outside the calendar.", code="bad_instant") from error


def instant_text(at: datetime) -> str:
    """ISO 8601 in UTC with a trailing Z, to the microsecond where there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def seconds(span_s: float) -> timedelta:
    """A span in seconds as a timedelta."""
    return timedelta(seconds=span_s)
