"""Devices that report on native topics under an id that is no twin: announced as candidates by what they say."""

from collections.abc import Iterable

from connectors.devices.mqtt import native
from twin_core.contract.commands import GetTwin
from twin_core.contract.errors import NotFound
from twin_core.contract.ports import TwinCore
from twin_core.contract.requests import Cause
from twin_core.contract.telemetry import Observation, Reading
from twin_core.contract.template import Value
from twin_core.contract.views import TelemetryReport

UNKNOWN_TWIN = "unknown_twin"  # the code of its row


class Strangers:
    """Remembers which ids are no twins, until they are."""

    def __init__(self, core: TwinCore, cause: Cause) -> None:
        self._core = core
        self._cause = cause
        self._values: dict[str, dict[str, Value]] = {}  # twin id -> what was announced of it

    async def split(self, readings: list[Reading]) -> tuple[list[Reading], list[Reading]]:
        """Readings of (what may be) twins, and readings of strangers."""
        for twin in {reading.twin for reading in readings} & self._values.keys():
            if await self._is_twin(twin):
                del self._values[twin]
        known = [reading for reading in readings if reading.twin not in self._values]
        return known, [reading for reading in readings if reading.twin in self._values]

    def found(self, readings: list[Reading], report: TelemetryReport) -> list[Reading]:
        """The readings that were refused because their twin does not exist."""
        strange = [readings[error.row] for error in report.errors if error.code == UNKNOWN_TWIN]
        for reading in strange:
            self._values.setdefault(reading.twin, {})
        return strange

    async def announce(self, readings: Iterable[Reading]) -> None:
        """Announces those that say something new."""
        news: set[str] = set()
        for reading in readings:
            told = self._values.setdefault(reading.twin, {})
            if reading.property not in told and len(told) < native.MAX_PROPERTIES:
                news.add(reading.twin)
            told[reading.property] = reading.value
        for twin in sorted(news):
            await self._core.execute(native.announce(twin, self._values[twin]), self._cause)

    def observations(self, readings: Iterable[Reading]) -> list[Observation]:
        return [
            Observation(native.source_of(reading.twin), reading.property, reading.value, reading.at)
            for reading in readings
        ]

    async def _is_twin(self, twin: str) -> bool:
        try:
            await self._core.query(GetTwin(twin))
        except NotFound:
            return False
        return True
