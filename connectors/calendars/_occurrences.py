"""From iCalendar to what the house keeps of an event."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from connectors.calendars._system import Window
from connectors.ical.calendar import Calendar
from connectors.ical.components import Component, Property
from connectors.ical.events import day_of
from connectors.ical.faults import BadValue
from connectors.ical.series import Occurrence as Found
from connectors.ical.values import Moment, read_length
from twin_core.contract.agenda import Attendee, EventStatus, When
from twin_core.contract.clock import instant_text
from twin_core.contract.mirroring import Occurrence

UNTITLED = "(no title)"
_NOTES = 10_000  # characters
_STATUS: dict[str, EventStatus] = {"CANCELLED": "cancelled", "TENTATIVE": "tentative"}
_RESPONSES: dict[str, Literal["accepted", "declined", "tentative", "needs_action"]] = {
    "ACCEPTED": "accepted",
    "DECLINED": "declined",
    "TENTATIVE": "tentative",
    "NEEDS-ACTION": "needs_action",
}


def occurrences(
    calendar: Calendar,
    window: Window,
    *,
    emails: Collection[str] = (),
    ref: str = "",
    etag: str = "",
    writable: bool = False,
) -> list[Occurrence]:
    """What a calendar holds within the window. What the owner, one of `emails`, declined takes none of their time."""
    found = calendar.between(window.start, window.end, window.home)
    return [replace(_occurrence(one, emails, window.home), ref=ref, etag=etag, writable=writable) for one in found]


def _occurrence(found: Found, emails: Collection[str], home: ZoneInfo) -> Occurrence:
    component = found.event.component
    people = list(_attendees(component.all("ATTENDEE")))
    status = _STATUS.get((component.text("STATUS") or "").upper(), "confirmed")
    declined = any(one.response == "declined" and (one.email or "") in emails for one in people)
    free = (component.text("TRANSP") or "").upper() == "TRANSPARENT" or (
        component.text("X-MICROSOFT-CDO-BUSYSTATUS") or ""
    ).upper() == "FREE"
    organizer = component.get("ORGANIZER")
    rule = found.series.component.get("RRULE")
    start, end = _times(found, home)
    return Occurrence(
        uid=found.event.uid,
        title=component.text("SUMMARY") or UNTITLED,
        start=start,
        end=end,
        recurrence_id=original_name(found.original, home) if found.original is not None else None,
        recurrence=rule.value.strip() if rule is not None and found.series.rules else None,
        status=status,
        busy=not (free or declined or status == "cancelled"),
        location=component.text("LOCATION"),
        organizer=_called(organizer) if organizer is not None else None,
        attendees=tuple(people),
        url=component.text("URL"),
        notes=(component.text("DESCRIPTION") or "")[:_NOTES],
        travel_s=_travel_s(component),
        modified_at=found.event.modified_at,
    )


def _times(found: Found, home: ZoneInfo) -> tuple[When, When]:
    if not found.start.all_day:
        return found.starts_at, found.ends_at
    first = day_of(found.start)
    return first, max(found.ends_at.astimezone(home).date(), first + timedelta(days=1))


def original_name(original: Moment, home: tzinfo) -> str:
    """Which occurrence of its series it is: a date, or an instant in UTC."""
    return day_of(original).isoformat() if original.all_day else instant_text(original.instant(home))


def _attendees(people: Iterable[Property]) -> Iterator[Attendee]:
    for one in people:
        response = _RESPONSES.get((one.param("PARTSTAT") or "").upper())
        yield Attendee(_called(one), _email(one), response)


def _called(person: Property) -> str:
    return person.param("CN") or _email(person) or person.value[:200]


def _email(person: Property) -> str | None:
    address = person.param("EMAIL") or person.value
    address = address[len("mailto:") :] if address.lower().startswith("mailto:") else address
    return address.strip().lower() if "@" in address else None


def _travel_s(component: Component) -> float | None:
    """Apple's calendars know how long the way there takes."""
    found = component.get("X-APPLE-TRAVEL-DURATION")
    if found is None:
        return None
    try:
        length = read_length(found.value)
    except BadValue:
        return None
    return float(length.days * 86_400 + length.seconds)
