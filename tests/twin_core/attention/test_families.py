"""What tells concerns apart: silences together, a way in at night, flags of other systems, what is learnt."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.house import ANNA, House, open_house
from tests.twin_core.attention.questions import critical, only, order, reasons
from twin_core.contract.clock import parse_instant
from twin_core.contract.commands import (
    DismissConcern,
    GetConcernChanges,
    GetCritical,
    ListPutAway,
    MoveTwin,
    RateConcern,
    ReopenConcern,
)
from twin_core.contract.flags import LowerFlag, RaiseFlag
from twin_core.contract.requests import Cause

MIDNIGHT = parse_instant("2026-03-02T23:00:00Z")


async def silent(house: House, *names: str, since: float = -600, every: float = 20) -> None:
    for name in names:
        await house.create("sensor", name)
        points = [(since - every * n, 4.0) for n in range(6)]
        await house.points(name, "temperature", *sorted(points))


async def test_devices_that_fell_silent_at_once_are_one_concern(house: House) -> None:
    await silent(house, "north", "south", "west", "east")
    item = await only(house)
    assert item.title == "East, north, south and west are silent together"
    assert "4 devices have not reported for 10 hours" in item.why
    assert item.kind == "sync"


async def test_the_third_makes_them_one_and_every_one_is_named_at_once(house: House) -> None:
    await silent(house, "north", "south", "west")
    item = await only(house)
    assert item.title == "North, south and west are silent together"
    assert "3 devices have not reported for 10 hours" in item.why


async def test_two_are_a_coincidence_and_other_hours_another_cause(house: House) -> None:
    await silent(house, "north", "south")
    await silent(house, "west", since=-1000)
    assert sorted(await order(house)) == ["north", "south", "west"]


async def test_who_speaks_again_leaves_and_the_last_ends_it(house: House) -> None:
    await silent(house, "north", "south", "west")
    await house.report("north", temperature=4.1)
    assert (await only(house)).title == "South and west are silent together"
    await house.core.execute(MoveTwin("sensor.south", "archived"), ANNA)
    assert (await only(house)).title == "West is silent"
    await house.report("west", temperature=4.1)
    assert await critical(house) == []


async def test_a_restart_keeps_them_together(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await silent(house, "north", "south", "west")
    async with open_house(tmp_path) as house:
        assert (await only(house)).title == "North, south and west are silent together"


async def test_a_way_in_is_graver_at_night_and_gravest_when_nobody_is_there(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("place", "barn")
        await house.create("lock", "barn lock", place="barn")
        await house.points("barn lock", "locked", (-300, True), (-40, False))
        assert (await only(house)).severity == "info"
        await house.points("barn", "occupied", (0, False))
        away = await only(house)
        assert (away.severity, "nobody is there" in away.why) == ("warning", True)
        await house.points("barn", "occupied", (0, True))
        assert (await only(house)).severity == "info"
        await house.advance((MIDNIGHT - house.clock.now()) / timedelta(minutes=1))
        night = await only(house)
        assert (night.severity, "it is night" in night.why) == ("warning", True)


async def test_what_lies_in_a_place_is_asked_for_by_the_place_around_it(house: House) -> None:
    await house.create("place", "plant")
    await house.create("place", "pump hall", place="plant")
    await house.create("sensor", "sump leak", place="pump hall")
    await house.points("sump leak", "leak", (-1, True))
    for place in ("pump hall", "Plant"):
        assert [i.subject for i in (await house.core.query(GetCritical(place=place))).items] == ["sump leak"]
    assert (await house.core.query(GetCritical(place="office"))).items == ()


async def test_a_flag_is_a_concern_of_its_person_until_it_is_lowered(house: House) -> None:
    flag = RaiseFlag("ci", "acme/pumps#main", "ci", "The build of acme/pumps fails", "acme/pumps", ("3 tests fail",))
    for owner in ("anna", "ben"):
        await house.core.execute(replace(flag, owner=owner))
        await house.core.execute(replace(flag, owner=owner))
    item = next(i for i in await critical(house) if i.owner == "anna")
    assert (item.kind, item.subject, item.severity) == ("task", "acme/pumps", "warning")
    assert "3 tests fail" in item.why
    assert len(await critical(house)) == 2
    await house.core.execute(LowerFlag("ci", "acme/pumps#main", owner="ben"))
    assert [i.owner for i in await critical(house)] == ["anna"]
    await house.core.execute(LowerFlag("ci", "acme/pumps#main"))
    await house.core.execute(LowerFlag("ci", "nothing of the kind"))
    assert await critical(house) == []


async def test_what_is_called_unimportant_ranks_lower_and_says_so(house: House) -> None:
    for name in ("north pump", "south pump"):
        await house.create("pump", name)
        await house.points(name, "vibration", (-90, 3.0), (-60, 5.0), (-4, 5.0))
    first = (await critical(house))[0]
    view = await house.core.execute(RateConcern(first.id, important=False), ANNA)
    assert (view.rank, view.score < first.score) == (2, True)
    assert "ranked lower by 30%: it was called not important once lately" in reasons(view)


async def test_nothing_learnt_moves_a_hazard(house: House) -> None:
    await house.create("sensor", "stairs smoke")
    await house.points("stairs smoke", "smoke", (-1, True))
    before = await only(house)
    for _ in range(5):
        await house.core.execute(RateConcern(before.id, important=False), ANNA)
        await house.core.execute(DismissConcern(before.id), ANNA)
        await house.core.execute(ReopenConcern(before.id), ANNA)
    after = await only(house)
    assert (after.score, after.why) == (before.score, before.why)


async def test_what_comes_and_goes_all_day_weighs_less(house: House) -> None:
    await house.create("boiler", "attic boiler")
    for n in range(4):
        start = -200 + 40 * n
        await house.points("attic boiler", "pressure", (start, 1.5), (start + 5, 1.5), (start + 10, 1.5))
        await house.points("attic boiler", "pressure", (start + 20, 0.6), (start + 25, 0.6), (start + 30, 0.6))
    assert "it came and went" in reasons(await only(house))


async def test_changes_are_told_and_known_after_a_restart(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("sensor", "cellar leak")
        await house.points("cellar leak", "leak", (-1, True))
        await house.core.execute(DismissConcern((await only(house)).id), ANNA)
        [away] = await house.core.query(ListPutAway())
        assert (away.status, away.rank) == ("dismissed", 0)
    async with open_house(tmp_path) as house:
        told = await house.core.query(GetConcernChanges(house.at(-10)))
        assert [(c.what, c.title, c.by) for c in told] == [
            ("opened", "Water leak at cellar leak", "system"),
            ("dismissed", "Water leak at cellar leak", "anna"),
        ]
        assert await house.core.query(GetConcernChanges(house.at(1))) == ()


async def test_how_a_person_is_concerns_them_alone(house: House) -> None:
    await house.create("person", "Ben", Cause("ben"), config={"user": "ben"})
    await house.points("Ben", "workload", (-60, 12))
    assert (await only(house)).owner == "ben"
    assert (await house.core.query(GetCritical(person="anna"))).items == ()


@pytest.mark.parametrize(("price", "told"), [(0.3, True), (None, False)])
async def test_a_meter_with_a_tariff_says_what_it_costs(house: House, price: float | None, told: bool) -> None:
    config = {"tariff": {"price": price, "currency": "EUR"}} if price else {}
    await house.create("electricity_meter", "main meter", config=config)
    await house.points("main meter", "power", (-30, 26_000), (-20, 26_000), (-2, 26_000))
    assert ("it costs about 7.80 EUR an hour" in (await only(house)).why) is told
