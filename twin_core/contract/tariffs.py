"""What energy costs, and when it costs less: read from the config of a meter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from twin_core.contract.wall_time import times_of_day, wall_of

_STEP = timedelta(minutes=15)  # as metering divides the day
_MOST_STEPS = 3000  # a month; what a longer span between two readings costs is no matter of minutes


@dataclass(frozen=True, slots=True)
class Tariff:
    """Two prices a unit; the lower one holds between two times of day, in seconds after midnight."""

    price: float
    cheap_price: float
    from_s: int
    to_s: int
    currency: str

    def is_cheap(self, wall: datetime) -> bool:
        """Whether the lower price holds when a clock on the wall shows that."""
        second = wall.hour * 3600 + wall.minute * 60 + wall.second
        if self.from_s < self.to_s:
            return self.from_s <= second < self.to_s
        return second >= self.from_s or second < self.to_s

    def mean_price(self, start: datetime, end: datetime, zone: ZoneInfo) -> float:
        """Of what is used evenly between two instants."""
        count = min(_MOST_STEPS, max(1, round((end - start) / _STEP)))
        step = (end - start) / count
        cheap = sum(self.is_cheap(wall_of(start + (number + 0.5) * step, zone)) for number in range(count))
        return self.price - (self.price - self.cheap_price) * cheap / count


def tariff_of(config: Mapping[str, Any]) -> Tariff | None:
    """Of a meter; None where one price holds all day, or it cannot be read."""
    tariff = config.get("tariff")
    cheap = tariff.get("cheap") if isinstance(tariff, Mapping) else None
    if not isinstance(tariff, Mapping) or not isinstance(cheap, Mapping):
        return None
    price, less = tariff.get("price"), cheap.get("price")
    begin, _, end = str(cheap.get("hours", "")).partition("-")
    hours = times_of_day(begin), times_of_day(end)
    if not isinstance(price, (int, float)) or not isinstance(less, (int, float)) or not (hours[0] and hours[1]):
        return None
    return Tariff(price, less, hours[0][0], hours[1][0], str(tariff.get("currency", "EUR"))) if less < price else None
