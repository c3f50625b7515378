from pathlib import Path

import pytest

from tests.house import ANNA, House, open_house
from twin_core.contract.commands import DecideApproval, EraseTwin, GetEvents, ListApprovals, MoveTwin, SetDesired
from twin_core.contract.errors import Conflict, NotFound, Rejected
from twin_core.contract.template import Value
from twin_core.contract.views import ChangeView


async def ask(house: House, twin: str, **values: Value) -> ChangeView:
    return await house.core.execute(SetDesired(twin, values), ANNA)


async def test_a_lamp_is_switched_at_once_and_can_be_switched_back(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("light", "lamp")
        await house.report("lamp", on=False)
        change = await ask(house, "lamp", on=True)
        assert (change.status, change.values, change.before) == ("applied", {"on": True}, {"on": False})
        assert change.verdict.safe
        assert not change.verdict.approval_needed
        assert change.twin.version == 3
        state = await house.state("lamp")
        assert (state.desired["on"].value, state.desired["on"].at) == (True, house.clock.now())
        assert [(command.values, command.source) for command in house.told] == [({"on": True}, None)]
        undone = await ask(house, "lamp", on=False)
        assert (undone.status, undone.before) == ("applied", {"on": True})
        assert (await house.state("lamp")).desired["on"].value is False


async def test_unchanged_only_where_it_is_so_and_was_not_asked_otherwise(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("light", "lamp")
        assert (await ask(house, "lamp", on=True)).status == "applied"  # nothing is known of it yet
        assert (await ask(house, "lamp", on=True)).status == "applied"  # asked for, but not reported
        await house.report("lamp", on=True)
        assert (await ask(house, "lamp", on=True)).status == "unchanged"
        await ask(house, "lamp", on=False)
        assert (await ask(house, "lamp", on=True)).status == "applied"  # on its way to off
        assert len(house.told) == 4


async def test_units_are_converted_and_nonsense_is_refused(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("thermostat", "hall")
        change = await house.core.execute(SetDesired("hall", {"setpoint": 68}, {"setpoint": "°F"}))
        assert change.values == {"setpoint": 20}
        for values, code in (
            ({"setpoint": 99}, "out_of_range"),
            ({"setpoint": float("nan")}, "bad_value"),
            ({"temperature": 20}, "read_only"),
            ({"colour": "red"}, "unknown_property"),
            ({"mode": "disco"}, "bad_value"),
            ({}, "nothing_asked"),
        ):
            with pytest.raises(Rejected) as caught:
                await house.core.execute(SetDesired("hall", values))
            assert caught.value.code == code
        with pytest.raises(NotFound):
            await ask(house, "nowhere", on=True)
        with pytest.raises(Conflict):
            await house.core.execute(SetDesired("hall", {"setpoint": 21}, expected_version=1))
        await house.core.execute(MoveTwin("hall", "archived"))
        with pytest.raises(Rejected):
            await ask(house, "hall", setpoint=21)


async def test_unlocking_waits_for_a_person(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("lock", "front door")
        await house.report("front door", locked=True)
        change = await ask(house, "front door", locked=False)
        assert (change.status, change.before) == ("waiting", {"locked": True})
        assert change.approval is not None
        assert change.verdict.approval_needed
        assert "open to anybody" in change.verdict.consequence
        assert (await house.state("front door")).desired == {}
        assert house.told == []
        assert (await house.core.query(ListApprovals())) == (change.approval,)
        again = await ask(house, "front door", locked=False)
        assert again.approval == change.approval
    async with open_house(tmp_path) as house:
        decided = await house.core.execute(DecideApproval(change.approval.id, True), ANNA)
        assert (decided.status, decided.decided_by) == ("approved", "anna")
        assert house.names("device") == ["device.action_approved", "device.desired_set"]
        assert house.events("device.desired_set")[0][2] == {
            "values": {"locked": False},
            "before": {"locked": True},
            "approval": change.approval.id,
        }
        assert house.told[0].values == {"locked": False}
        assert await house.core.query(ListApprovals()) == ()
        assert (await house.core.query(ListApprovals(include_decided=True)))[0].status == "approved"
        with pytest.raises(Conflict):
            await house.core.execute(DecideApproval(change.approval.id, False))
        with pytest.raises(NotFound):
            await house.core.execute(DecideApproval("approval_0", True))


async def test_a_rejected_change_does_not_happen(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("lock", "front door")
        approval = (await ask(house, "front door", locked=False)).approval
        assert approval is not None
        assert (await house.core.execute(DecideApproval(approval.id, False), ANNA)).status == "rejected"
        assert house.events("device.action_rejected")[0][2] == {"approval": approval.id, "reason": "rejected"}
        assert (await house.state("front door")).desired == {}


async def test_nobody_decides_for_a_day_and_it_expires(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("pump", "feed pump")
        approval = (await ask(house, "feed pump", on=True)).approval
        assert approval is not None
        await house.advance(24 * 60 - 1)
        assert house.names("device.action_rejected") == []
        await house.advance(1)
        assert house.events("device.action_rejected")[0][2] == {"approval": approval.id, "reason": "expired"}
        with pytest.raises(Conflict, match="expired"):
            await house.core.execute(DecideApproval(approval.id, True))


async def test_a_newer_wish_takes_the_place_of_one_that_waits(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("lock", "front door")
        waiting = (await ask(house, "front door", locked=False)).approval
        assert waiting is not None
        assert (await ask(house, "front door", locked=True)).status == "applied"
        assert await house.core.query(ListApprovals()) == ()
        assert house.events("device.action_rejected")[0][2]["reason"] == "superseded"


async def test_archiving_and_erasing_leave_no_approval_behind(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("lock", "front door")
        await house.create("lock", "back door")
        await ask(house, "front door", locked=False)
        await ask(house, "back door", locked=False)
        await house.core.execute(MoveTwin("front door", "archived"))
        await house.core.execute(EraseTwin("back door"))
        assert await house.core.query(ListApprovals()) == ()
        assert [view.twin for view in await house.core.query(ListApprovals(include_decided=True))] == [
            "lock.front_door"
        ]


async def test_outside_the_comfort_band_a_person_is_asked_and_told_what_would_do(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("thermostat", "hall")
        await house.report("hall", temperature=20.5, setpoint=20)
        change = await ask(house, "hall", setpoint=28)
        assert change.status == "waiting"
        assert change.verdict.alternative == {"setpoint": 26}
        assert not change.verdict.safe


async def test_a_rehearsal_changes_nothing(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("thermostat", "hall")
        for value, status in ((21, "applied"), (28, "waiting")):
            change = await house.core.execute(SetDesired("hall", {"setpoint": value}, dry_run=True))
            assert change.status == status
        assert [event.name for event in await house.core.query(GetEvents("hall"))] == ["system.twin_created"]
        assert await house.core.query(ListApprovals()) == ()


async def test_frost_and_hazards_ask_a_person_where_the_template_would_not(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("thermostat", "cabin")
        await house.report("cabin", temperature=3.0, mode="heat")
        change = await ask(house, "cabin", mode="off")
        assert change.status == "waiting"
        assert any("freeze" in reason and "3 °C" in reason for reason in change.verdict.reasons)


async def test_a_device_out_of_reach_is_said_and_told_all_the_same(tmp_path: Path) -> None:
    from twin_core.contract.telemetry import ReportAvailability

    async with open_house(tmp_path) as house:
        await house.create("light", "lamp")
        await house.core.execute(ReportAvailability({"light.lamp": False}))
        assert (await house.state("lamp")).available is False
        change = await ask(house, "lamp", on=True)
        assert change.status == "applied"
        assert not change.verdict.safe
        assert "offline" in change.verdict.reasons[0]
