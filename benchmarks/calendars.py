"""Calendars: reading and following 2,000 events for a year, and a sync of ten calendars without news."""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import httpx2
import icalendar
import recurring_ical_events

from benchmarks.report import Report
from connectors.ical.calendar import read_calendar
from tests.connectors.calendars.world import calendar, event, open_world
from tests.radicale import PASSWORD, USER, Radicale

_EVENTS = 2_000
_ROUNDS = 5
_CALENDARS = 10
_SYNCS = 15
_BERLIN = ZoneInfo("Europe/Berlin")
_START, _END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
_RULES = ("FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=DAILY;COUNT=30", "FREQ=MONTHLY;BYDAY=2TU", "FREQ=YEARLY")
_PROPFIND = '<propfind xmlns="DAV:"><prop><resourcetype/><displayname/><sync-token/></prop></propfind>'


async def run(report: Report) -> None:
    """Computing time beside icalendar and recurring-ical-events; elapsed time of a sync beside its bare request."""
    data = _calendar()
    reading, following = [], []
    for _ in range(_ROUNDS):
        t0 = time.process_time()
        ours = read_calendar(data)
        t1 = time.process_time()
        found = ours.between(_START, _END, _BERLIN)
        t2 = time.process_time()
        theirs = icalendar.Calendar.from_ical(data)
        t3 = time.process_time()
        expected = recurring_ical_events.of(theirs).between(_START, _END)
        t4 = time.process_time()
        assert len(found) == len(expected)
        reading.append((t1 - t0, t3 - t2))
        following.append((t2 - t1, t4 - t3))
    report.row(f"{_EVENTS:,} events read (icalendar)", *_medians(reading), "s")
    report.row(f"{len(found):,} occurrences of a year (recurring-ical-events)", *_medians(following), "s")
    report.row(f"{_CALENDARS} calendars, nothing new (one PROPFIND)", *await _no_change(), "ms")


def _calendar() -> bytes:
    """One event in ten repeats."""
    blocks = []
    for n in range(_EVENTS):
        day, hour = date(2026, 1, 1) + timedelta(days=n % 365), 8 + n % 9
        rule = f"RRULE:{_RULES[n // 10 % len(_RULES)]}\r\n" if n % 10 == 0 else ""
        times = "".join(
            f"{k};TZID=Europe/Berlin:{day:%Y%m%d}T{h:02}0000\r\n" for k, h in (("DTSTART", hour), ("DTEND", hour + 1))
        )
        blocks.append(
            f"BEGIN:VEVENT\r\nUID:e{n}\r\nDTSTAMP:20260101T000000Z\r\n{times}SUMMARY:Event {n}\r\n{rule}END:VEVENT\r\n"
        )
    return calendar(*blocks).encode()


async def _no_change() -> tuple[float, float]:
    """Milliseconds of a sync of an account on Radicale, and of the request that no sync can do without."""
    with tempfile.TemporaryDirectory(prefix="pollux-bench-") as folder:
        async with Radicale(Path(folder)) as server:
            for n in range(_CALENDARS):
                await server.make_calendar(f"c{n}")
                await server.put(f"c{n}", "a.ics", event(f"a{n}", "Review"))
            login = {"url": server.url, "user": USER, "password": PASSWORD, "private": True}
            async with (
                open_world(Path(folder), "caldav", **login) as world,
                httpx2.AsyncClient(auth=(USER, PASSWORD), trust_env=False) as client,
            ):

                async def bare() -> None:
                    url, headers = f"{server.url}{USER}/", {"Depth": "1"}
                    (await client.request("PROPFIND", url, content=_PROPFIND, headers=headers)).raise_for_status()

                await world.sync()
                took = [(await _elapsed_ms(world.sync), await _elapsed_ms(bare)) for _ in range(_SYNCS)]
    return _medians(took)


async def _elapsed_ms(work: Callable[[], Awaitable[None]]) -> float:
    await asyncio.sleep(0)
    start = time.perf_counter()
    await work()
    return 1000 * (time.perf_counter() - start)


def _medians(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    return median(ours for ours, _ in pairs), median(bare for _, bare in pairs)
