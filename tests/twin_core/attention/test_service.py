"""The life of a concern: opened, kept up to date, put away by people, closed; across restarts too."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.house import ANNA, NOON, House, open_house
from tests.twin_core.attention.questions import critical, only, order, reasons
from twin_core.contract.commands import (
    AcknowledgeConcern,
    DecideApproval,
    DismissConcern,
    EditTwin,
    EraseTwin,
    GetConcern,
    GetCritical,
    MoveTwin,
    ReopenConcern,
    ResolveConcern,
    SetDesired,
    SnoozeConcern,
)
from twin_core.contract.errors import Conflict, NotFound, Rejected
from twin_core.contract.nudges import CONCERN_NEWS


async def leak(house: House, name: str = "cellar leak") -> str:
    await house.create("sensor", name, place="cellar")
    await house.points(name, "leak", (-60, False), (-5, True))
    return next(item.id for item in await critical(house) if item.subject == name)


async def too_warm(house: House, name: str = "ice chest", value: float = -13.0) -> str:
    await house.create("freezer", name)
    await house.points(name, "temperature", (-40, value), (-20, value), (-5, value))
    return next(item.id for item in await critical(house) if item.subject == name)


async def test_a_concern_has_buttons_and_a_rank(house: House) -> None:
    await leak(house)
    item = await only(house)
    assert (item.rank, item.status, item.hazard, item.twin) == (1, "open", True, "sensor.cellar_leak")
    assert [(a.id, a.title) for a in item.actions] == [
        (f"ack:{item.id}", "Acknowledge"),
        (f"snooze:{item.id}", "Snooze"),
        (f"dismiss:{item.id}", "Dismiss"),
        (f"resolve:{item.id}", "Resolve"),
    ]


async def test_it_goes_when_its_cause_goes(house: House) -> None:
    concern = await leak(house)
    await house.report("cellar leak", leak=False)
    assert await critical(house) == []
    assert house.events("concern.")[-1] == (
        f"concern.{concern}",
        "concern.resolved",
        {
            "twin": "sensor.cellar_leak",
            "owner": None,
            "title": "Water leak at cellar leak",
            "reason": "cleared",
        },
    )
    with pytest.raises(NotFound):
        await house.core.query(GetConcern(concern))


async def test_with_two_causes_it_stays_until_both_are_gone(house: House) -> None:
    await too_warm(house)
    await house.points("ice chest", "door_open", (-30, True))
    assert "door open" in reasons(await only(house))
    await house.points("ice chest", "temperature", (-3, -17.0), (-2, -17.1))
    assert reasons(await only(house)) == "door open for 30 minutes"
    await house.report("ice chest", door_open=False)
    assert await critical(house) == []


async def test_values_move_the_reasons_and_the_severity(house: House) -> None:
    concern = await too_warm(house)
    assert (await only(house)).severity == "warning"
    await house.points("ice chest", "temperature", (-2, -11.9), (0, -9.4))
    item = await only(house)
    assert (item.id, item.severity) == (concern, "critical")
    assert "temperature −9.4 °C" in reasons(item)


async def test_a_value_that_raises_no_new_alert_counts_at_once(house: House) -> None:
    await house.create("boiler", "house boiler")
    await house.points("house boiler", "pressure", (-30, 0.8), (-15, 0.78), (-1, 0.76))
    assert (await only(house)).severity == "warning"
    await house.points("house boiler", "pressure", (0, 0.49))
    item = await only(house)
    assert (item.severity, len(house.names("alert."))) == ("critical", 1)
    assert "0.49 bar" in reasons(item)


async def test_a_limit_set_later_counts_for_what_was_reported(house: House) -> None:
    await house.create("sensor", "vaccine store")
    await house.points("vaccine store", "temperature", (-60, 11.5), (-30, 11.6), (-5, 11.5))
    assert await critical(house) == []
    config = {"limits": {"temperature": {"high": 8}}}
    await house.core.execute(EditTwin("sensor.vaccine_store", config=config), ANNA)
    await house.advance(1)
    assert "limit 8 °C" in reasons(await only(house))
    await house.core.execute(EditTwin("sensor.vaccine_store", config={"limits": {"temperature": {"high": 14}}}), ANNA)
    await house.points("vaccine store", "temperature", (0, 11.5))
    await house.advance(1)
    assert await critical(house) == []


async def test_acknowledged_ones_stay_marked_below_the_others(house: House) -> None:
    first = await leak(house, "first leak")
    await leak(house, "second leak")
    view = await house.core.execute(AcknowledgeConcern(first), ANNA)
    assert (view.status, view.rank) == ("acknowledged", 2)
    assert await order(house) == ["second leak", "first leak"]
    assert "Acknowledge" not in [action.title for action in view.actions]
    again = await house.core.execute(AcknowledgeConcern(first), ANNA)
    assert again.status == "acknowledged"
    assert house.names("concern.acknowledged") == ["concern.acknowledged"]


async def test_an_acknowledged_one_stays_above_what_is_less_severe(house: House) -> None:
    first = await leak(house)
    await too_warm(house)
    await house.core.execute(AcknowledgeConcern(first), ANNA)
    assert await order(house) == ["cellar leak", "ice chest"]


async def test_snoozed_ones_leave_and_come_back_on_time(house: House) -> None:
    concern = await too_warm(house)
    view = await house.core.execute(SnoozeConcern(concern, house.at(60)), ANNA)
    assert (view.status, view.until, view.rank) == ("snoozed", house.at(60), 0)
    assert await critical(house) == []
    await house.advance(59)
    assert await critical(house) == []
    await house.advance(1)
    assert (await only(house)).status == "open"
    assert house.events("concern.reopened")[0][2]["reason"] == "the snooze is over"


async def test_a_snooze_ends_early_when_it_gets_graver(house: House) -> None:
    concern = await too_warm(house)
    await house.core.execute(SnoozeConcern(concern, house.at(600)), ANNA)
    await house.points("ice chest", "temperature", (-2, -12.9))
    assert await critical(house) == []
    await house.points("ice chest", "temperature", (-1, -11.5), (0, -9.0))
    assert (await only(house)).severity == "critical"


async def test_a_snooze_into_the_past_is_refused(house: House) -> None:
    concern = await too_warm(house)
    with pytest.raises(Rejected, match="over already"):
        await house.core.execute(SnoozeConcern(concern, house.clock.now()), ANNA)


@pytest.mark.parametrize("command", [DismissConcern, ResolveConcern])
async def test_put_away_means_until_it_happens_anew(
    house: House, command: type[DismissConcern] | type[ResolveConcern]
) -> None:
    concern = await leak(house)
    await house.core.execute(command(concern), ANNA)
    assert await critical(house) == []
    await house.report("cellar leak", leak=True)
    assert await critical(house) == []
    await house.advance(5)
    await house.report("cellar leak", leak=False)
    await house.advance(5)
    await house.report("cellar leak", leak=True)
    assert (await only(house)).status == "open"


async def test_an_old_button_brings_nothing_back_that_is_resolved(house: House) -> None:
    concern = await leak(house)
    await house.core.execute(ResolveConcern(concern), ANNA)
    with pytest.raises(Conflict, match="closed already"):
        await house.core.execute(AcknowledgeConcern(concern), ANNA)
    with pytest.raises(Conflict, match="closed already"):
        await house.core.execute(SnoozeConcern(concern, house.clock.now() + timedelta(hours=1)), ANNA)
    assert await critical(house) == []


async def test_another_alert_brings_a_dismissed_one_back(house: House) -> None:
    concern = await too_warm(house)
    await house.core.execute(DismissConcern(concern), ANNA)
    await house.points("ice chest", "door_open", (-30, True))
    assert (await only(house)).id == concern


async def test_reopen_takes_back(house: House) -> None:
    concern = await too_warm(house)
    before = await only(house)
    await house.core.execute(SnoozeConcern(concern, house.clock.now() + timedelta(hours=1)), ANNA)
    view = await house.core.execute(ReopenConcern(concern), ANNA)
    assert (view.status, view.rank) == ("open", 1)
    assert (view.score, view.why) == (before.score, before.why)  # it teaches nothing


async def test_an_unknown_concern_is_said(house: House) -> None:
    with pytest.raises(NotFound):
        await house.core.execute(AcknowledgeConcern("concern_0"), ANNA)


async def test_a_new_name_and_importance_show_at_once(house: House) -> None:
    await too_warm(house)
    before = await only(house)
    await house.core.execute(EditTwin("freezer.ice_chest", name="cold chest", importance="high"), ANNA)
    item = await only(house)
    assert item.title == "Cold chest is too warm"
    assert item.score > before.score


async def test_archived_and_erased_twins_concern_nobody(house: House) -> None:
    await leak(house, "first leak")
    await leak(house, "second leak")
    await house.core.execute(MoveTwin("sensor.first_leak", "archived"), ANNA)
    assert await order(house) == ["second leak"]
    await house.core.execute(EraseTwin("sensor.second_leak"), ANNA)
    assert await critical(house) == []


async def test_an_approval_waits_in_the_list_until_it_is_decided(house: House) -> None:
    await house.create("pump", "feed pump")
    change = await house.core.execute(SetDesired("pump.feed_pump", {"on": False}), ANNA)
    assert change.approval is not None
    item = await only(house)
    assert (item.kind, item.severity) == ("approval", "info")
    assert item.title == "Feed pump waits for approval: pump stopped"
    assert [action.title for action in item.actions] == ["Approve", "Reject", "Snooze", "Dismiss"]
    await house.core.execute(DecideApproval(change.approval.id, approve=False), ANNA)
    assert await critical(house) == []


async def test_the_list_can_be_cut_and_asked_of_a_place(house: House) -> None:
    await leak(house, "first leak")
    await too_warm(house)
    view = await house.core.query(GetCritical(limit=1))
    assert (len(view.items), view.total) == (1, 2)
    view = await house.core.query(GetCritical(place="Cellar"))
    assert [item.subject for item in view.items] == ["first leak"]


async def test_a_restart_keeps_what_people_did(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        acknowledged = await leak(house, "first leak")
        snoozed = await too_warm(house)
        dismissed = await leak(house, "third leak")
        await house.core.execute(AcknowledgeConcern(acknowledged), ANNA)
        await house.core.execute(SnoozeConcern(snoozed, house.at(60)), ANNA)
        await house.core.execute(DismissConcern(dismissed), ANNA)
    async with open_house(tmp_path) as house:
        item = await only(house)
        assert (item.id, item.status) == (acknowledged, "acknowledged")
        assert house.names("concern.") == []
        await house.advance(61)
        assert await order(house) == ["first leak", "ice chest"]
        await house.points("third leak", "leak", (-1, False), (0, True))
        assert "third leak" in await order(house)


async def test_what_was_stored_without_being_told_is_caught_up(tmp_path: Path) -> None:
    """As after a kill between the commit of an alert and its notice."""
    async with open_house(tmp_path) as house:
        kept = await leak(house, "first leak")
        await house.core.execute(AcknowledgeConcern(kept), ANNA)
        await house.rooms["attention"].aclose()  # deaf from here on
        await house.create("sensor", "second leak")
        await house.points("second leak", "leak", (-2, True))
        assert await order(house) == ["first leak"]
    async with open_house(tmp_path, NOON) as house:
        assert await order(house) == ["second leak", "first leak"]


async def test_that_it_became_graver_is_told_once(house: House) -> None:
    await too_warm(house)
    for value in (-9.0, -8.0, -12.0, -7.0):
        await house.advance(30)
        await house.points("ice chest", "temperature", (-20, value), (-10, value), (-1, value))
    told = [data["severity"] for _, _, data in house.events("concern.worsened")]
    assert told == ["critical"]


async def test_news_of_a_concern_is_on_the_list_in_the_commit_of_its_event(house: House) -> None:
    async def news() -> list[str]:
        found = await house.store.claim(CONCERN_NEWS, house.clock.now(), house.clock.now())
        return [work.key for work in found]

    concern = await leak(house)
    assert await news() == [concern]
    await house.core.execute(AcknowledgeConcern(concern), ANNA)
    assert await news() == [concern]
