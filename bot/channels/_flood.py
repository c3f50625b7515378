"""How much one sender may send: a token bucket."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """`burst` messages at once, then `per_s` a second; after `warnings` refused ones the line is cut."""

    burst: int = 20
    per_s: float = 2.0
    warnings: int = 20


class Bucket:
    """One sender's tokens. `now_s` is any clock that only goes forward."""

    def __init__(self, allowance: Allowance, now_s: float) -> None:
        self._allowance = allowance
        self._tokens = float(allowance.burst)
        self._at_s = now_s
        self._refused = 0

    def take(self, now_s: float) -> bool:
        """Whether one more message may pass now."""
        grown = self._tokens + (now_s - self._at_s) * self._allowance.per_s
        self._tokens, self._at_s = min(float(self._allowance.burst), grown), now_s
        if self._tokens < 1:
            self._refused += 1
            return False
        self._tokens -= 1
        self._refused = 0
        return True

    @property
    def exhausted(self) -> bool:
        """Whether the sender went on and on after being asked to slow down."""
        return self._refused > self._allowance.warnings
