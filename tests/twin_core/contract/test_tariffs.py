"""Tariffs with cheaper hours."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from twin_core.contract.clock import parse_instant
from twin_core.contract.tariffs import tariff_of

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = {"tariff": {"price": 0.4, "currency": "CHF", "cheap": {"price": 0.2, "hours": "22:00-06:00"}}}
DAY = {"tariff": {"price": 0.4, "cheap": {"price": 0.2, "hours": "10:00-16:00"}}}


@pytest.mark.parametrize(
    ("config", "start", "hours", "price"),
    [
        (NIGHT, "2026-03-02T12:00:00Z", 1, 0.4),
        (NIGHT, "2026-03-02T23:00:00Z", 1, 0.2),
        (NIGHT, "2026-03-02T20:00:00Z", 2, 0.3),
        (NIGHT, "2026-03-02T00:00:00Z", 24, 0.4 - 0.2 / 3),
        (DAY, "2026-03-02T00:00:00Z", 48, 0.35),
        (NIGHT, "2026-03-02T23:00:00Z", 0, 0.2),
        (NIGHT, "2026-01-01T00:00:00Z", 24 * 30, 0.4 - 0.2 / 3),
    ],
)
def test_the_mean_price_of_a_span(config: dict[str, object], start: str, hours: float, price: float) -> None:
    tariff = tariff_of(config)
    assert tariff is not None
    begin = parse_instant(start)
    assert tariff.mean_price(begin, begin + timedelta(hours=hours), BERLIN) == pytest.approx(price)


@pytest.mark.parametrize(
    "tariff", [None, 0.3, {"price": 0.3}, {"price": 0.3, "cheap": 0.2}, {"price": 0.3, "cheap": {"price": 0.2}}]
)
def test_one_price_is_no_tariff_by_hours(tariff: object) -> None:
    assert tariff_of({"tariff": tariff}) is None
