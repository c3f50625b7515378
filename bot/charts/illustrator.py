"""The picture that goes along with what is said unasked about a value: its last hours."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.charts.pictures import image_of, picture_of
from bot.charts.series import series
from bot.charts.words import summary
from bot.dialogue.registry import Registry
from twin_core.contract.agenda import GetPerson
from twin_core.contract.clock import Clock
from twin_core.contract.commands import GetConcern
from twin_core.contract.errors import PolluxError
from twin_core.contract.notifying import Picture
from twin_core.contract.nudges import NudgeView
from twin_core.contract.ports import TwinCore

LAST = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Illustration:
    """A chart for a channel that shows pictures, and the same in words for all of them."""

    caption: str
    image: Mapping[str, str]

    async def picture(self) -> Picture | None:
        """As PNG."""
        return await asyncio.to_thread(picture_of, self.image)


class Illustrator:
    """Draws what a nudge is about."""

    def __init__(self, core: TwinCore, registry: Registry, clock: Clock) -> None:
        self._core = core
        self._registry = registry
        self._clock = clock

    async def draw(self, nudge: NudgeView) -> Illustration | None:
        """None for what is no number of a twin, is over, or has hardly been measured."""
        if nudge.kind != "concern" or nudge.about is None or nudge.about.kind != "concern":
            return None
        try:
            return await self._drawn(nudge.about.id, nudge.owner)
        except PolluxError:  # it is over, gone, or not for this person: the message says what there is to say
            return None

    async def _drawn(self, concern: str, person: str) -> Illustration | None:
        about = await self._core.query(GetConcern(concern, person))
        twin = self._registry.twin(about.twin) if about.twin else None
        spec = self._registry.spec(twin, about.property) if twin and about.property else None
        if twin is None or spec is None or spec.kind != "number":
            return None
        now, zone = self._clock.now(), ZoneInfo((await self._core.query(GetPerson(person))).zone)
        span = (now - LAST, now)
        history = await series(self._core, twin.id, spec.name, span, person)
        image = image_of(twin, spec, history, span, now, zone)
        return Illustration(summary(twin, spec, history, now, zone), image) if image else None
