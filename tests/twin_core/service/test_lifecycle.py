import asyncio
from pathlib import Path

import pytest

from tests.house import ANNA, open_house
from twin_core.contract.commands import (
    CreateTwin,
    EditTwin,
    EraseTwin,
    GetEvents,
    GetState,
    GetTwin,
    ListTwins,
    MoveTwin,
)
from twin_core.contract.errors import Conflict, NotFound, Rejected


async def test_a_twin_is_created_named_and_found_again_after_a_restart(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        twin = await house.create("freezer", "garage  freezer", aliases=("ice box",), place="garage", importance="high")
        assert (twin.id, twin.name, twin.status, twin.version) == (
            "freezer.garage_freezer",
            "garage freezer",
            "active",
            1,
        )
        assert twin.created_at == house.clock.now()
    async with open_house(tmp_path) as house:
        assert await house.core.query(GetTwin("ICE BOX")) == twin
        assert (await house.core.query(ListTwins(place="garage"))).items == (twin,)


async def test_ids_are_unique_and_names_too(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        first = await house.create("light", "Hall lamp")
        second = await house.create("light", "hall-lamp")
        assert (first.id, second.id) == ("light.hall_lamp", "light.hall_lamp_2")
        with pytest.raises(Rejected) as caught:
            await house.create("light", "HALL LAMP")
        assert caught.value.details["suggestion"] == "HALL LAMP 2"
        with pytest.raises(Rejected, match="id"):
            await house.create("light", "another", id="light.hall_lamp")
        with pytest.raises(NotFound) as missing:
            await house.create("lamp", "x")
        assert "light" in missing.value.details["nearest"]


async def test_an_edit_merges_and_is_refused_on_an_old_version(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        twin = await house.create("freezer", "freezer", config={"contents": "fish", "limits.temperature.high": -16})
        edited = await house.core.execute(
            EditTwin(twin.id, name="fish freezer", place="cellar", config={"contents": None}, expected_version=1), ANNA
        )
        assert (edited.name, edited.place, edited.version) == ("fish freezer", "cellar", 2)
        assert edited.config == {"limits": {"temperature": {"high": -16}}}
        assert await house.core.query(GetTwin("fish freezer")) == edited
        with pytest.raises(Conflict):
            await house.core.execute(EditTwin(twin.id, place="attic", expected_version=1))
        same = await house.core.execute(EditTwin(twin.id, place="cellar", expected_version=2))
        assert same.version == 2


@pytest.mark.parametrize(
    ("way", "status", "events"),
    [
        (("hibernated", "active"), "active", ["system.twin_hibernated", "system.twin_woken"]),
        (("archived", "active"), "active", ["system.twin_archived", "system.twin_restored"]),
        (("hibernated", "archived"), "archived", ["system.twin_hibernated", "system.twin_archived"]),
    ],
)
async def test_ways_through_life(tmp_path: Path, way: tuple[str, ...], status: str, events: list[str]) -> None:
    async with open_house(tmp_path) as house:
        twin = await house.create("plug", "plug")
        for to in way:
            twin = await house.core.execute(MoveTwin(twin.id, to))  # type: ignore[arg-type]
        assert twin.status == status
        assert house.names("system")[1:] == events


async def test_a_draft_becomes_active_and_never_hibernates(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        twin = await house.create("plug", "plug", draft=True)
        with pytest.raises(Rejected):
            await house.core.execute(MoveTwin(twin.id, "hibernated"))
        changed = await house.core.execute(EditTwin(twin.id, type="light"))
        assert changed.type == "light"
        assert (await house.core.execute(MoveTwin(twin.id, "active"))).status == "active"
        with pytest.raises(Rejected):
            await house.core.execute(EditTwin(twin.id, type="plug"))


async def test_archived_twins_give_their_name_free_and_must_find_another_to_come_back(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        old = await house.create("light", "lamp")
        await house.core.execute(MoveTwin(old.id, "archived"))
        assert (await house.core.query(ListTwins())).total == 0
        new = await house.create("light", "lamp")
        assert new.id == "light.lamp_2"
        assert (await house.core.query(GetTwin("lamp"))).id == new.id
        with pytest.raises(Rejected, match="already a twin"):
            await house.core.execute(MoveTwin(old.id, "active"))


async def test_putting_a_twin_away_ends_what_was_raised_about_it(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("sensor", "cellar")
        await house.report("cellar", leak=True)
        assert "alert.raised" in house.names()
        await house.core.execute(MoveTwin("sensor.cellar", "archived"))
        assert house.names("alert", "system")[-2:] == ["alert.cleared", "system.twin_archived"]
        await house.core.execute(MoveTwin("sensor.cellar", "active"))
        await house.report("cellar", house.at(0), leak=True)
        assert house.names("alert") == ["alert.raised", "alert.cleared", "alert.raised"]


async def test_an_erased_twin_is_gone_and_its_id_can_be_used_again(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("sensor", "cellar")
        await house.report("cellar", temperature=12)
        gone = await house.core.execute(EraseTwin("cellar"))
        assert gone.id == "sensor.cellar"
        assert house.events("system.twin_erased") == [("sensor.cellar", "system.twin_erased", {"type": "sensor"})]
        with pytest.raises(NotFound):
            await house.core.query(GetState("sensor.cellar"))
    async with open_house(tmp_path) as house:
        again = await house.create("sensor", "cellar")
        assert again.id == "sensor.cellar"
        state = await house.state("cellar")
        assert state.reported == {}
        await house.report("cellar", temperature=13)
        assert [e.name for e in await house.core.query(GetEvents("cellar"))] == [
            "system.twin_erased",
            "system.twin_created",
        ]


async def test_two_at_once_cannot_take_the_same_name(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        made = await asyncio.gather(
            *(house.core.execute(CreateTwin("light", "lamp")) for _ in range(5)), return_exceptions=True
        )
        assert sum(not isinstance(answer, Exception) for answer in made) == 1
        assert (await house.core.query(ListTwins())).total == 1
