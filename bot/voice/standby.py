"""What is built in takes the place of a voice server that is away, and gives it back when the server answers again."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.voice.servers import AWAY
from twin_core.contract.clock import Clock
from twin_core.contract.errors import Unavailable

AGAIN = timedelta(seconds=15)  # a server that is away may keep everybody waiting: it is not asked in each turn

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Standby:
    """The place of one server; `part` is what Pollux uses instead, such as "my own ears"."""

    def __init__(self, part: str, clock: Clock) -> None:
        self._part = part
        self._clock = clock
        self._asked_again_at: datetime | None = None
        self.trouble: Unavailable | None = None  # why it is not used now

    async def use(self, server: Callable[[], Awaitable[T]], instead: Callable[[], Awaitable[T]]) -> tuple[T, str]:
        """What the server answers, or what is done instead; with what to tell, once for each time it is away."""
        told = ""
        if self._asked_again_at is None or self._clock.now() >= self._asked_again_at:
            try:
                answer = await server()
            except Unavailable as error:
                if error.code != AWAY:
                    raise
                told = self._note(error)
            else:
                self._returned()
                return answer, ""
        return await instead(), told

    def _note(self, error: Unavailable) -> str:
        is_news = self.trouble is None
        self.trouble, self._asked_again_at = error, self._clock.now() + AGAIN
        if not is_news:
            return ""
        log.warning("voice.server_away", problem=error.message, instead=self._part)
        return f"{error.message} Until it does, I use {self._part}."

    def _returned(self) -> None:
        if self.trouble is not None:
            log.info("voice.server_back", instead=self._part)
        self.trouble = self._asked_again_at = None
