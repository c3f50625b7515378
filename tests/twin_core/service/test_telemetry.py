import asyncio
import math
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests.house import open_house
from twin_core.contract.clock import parse_instant, seconds
from twin_core.contract.commands import EditTwin, MoveTwin
from twin_core.contract.telemetry import Reading, Receipt, RecordTelemetry


async def test_readings_are_committed_and_told(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("thermostat", "hall")
        await house.create("light", "lamp", aliases=("desk light",))
        rows = (
            Reading("thermostat.hall", "temperature", 70.7, "°F", house.at(-2)),
            Reading("HALL", "mode", "Heat"),
            Reading("Desk Light", "on", True),
        )
        report = await house.core.execute(RecordTelemetry(rows))
        assert (report.accepted, report.rejected, report.errors) == (3, 0, ())
        state = await house.state("hall")
        assert state.reported["temperature"].value == pytest.approx(21.5)
        assert (state.reported["temperature"].unit, state.reported["temperature"].at) == ("°C", house.at(-2))
        assert state.reported["mode"].value == "heat"
        assert {notice.twin: dict(notice.values) for notice in house.reported}["light.lamp"] == {
            "on": (True, house.at(0))
        }
        assert house.events("device.state_changed")[0][2] == {
            "property": "mode",
            "value": "heat",
            "at": "2026-03-02T12:00:00Z",
            "before": None,
        }
    async with open_house(tmp_path) as house:
        again = await house.state("hall")
        assert again.reported == state.reported


async def test_bad_rows_are_named_and_sink_no_other(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("freezer", "freezer")
        await house.create("plug", "old plug")
        await house.core.execute(MoveTwin("plug.old_plug", "archived"))
        await house.create("plug", "new plug", draft=True)
        rows = [
            (Reading("freezer", "temperature", -18.0), None),
            (Reading("nobody", "temperature", -18.0), "unknown_twin"),
            (Reading("nobody", "temperature", -18.0), "unknown_twin"),
            (Reading("freezer", "colour", "white"), "unknown_property"),
            (Reading("freezer", "temperature", math.nan), "bad_value"),
            (Reading("freezer", "temperature", -math.inf), "bad_value"),
            (Reading("freezer", "temperature", "cold"), "bad_value"),
            (Reading("freezer", "temperature", 4000.0), "out_of_range"),
            (Reading("freezer", "temperature", 1.0, "kWh"), "wrong_unit"),
            (Reading("freezer", "temperature", 1.0, "\ud800" * 10), "wrong_unit"),
            (Reading("freezer", "temperature", -18.0, at=house.at(5.1)), "in_future"),
            (Reading("freezer", "temperature", -18.0, at=parse_instant("1970-01-01T00:00:00Z")), "too_old"),
            (Reading("freezer", "temperature", -18.0, at=datetime(2026, 3, 2)), "bad_instant"),  # noqa: DTZ001
            (Reading("freezer", "door_open", True, at=house.at(4.9)), None),
            (Reading("old plug", "on", True), "twin_archived"),
            (Reading("new plug", "on", True), "twin_draft"),
            (Reading("", "on", True), "unknown_twin"),
        ]
        report = await house.core.execute(RecordTelemetry(tuple(row for row, _ in rows)))
        assert {error.row: error.code for error in report.errors} == {
            n: code for n, (_, code) in enumerate(rows) if code
        }
        assert (report.accepted, report.rejected) == (2, len(rows) - 2)
        state = await house.state("freezer")
        assert {name: known.value for name, known in state.reported.items()} == {"temperature": -18, "door_open": True}


async def test_instants_of_other_zones_are_taken(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("sensor", "cellar")
        berlin = timezone(timedelta(hours=1))
        await house.report("cellar", house.at(-1).astimezone(berlin), temperature=12)
        assert (await house.state("cellar")).reported["temperature"].at == house.at(-1)


async def test_late_readings_are_kept_and_change_nothing_present(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("sensor", "cellar")
        await house.points("cellar", "contact", (-1, True), (-3, False), (-2, True))
        assert [data["value"] for _, _, data in house.events("device.state_changed")] == [False, True]
        await house.points("cellar", "contact", (-5, False))
        assert (await house.state("cellar")).reported["contact"].value is True
        assert len(house.names("device.state_changed")) == 2
        assert len(house.reported) == 1
        samples = await house.store.readings.range("sensor.cellar", "contact", house.at(-10), house.at(0))
        assert [sample.last for sample in samples] == [False, False, True, True]


async def test_a_hibernated_twin_wakes(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("sensor", "cellar")
        await house.core.execute(MoveTwin("sensor.cellar", "hibernated"))
        await house.report("cellar", temperature=12)
        assert house.names("system")[-1] == "system.twin_woken"
        assert (await house.state("cellar")).twin.status == "active"


async def test_an_alert_is_raised_by_readings_and_by_time_alone(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("freezer", "freezer")
        await house.report("freezer", door_open=True)
        await house.advance(4.9)
        assert house.names("alert") == []
        await house.advance(0.1)
        assert [(data["rule"], data["since"]) for _, _, data in house.events("alert")] == [
            ("door_open", "2026-03-02T12:00:00Z")
        ]
        await house.report("freezer", door_open=False)
        assert house.names("alert") == ["alert.raised", "alert.cleared"]


async def test_what_is_pending_is_raised_after_a_restart_too(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("freezer", "freezer")
        await house.report("freezer", door_open=True)
        at = house.at(2)
    async with open_house(tmp_path, at) as house:
        await house.advance(3)
        assert [data["rule"] for _, _, data in house.events("alert")] == ["door_open"]
        assert house.service.timers()[0].next_due_at() is None


async def test_old_readings_posted_at_once_raise_what_they_mean_now(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("freezer", "garage freezer")
        await house.points("garage freezer", "temperature", (-90, -18.1), (-60, -14.9), (-30, -11.2), (-5, -8.3))
        await house.points("garage freezer", "door_open", (-95, True))
        rules = {data["rule"] for _, _, data in house.events("alert.raised")}
        assert {"door_open", "too_warm"} <= rules


async def test_a_new_limit_is_judged_at_once(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("sensor", "cold room")
        await house.points("cold room", "temperature", *((minute, 9.0) for minute in range(-60, 1, 5)))
        assert house.names("alert") == []
        await house.core.execute(EditTwin("cold room", config={"limits": {"temperature": {"high": 8}}}))
        assert house.names("alert") == ["alert.raised"]
        await house.core.execute(EditTwin("cold room", config={"limits": None}))
        assert house.names("alert") == ["alert.raised", "alert.cleared"]


async def test_the_receipt_of_a_connector_is_committed_with_its_readings(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.core.execute(RecordTelemetry((), Receipt("mqtt", {"seen": [1, 2]})))
        found = await house.store.get("receipt", "mqtt")
        assert found is not None
        assert found[0] == {"seen": [1, 2]}


async def test_many_callers_at_once_lose_nothing(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        for number in range(5):
            await house.create("sensor", f"s{number}")
        calls = [
            house.core.execute(
                RecordTelemetry(
                    tuple(
                        Reading(f"s{number}", "contact", bool(call % 2), at=house.at(0) - seconds(100 - call))
                        for number in range(5)
                    )
                )
            )
            for call in range(40)
        ]
        reports = await asyncio.gather(*calls)
        assert {report.accepted for report in reports} == {5}
        for number in range(5):
            samples = await house.store.readings.range(f"sensor.s{number}", "contact", house.at(-5), house.at(1))
            assert len(samples) == 40
            events = await house.store.read(f"sensor.s{number}")
            assert [event.version for event in events] == list(range(1, len(events) + 1))
            assert events[-1].data["value"] is True


async def test_another_process_that_was_faster_is_taken_into_account(tmp_path: Path) -> None:
    async with open_house(tmp_path) as here, open_house(tmp_path) as there:
        await here.create("sensor", "cellar")
        await there.service.start()  # it hears of new twins when it starts
        await there.report("cellar", contact=True)
        report = await here.report("cellar", here.at(-1), contact=False)
        assert report.accepted == 1
        assert [event.version for event in await here.store.read("sensor.cellar")] == [1, 2]
        assert (await here.state("cellar")).reported["contact"].value is True
