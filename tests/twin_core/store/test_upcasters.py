"""What an event holds may change its form; what is stored stays."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.databases import START
from twin_core.contract.clock import FrozenClock
from twin_core.contract.errors import Rejected
from twin_core.contract.events import NewEvent
from twin_core.store import open_store
from twin_core.store.upcasters import Upcasters


def evolved() -> Upcasters:
    """A house in which alerts were at first given in °F, and without their severity."""
    upcasters = Upcasters()

    @upcasters.register("alert.raised", 1)
    def to_celsius(data: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**data, "value": (data["value"] - 32) / 1.8}

    @upcasters.register("alert.raised", 2)
    def with_severity(data: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**data, "severity": "warning"}

    return upcasters


async def test_old_and_new_events_of_a_stream_are_read_in_todays_form(database_url: str, clock: FrozenClock) -> None:
    yesterday = await open_store(database_url, clock)
    await yesterday.append("a.a", 0, [NewEvent("alert.raised", {"value": 212}, START)])
    await yesterday.append("a.a", 1, [NewEvent("alert.cleared", {"value": 212}, START)])
    await yesterday.aclose()

    today = await open_store(database_url, clock, upcasters=evolved())
    await today.append("a.a", 2, [NewEvent("alert.raised", {"value": 90, "severity": "critical"}, START)])
    read = await today.read("a.a")
    assert [event.data for event in read] == [
        {"value": 100, "severity": "warning"},
        {"value": 212},
        {"value": 90, "severity": "critical"},
    ]
    assert await today.read_all() == read
    await today.aclose()

    before = await open_store(database_url, clock)
    with pytest.raises(Rejected, match=r"alert\.raised has version 3"):
        await before.read("a.a")
    await before.aclose()


def test_upcasters_are_registered_without_gaps() -> None:
    with pytest.raises(ValueError, match="from version 3"):
        evolved().register("alert.raised", 4)(dict)
