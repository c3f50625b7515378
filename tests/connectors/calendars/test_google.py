from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.calendars.google_stub import GoogleStub
from tests.connectors.calendars.granted import reply
from tests.connectors.calendars.world import World, open_world
from tests.connectors.web.site import Page, Site, open_site
from twin_core.contract.agenda import CancelEvent, CreateEvent, DeleteEvent, EditEvent
from twin_core.contract.clock import parse_instant
from twin_core.contract.errors import PolluxError, Unauthenticated, Unavailable
from twin_core.contract.mirroring import ChangedElsewhere

NINE = parse_instant("2026-03-03T09:00:00Z")
HOUR = timedelta(hours=1)
SOURCE = "work.anna_example_org"


@asynccontextmanager
async def connected(folder: Path, stub: GoogleStub, **more: Any) -> AsyncIterator[tuple[World, Site]]:
    """Opening the same folder again is a restart."""
    async with open_site(stub.respond) as site:
        granted = {"client_id": "app", "refresh_token": "first", "keep": str(folder / "keep"), **more}
        where = {"url": site.url, "token_url": f"{site.url}/token", "private": True}
        async with open_world(folder, "google", **granted, **where) as world:
            yield world, site


def asked(site: Site) -> list[str]:
    return [f"{one.method} {one.path.partition('?')[0]}" for one in site.asked]


async def test_a_calendar_comes_over_page_by_page_and_then_what_changed(tmp_path: Path) -> None:
    stub = GoogleStub()
    for n in range(5):
        stub.single(f"e{n}", f"Event {n}", f"2026-03-0{n + 3}T10:00:00+01:00")
    async with connected(tmp_path, stub) as (world, site):
        await world.sync()
        assert [e.title for e in await world.agenda()] == [f"Event {n}" for n in range(5)]
        stub.single("e0", "Renamed")
        stub.touch("e1", status="cancelled")
        stub.single("e9", "New")
        before = len(site.asked)
        await world.sync()
        assert {e.title for e in await world.agenda()} == {"Renamed", "New", "Event 2", "Event 3", "Event 4"}
        assert any("syncToken" in one.path for one in site.asked[before:])
        before = len(site.asked)
        await world.sync()
        assert len(site.asked) - before == 2  # which calendars there are, and that nothing is new


async def test_a_series_comes_with_its_changed_occurrences(tmp_path: Path) -> None:
    stub = GoogleStub()
    stub.series("s", "Standup", [2, 3, 4])
    async with connected(tmp_path, stub) as (world, _):
        await world.sync()
        later = {"start": {"dateTime": "2026-03-03T15:00:00+01:00"}, "end": {"dateTime": "2026-03-03T16:00:00+01:00"}}
        stub.touch("s_20260303T090000Z", **later)
        stub.touch("s_20260304T090000Z", status="cancelled")
        await world.sync()
        found = await world.agenda()
        assert [(f"{e.start:%d %H}", e.recurrence_id) for e in found] == [
            ("02 09", "2026-03-02T09:00:00Z"),
            ("03 14", "2026-03-03T09:00:00Z"),
        ]
        assert len({e.series for e in found}) == 1


async def test_a_forgotten_sync_token_leads_to_a_full_read(tmp_path: Path) -> None:
    stub = GoogleStub()
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
        (Page(429, headers={"Retry-After": "7"}), "rate_limited"),
        (reply(403, {"error": {"code": 403, "errors": [{"reason": "rateLimitExceeded"}]}}), "rate_limited"),
        (reply(403, {"error": {"code": 403, "errors": [{"reason": "forbidden"}]}}), "forbidden"),
        (Page(500), "unavailable"),
        (Page(200, b"<html>", {"Content-Type": "text/html"}), "not_json"),
        (Page(200, b'{"items": [', cut_after=4), "unreachable"),
    ],
    ids=["429", "403 limit", "403", "500", "web page", "cut off"],
)
async def test_what_is_refused_takes_nothing_away_and_is_asked_again(tmp_path: Path, page: Page, code: str) -> None:
    stub = GoogleStub()
    stub.single("a", "Review")
    async with connected(tmp_path, stub) as (world, _):
        await world.sync()
        stub.refusals.append(page)
        with pytest.raises(PolluxError) as refused:
            await world.sync()
        assert refused.value.code == code
        assert [e.title for e in await world.agenda()] == ["Review"]
        await world.sync()


async def test_access_is_renewed_kept_and_asked_for_again_when_it_was_withdrawn(tmp_path: Path) -> None:
    stub = GoogleStub(rotates=True)
    stub.single("a", "Review")
    async with connected(tmp_path, stub) as (world, _):
        await world.sync()
        stub.access += 1  # the access token is refused before its time
        await world.sync()
    [kept] = (tmp_path / "keep").iterdir()
    assert kept.read_text() == stub.refresh
    assert kept.stat().st_mode & 0o077 == 0
    async with connected(tmp_path, stub) as (world, _):  # the one in the settings is worn out by now
        await world.sync()
        await world.house.timers.advance(world.house.clock.now() + HOUR)
        stub.refresh = "withdrawn"
        with pytest.raises(Unauthenticated) as refused:
            await world.sync()
        assert refused.value.code == "reconnect"
        assert "refresh-" not in repr(refused.value.__dict__)


async def test_an_event_that_says_no_time_is_told_and_the_others_are_kept(tmp_path: Path) -> None:
    stub = GoogleStub()
    stub.single("a", "Review")
    stub.single("b", "Odd", end={})
    async with connected(tmp_path, stub) as (world, _):
        await world.sync()
        assert [e.title for e in await world.agenda()] == ["Review"]
        [fault] = world.connector.faults()
        assert fault.message == "Anna (Google Calendar): 'Odd': An event says no time."


async def test_events_are_created_moved_and_deleted(tmp_path: Path) -> None:
    stub = GoogleStub()
    async with connected(tmp_path, stub) as (world, _):
        await world.sync()
        made = await world.do(CreateEvent("Planning", NINE, NINE + HOUR, location="Room 1", source=SOURCE))
        [item] = stub.items.values()
        assert item["start"]["dateTime"] == "2026-03-03T10:00:00+01:00"
        assert item["location"] == "Room 1"
        await world.do(EditEvent(made.id, start=NINE + 2 * HOUR))
        assert stub.items[item["id"]]["start"]["dateTime"] == "2026-03-03T12:00:00+01:00"
        assert stub.items[item["id"]]["summary"] == "Planning"
        await world.sync()
        await world.do(DeleteEvent(made.id))
        assert stub.items[item["id"]]["status"] == "cancelled"
        await world.sync()
        assert await world.agenda() == []


async def test_one_occurrence_or_the_series_is_changed(tmp_path: Path) -> None:
    stub = GoogleStub()
    stub.series("s", "Standup", [2, 3, 4])
    async with connected(tmp_path, stub) as (world, _):
        await world.sync()
        _, second, third = await world.agenda()
        await world.do(CancelEvent(second.id))
        assert stub.items["s_20260303T090000Z"]["status"] == "cancelled"
        assert stub.items["s"]["status"] == "confirmed"
        await world.do(EditEvent(third.id, title="Daily", start=third.start - HOUR, scope="series"))
        assert stub.items["s"]["summary"] == "Daily"
        assert stub.items["s"]["start"]["dateTime"] == "2026-03-02T09:00:00+01:00"


async def test_a_change_made_elsewhere_becomes_a_question(tmp_path: Path) -> None:
    stub = GoogleStub()
    stub.single("a", "Review")
    async with connected(tmp_path, stub) as (world, _):
        await world.sync()
        known = await world.event("Review")
        stub.single("a", "Review", "2026-03-03T15:00:00+01:00")
        with pytest.raises(ChangedElsewhere, match="was moved to Tue 03 Mar, 15:00 in Anna") as refused:
            await world.do(EditEvent(known.id, start=NINE + 7 * HOUR))
        assert refused.value.details["changed_at"] == "2026-03-02T11:58:00Z"
        await world.do(EditEvent(known.id, start=NINE + 7 * HOUR))
        assert stub.items["a"]["start"]["dateTime"] == "2026-03-03T17:00:00+01:00"


async def test_the_same_event_asked_for_twice_is_one(tmp_path: Path) -> None:
    stub = GoogleStub()
    async with connected(tmp_path, stub) as (world, site):
        await world.sync()
        stub.refusals.append(Page(503))
        with pytest.raises(Unavailable):
            await world.do(CreateEvent("Planning", NINE, NINE + HOUR, source=SOURCE))
        await world.do(CreateEvent("Planning", NINE, NINE + HOUR, source=SOURCE))
        assert len(stub.items) == 1
        assert asked(site)[-1].startswith("GET")
