from pathlib import Path

import pytest

from tests.house import ANNA, House, open_house
from tests.twin_core.planning.diary import agenda, at, event, on
from twin_core.contract.agenda import CancelEvent, DeleteEvent, EditEvent, GetEvent, RestoreEvent
from twin_core.contract.errors import Conflict, NotFound, Rejected

MARCH = ("2026-03-01T00:00", "2026-04-01T00:00")


async def test_an_event_is_made_moved_and_moved_back(house: House) -> None:
    made = await event(house, "Dentist", "2026-03-05T14:00", "2026-03-05T14:45")
    there = await house.core.execute(EditEvent(made.id, start=at("2026-03-06T09:00")), ANNA)
    assert (there.start, there.end) == (at("2026-03-06T09:00"), at("2026-03-06T09:45"))
    back = await house.core.execute(EditEvent(made.id, start=made.start, expected_version=there.version), ANNA)
    assert (back.start, back.end, back.version) == (made.start, made.end, 3)
    assert house.names("event.") == ["event.created", "event.moved", "event.moved"]
    assert [notice.events for notice in house.planned] == [(made.id,)] * 3


async def test_a_cancelled_event_stays_marked_and_takes_no_time(house: House) -> None:
    made = await event(house, "Dentist", "2026-03-05T14:00", "2026-03-05T15:00")
    await house.core.execute(CancelEvent(made.id), ANNA)
    assert await on(house, *MARCH) == []
    [kept] = (await agenda(house, include_cancelled=True)).events
    assert (kept.status, kept.busy) == ("cancelled", False)
    restored = await house.core.execute(RestoreEvent(made.id), ANNA)
    assert (restored.status, restored.busy) == ("confirmed", True)


async def test_a_deleted_event_comes_back(house: House) -> None:
    made = await event(house, "Dentist", "2026-03-05T14:00", "2026-03-05T15:00")
    await house.core.execute(DeleteEvent(made.id), ANNA)
    with pytest.raises(NotFound):
        await house.core.query(GetEvent(made.id))
    assert (await house.core.execute(RestoreEvent(made.id), ANNA)).start == made.start


async def test_an_all_day_event_runs_from_midnight_to_midnight_where_the_person_lives(house: House) -> None:
    made = await event(house, "Fair", "2026-03-28", "2026-03-30")
    assert (made.all_day, made.start, made.end) == (True, at("2026-03-27T23:00"), at("2026-03-29T22:00"))


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        ("2026-03-05T15:00", "2026-03-05T14:00", "ends before it begins"),
        ("2026-03-05", "2026-03-05", "ends before it begins"),
        ("2026-03-05", "2026-03-05T14:00", "one of start and end is a day"),
        ("2026-03-05", "2046-03-05", "longer than ten years"),
    ],
)
async def test_what_is_no_span_is_refused(house: House, start: str, end: str, reason: str) -> None:
    with pytest.raises(Rejected, match=f"(?i){reason}"):
        await event(house, "Dentist", start, end)


async def test_an_edit_of_what_was_changed_meanwhile_is_refused(house: House) -> None:
    made = await event(house, "Dentist", "2026-03-05T14:00", "2026-03-05T15:00")
    await house.core.execute(EditEvent(made.id, location="Main Street 1"), ANNA)
    with pytest.raises(Conflict):
        await house.core.execute(EditEvent(made.id, title="Doctor", expected_version=made.version), ANNA)


async def test_events_outlive_the_process(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        made = await event(house, "Fair", "2026-03-28", "2026-03-30", location="Hall 3")
    async with open_house(tmp_path) as house:
        assert await house.core.query(GetEvent(made.id)) == made


# --- series ------------------------------------------------------------------------------------------


async def test_a_series_keeps_its_hour_when_the_clocks_change(house: House) -> None:
    await event(house, "Standup", "2026-03-27T08:00", "2026-03-27T08:15", recurrence="FREQ=WEEKLY;BYDAY=MO,FR")
    found = await on(house, "2026-03-20T00:00", "2026-04-04T00:00")
    assert found == [("Standup", "03-27T08:00"), ("Standup", "03-30T07:00"), ("Standup", "04-03T07:00")]


async def test_one_occurrence_is_moved_and_the_others_stay(house: House) -> None:
    series = await event(house, "Standup", "2026-03-02T08:00", "2026-03-02T08:15", recurrence="FREQ=DAILY;COUNT=3")
    second = (await agenda(house)).events[1]
    moved = await house.core.execute(EditEvent(second.id, start=at("2026-03-03T10:00")), ANNA)
    assert moved.id == second.id
    assert moved.version > second.version
    assert [start for _, start in await on(house, *MARCH)] == ["03-02T08:00", "03-03T10:00", "03-04T08:00"]
    await house.core.execute(CancelEvent(second.id), ANNA)
    assert [start for _, start in await on(house, *MARCH)] == ["03-02T08:00", "03-04T08:00"]
    await house.core.execute(DeleteEvent(second.id), ANNA)
    assert len((await agenda(house, include_cancelled=True)).events) == 2
    assert (await house.core.query(GetEvent(series.series or ""))).start == at("2026-03-04T08:00"), "the next one"


async def test_a_whole_series_is_moved_cancelled_and_restored(house: House) -> None:
    rule = "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4"
    await event(house, "Standup", "2026-03-02T08:00", "2026-03-02T08:15", recurrence=rule)
    one = (await agenda(house)).events[1]
    moved = await house.core.execute(EditEvent(one.id, start=at("2026-03-05T09:30"), scope="series"), ANNA)
    starts = ["03-03T09:30", "03-05T09:30", "03-10T09:30", "03-12T09:30"]
    assert [start for _, start in await on(house, *MARCH)] == starts
    assert moved.series is not None
    await house.core.execute(CancelEvent(moved.id, scope="series"), ANNA)
    assert await on(house, *MARCH) == []
    await house.core.execute(RestoreEvent(moved.series), ANNA)
    await house.core.execute(DeleteEvent((await agenda(house)).events[0].id, scope="series"), ANNA)
    assert await on(house, *MARCH) == []
    await house.core.execute(RestoreEvent(moved.series), ANNA)
    assert [start for _, start in await on(house, *MARCH)] == starts


async def test_an_occurrence_of_a_deleted_series_goes_with_it_even_if_it_was_changed(house: House) -> None:
    await event(house, "Standup", "2026-03-02T08:00", "2026-03-02T08:15", recurrence="FREQ=DAILY;COUNT=3")
    first, second, _ = (await agenda(house)).events
    await house.core.execute(EditEvent(second.id, title="Long standup"), ANNA)
    await house.core.execute(DeleteEvent(first.id, scope="series"), ANNA)
    assert await on(house, *MARCH) == []


@pytest.mark.parametrize("rule", ["", "every monday", "FREQ=SECONDLY", "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;COUNT=-"])
async def test_what_is_no_repetition_is_refused(house: House, rule: str) -> None:
    with pytest.raises(Rejected, match="repetition"):
        await event(house, "Standup", "2026-03-02T08:00", "2026-03-02T08:15", recurrence=rule or "X")


async def test_a_monthly_series_on_the_first_monday_is_not_moved_to_another_day(house: House) -> None:
    await event(house, "Review", "2026-03-02T08:00", "2026-03-02T09:00", recurrence="FREQ=MONTHLY;BYDAY=1MO")
    [one] = (await agenda(house)).events
    with pytest.raises(Rejected, match="cannot move the whole series"):
        await house.core.execute(EditEvent(one.id, start=at("2026-03-03T08:00"), scope="series"), ANNA)
