from dataclasses import replace

import pytest

from tests.house import ANNA, OWNER, House
from tests.twin_core.planning.diary import agenda, at, event, mirror, occurrence, on, task
from twin_core.contract.agenda import FindFreeTime, GetPerson, GetWorkload, PersonSettings
from twin_core.contract.commands import EditTwin
from twin_core.contract.errors import Rejected

DAY = ("2026-03-04T00:00", "2026-03-05T00:00")


async def clashes(house: House) -> list[tuple[str, str]]:
    return [(clash.first.title, clash.second.title) for clash in (await agenda(house)).clashes]


async def test_two_meetings_at_once_clash(house: House) -> None:
    await event(house, "Budget review", "2026-03-04T09:30", "2026-03-04T10:30")
    await event(house, "Client kickoff", "2026-03-04T09:00", "2026-03-04T10:00")
    [clash] = (await agenda(house)).clashes
    assert (clash.first.title, clash.second.title) == ("Client kickoff", "Budget review")
    assert (clash.start, clash.end) == (at("2026-03-04T09:30"), at("2026-03-04T10:00"))


async def test_a_long_meeting_clashes_with_each_one_within_it(house: House) -> None:
    await event(house, "Workshop", "2026-03-04T08:00", "2026-03-04T16:00")
    await event(house, "Standup", "2026-03-04T09:00", "2026-03-04T09:15")
    await event(house, "Review", "2026-03-04T15:00", "2026-03-04T17:00")
    assert await clashes(house) == [("Workshop", "Standup"), ("Workshop", "Review")]


@pytest.mark.parametrize(
    "other",
    [
        {"start": "2026-03-04T10:00", "end": "2026-03-04T11:00"},
        {"status": "cancelled"},
        {"title": "Canceled: Negotiation"},
        {"title": "cancelled: Negotiation"},
        {"busy": False},
        {"start": "2026-03-04", "end": "2026-03-05"},
        {"owner": "ben"},
        {"start": "2026-03-04T09:30", "end": "2026-03-04T09:30"},
    ],
    ids=["back to back", "cancelled", "by its title", "in British", "free", "all-day", "of another", "no length"],
)
async def test_what_takes_no_time_of_the_person_clashes_with_nothing(house: House, other: dict[str, str]) -> None:
    await event(house, "Design review", "2026-03-04T09:00", "2026-03-04T10:00")
    other = {"title": "Negotiation", "start": "2026-03-04T09:00", "end": "2026-03-04T10:00", **other}
    await event(house, **other)
    assert await clashes(house) == []


async def test_the_agenda_holds_what_touches_the_span_and_the_tasks_due_in_it(house: House) -> None:
    await event(house, "Night shift", "2026-03-03T22:00", "2026-03-04T06:00")
    await event(house, "Ends before", "2026-03-03T22:00", "2026-03-04T00:00")
    await event(house, "Next day", "2026-03-05T00:00", "2026-03-05T01:00")
    await event(house, "Long trip", "2026-01-01", "2026-06-01")
    await task(house, "Report", "2026-03-04T16:00")
    await task(house, "Done", "2026-03-04T16:00", done=True)
    found = await agenda(house, *DAY)
    assert [e.title for e in found.events] == ["Long trip", "Night shift"]
    assert [t.title for t in found.tasks] == ["Report"]
    assert (await agenda(house, *DAY, owner="ben")).events == ()


async def test_the_same_event_in_two_calendars_is_one(house: House) -> None:
    one = occurrence("u1", "2026-03-04T09:00", "2026-03-04T10:00")
    await mirror(house, one, source="caldav:work")
    await mirror(house, one, source="google:home")
    [view] = (await agenda(house)).events
    assert view.sources == ("caldav:work", "google:home")
    assert await clashes(house) == []


async def test_a_copy_under_another_uid_is_one_too_but_not_within_one_calendar(house: House) -> None:
    span = ("2026-03-04T09:00", "2026-03-04T10:00")
    await mirror(house, occurrence("u1", *span), source="caldav:work")
    await mirror(house, occurrence("u2", *span, title="standup"), source="google:home")
    assert len((await agenda(house)).events) == 1
    await mirror(house, occurrence("u1", *span), occurrence("u3", *span), source="caldav:work")
    assert await clashes(house) == [("Standup", "Standup")]


async def test_a_span_that_is_backwards_or_endless_is_refused(house: House) -> None:
    with pytest.raises(Rejected, match="ends before it begins"):
        await agenda(house, "2026-03-04T00:00", "2026-03-03T00:00")
    with pytest.raises(Rejected, match="three years"):
        await agenda(house, "2026-03-04T00:00", "2036-03-03T00:00")


# --- free time and workload --------------------------------------------------------------------------


async def free(house: House, start: str, end: str, **more: object) -> list[tuple[str, str]]:
    query = FindFreeTime("anna", at(start), at(end), **more)  # type: ignore[arg-type]
    return [(f"{s.start:%dT%H:%M}", f"{s.end:%dT%H:%M}") for s in await house.core.query(query)]


async def test_free_time_lies_between_meetings_within_working_hours(house: House) -> None:
    await event(house, "Early", "2026-03-04T06:00", "2026-03-04T08:30")
    await event(house, "Lunch", "2026-03-04T11:00", "2026-03-04T12:00")
    await event(house, "Overlapping", "2026-03-04T11:30", "2026-03-04T12:15")
    await event(house, "Fair", "2026-03-04", "2026-03-05")
    assert await free(house, *DAY) == [("04T08:30", "04T11:00"), ("04T12:15", "04T16:00")]
    assert await free(house, *DAY, duration_s=10_000) == [("04T12:15", "04T16:00")]
    assert await free(house, *DAY, duration_s=10_000, any_hour=True) == [
        ("04T00:00", "04T06:00"),
        ("04T12:15", "05T00:00"),
    ]


async def test_weekends_are_free_of_work(house: House) -> None:
    assert await free(house, "2026-03-06T12:00", "2026-03-09T09:00") == [
        ("06T12:00", "06T16:00"),
        ("09T08:00", "09T09:00"),
    ]


async def test_the_way_there_counts_as_taken(house: House) -> None:
    await event(house, "Dentist", "2026-03-04T12:00", "2026-03-04T13:00", location="Main Street 1", travel_s=1800)
    assert await free(house, *DAY) == [("04T08:00", "04T11:30"), ("04T13:00", "04T16:00")]
    assert await free(house, "2026-03-04T08:00", "2026-03-04T12:00") == [("04T08:00", "04T11:30")]


async def test_working_hours_follow_the_wall_clock_over_the_change(house: House) -> None:
    assert await free(house, "2026-03-27T00:00", "2026-03-31T00:00") == [
        ("27T08:00", "27T16:00"),
        ("30T07:00", "30T15:00"),
    ]


async def test_a_day_is_full_of_meetings_the_way_there_and_the_work_on_tasks(house: House) -> None:
    await event(house, "Client", "2026-03-04T08:00", "2026-03-04T12:00", location="Town hall", travel_s=1800)
    await event(house, "Review", "2026-03-04T11:00", "2026-03-04T13:00")
    await event(house, "Short", "2026-03-04T13:30", "2026-03-04T14:00")
    await task(house, "Report", "2026-03-04T16:00", estimate_s=3 * 3600)  # Monday, Tuesday, Wednesday: an hour each
    await task(house, "Overdue", "2026-02-20T16:00", estimate_s=7200)
    [monday, tuesday, wednesday] = await house.core.query(
        GetWorkload("anna", at("2026-03-02T08:00"), at("2026-03-04T12:00"))
    )
    assert (monday.tasks_s, tuesday.tasks_s) == (3 * 3600, 3600)
    assert (wednesday.working_s, wednesday.meetings_s, wednesday.travel_s) == (28_800, 5.5 * 3600, 1800)
    assert (wednesday.free_s, wednesday.focus_s) == (2.5 * 3600, 2 * 3600)
    assert (wednesday.tasks_s, wednesday.overbooked_s, tuesday.overbooked_s) == (3600, 0, 0)
    await task(house, "Much", "2026-03-02T16:00", estimate_s=20 * 3600)
    [monday] = await house.core.query(GetWorkload("anna", at("2026-03-02T08:00"), at("2026-03-02T09:00")))
    assert monday.overbooked_s == 15 * 3600


# --- the person --------------------------------------------------------------------------------------


async def person(house: House, name: str = "owner") -> PersonSettings:
    return await house.core.query(GetPerson(name))


async def test_who_has_no_twin_gets_the_usual_days(house: House) -> None:
    usual = await person(house)
    assert (usual.twin, usual.zone, usual.work_days) == (None, "Europe/Berlin", (0, 1, 2, 3, 4))
    assert (usual.work_start_s, usual.work_end_s) == (9 * 3600, 17 * 3600)


async def test_settings_come_from_the_persons_twin_and_change_with_it(house: House) -> None:
    config = {"owner": True, "timezone": "America/New_York", "working_hours": "08:30-16:00", "work_days": "mon-thu"}
    anna = await house.create("person", "Anna", OWNER, config=config)
    mine = await person(house)
    assert (mine.twin, mine.name, mine.zone, mine.work_days) == (anna.id, "Anna", "America/New_York", (0, 1, 2, 3))
    assert (mine.work_start_s, mine.work_end_s) == (int(8.5 * 3600), 16 * 3600)
    assert await person(house, "anna") == replace(mine, person="anna")
    await house.core.execute(EditTwin(anna.id, config={"quiet_hours": "21:00-06:30", "travel_min": 20}), ANNA)
    assert ((await person(house)).quiet_start_s, (await person(house)).travel_s) == (21 * 3600, 1200)


async def test_a_setting_that_cannot_be_read_is_as_if_it_were_not_there(house: House) -> None:
    config = {"owner": True, "timezone": "Mars", "working_hours": "late", "work_days": "x", "hours_per_day": True}
    await house.create("person", "Anna", OWNER, config=config)
    mine = await person(house)
    assert (mine.zone, mine.work_end_s, mine.work_days) == ("Europe/Berlin", 17 * 3600, (0, 1, 2, 3, 4))


async def test_a_night_shift_runs_over_midnight(house: House) -> None:
    await house.create("person", "Anna", OWNER, config={"owner": True, "working_hours": "22:00-06:00"})
    assert await free(house, "2026-03-03T12:00", "2026-03-04T12:00") == [("03T21:00", "04T05:00")]
    assert await on(house, *DAY) == []
