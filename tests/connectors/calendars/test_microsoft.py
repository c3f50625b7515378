from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.connectors.calendars.granted import reply
from tests.connectors.calendars.graph_stub import GraphStub
from tests.connectors.calendars.world import World, open_world
from tests.connectors.web.site import Page, Site, open_site
from twin_core.contract.agenda import CancelEvent, CreateEvent, DeleteEvent, EditEvent, RestoreEvent
from twin_core.contract.clock import parse_instant
from twin_core.contract.errors import PolluxError, Rejected
from twin_core.contract.mirroring import ChangedElsewhere

NINE = parse_instant("2026-03-03T09:00:00Z")
HOUR = timedelta(hours=1)
SOURCE = "work.calendar"


@asynccontextmanager
async def connected(folder: Path, stub: GraphStub) -> AsyncIterator[tuple[World, Site]]:
    async with open_site(stub.respond) as site:
        stub.url = site.url
        granted = {"client_id": "app", "refresh_token": "first", "keep": str(folder / "keep")}
        where = {"url": site.url, "token_url": f"{site.url}/token", "private": True}
        async with open_world(folder, "microsoft", **granted, **where) as world:
            yield world, site


async def test_a_calendar_comes_over_page_by_page_and_then_what_changed(tmp_path: Path) -> None:
    stub = GraphStub()
    for n in range(5):
        stub.single(f"e{n}", f"Event {n}", n + 3)
    async with connected(tmp_path, stub) as (world, site):
        await world.sync()
        assert [e.title for e in await world.agenda()] == [f"Event {n}" for n in range(5)]
        stub.touch("e0", subject="Renamed")
        stub.remove("e1")
        stub.single("e9", "New")
        await world.sync()
        assert {e.title for e in await world.agenda()} == {"Renamed", "New", "Event 2", "Event 3", "Event 4"}
        before = len(site.asked)
        await world.sync()
        assert len(site.asked) - before == 2  # which calendars there are, and that nothing is new


async def test_a_series_is_followed_through_its_changes(tmp_path: Path) -> None:
    stub = GraphStub()
    stub.series("s", "Standup", [2, 3, 4])
    async with connected(tmp_path, stub) as (world, _):
        await world.sync()
        found = await world.agenda()
        assert (found[0].title, found[0].recurrence_id) == ("Standup", "2026-03-02T09:00:00Z")
        assert len({e.series for e in found}) == 1
        stub.single("s-3", "Late", 3, 14, type="exception", seriesMasterId="s", originalStart="2026-03-03T09:00:00Z")
        stub.remove("s-4")
        await world.sync()
        assert [(e.title, f"{e.start:%d %H}", e.recurrence_id) for e in await world.agenda()] == [
            ("Standup", "02 09", "2026-03-02T09:00:00Z"),
            ("Late", "03 14", "2026-03-03T09:00:00Z"),
        ]
        stub.remove("s")
        await world.sync()
        assert await world.agenda() == []


async def test_a_forgotten_delta_link_leads_to_a_full_read(tmp_path: Path) -> None:
    stub = GraphStub()
    stub.single("a", "Review")
    async with connected(tmp_path, stub) as (world, _):
        await world.sync()
        stub.items.clear()
        stub.single("b", "Demo")
        stub.oldest = stub.version + 1
        await world.sync()
        assert [e.title for e in await world.agenda()] == ["Demo"]


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (Page(429, headers={"Retry-After": "30"}), "rate_limited"),
        (Page(503, headers={"Retry-After": "30"}), "rate_limited"),
        (Page(500), "unavailable"),
        (reply(403, {"error": {"code": "ErrorAccessDenied"}}), "forbidden"),
        (reply(200, {"value": [], "@odata.nextLink": "https://elsewhere.example/next"}), "foreign_redirect"),
        (Page(200, b"not json"), "not_json"),
    ],
    ids=["429", "503", "500", "403", "elsewhere", "no json"],
)
async def test_what_is_refused_takes_nothing_away_and_is_asked_again(tmp_path: Path, page: Page, code: str) -> None:
    stub = GraphStub()
    stub.single("a", "Review")
    async with connected(tmp_path, stub) as (world, _):
        await world.sync()
        stub.refusals.append(page)
        with pytest.raises(PolluxError) as refused:
            await world.sync()
        assert refused.value.code == code
        assert [e.title for e in await world.agenda()] == ["Review"]
        await world.sync()


async def test_whole_days_shown_as_and_answers_are_understood(tmp_path: Path) -> None:
    stub = GraphStub()
    stub.single("a", "Trip", showAs="free", isAllDay=True, start=_day(3), end=_day(5))
    stub.single("b", "Canceled: Review", isCancelled=True)
    stub.single("c", "Optional", 4, responseStatus={"response": "declined"})
    stub.single("d", "Maybe", 5, showAs="tentative", location={"displayName": "Room 1"})
    async with connected(tmp_path, stub) as (world, _):
        await world.sync()
        trip = await world.event("Trip")
        assert (trip.all_day, trip.busy, f"{trip.start:%d %H}", f"{trip.end:%d %H}") == (True, False, "02 23", "04 23")
        review = await world.event("Review")
        assert (review.status, review.busy) == ("cancelled", False)
        assert not (await world.event("Optional")).busy
        maybe = await world.event("Maybe")
        assert (maybe.status, maybe.busy, maybe.location) == ("tentative", True, "Room 1")


async def test_an_event_that_says_no_time_is_told_and_the_others_are_kept(tmp_path: Path) -> None:
    stub = GraphStub()
    stub.single("a", "Review")
    stub.single("b", "Odd", start={"dateTime": "soon", "timeZone": "UTC"})
    async with connected(tmp_path, stub) as (world, _):
        await world.sync()
        assert [e.title for e in await world.agenda()] == ["Review"]
        [fault] = world.connector.faults()
        assert fault.message == "Calendar (Outlook): 'Odd': An event says no time."


async def test_events_are_created_moved_cancelled_and_deleted(tmp_path: Path) -> None:
    stub = GraphStub()
    async with connected(tmp_path, stub) as (world, _):
        await world.sync()
        made = await world.do(CreateEvent("Planning", NINE, NINE + HOUR, source=SOURCE))
        [id] = stub.items
        assert stub.items[id]["start"] == {"dateTime": "2026-03-03T09:00:00", "timeZone": "UTC"}
        await world.do(EditEvent(made.id, start=NINE + 2 * HOUR))
        assert stub.items[id]["start"]["dateTime"] == "2026-03-03T11:00:00"
        await world.do(CancelEvent(made.id))
        assert (stub.items[id]["subject"], stub.items[id]["showAs"]) == ("Canceled: Planning", "free")
        await world.do(RestoreEvent(made.id))
        assert stub.items[id]["subject"] == "Planning"
        await world.do(DeleteEvent(made.id))
        assert stub.items[id]["removed"]


async def test_a_series_is_created_and_moved(tmp_path: Path) -> None:
    stub = GraphStub()
    stub.series("s", "Standup", [2, 3])
    async with connected(tmp_path, stub) as (world, _):
        await world.sync()
        with pytest.raises(PolluxError):  # the stand-in has no occurrences to show of it
            await world.do(CreateEvent("Yoga", NINE, NINE + HOUR, recurrence="FREQ=WEEKLY;COUNT=3", source=SOURCE))
        made = next(item for item in stub.items.values() if item["subject"] == "Yoga")
        assert made["recurrence"] == {
            "pattern": {"interval": 1, "type": "weekly", "daysOfWeek": ["tuesday"], "firstDayOfWeek": "monday"},
            "range": {"type": "numbered", "numberOfOccurrences": 3, "startDate": "2026-03-03"},
        }
        assert made["start"]["timeZone"] == "Europe/Berlin"
        known = (await world.agenda())[1]
        await world.do(EditEvent(known.id, start=known.start - HOUR, scope="series"))
        assert stub.items["s"]["start"] == {"dateTime": "2026-03-02T09:00:00", "timeZone": "Europe/Berlin"}


async def test_what_outlook_cannot_repeat_is_refused(tmp_path: Path) -> None:
    async with connected(tmp_path, GraphStub()) as (world, _):
        await world.sync()
        with pytest.raises(Rejected, match="cannot repeat"):
            await world.do(
                CreateEvent("Odd", NINE, NINE + HOUR, recurrence="FREQ=MONTHLY;BYMONTHDAY=-1", source=SOURCE)
            )


async def test_a_change_made_elsewhere_becomes_a_question(tmp_path: Path) -> None:
    stub = GraphStub()
    stub.single("a", "Review")
    async with connected(tmp_path, stub) as (world, _):
        await world.sync()
        known = await world.event("Review")
        stub.single("a", "Review", 3, 14)
        with pytest.raises(ChangedElsewhere, match="was moved to Tue 03 Mar, 15:00 in Calendar"):
            await world.do(EditEvent(known.id, start=NINE + 7 * HOUR))
        await world.do(EditEvent(known.id, start=NINE + 7 * HOUR))
        assert stub.items["a"]["start"]["dateTime"] == "2026-03-03T16:00:00"
        stub.remove("a")
        with pytest.raises(ChangedElsewhere, match="was deleted"):
            await world.do(EditEvent(known.id, title="Retro"))


def _day(number: int) -> dict[str, str]:
    return {"dateTime": f"{date(2026, 3, number)}T00:00:00.0000000", "timeZone": "UTC"}
