"""Events as the Google Calendar API writes them.

Source: Google Calendar API v3, "Events".
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from connectors.calendars._occurrences import UNTITLED
from connectors.web.document import Node
from twin_core.contract.agenda import Attendee, EventStatus, When
from twin_core.contract.clock import instant_text
from twin_core.contract.errors import Rejected
from twin_core.contract.mirroring import Occurrence

_NOT_BUSY = {"workingLocation", "birthday"}
_STATUS: Mapping[str, EventStatus] = {"tentative": "tentative", "cancelled": "cancelled"}
_RESPONSES = {"needsAction": "needs_action", "accepted": "accepted", "declined": "declined", "tentative": "tentative"}


def read_item(item: Node, *, writable: bool) -> Occurrence:
    """An event, or an occurrence of a series. Raises Rejected for one that cannot be understood."""
    status = _STATUS.get(item["status"].text(), "confirmed")
    people = [_attendee(each) for each in item["attendees"].items()]
    mine = [each for each in item["attendees"].items() if each["self"].truth()]
    declined = any(each["responseStatus"].text() == "declined" for each in mine)
    free = item["transparency"].text() == "transparent" or item["eventType"].text() in _NOT_BUSY
    original = item["originalStartTime"] if item["recurringEventId"] else Node(None)
    return Occurrence(
        uid=item["iCalUID"].text() or root_of(item),
        title=item["summary"].text() or UNTITLED,
        start=when_of(item["start"]),
        end=when_of(item["end"]),
        ref=item["id"].text(),
        etag=item["etag"].text(),
        recurrence_id=_name(when_of(original)) if original else None,
        status=status,
        busy=not (free or declined or status == "cancelled"),
        location=item["location"].text() or None,
        organizer=item.at("organizer.displayName").text() or item.at("organizer.email").text() or None,
        attendees=tuple(people),
        url=item["htmlLink"].text() or None,
        notes=item["description"].text_of(10_000),
        modified_at=item["updated"].instant(),
        writable=writable and not item["locked"].truth(),
    )


def root_of(item: Node) -> str:
    """The id of the series that an item belongs to, or its own."""
    return item["recurringEventId"].text() or item["id"].text()


def when_of(found: Node) -> When:
    """Raises Rejected where it says no time."""
    if (day := found["date"].day()) is not None:
        return day
    if (at := found["dateTime"].instant()) is None:
        raise Rejected("An event says no time.", code="bad_event", hint="Look at it in the calendar itself.")
    return at


def _name(when: When) -> str:
    return instant_text(when) if isinstance(when, datetime) else when.isoformat()


def zone_of(item: Node, home: ZoneInfo) -> ZoneInfo:
    try:
        return ZoneInfo(item.at("start.timeZone").text() or home.key)
    except (ValueError, OSError):
        return home


def time_in(when: When, zone: ZoneInfo) -> dict[str, str | None]:
    """The other form is taken away, where it was one of whole days."""
    if isinstance(when, datetime):
        return {"dateTime": when.astimezone(zone).isoformat(), "timeZone": zone.key, "date": None}
    return {"date": when.isoformat(), "dateTime": None, "timeZone": None}


def body_of(event: Occurrence, home: ZoneInfo) -> dict[str, Any]:
    return {
        "summary": event.title,
        "start": time_in(event.start, home),
        "end": time_in(event.end, home),
        "status": event.status,
        "transparency": "opaque" if event.busy else "transparent",
        "location": event.location or "",
        "description": event.notes,
    }


def difference_of(before: Occurrence, after: Occurrence, home: ZoneInfo) -> dict[str, Any]:
    old, new = body_of(before, home), body_of(after, home)
    found = {key: value for key, value in new.items() if value != old[key]}
    if "status" in found:
        found.pop("transparency", None)  # a cancelled event is free anyhow
    return found


def guests_of(event: Occurrence) -> list[dict[str, str]]:
    return [{"email": person.email, "displayName": person.name} for person in event.attendees if person.email]


def _attendee(found: Node) -> Attendee:
    email = found["email"].text().lower() or None
    response: Any = _RESPONSES.get(found["responseStatus"].text())
    return Attendee(found["displayName"].text() or email or "?", email, response)
