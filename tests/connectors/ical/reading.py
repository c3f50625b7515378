"""Calendars written in the test, and what is read of them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from connectors.ical.calendar import Calendar, read_calendar
from connectors.ical.series import Occurrence

BERLIN = ZoneInfo("Europe/Berlin")


def calendar(*events: str, head: str = "") -> Calendar:
    """A calendar of events given by their lines, without BEGIN and END; a UID is added where there is none."""
    blocks = []
    for number, lines in enumerate(events):
        uid = "" if "UID:" in lines else f"UID:event-{number}\n"
        blocks.append(f"BEGIN:VEVENT\n{uid}{lines.strip()}\nEND:VEVENT\n")
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{''.join(blocks)}END:VCALENDAR\n"
    return read_calendar(text.encode())


def occurrences(read: Calendar, start: str, end: str, home: ZoneInfo = BERLIN) -> list[Occurrence]:
    """Within a span of days in UTC."""
    days = [datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (start, end)]
    return read.between(days[0], days[1], home)


def starts(read: Calendar, start: str, end: str, home: ZoneInfo = BERLIN) -> list[str]:
    """When they begin, in UTC: 2026-03-02T08:00."""
    return [found.starts_at.strftime("%Y-%m-%dT%H:%M") for found in occurrences(read, start, end, home)]
