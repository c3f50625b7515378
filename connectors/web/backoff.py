"""How long to wait before asking again: longer each time, with jitter, or as long as the other side says."""

import random
from collections.abc import Callable

from twin_core.contract.errors import PolluxError

FIRST_S = 2.0
LONGEST_S = 900.0


class Backoff:
    """Counts what failed in a row. `chance` answers a number from 0 to 1."""

    def __init__(self, *, longest_s: float = LONGEST_S, chance: Callable[[], float] = random.random) -> None:
        self._longest_s = longest_s
        self._chance = chance
        self.failures = 0

    def succeeded(self) -> None:
        self.failures = 0

    def failed(self, error: PolluxError) -> float:
        """Seconds to wait now. Full jitter, so that many sources do not come back at the same moment.

        Source: Brooker 2015, "Exponential Backoff And Jitter".
        """
        self.failures += 1
        asked_s = error.details.get("retry_after_s")
        if isinstance(asked_s, (int, float)):
            return float(min(max(asked_s, 1.0), 24 * 3600.0)) + self._chance()
        ceiling_s = min(self._longest_s, FIRST_S * 2.0 ** min(self.failures, 30))
        return max(1.0, ceiling_s * self._chance())
