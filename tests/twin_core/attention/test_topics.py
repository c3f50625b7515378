"""What matters most to a person ranks a little higher on their own list, and says so."""

from typing import Any

import pytest

from tests.house import House
from tests.twin_core.attention.questions import critical, reasons
from twin_core.contract.agenda import SetPersonSettings
from twin_core.contract.commands import GetConcern, GetCritical
from twin_core.contract.flags import FlagKind, RaiseFlag
from twin_core.contract.requests import Cause
from twin_core.contract.tasks import CreateTask
from twin_core.contract.topics import TOPICS
from twin_core.contract.views import ConcernView

BOB = Cause("bob")


async def listed(house: House, person: str) -> dict[str, ConcernView]:
    """By its name, in the order of the list."""
    return {item.subject: item for item in (await house.core.query(GetCritical(person=person))).items}


async def set_up(house: House) -> None:
    """A room that is too warm, and a task of Bob's that presses a little less."""
    air = await house.create("sensor", "office air")
    await house.points(air.id, "co2", (-30, 1200), (-20, 1250), (-5, 1240))
    await house.core.execute(CreateTask("Answer the auditor", due=house.at(26 * 60), priority="high"), BOB)


def matters(person: str, *topics: str) -> SetPersonSettings:
    return SetPersonSettings(person, {"matters_most": list(topics)})


async def test_it_lifts_what_is_theirs_and_what_is_the_houses_on_their_list_alone(house: House) -> None:
    await set_up(house)
    before, annas = await listed(house, "bob"), await listed(house, "anna")
    await house.core.execute(matters("bob", "deadlines"))
    after = await listed(house, "bob")
    task = after["Answer the auditor"]
    assert task.score == pytest.approx(1.15 * before["Answer the auditor"].score, abs=0.1)
    assert "ranked higher by 15%: you said that this matters most to you: deadlines" in task.why
    assert after["office air"] == before["office air"]
    await house.core.execute(matters("bob", "devices and plant"))
    assert "devices and plant" in reasons((await listed(house, "bob"))["office air"])
    assert (await house.core.query(GetConcern(task.id, "bob"))).score == before["Answer the auditor"].score
    assert await listed(house, "anna") == annas
    assert "matters most" not in "".join(map(reasons, await critical(house)))


async def test_it_can_turn_two_of_like_weight_round(house: House) -> None:
    await set_up(house)
    for topic in ("devices and plant", "deadlines"):
        await house.core.execute(matters("bob", topic))
        first = next(iter(await listed(house, "bob")))
        assert first == {"devices and plant": "office air", "deadlines": "Answer the auditor"}[topic]


async def test_nothing_moves_a_danger(house: House) -> None:
    await set_up(house)
    alarm = await house.create("sensor", "hall alarm")
    await house.report(alarm.id, smoke=True)
    before = (await listed(house, "bob"))["hall alarm"]
    for topic in TOPICS:
        await house.core.execute(matters("bob", topic))
        after = await listed(house, "bob")
        assert next(iter(after)) == "hall alarm"
        assert after["hall alarm"] == before


async def test_what_is_no_topic_is_as_if_it_were_not_said(house: House) -> None:
    await set_up(house)
    before = await listed(house, "bob")
    await house.core.execute(SetPersonSettings("bob", {"matters_most": ["world peace", 7]}))
    assert await listed(house, "bob") == before
    await house.core.execute(SetPersonSettings("bob", {"matters_most": "deadlines"}))
    assert await listed(house, "bob") == before


@pytest.mark.parametrize(
    ("kind", "topic"), [("ci", "deadlines"), ("review", "people"), ("source", "devices and plant")]
)
async def test_a_flag_is_about_what_it_asks_for(house: House, kind: FlagKind, topic: str) -> None:
    await house.core.execute(RaiseFlag("hook", "1", kind, "Something", "Something", ("why",), owner="bob"))
    await house.core.execute(matters("bob", topic))
    assert topic in reasons((await listed(house, "bob"))["Something"])


@pytest.mark.parametrize(
    ("type", "values", "topic"),
    [
        ("lock", {"locked": False}, "safety"),
        ("sensor", {"contact": True}, "safety"),
        ("freezer", {"temperature": -5.0}, "devices and plant"),
        ("battery_storage", {"temperature": 50.0}, "energy costs"),
        ("person", {"workload": 14.0}, "people"),
    ],
)
async def test_an_alert_is_about_its_thing(house: House, type: str, values: dict[str, Any], topic: str) -> None:
    twin = await house.create(type, "it")
    for _ in range(9):
        await house.report(twin.id, **values)
        await house.advance(10)
    await house.core.execute(matters("owner", topic))
    assert topic in reasons((await listed(house, "owner"))["it"])
