"""Events as Microsoft Graph writes them.

Source: Microsoft Graph v1.0, "event resource type", "dateTimeTimeZone resource type".
"""

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from connectors.calendars._occurrences import UNTITLED
from connectors.ical.zones import by_iana_name, by_other_name
from connectors.web.document import Node
from twin_core.contract.agenda import Attendee, EventStatus, When
from twin_core.contract.clock import instant_text
from twin_core.contract.errors import Rejected
from twin_core.contract.mirroring import Occurrence

ETAG = "@odata.etag"
_CANCELLED = "Canceled: "  # what Outlook itself writes before the title
_RESPONSES = {
    "accepted": "accepted",
    "organizer": "accepted",
    "declined": "declined",
    "tentativelyAccepted": "tentative",
    "notResponded": "needs_action",
    "none": "needs_action",
}


def read_item(item: Node, home: ZoneInfo, *, writable: bool) -> Occurrence:
    """An event, or an occurrence of a series. Raises Rejected for one that cannot be understood."""
    start, end = span_of(item)
    title = item["subject"].text()
    cancelled = item["isCancelled"].truth() or title.startswith((_CANCELLED, "Cancelled: "))
    shown, answered = item["showAs"].text(), item.at("responseStatus.response").text()
    free = shown in ("free", "workingElsewhere") or answered == "declined"
    status: EventStatus = "cancelled" if cancelled else "tentative" if shown == "tentative" else "confirmed"
    uid = item["iCalUId"].text() or item["id"].text()
    return Occurrence(
        uid=uid,
        title=title.removeprefix(_CANCELLED) or UNTITLED,
        start=start,
        end=end,
        ref=item["id"].text(),
        etag=item[ETAG].text() or item["changeKey"].text(),
        recurrence_id=_original(item, start, home) if item["seriesMasterId"] else None,
        status=status,
        busy=not (free or cancelled),
        location=item.at("location.displayName").text() or None,
        organizer=item.at("organizer.emailAddress.name").text() or None,
        attendees=tuple(_attendee(each) for each in item["attendees"].items()),
        url=item["webLink"].text() or None,
        notes=item.at("body.content").text_of(10_000).strip() or item["bodyPreview"].text_of(10_000),
        modified_at=item["lastModifiedDateTime"].instant(),
        writable=writable,
    )


def kind_of(item: Node) -> str:
    """seriesMaster, occurrence, exception or singleInstance; empty for what was removed."""
    return item["type"].text() if not item["@removed"] else ""


def span_of(item: Node) -> tuple[When, When]:
    start, end = _at(item["start"]), _at(item["end"])
    return (start.date(), end.date()) if item["isAllDay"].truth() else (start, end)


def _at(found: Node) -> datetime:
    """dateTimeTimeZone: a time without a zone, and its zone beside it (IANA or Windows name)."""
    zone = named_zone(found["timeZone"].text()) or UTC
    try:
        return datetime.fromisoformat(found["dateTime"].text()[:19]).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        hint = "Look at it in the calendar itself."
        raise Rejected("An event says no time.", code="bad_event", hint=hint) from None


def named_zone(name: str) -> Any:
    return (by_iana_name(name) or by_other_name(name)) if name else None


def _original(item: Node, start: When, home: ZoneInfo) -> str:
    """Which occurrence of its series it is; one that was not changed says nothing of it."""
    if not isinstance(start, datetime):
        at = item["originalStart"].instant()
        return (at.astimezone(home).date() if at else start).isoformat()
    return instant_text(item["originalStart"].instant() or start)


def time_in(when: When, zone: Any = None) -> dict[str, str]:
    if not isinstance(when, datetime):
        when = datetime.combine(when, time(), zone or UTC)
    local = when.astimezone(zone or UTC)
    return {"dateTime": f"{local:%Y-%m-%dT%H:%M:%S}", "timeZone": getattr(zone, "key", "UTC")}


def body_of(event: Occurrence, zone: ZoneInfo | None = None) -> dict[str, Any]:
    cancelled = event.status == "cancelled"
    shown = "free" if cancelled or not event.busy else "tentative" if event.status == "tentative" else "busy"
    return {
        "subject": f"{_CANCELLED if cancelled else ''}{event.title}",
        "start": time_in(event.start, zone),
        "end": time_in(event.end, zone),
        "isAllDay": not isinstance(event.start, datetime),
        "showAs": shown,
        "location": {"displayName": event.location or ""},
        "body": {"contentType": "text", "content": event.notes},
    }


def _attendee(found: Node) -> Attendee:
    email = found.at("emailAddress.address").text().lower() or None
    response: Any = _RESPONSES.get(found.at("status.response").text())
    return Attendee(found.at("emailAddress.name").text() or email or "?", email, response)
