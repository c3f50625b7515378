"""Who looked at what is somebody else's: told to that person alone, written down seldom, gone in time."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.house import ANNA, House, open_house
from twin_core.contract.commands import CreateTwin, GetCritical, GetEvents, GetHistory, GetState, GetTwin, ListTwins
from twin_core.contract.ports import ERASED, Batch, Document
from twin_core.contract.privacy import (
    LOOKS_KEPT,
    SHARING,
    EraseData,
    ExportData,
    FindRemains,
    ListHidden,
    ListLooks,
    LookView,
    SetConsent,
)
from twin_core.contract.requests import Cause
from twin_core.contract.tasks import CreateTask

TWIN = "person.anna"


async def moved_in(house: House) -> None:
    """Anna has a twin, Ben may sign in."""
    await house.core.execute(CreateTwin("person", "Anna", config={"user": "anna"}), ANNA)
    rows = [{"id": id, "name": id.title(), "role": "member", "created_at": "x"} for id in ("anna", "ben")]
    await house.store.commit(Batch(documents=[Document("user", str(row["id"]), row) for row in rows]))


async def looks(house: House, person: str = "anna") -> list[LookView]:
    return list(await house.core.query(ListLooks(person)))


async def test_each_way_to_look_is_told_and_ones_own_are_not(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await moved_in(house)
        start, end = house.at(-60), house.at(0)
        for person in ("anna", "ben", None):
            await house.core.query(GetTwin(TWIN, person))
            await house.core.query(ListTwins(type="person", person=person))
            await house.core.query(GetState(TWIN, person=person))
            await house.core.query(GetEvents(TWIN, person=person))
            await house.core.query(GetHistory(TWIN, "workload", start, end, person=person))
        await house.core.query(ListHidden(TWIN, "ben"))  # asked for what is shown live
        seen = await looks(house)
        assert {(look.by, look.what, look.times) for look in seen} == {
            *(("ben", what, 1) for what in ("state", "events", "history", "live")),
            ("ben", "profile", 2),
        }
        assert all(look.about for look in seen)
        assert await looks(house, "ben") == []


async def test_a_shared_list_is_told_to_whom_it_is_of_and_to_nobody_whose_is_not_shown(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await moved_in(house)
        for person in ("anna", "carl"):
            await house.core.execute(CreateTask(f"Task of {person}", house.at(60)), Cause(person))
            await house.core.execute(SetConsent(person, SHARING, True, towards=("ben",)), Cause(person))
        await house.core.query(GetCritical(person="ben"))
        assert await looks(house) == []
        shown = (await house.core.query(GetCritical(person="ben", whose="anna"))).items
        assert {item.owner for item in shown} == {"anna"}
        assert [(look.by, look.what) for look in await looks(house)] == [("ben", "critical_list")]
        assert await looks(house, "carl") == []
        await house.core.query(GetCritical(person="ben", team=True))
        assert [look.times for look in await looks(house)] == [2]
        assert (await house.core.query(GetCritical(person="dora", whose="anna"))).items == ()


async def test_what_is_handed_out_by_whoever_runs_the_house_is_told(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await moved_in(house)
        await house.core.execute(ExportData("anna"), ANNA)
        assert await looks(house) == []
        await house.core.execute(ExportData("anna"))
        assert [(look.by, look.what) for look in await looks(house)] == [("system", "export")]


async def test_a_hundred_looks_are_one_write_a_minute_later_and_survive_a_restart(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await moved_in(house)
        for _ in range(100):
            await house.core.query(GetState(TWIN, person="ben"))
        assert [key async for key, _ in house.store.scan("access_log")] == []
        await house.advance(2)
        assert [key async for key, _ in house.store.scan("access_log")] == ["anna/2026-03-02"]
    async with open_house(tmp_path, house.clock.now()) as house:
        await house.core.query(GetState(TWIN, person="ben"))
        (look,) = await looks(house)
        assert (look.times, look.last_at - look.first_at) == (101, timedelta(minutes=2))


async def test_it_is_kept_for_so_long_and_no_longer(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await moved_in(house)
        await house.core.query(GetState(TWIN, person="ben"))
        await house.timers.advance(house.clock.now() + LOOKS_KEPT - timedelta(days=1))
        assert len(await looks(house)) == 1
        await house.timers.advance(house.clock.now() + timedelta(days=3))
        assert await looks(house) == []
        assert [key async for key, _ in house.store.scan("access_log")] == []


@pytest.mark.parametrize("written", [True, False])
async def test_it_is_handed_out_and_erased_with_its_person_and_names_nobody_erased(
    tmp_path: Path, written: bool
) -> None:
    async with open_house(tmp_path) as house:
        await moved_in(house)
        await house.core.execute(CreateTwin("person", "Ben", config={"user": "ben"}), Cause("ben"))
        await house.core.query(GetState(TWIN, person="ben"))
        await house.core.query(GetState("person.ben", person="anna"))
        if written:
            await house.advance(2)
            assert "access_log" in (await house.core.execute(ExportData("ben"), Cause("ben"))).documents
        await house.core.execute(EraseData("ben"), Cause("ben"))
        await house.advance(5)
        assert (await house.core.query(FindRemains("ben"))).documents == ()
        assert [look.by for look in await looks(house)] == ([ERASED] if written else [])
        assert await looks(house, "ben") == []
