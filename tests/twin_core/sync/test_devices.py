from pathlib import Path
from typing import Any

import pytest

from tests.house import ANNA, House, open_house
from twin_core.contract.commands import Diagnose, EditTwin, EraseTwin, MoveTwin, SetDesired
from twin_core.contract.errors import Rejected
from twin_core.contract.ports import Candidates
from twin_core.contract.telemetry import (
    AnnounceDevice,
    ListCandidates,
    Observation,
    Receipt,
    RecordObservations,
    ReportAvailability,
    WithdrawDevice,
)
from twin_core.contract.template import Value
from twin_core.contract.views import CandidateView, SignalView, TelemetryReport

BULB = (
    SignalView("light", "light", "boolean", "light", writable=True),
    SignalView("light.brightness", "brightness", "number", "light", writable=True, minimum=0, maximum=254),
    SignalView(
        "light.color_temp", "color temp", "number", "light", unit="mired", writable=True, minimum=250, maximum=454
    ),
    SignalView("linkquality", "Linkquality", "number", "sensor", unit="lqi", category="diagnostic"),
)
METER = (
    SignalView("temperature", "Temperature", "number", "sensor", "temperature", "°F"),
    SignalView("humidity", "Humidity", "number", "sensor", "humidity", "%"),
)


async def announce(house: House, source: str = "mqtt:1", **more: Any) -> CandidateView:
    fields: dict[str, Any] = {"name": "bulb", "signals": BULB, **more}
    return await house.core.execute(AnnounceDevice(source, **fields))


async def observe(house: House, source: str, receipt: Receipt | None = None, **values: Value) -> TelemetryReport:
    rows = tuple(Observation(source, signal.replace("__", "."), value) for signal, value in values.items())
    return await house.core.execute(RecordObservations(rows, receipt))


async def test_a_device_is_a_candidate_until_it_is_a_twin(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        heard: list[Candidates] = []

        async def on_candidates(notice: Candidates) -> None:
            heard.append(notice)

        house.bus.subscribe(Candidates, on_candidates)
        view = await announce(house, place="hall", manufacturer="IKEA", model="TRADFRI")
        assert (view.type, view.place, view.twin) == ("light", "hall", None)
        assert view.properties == {
            "on": "light",
            "brightness": "light.brightness",
            "color_temperature": "light.color_temp",
        }
        assert heard == [Candidates(("mqtt:1",))]
        assert await house.core.query(ListCandidates()) == (view,)
        twin = await house.create("light", "hall lamp", source="mqtt:1")
        assert await house.core.query(ListCandidates()) == ()
        adopted = (await house.core.query(ListCandidates(include_adopted=True)))[0]
        assert adopted.twin == twin.id
        with pytest.raises(Rejected) as caught:
            await house.create("light", "other lamp", source="mqtt:1")
        assert caught.value.code == "source_taken"
    async with open_house(tmp_path) as house:
        assert await house.core.query(ListCandidates(include_adopted=True)) == (adopted,)


async def test_announcing_again_updates_and_makes_no_second(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        first = await announce(house)
        await house.advance(10)
        again = await announce(house, name="kitchen bulb", signals=BULB[:2])
        assert (again.name, again.first_seen_at) == ("kitchen bulb", first.first_seen_at)
        assert again.properties == {"on": "light", "brightness": "light.brightness"}
        assert await house.core.query(ListCandidates()) == (again,)
        assert await house.core.query(Diagnose()) == ()


async def test_two_devices_with_one_id_are_reported_and_the_first_keeps_its_name(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await announce(house, manufacturer="IKEA", model="TRADFRI")
        view = await announce(house, name="plug", manufacturer="Sonoff", model="S31", signals=METER)
        assert (view.name, view.signals) == ("bulb", BULB)
        faults = await house.core.query(Diagnose())
        assert [fault.part for fault in faults] == ["devices"]
        assert "bulb and plug (S31)" in faults[0].message
        await announce(house, manufacturer="IKEA", model="TRADFRI", signals=BULB[:2])
        assert len(await house.core.query(Diagnose())) == 1
        await house.core.execute(WithdrawDevice("mqtt:1"))
        assert await house.core.query(Diagnose()) == ()


async def test_two_equal_devices_with_one_id_taking_turns_are_found_out(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        for name in ("left", "right", "left", "right", "left"):
            view = await announce(house, name=name)
        assert view.name == "right"  # renamed once, then stable
        assert "left" in (await house.core.query(Diagnose()))[0].message


async def test_a_type_hint_and_an_id_that_cannot_be_used(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        view = await announce(house, type_hint="freezer", signals=METER)
        assert (view.type, view.properties) == ("freezer", {"temperature": "temperature"})
        for source in ("a/b", "a#", "a+", "", "a b"):
            with pytest.raises(Rejected):
                await announce(house, source)


async def test_what_a_candidate_said_is_what_its_twin_starts_with(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await announce(house)
        report = await observe(house, "mqtt:1", light=True, light__brightness=127, linkquality=80)
        assert report.accepted == 3
        await observe(house, "mqtt:1", light__brightness=254)
        assert house.reported == []
    async with open_house(tmp_path) as house:
        await house.create("light", "lamp", source="mqtt:1")
        values = {name: known.value for name, known in (await house.state("lamp")).reported.items()}
        assert values == {"on": True, "brightness": 100}
        await observe(house, "mqtt:1", light__brightness=127)
        assert (await house.state("lamp")).reported["brightness"].value == 50


async def test_values_of_candidates_are_written_by_the_half_minute(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await announce(house)
        await observe(house, "mqtt:1", light=True)
        found = await house.store.get("candidate", "mqtt:1")
        assert found is not None
        assert found[0]["values"] == {}
        await house.advance(1)
        found = await house.store.get("candidate", "mqtt:1")
        assert found is not None
        assert found[0]["values"] == {"light": [True, "2026-03-02T12:00:00Z"]}
        version = found[1]
        await house.advance(60)
        found = await house.store.get("candidate", "mqtt:1")
        assert found is not None
        assert found[1] == version


async def test_a_draft_waits_with_its_values_until_it_is_active(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await announce(house, signals=METER)
        await house.create("sensor", "cellar", source="mqtt:1", draft=True)
        await observe(house, "mqtt:1", temperature=50)
        assert (await house.state("cellar")).reported == {}
        await house.core.execute(MoveTwin("cellar", "active"))
        assert (await house.state("cellar")).reported["temperature"].value == 10
        await observe(house, "mqtt:1", temperature=59)
        assert (await house.state("cellar")).reported["temperature"].value == 15


async def test_a_device_announced_after_its_twin_is_bound_at_once(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("freezer", "freezer", source="mqtt:1")
        view = await announce(house, signals=METER)
        assert (view.twin, view.type, view.properties) == ("freezer.freezer", "freezer", {"temperature": "temperature"})
        await observe(house, "mqtt:1", temperature=0)
        assert (await house.state("freezer")).reported["temperature"].value == pytest.approx(-17.8, abs=0.1)


async def test_rows_that_cannot_be_taken_are_named_by_their_own_number(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await announce(house, signals=METER)
        await house.create("sensor", "cellar", source="mqtt:1")
        rows = (
            Observation("mqtt:9", "temperature", 1),
            Observation("mqtt:1", "humidity", 50),
            Observation("mqtt:1", "colour", 50),
            Observation("mqtt:1", "temperature", float("nan")),
            Observation("mqtt:1", "temperature", 50),
        )
        report = await house.core.execute(RecordObservations(rows, Receipt("mqtt", {"n": 1})))
        assert (report.accepted, report.rejected) == (2, 3)
        assert {error.row: error.code for error in report.errors} == {
            0: "unknown_device",
            2: "unknown_signal",
            3: "bad_value",
        }
        assert await house.store.get("receipt", "mqtt") is not None


async def test_a_receipt_without_any_reading_is_committed(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await observe(house, "mqtt:1", Receipt("mqtt", {"n": 2}))
        found = await house.store.get("receipt", "mqtt")
        assert found is not None
        assert found[0] == {"n": 2}


async def test_what_is_asked_of_a_twin_is_told_in_the_devices_own_words(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await announce(house)
        twin = await house.create("light", "lamp", source="mqtt:1")
        await house.core.execute(SetDesired("lamp", {"on": True, "brightness": 50, "color_temperature": 4000}), ANNA)
        command = house.told[0]
        assert (command.twin, command.source) == (twin.id, "mqtt:1")
        assert command.values == {"on": True, "brightness": 50, "color_temperature": 4000}
        assert command.signals == {"light": True, "light.brightness": 127, "light.color_temp": 250}
        assert command.trace


async def test_a_withdrawn_candidate_goes_and_a_withdrawn_twin_stays_unavailable(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await announce(house, "mqtt:1")
        await announce(house, "mqtt:2", name="other")
        await house.create("light", "lamp", source="mqtt:2")
        for source in ("mqtt:1", "mqtt:2", "mqtt:3"):
            await house.core.execute(WithdrawDevice(source))
        views = await house.core.query(ListCandidates(include_adopted=True))
        assert [view.id for view in views] == ["mqtt:2"]
        assert (await house.state("lamp")).available is False


async def test_availability_of_devices_and_of_native_twins(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await announce(house, signals=METER)
        await house.create("sensor", "cellar", source="mqtt:1")
        await house.create("sensor", "attic")
        await house.report("cellar", temperature=10)
        await house.core.execute(
            ReportAvailability({"mqtt:1": False, "native:sensor.attic": False, "mqtt:nobody": False})
        )
        await house.core.execute(ReportAvailability({"mqtt:1": False}))
        assert [(twin, data["reason"]) for twin, _, data in house.events("device.unavailable")] == [
            ("sensor.cellar", "offline"),
            ("sensor.attic", "offline"),
        ]
        assert house.events("device.unavailable")[0][2]["last_at"] == "2026-03-02T12:00:00Z"
        await house.core.execute(ReportAvailability({"mqtt:1": True}))
        assert [twin for twin, _, _ in house.events("device.available")] == ["sensor.cellar"]
        assert (await house.state("cellar")).available is not False


async def test_a_device_of_an_erased_or_rebound_twin_is_a_candidate_again(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await announce(house, "mqtt:1", signals=METER)
        await announce(house, "mqtt:2", signals=METER, name="second")
        await house.create("sensor", "cellar", source="mqtt:1")
        await house.core.execute(EditTwin("cellar", source="mqtt:2"))
        assert [view.id for view in await house.core.query(ListCandidates())] == ["mqtt:1"]
        await observe(house, "mqtt:2", humidity=40)
        assert (await house.state("cellar")).reported["humidity"].value == 40
        await house.core.execute(EraseTwin("cellar"))
        assert {view.id for view in await house.core.query(ListCandidates())} == {"mqtt:1", "mqtt:2"}
