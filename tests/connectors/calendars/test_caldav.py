from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.connectors.calendars.world import World, calendar, event, open_world
from tests.radicale import PASSWORD, USER, Radicale
from twin_core.contract.agenda import CancelEvent, CreateEvent, DeleteEvent, EditEvent
from twin_core.contract.clock import parse_instant
from twin_core.contract.errors import Unauthenticated, Unavailable
from twin_core.contract.mirroring import ChangedElsewhere, ListSources
from twin_core.contract.ports import Batch, Document

NINE = parse_instant("2026-03-03T09:00:00Z")
HOUR = timedelta(hours=1)
SERIES = (
    "BEGIN:VEVENT\r\nUID:standup\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Standup\r\n"
    "DTSTART;TZID=Europe/Berlin:20260302T140000\r\nDTEND;TZID=Europe/Berlin:20260302T141500\r\n"
    "RRULE:FREQ=DAILY;COUNT=4\r\nX-COLOUR:teal\r\nEND:VEVENT\r\n"
)


def ical(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Radicale]:
    async with Radicale(tmp_path) as running:
        await running.make_calendar("office")
        yield running


@pytest.fixture
async def world(tmp_path: Path, server: Radicale) -> AsyncIterator[World]:
    async with open_world(tmp_path, "caldav", url=server.url, user=USER, password=PASSWORD, private=True) as opened:
        yield opened


async def test_all_calendars_of_an_account_are_found_and_read(server: Radicale, world: World) -> None:
    await server.make_calendar("home")
    await server.put("office", "a.ics", event("a", "Review"))
    await server.put("home", "b.ics", event("b", "Dentist"))
    await world.sync()
    assert {(e.title, e.source, e.writable) for e in await world.agenda()} == {
        ("Review", "work.office", True),
        ("Dentist", "work.home", True),
    }
    sources = await world.house.core.query(ListSources())
    assert [(s.title, s.writable) for s in sources] == [("Home (CalDAV)", True), ("Office (CalDAV)", True)]


async def test_only_the_calendars_that_were_named_are_read(tmp_path: Path, server: Radicale) -> None:
    await server.make_calendar("home")
    await server.put("home", "b.ics", event("b", "Dentist"))
    await server.put("office", "a.ics", event("a", "Review"))
    options = {"url": server.url, "user": USER, "password": PASSWORD, "private": True, "calendars": ["Home"]}
    async with open_world(tmp_path, "caldav", **options) as world:
        await world.sync()
        assert [e.title for e in await world.agenda()] == ["Dentist"]


async def test_what_changes_there_changes_here(server: Radicale, world: World) -> None:
    await server.put("office", "a.ics", event("a", "Review"))
    await server.put("office", "b.ics", event("b", "Lunch"))
    await world.sync()
    await server.put("office", "a.ics", event("a", "Review later", "20260303T130000Z", "20260303T140000Z"))
    await server.delete(f"/{USER}/office/b.ics")
    await server.put("office", "c.ics", event("c", "Demo"))
    await world.sync()
    assert {e.title for e in await world.agenda()} == {"Review later", "Demo"}


async def test_a_calendar_that_goes_takes_its_events_along(server: Radicale, world: World) -> None:
    await server.make_calendar("home")
    await server.put("home", "b.ics", event("b", "Dentist"))
    await world.sync()
    await server.delete(f"/{USER}/home/")
    await world.sync()
    assert await world.agenda() == []
    assert [s.id for s in await world.house.core.query(ListSources())] == ["work.office"]


async def test_a_new_event_is_stored_there(server: Radicale, world: World) -> None:
    await world.sync()
    made = await world.do(CreateEvent("Planning, first", NINE, NINE + HOUR, location="Room 1", source="work.office"))
    assert (made.source, made.start) == ("work.office", NINE)
    [path] = await server.files("office")
    text = await server.get(path)
    assert "SUMMARY:Planning\\, first" in text
    assert "DTSTART:20260303T090000Z" in text
    await world.sync()
    assert [e.title for e in await world.agenda()] == ["Planning, first"]


async def test_a_new_series_keeps_its_hour_over_the_clock_change(server: Radicale, world: World) -> None:
    await world.sync()
    start = parse_instant("2026-03-26T09:00:00Z")
    await world.do(CreateEvent("Yoga", start, start + HOUR, recurrence="FREQ=WEEKLY;COUNT=2", source="work.office"))
    await world.sync()
    found = [e.start for e in await world.agenda(days=60)]
    assert found == [start, parse_instant("2026-04-02T08:00:00Z")]
    [path] = await server.files("office")
    assert "BEGIN:VTIMEZONE" in await server.get(path)


async def test_an_event_is_moved_renamed_cancelled_and_deleted(server: Radicale, world: World) -> None:
    await server.put("office", "a.ics", event("a", "Review", more="X-KEPT:yes"))
    await world.sync()
    known = await world.event("Review")
    await world.do(EditEvent(known.id, title="Big review", start=NINE + 2 * HOUR))
    text = await server.get(f"/{USER}/office/a.ics")
    assert "DTSTART:20260303T110000Z" in text
    assert "DTEND:20260303T120000Z" in text
    assert "SUMMARY:Big review" in text
    assert "X-KEPT:yes" in text
    await world.do(CancelEvent(known.id))
    assert "STATUS:CANCELLED" in await server.get(f"/{USER}/office/a.ics")
    await world.sync()
    await world.do(DeleteEvent(known.id))
    assert await server.files("office") == []
    await world.sync()
    assert await world.agenda(cancelled=True) == []


async def test_one_occurrence_is_changed_and_the_series_stays(server: Radicale, world: World) -> None:
    await server.put("office", "s.ics", calendar(SERIES))
    await world.sync()
    second = (await world.agenda())[1]
    await world.do(EditEvent(second.id, start=second.start + HOUR))
    text = await server.get(f"/{USER}/office/s.ics")
    assert text.count("BEGIN:VEVENT") == 2
    assert "RECURRENCE-ID;TZID=Europe/Berlin:20260303T140000" in text
    assert "DTSTART;TZID=Europe/Berlin:20260303T150000" in text
    third = (await world.agenda())[2]
    await world.do(DeleteEvent(third.id))
    assert "EXDATE;TZID=Europe/Berlin:20260304T140000" in await server.get(f"/{USER}/office/s.ics")
    await world.sync()
    assert [f"{e.start:%d %H}" for e in await world.agenda()] == ["02 13", "03 14", "05 13"]


async def test_a_whole_series_is_moved_when_asked(server: Radicale, world: World) -> None:
    await server.put("office", "s.ics", calendar(SERIES))
    await world.sync()
    first, second, *_ = await world.agenda()
    await world.do(EditEvent(second.id, start=second.start + HOUR))
    await world.do(EditEvent(first.id, start=first.start - HOUR, end=first.end, title="Long standup", scope="series"))
    await world.sync()
    found = await world.agenda()
    assert [f"{e.start:%d %H}-{e.end:%H:%M}" for e in found] == [
        "02 12-13:15",
        "03 14-14:15",
        "04 12-13:15",
        "05 12-13:15",
    ]
    await world.do(DeleteEvent(found[0].id, scope="series"))
    assert await server.files("office") == []


async def test_an_occurrence_after_a_change_from_there_on_keeps_what_holds_for_it(
    server: Radicale, world: World
) -> None:
    onwards = "BEGIN:VEVENT\r\nUID:standup\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Later standup\r\n"
    onwards += "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260303T140000\r\n"
    onwards += (
        "DTSTART;TZID=Europe/Berlin:20260303T160000\r\nDTEND;TZID=Europe/Berlin:20260303T170000\r\nEND:VEVENT\r\n"
    )
    await server.put("office", "s.ics", calendar(SERIES, onwards))
    await world.sync()
    third = (await world.agenda())[2]
    await world.do(EditEvent(third.id, location="Room 1"))
    await world.sync()
    found = [(e.title, f"{e.start:%d %H}-{e.end:%H}", e.location) for e in await world.agenda()]
    assert found == [
        ("Standup", "02 13-13", None),
        ("Later standup", "03 15-16", None),
        ("Later standup", "04 15-16", "Room 1"),
        ("Later standup", "05 15-16", None),
    ]


async def test_an_event_beyond_what_is_kept_is_created_and_known(server: Radicale, world: World) -> None:
    await world.sync()
    far = parse_instant("2029-03-03T09:00:00Z")
    made = await world.do(CreateEvent("Anniversary", far, far + HOUR, source="work.office"))
    assert made.start == far
    assert len(await server.files("office")) == 1


async def test_a_calendar_that_went_while_nobody_looked_takes_its_events_along(
    tmp_path: Path, server: Radicale
) -> None:
    options = {"url": server.url, "user": USER, "password": PASSWORD, "private": True}
    await server.make_calendar("home")
    await server.put("home", "b.ics", event("b", "Dentist"))
    async with open_world(tmp_path, "caldav", **options) as world:
        await world.sync()
    await server.delete(f"/{USER}/home/")
    async with open_world(tmp_path, "caldav", **options) as world:
        await world.sync()
        assert await world.agenda() == []


async def test_a_change_made_elsewhere_becomes_a_question(server: Radicale, world: World) -> None:
    await server.put("office", "a.ics", event("a", "Review"))
    await world.sync()
    known = await world.event("Review")
    moved = event("a", "Review", "20260303T140000Z", "20260303T150000Z", "LAST-MODIFIED:20260302T115900Z")
    await server.put("office", "a.ics", moved)
    with pytest.raises(ChangedElsewhere) as refused:
        await world.do(EditEvent(known.id, start=NINE + 7 * HOUR))
    assert refused.value.message == "“Review” was moved to Tue 03 Mar, 15:00 in Office (CalDAV)."
    assert refused.value.details["changed_at"] == "2026-03-02T11:59:00Z"
    assert (await world.event("Review")).start == NINE + 5 * HOUR  # what is there now is known here
    await world.do(EditEvent(known.id, start=NINE + 7 * HOUR))  # the same again overwrites
    assert "DTSTART:20260303T160000Z" in await server.get(f"/{USER}/office/a.ics")


async def test_another_occurrence_that_changed_is_no_conflict(server: Radicale, world: World) -> None:
    await server.put("office", "s.ics", calendar(SERIES))
    await world.sync()
    first = (await world.agenda())[0]
    other = "BEGIN:VEVENT\r\nUID:standup\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Late\r\n"
    other += "RECURRENCE-ID;TZID=Europe/Berlin:20260304T140000\r\nDTSTART:20260304T170000Z\r\nEND:VEVENT\r\n"
    await server.put("office", "s.ics", calendar(SERIES, other))
    await world.do(EditEvent(first.id, title="Early"))
    await world.sync()
    assert [e.title for e in await world.agenda()] == ["Early", "Standup", "Late", "Standup"]


async def test_the_same_change_on_both_sides_is_no_conflict(server: Radicale, world: World) -> None:
    await server.put("office", "a.ics", event("a", "Review"))
    await world.sync()
    known = await world.event("Review")
    await server.put("office", "a.ics", event("a", "Retro"))
    assert (await world.do(EditEvent(known.id, title="Retro"))).title == "Retro"


async def test_an_event_deleted_on_both_sides_is_gone(server: Radicale, world: World) -> None:
    await server.put("office", "a.ics", event("a", "Review"))
    await world.sync()
    known = await world.event("Review")
    await server.delete(f"/{USER}/office/a.ics")
    await world.do(DeleteEvent(known.id))
    await world.sync()
    assert await world.agenda() == []


async def test_a_change_of_what_was_deleted_there_is_told(server: Radicale, world: World) -> None:
    await server.put("office", "a.ics", event("a", "Review"))
    await world.sync()
    known = await world.event("Review")
    await server.delete(f"/{USER}/office/a.ics")
    with pytest.raises(ChangedElsewhere, match="was deleted in Office"):
        await world.do(EditEvent(known.id, title="Retro"))
    assert await world.agenda() == []


@pytest.mark.timeout(400)  # Radicale takes its time to store and list them
async def test_two_thousand_events_come_over_and_then_only_what_changed(server: Radicale, world: World) -> None:
    times = [NINE + n // 9 * timedelta(days=1) + n % 9 * HOUR for n in range(2000)]
    whole = [event(f"e{n}", f"Event {n}", ical(at), ical(at + HOUR / 2)) for n, at in enumerate(times)]
    await server.put(
        "bulk", "", calendar(*(text[text.index("BEGIN:VEVENT") : text.index("END:VCALENDAR")] for text in whole))
    )
    await world.sync()
    assert len(await world.agenda(days=300)) == 2000
    path = (await server.files("bulk"))[0]
    changed = (await server.get(path)).replace("SUMMARY:Event", "SUMMARY:Other")
    await server.put("bulk", path.rsplit("/", 1)[-1], changed)
    await world.sync()
    assert sum(e.title.startswith("Other") for e in await world.agenda(days=300)) == 1


async def test_a_server_that_is_killed_in_the_middle_loses_nothing(tmp_path: Path, server: Radicale) -> None:
    options = {"url": server.url, "user": USER, "password": PASSWORD, "private": True}
    await server.put("office", "a.ics", event("a", "Review"))
    async with open_world(tmp_path, "caldav", **options) as world:
        await world.sync()
        await server.put("office", "b.ics", event("b", "Demo"))
        await world.connector._look_around()  # it was found, and dies before it is read
        await server.kill()
        with pytest.raises(Unavailable):
            await world.sync()
        assert [e.title for e in await world.agenda()] == ["Review"]
        assert (await world.event("Review")).writable
    await server.start()
    async with open_world(tmp_path, "caldav", **options) as world:
        await world.sync()
        assert {e.title for e in await world.agenda()} == {"Review", "Demo"}


async def test_a_forgotten_sync_token_leads_to_a_full_read(server: Radicale, world: World) -> None:
    await server.put("office", "a.ics", event("a", "Review"))
    await world.sync()
    stored = await world.house.store.get("calendar_sync", "work.office")
    assert stored is not None
    state = {**stored[0]["state"], "token": "http://radicale.org/ns/sync/forgotten", "mark": "old"}
    await server.delete(f"/{USER}/office/a.ics")
    await server.put("office", "b.ics", event("b", "Demo"))
    document = Document("calendar_sync", "work.office", {**stored[0], "state": state})
    await world.house.store.commit(Batch(documents=[document]))
    await world.sync()
    assert [e.title for e in await world.agenda()] == ["Demo"]


async def test_a_wrong_password_asks_to_connect_again(tmp_path: Path, server: Radicale) -> None:
    async with open_world(tmp_path, "caldav", url=server.url, user=USER, password="old", private=True) as world:
        with pytest.raises(Unauthenticated) as refused:
            await world.sync()
        assert refused.value.code == "reconnect"
        assert "old" not in str(refused.value)
