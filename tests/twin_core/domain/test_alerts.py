"""Alerts: thresholds with hysteresis and duration, rates, spikes, hazards, restarts."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from twin_core.contract.events import NewEvent
from twin_core.contract.template import Value
from twin_core.domain import AlertMonitor, AlertPlan
from twin_core.templates import load_library

LIBRARY = load_library()
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def minute(n: float) -> datetime:
    return START + timedelta(minutes=n)


class Twin:
    """A monitor that is fed by the minute and remembers what it said."""

    def __init__(self, type: str, config: dict[str, Any] | None = None) -> None:
        self.plan = AlertPlan(LIBRARY[type], config or {})
        self.monitor = AlertMonitor(self.plan, f"the {type}")
        self.said: list[NewEvent] = []

    def report(self, property: str, *points: tuple[float, Value]) -> None:
        for at, value in points:
            self.said += self.monitor.observe(property, value, minute(at))

    def tick(self, at: float) -> None:
        self.said += self.monitor.tick(minute(at))

    def due(self) -> datetime | None:
        return self.monitor.due_at

    def log(self) -> list[str]:
        return [f"{'+' if event.name == 'alert.raised' else '-'}{event.data['rule']}" for event in self.said]


def steady(value: float, start: float, end: float, every: float = 1) -> Iterable[tuple[float, float]]:
    n = int((end - start) / every)
    return [(start + i * every, value) for i in range(n)]


def test_quiet_readings_say_nothing() -> None:
    twin = Twin("freezer")
    twin.report("temperature", *[(i, -18 + (i % 7) * 0.3) for i in range(500)])
    twin.report("power", *[(i, 90.0 if i % 30 < 20 else 2.0) for i in range(500)])
    assert twin.log() == []


def test_a_limit_must_be_passed_for_a_while_and_cleared_past_the_hysteresis() -> None:
    twin = Twin("freezer")
    twin.report("temperature", (0, -17.0), (1, -15.2), (2, -14.9), (4, -14.7))
    assert twin.log() == []
    twin.report("temperature", (7, -14.5), (8, -15.4), (9, -15.8))
    assert twin.log() == ["+too_warm"]
    twin.report("temperature", (10, -16.1))
    assert twin.log() == ["+too_warm", "-too_warm"]
    assert twin.said[0].data["since"] == "2026-03-02T08:02:00Z"
    assert twin.said[1].data["raised_at"] == twin.said[0].data["since"]


def test_flapping_around_a_limit_raises_once() -> None:
    twin = Twin("freezer")
    twin.report("temperature", (0, -16.5), *[(i, -14.9 if i % 2 else -15.3) for i in range(1, 60)])
    twin.tick(60)
    assert twin.log() == []
    twin.report("temperature", *[(i, -14.8 if i % 2 else -15.5) for i in range(60, 70)], *steady(-14.8, 70, 80))
    assert twin.log() == ["+too_warm"]


@pytest.mark.parametrize("spike", [80.0, 150.0, 199.0])
@pytest.mark.parametrize("every", [1, 20, 60])
def test_a_single_spike_raises_nothing(spike: float, every: int) -> None:
    twin = Twin("sensor")
    for n in range(20):
        twin.report("temperature", (n * every, spike if n == 12 else 18.0 + n % 3 / 10))
        twin.tick(n * every + every * 0.99 if every < 30 else n * every + 29)
    assert twin.log() == []


def test_a_spike_back_to_normal_clears_nothing() -> None:
    twin = Twin("sensor")
    twin.report("temperature", *steady(50.0, 0, 10), (10, 20.0), *steady(50.0, 11, 20))
    assert twin.log() == ["+heat"]


def test_a_second_sample_confirms_a_jump() -> None:
    twin = Twin("sensor")
    twin.report("temperature", *steady(18.0, 0, 10), (10, 84.6), (11, 84.1), (13, 84.3))
    assert twin.log() == ["+heat"]
    assert twin.said[0].data["since"] == "2026-03-02T08:10:00Z"
    assert twin.said[0].data["severity"] == "critical"


def test_a_jump_that_stands_is_believed_in_time() -> None:
    twin = Twin("sensor")
    twin.report("temperature", *steady(18.0, 0, 10), (10, 84.6))
    assert twin.due() is not None
    while (due := twin.due()) is not None:
        twin.said += twin.monitor.tick(due)
    assert twin.log() == ["+heat"]


def test_a_hazard_is_told_at_once() -> None:
    twin = Twin("sensor")
    twin.report("smoke", (0, False), (1, True), (2, False))
    assert twin.log() == ["+smoke", "-smoke"]
    storage = Twin("battery_storage")
    storage.report("temperature", *steady(25.0, 0, 10), (10, 90.0))
    assert storage.log() == ["+fire_risk"]


def test_a_state_that_lasts_is_raised_by_time_alone() -> None:
    twin = Twin("freezer")
    twin.report("door_open", (0, False), (1, True))
    assert twin.log() == []
    assert twin.due() == minute(6)
    twin.tick(5.9)
    assert twin.log() == []
    twin.tick(6)
    assert twin.log() == ["+door_open"]
    assert twin.due() is None
    twin.report("door_open", (20, False))
    assert twin.log() == ["+door_open", "-door_open"]


def test_a_number_that_falls_silent_proves_no_duration() -> None:
    twin = Twin("water_meter")
    twin.report("flow", (0, 0.0), (60, 0.05), (120, 0.05))
    twin.tick(600)
    assert twin.log() == []
    assert twin.due() is None


def test_flow_that_never_stops_is_a_leak_and_a_single_pause_is_none() -> None:
    leak, cooking = Twin("water_meter"), Twin("water_meter")
    leak.report("flow", *steady(0.05, 0, 300, every=10))
    cooking.report("flow", *[(t, 0.0 if t == 200 else 0.05) for t, _ in steady(0.05, 0, 300, every=10)])
    assert leak.log() == ["+continuous_flow"]
    assert cooking.log() == []


def test_a_rate_is_raised_over_its_window_and_carries_its_number() -> None:
    twin = Twin("freezer")
    twin.report("temperature", *[(i * 10, -24 + i * 0.6) for i in range(8)])
    assert twin.log() == ["+warming_up"]
    assert twin.said[0].data["rate_per_h"] == pytest.approx(3.6)
    twin.report("temperature", *[(80 + i * 10, -19.5) for i in range(12)])
    assert twin.log()[-1] == "-warming_up"


def test_two_samples_are_no_trend() -> None:
    twin = Twin("freezer")
    twin.report("temperature", (0, -24.0), (60, -17.0))
    assert twin.log() == []


def test_a_rule_with_a_condition_needs_it() -> None:
    pump = Twin("pump")
    pump.report("flow", *steady(0.0, 0, 10))
    assert pump.log() == []
    pump.report("on", (10, True))
    pump.report("flow", (11, 0.0), (12.5, 0.0))
    assert pump.log() == ["+no_flow"]
    pump.report("on", (14, False))
    assert pump.log() == ["+no_flow", "-no_flow"]


def test_what_is_critical_does_not_wait_for_a_second_sample() -> None:
    pump = Twin("pump")
    pump.report("on", (0, True))
    pump.report("flow", *steady(12.0, 0, 60, every=10), (60, 0.0))
    assert pump.due() == minute(62)
    pump.tick(62)
    assert pump.log() == ["+no_flow"]
    assert pump.said[0].data["value"] == 0.0


def test_late_readings_change_nothing_that_is_past() -> None:
    twin = Twin("freezer")
    twin.report("door_open", (10, False), (2, True))
    twin.report("temperature", (10, -18.0), (3, -5.0))
    twin.tick(60)
    assert twin.log() == []


def test_escalation_stands_in_the_event() -> None:
    twin = Twin("pump")
    twin.report("bearing_temperature", (0, 81.0), (2, 84.0))
    assert [event.data["severity"] for event in twin.said] == ["warning"]
    other = Twin("pump")
    other.report("bearing_temperature", (0, 91.0), (2, 92.0))
    assert [event.data["severity"] for event in other.said] == ["critical"]


def test_the_sentence_names_the_twin() -> None:
    twin = Twin("boiler")
    twin.report("pressure", (0, 0.7), (3, 0.7))
    assert twin.said[0].data["text"] == "the water pressure of the boiler is low"
    assert twin.said[0].data["unit"] == "bar"


def test_limits_of_the_twin_count() -> None:
    twin = Twin("sensor", {"limits": {"temperature": {"high": 8, "low": 2}}})
    twin.report("temperature", *steady(5.0, 0, 10), *[(10 + i, 5 + i * 0.5) for i in range(20)])
    assert "+heat" in twin.log()


def test_a_raised_alert_whose_rule_is_gone_is_cleared() -> None:
    plan = AlertPlan(LIBRARY["sensor"], {})
    monitor = AlertMonitor(plan, "x", {"humidity_high": {"since": "2026-03-02T08:00:00Z"}})
    assert [event.data["rule"] for event in monitor.tick(START)] == ["humidity_high"]
    assert monitor.tick(START) == []


def test_what_new_rules_find_in_old_readings_is_raised_next() -> None:
    """A limit set for a twin counts for what it has reported already."""
    plan = AlertPlan(LIBRARY["sensor"], {"limits": {"temperature": {"high": 8}}})
    monitor = AlertMonitor(plan, "x")
    monitor.replay([("temperature", 11.5, minute(n)) for n in range(0, 60, 10)])
    assert monitor.due_at == minute(2)
    [event] = monitor.tick(minute(60))
    assert (event.data["rule"], event.data["since"]) == ("heat", "2026-03-02T08:00:00Z")


def test_a_restart_loses_nothing() -> None:
    """Whenever the process ends: the events before and after are those of one that never ended."""
    readings = [("temperature", -18 + 0.4 * i if i < 30 else -6 - 0.8 * (i - 30), minute(i * 4)) for i in range(45)] + [
        ("door_open", 10 <= i < 20, minute(i * 4 + 1)) for i in range(45)
    ]
    readings.sort(key=lambda reading: reading[2])
    plan = AlertPlan(LIBRARY["freezer"], {})
    whole = run(AlertMonitor(plan, "x"), readings)
    assert len(whole) >= 6
    for cut in range(0, len(readings), 7):
        before = run(AlertMonitor(plan, "x"), readings[:cut])
        raised = {event.data["rule"]: event.data for event in before if event.name == "alert.raised"}
        for event in before:
            if event.name == "alert.cleared":
                raised.pop(event.data["rule"], None)
        fresh = AlertMonitor(plan, "x", raised)
        fresh.replay(readings[:cut])
        after = run(fresh, readings[cut:])
        assert [(e.name, e.data["rule"], e.at) for e in before + after] == [
            (e.name, e.data["rule"], e.at) for e in whole
        ]


def run(monitor: AlertMonitor, readings: list[tuple[str, Any, datetime]]) -> list[NewEvent]:
    return [event for name, value, at in readings for event in monitor.observe(name, value, at)]
