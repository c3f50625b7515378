"""What all have in common who work off something due and may speak up because of it."""

from collections.abc import Callable
from datetime import datetime

from twin_core.contract.clock import Clock
from twin_core.contract.ports import Store, TwinCore
from twin_core.nudges.journal import Journal
from twin_core.nudges.speaking import Speaking


class Speaker:
    """Holds its parts, and tells the house of what it has put on the lists."""

    def __init__(self, store: Store, core: TwinCore, clock: Clock, speaking: Speaking, journal: Journal) -> None:
        self._store = store
        self._core = core
        self._clock = clock
        self._speaking = speaking
        self._journal = journal
        self.expect: Callable[[], None] = lambda: None  # told when there is something to do for others
        self.expect_at: Callable[[datetime | None], None] = lambda at: None  # told when its own work is due next
