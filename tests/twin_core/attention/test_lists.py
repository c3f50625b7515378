"""Whose list is whose: one's own and the house's, and what others share, but never how they are."""

from typing import Any

import pytest

from tests.house import House
from twin_core.contract.commands import AcknowledgeConcern, CreateTwin, GetConcern, GetCritical
from twin_core.contract.errors import Forbidden, NotFound
from twin_core.contract.privacy import SHARING, SetConsent
from twin_core.contract.requests import Cause
from twin_core.contract.tasks import CreateTask
from twin_core.contract.views import ConcernView

ANNA, BOB, CAROL = Cause("anna"), Cause("bob"), Cause("carol")


async def listed(house: House, person: str, **more: object) -> dict[str, ConcernView]:
    items = (await house.core.query(GetCritical(person=person, **more))).items  # type: ignore[arg-type]
    return {item.subject: item for item in items}


async def bad_air(house: House, **more: Any) -> None:
    twin = await house.create("sensor", "air", **more)
    await house.points(twin.id, "co2", (-30, 1200), (-20, 1250), (-5, 1240))


async def set_up(house: House) -> None:
    """A task of each, bad air in the house, and Anna's overload."""
    for cause in (ANNA, BOB, CAROL):
        title = f"{cause.actor}'s report"
        await house.core.execute(CreateTask(title, due=house.at(60), priority="high"), cause)
    await bad_air(house)
    anna = await house.core.execute(CreateTwin("person", "Anna", config={"user": "anna"}))
    await house.report(anna.id, workload=14.0)
    await house.advance(1)


async def test_without_a_share_the_teams_list_is_ones_own(house: House) -> None:
    await set_up(house)
    assert set(await listed(house, "bob", team=True)) == {"bob's report", "air"}
    assert set(await listed(house, "anna")) == {"anna's report", "air", "Anna"}


async def test_what_is_shared_is_merged_and_can_only_be_looked_at(house: House) -> None:
    await set_up(house)
    await house.core.execute(SetConsent("anna", SHARING, True, towards=("bob",)))
    shared = await listed(house, "bob", team=True)
    assert set(shared) == {"anna's report", "bob's report", "air"}  # and not how Anna is
    assert [item.rank for item in shared.values()] == [1, 2, 3]
    theirs = shared["anna's report"]
    assert (theirs.owner, theirs.actions) == ("anna", ())
    assert shared["bob's report"].actions
    assert (await house.core.query(GetConcern(theirs.id, "bob"))).title == theirs.title
    with pytest.raises(Forbidden, match="anna's"):
        await house.core.execute(AcknowledgeConcern(theirs.id), BOB)
    assert "anna's report" not in await listed(house, "bob")  # one's own list stays one's own
    assert "anna's report" not in await listed(house, "carol", team=True)


async def test_a_share_that_is_withdrawn_ends_at_once(house: House) -> None:
    await set_up(house)
    await house.core.execute(SetConsent("anna", SHARING, True))
    theirs = (await listed(house, "carol", team=True))["anna's report"]
    await house.core.execute(SetConsent("anna", SHARING, False))
    assert "anna's report" not in await listed(house, "carol", team=True)
    with pytest.raises(NotFound):
        await house.core.query(GetConcern(theirs.id, "carol"))
    with pytest.raises(NotFound):
        await house.core.execute(AcknowledgeConcern(theirs.id), CAROL)


async def test_how_somebody_is_stays_theirs_whatever_they_share(house: House) -> None:
    await set_up(house)
    await house.core.execute(SetConsent("anna", SHARING, True))
    overload = (await listed(house, "anna"))["Anna"]
    with pytest.raises(NotFound):
        await house.core.query(GetConcern(overload.id, "bob"))
    with pytest.raises(NotFound):
        await house.core.execute(AcknowledgeConcern(overload.id), BOB)


async def test_a_place_shows_nobody_what_is_anothers(house: House) -> None:
    await house.create("place", "garage")
    for person in ("anna", "bob"):
        twin = CreateTwin("person", person, config={"user": person}, place="garage")
        await house.report((await house.core.execute(twin)).id, workload=14.0)
    await bad_air(house, place="garage")
    await house.advance(1)
    assert set(await listed(house, "anna", place="garage")) == {"anna", "air"}
    everybodys = (await house.core.query(GetCritical(place="garage"))).items
    assert {item.subject for item in everybodys} == {"anna", "bob", "air"}
