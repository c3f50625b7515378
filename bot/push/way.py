"""The way out into the browsers of a person."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.charts.illustrator import Illustration
from bot.push.book import Browser, BrowserBook
from bot.ways.letters import letter
from twin_core.contract.errors import PolluxError
from twin_core.contract.notifying import Notifier
from twin_core.contract.nudges import NudgeView

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PushWay:
    """bot.ways.way.Way by Web Push. `notifier` makes one of a browser and the private key of this house."""

    book: BrowserBook
    notifier: Callable[[Browser, str], Notifier]

    name = "push"
    title = "your browser"

    async def serves(self, person: str) -> bool:
        return bool(await self.book.of(person))

    async def say(self, nudge: NudgeView, note: str = "", drawn: Illustration | None = None) -> None:
        """In all of them: it is enough that one takes it. One that is gone is forgotten."""
        message, key = await letter(nudge, note, drawn), await self.book.key()
        taken, failed = 0, None
        for browser in await self.book.of(nudge.owner):
            notifier = self.notifier(browser, key)
            try:
                await notifier.send(message)
                taken += 1
            except PolluxError as error:
                failed = error
                log.info("push.not_taken", nudge=nudge.id, code=error.code)
                if error.code == "gone":
                    await self.book.remove(nudge.owner, browser)
            finally:
                await notifier.aclose()
        if failed and not taken:
            raise failed
