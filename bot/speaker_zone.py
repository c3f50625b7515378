"""The time zone of whoever speaks: what is heard and said during their turn is read and told in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo


class SpeakerZone:
    """Call it for the zone of the turn that is under way here; outside of turns it is that of the house."""

    def __init__(self, house: ZoneInfo) -> None:
        self._zone: ContextVar[ZoneInfo] = ContextVar("speaker_zone", default=house)

    def __call__(self) -> ZoneInfo:
        return self._zone.get()

    @contextmanager
    def of(self, zone: ZoneInfo) -> Iterator[None]:
        """Within, whoever speaks is in this zone. Turns that run at the same time have each their own."""
        before = self._zone.set(zone)
        try:
            yield
        finally:
            self._zone.reset(before)
