"""Tasks and calendars as concerns: when they begin to matter, how much, and when they are over."""

from pathlib import Path

from tests.house import ANNA, House, open_house
from tests.twin_core.attention.questions import critical, only, order, reasons
from twin_core.contract.agenda import CancelEvent, CreateEvent, EditEvent, EventView
from twin_core.contract.commands import DismissConcern, GetConcern, GetCritical, SnoozeConcern
from twin_core.contract.errors import NotFound
from twin_core.contract.requests import Cause
from twin_core.contract.tasks import CompleteTask, CreateTask, DeleteTask, EditTask, ReopenTask, TaskView

BEN = Cause("ben")


async def task(house: House, title: str, hours: float | None, **more: object) -> TaskView:
    due = None if hours is None else house.at(60 * hours)
    return await house.core.execute(CreateTask(title, due, **more), ANNA)  # type: ignore[arg-type]


async def event(house: House, title: str, start_h: float, end_h: float, cause: Cause = ANNA) -> EventView:
    return await house.core.execute(CreateEvent(title, house.at(60 * start_h), house.at(60 * end_h)), cause)


async def test_a_task_is_listed_with_its_buttons_and_goes_when_it_is_done(house: House) -> None:
    made = await task(house, "Send the offer", 3, priority="high")
    item = await only(house)
    assert (item.kind, item.severity, item.task, item.owner) == ("task", "warning", made.id, "anna")
    assert item.title == "Send the offer is due at 16:00"
    assert [a.id for a in item.actions[:2]] == [f"complete:{made.id}", f"postpone:{made.id}"]
    assert item.if_ignored
    await house.core.execute(CompleteTask(made.id), ANNA)
    assert await critical(house) == []
    await house.core.execute(ReopenTask(made.id), ANNA)
    assert await order(house) == ["Send the offer"]
    await house.core.execute(DeleteTask(made.id), ANNA)
    assert await critical(house) == []


async def test_a_task_comes_up_by_time_alone_and_grows(house: House) -> None:
    await task(house, "Send the offer", 100)
    assert await critical(house) == []
    await house.advance(60 * 30)
    assert (await only(house)).severity == "info"
    await house.advance(60 * 50)
    assert (await only(house)).severity == "warning"
    before = (await only(house)).score
    await house.advance(60 * 21)
    late = await only(house)
    assert late.score > before
    assert late.title == "Send the offer is overdue"
    assert "60 minutes late" in reasons(late)


async def test_priority_and_lateness_rank_tasks(house: House) -> None:
    await task(house, "late and small", -30, priority="low")
    await task(house, "late and big", -3, priority="high")
    await task(house, "due soon and big", 3, priority="high")
    await task(house, "due tomorrow", 28)
    await task(house, "some day", None, priority="high")
    assert await order(house) == ["late and big", "due soon and big", "late and small", "due tomorrow"]


async def test_work_that_no_longer_fits_is_critical(house: House) -> None:
    """Monday 13:00 local: working hours end at 17:00, and a meeting takes two of the four."""
    await task(house, "Write the offer", 4, priority="high", estimate_s=3 * 3600)
    assert (await only(house)).severity == "critical"
    assert "it needs about 3 h, you have 4 h free before it" in reasons(await only(house))
    await event(house, "Audit", 1, 3)
    item = await only(house)
    assert "it needs about 3 h, you have 2 h free before it" in reasons(item)
    assert item.due_at is not None
    assert item.due_at < house.clock.now()


async def test_a_long_task_comes_up_before_a_short_one(house: House) -> None:
    await task(house, "short", 80)
    await task(house, "long", 80, estimate_s=20 * 3600)
    assert await order(house) == ["long"]


async def test_a_postponed_task_is_told_anew_and_stays_put_away(house: House) -> None:
    made = await task(house, "Send the offer", 3)
    await house.core.execute(DismissConcern((await only(house)).id), ANNA)
    await house.core.execute(EditTask(made.id, due=house.at(60 * 5)), ANNA)
    assert await critical(house) == []
    other = await task(house, "Call the bank", 3)
    await house.core.execute(EditTask(other.id, due=house.at(60 * 200)), ANNA)
    assert await critical(house) == []


async def test_a_snoozed_task_comes_back_when_it_becomes_graver(house: House) -> None:
    await task(house, "Send the offer", 3, priority="high")
    await house.core.execute(SnoozeConcern((await only(house)).id, house.at(60 * 10)), ANNA)
    assert await critical(house) == []
    await house.advance(119)
    assert (await only(house)).severity == "critical"


async def test_what_a_meeting_needs_is_due_when_it_begins(house: House) -> None:
    await task(house, "Print the lease for the notary", 9)
    assert "needs it" not in reasons(await only(house))
    meeting = await event(house, "Notary", 2, 3)
    item = await only(house)
    assert "Notary begins at 15:00 and needs it" in item.why
    assert "Notary" not in item.title
    assert item.if_ignored == "Notary begins without it"
    await house.core.execute(CancelEvent(meeting.id), ANNA)
    assert "needs it" not in reasons(await only(house))


async def test_a_task_without_a_date_is_due_for_what_it_prepares(house: House) -> None:
    await task(house, "Prepare slides for the thesis talk", None)
    assert await critical(house) == []
    await event(house, "Thesis defence", 20, 22)
    assert await order(house) == ["Prepare slides for the thesis talk"]


async def test_two_meetings_at_once_are_one_concern_until_one_is_moved(house: House) -> None:
    await event(house, "Kick-off", 2, 3)
    other = await event(house, "Review", 2.5, 4)
    await event(house, "Lunch", 4, 5)
    item = await only(house)
    assert (item.kind, item.severity) == ("event", "warning")
    assert item.title == "Kick-off and Review are at the same time"
    assert "they overlap by 30 minutes, in 3 hours" in reasons(item) or "in 2 hours" in reasons(item)
    assert f"move:{other.id}" in [a.id for a in item.actions]
    await house.core.execute(EditEvent(other.id, start=house.at(60 * 6), end=house.at(60 * 7)), ANNA)
    assert await critical(house) == []


async def test_a_clash_is_over_when_its_time_is(house: House) -> None:
    await event(house, "Kick-off", 2, 3)
    await event(house, "Review", 2.5, 4)
    await house.advance(60 * 3)
    assert await critical(house) == []


async def test_meetings_of_different_people_never_clash(house: House) -> None:
    await event(house, "Kick-off", 2, 3)
    await event(house, "Review", 2, 3, BEN)
    assert await critical(house) == []


async def test_each_person_sees_their_own_and_what_is_the_houses(house: House) -> None:
    await task(house, "Send the offer", 3)
    await house.create("sensor", "cellar leak")
    await house.points("cellar leak", "leak", (-1, True))
    anna = await house.core.query(GetCritical(person="anna"))
    ben = await house.core.query(GetCritical(person="ben"))
    assert [i.subject for i in anna.items] == ["cellar leak", "Send the offer"]
    assert [i.subject for i in ben.items] == ["cellar leak"]
    hidden = anna.items[1].id
    for attempt in (house.core.query(GetConcern(hidden, "ben")), house.core.execute(DismissConcern(hidden), BEN)):
        try:
            await attempt
        except NotFound:
            continue
        raise AssertionError("it was shown")


async def test_a_restart_keeps_and_corrects(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        kept = await task(house, "kept", 3)
        done = await task(house, "done meanwhile", 3)
        await event(house, "Kick-off", 2, 3)
        await event(house, "Review", 2, 3)
        concern = next(i.id for i in await critical(house) if i.task == kept.id)
        await house.rooms["attention"].aclose()  # deaf from here on
        await house.core.execute(CompleteTask(done.id), ANNA)
    async with open_house(tmp_path) as house:
        assert [i.subject for i in await critical(house)] == ["Kick-off", "kept"]
        assert next(i.id for i in await critical(house) if i.task == kept.id) == concern
        await house.advance(60 * 3)
        assert await order(house) == ["kept"]


async def test_a_trip_needs_a_car_that_is_plugged_in(house: House) -> None:
    await house.create("ev_charger", "wall box")
    await house.points("wall box", "plugged_in", (-90, False))
    assert await critical(house) == []
    trip = await event(house, "Drive to the coast", 10, 14)
    item = await only(house)
    assert (item.subject, item.kind, item.owner) == ("wall box", "device", "anna")
    assert "Drive to the coast begins at 23:00, in 10 hours" in item.why
    assert "Drive" not in item.title
    await house.points("wall box", "plugged_in", (0, True))
    assert await critical(house) == []
    await house.points("wall box", "plugged_in", (1, False))
    await house.core.execute(CancelEvent(trip.id), ANNA)
    assert await critical(house) == []


async def test_a_trip_comes_near_and_begins_by_time_alone(house: House) -> None:
    await house.create("ev_charger", "wall box")
    await house.points("wall box", "plugged_in", (-90, False))
    await event(house, "Road trip", 20, 24)
    assert await critical(house) == []
    await house.advance(60 * 2)
    assert await order(house) == ["wall box"]
    await house.advance(60 * 18)
    assert await critical(house) == []
