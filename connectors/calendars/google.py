"""Google Calendar over its REST API, both ways.

Source: Google Calendar API v3, "CalendarList", "Events", "Synchronize resources efficiently", "Handle API errors".
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors.calendars._api import GRANTED, Api, grant, registered
from connectors.calendars._connector import CalendarConnector
from connectors.calendars._google import (
    body_of,
    difference_of,
    guests_of,
    read_item,
    root_of,
    time_in,
    when_of,
    zone_of,
)
from connectors.calendars._options import CalendarOptions, read_options
from connectors.calendars._push import Channel, ends_at
from connectors.calendars._series import moved
from connectors.calendars._system import Collection, Pulled, Window, readable, same_content
from connectors.ical.faults import Finding
from connectors.oauth import Provider
from connectors.surroundings import surroundings
from connectors.web.document import Node
from twin_core.contract.clock import Clock, SystemClock, instant_text
from twin_core.contract.errors import Conflict, NotFound
from twin_core.contract.ids import slug
from twin_core.contract.mirroring import Occurrence

EXAMPLE: dict[str, Any] = {"name": "example", "client_id": "example", "keep": "credentials"}
_API = "https://www.googleapis.com/calendar/v3"
_SCOPE = "https://www.googleapis.com/auth/calendar"
_WRITERS = {"owner", "writer"}
_SEVERAL = 25  # changed events that are read one by one; for more, everything is read


def provider(options: Mapping[str, Any]) -> Provider:
    """Who grants access. Raises Rejected."""
    own = read_options(options, "Google Calendar", GRANTED)
    id, secret = registered(own, "console.cloud.google.com")
    return Provider(
        title=own.title,
        client_id=id,
        client_secret=secret,
        scope=_SCOPE,
        token_url=str(own.extra.get("token_url", "https://oauth2.googleapis.com/token")),
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        more={"access_type": "offline", "prompt": "consent"},
    )


async def connect(options: Mapping[str, Any], tell: Callable[[str], None]) -> None:
    """Lets a person grant access; `tell` says what they have to do. Raises PolluxError."""
    await grant(read_options(options, "Google Calendar", GRANTED), provider(options), SystemClock(), tell)


def build(options: Mapping[str, Any]) -> CalendarConnector:
    """Options: client_id, client_secret, refresh_token, keep; see _options."""
    own = read_options(options, "Google Calendar", GRANTED)
    around = surroundings(options)
    return CalendarConnector(Google(own, provider(options), around.clock), own, around)


class Google:
    """Implements CalendarSystem. State: the sync token, and the uid of each event that is known by its id."""

    def __init__(self, options: CalendarOptions, granted: Provider, clock: Clock) -> None:
        self._api = Api(options, granted, _API, clock)
        self._options = options

    async def collections(self) -> Sequence[Collection]:
        found: list[Collection] = []
        async for page in self._api.pages("/users/me/calendarList", {"maxResults": "250"}, "nextPageToken"):
            for item in page["items"].items():
                id, title = item["id"].text(), item["summaryOverride"].text() or item["summary"].text()
                writable = item["accessRole"].text() in _WRITERS
                found.append(Collection(id, title or id, slug(id), writable))
        return found

    async def pull(self, collection: Collection, state: Mapping[str, Any] | None, window: Window) -> Pulled | None:
        if state is None:
            return await self._all(collection, window)
        uids, changed = dict(state["uids"]), set[str]()
        token = str(state["token"])
        params = {"syncToken": token, "singleEvents": "true", "maxResults": "2500"}
        async for page in self._api.pages(_events(collection), params, "nextPageToken"):
            for item in page["items"].items():
                root = root_of(item)
                changed.add(uid := item["iCalUID"].text() or uids.get(root, ""))
                uids |= {root: uid} if uid else {}
            token = page["nextSyncToken"].text_of(20_000) or token
        changed.discard("")
        if not changed:
            return Pulled((), {"token": token, "uids": uids}, frozenset()) if token != state["token"] else None
        if len(changed) > _SEVERAL:
            return await self._all(collection, window)
        found = [one for uid in sorted(changed) for one in await self._of(collection, {"iCalUID": uid}, window)]
        return Pulled(found, {"token": token, "uids": uids}, frozenset(changed))

    async def _all(self, collection: Collection, window: Window) -> Pulled:
        found: list[Occurrence] = []
        findings: list[Finding] = []
        uids: dict[str, str] = {}
        token = ""
        async for page in self._api.pages(_events(collection), _within(window), "nextPageToken"):
            items = page["items"].items()
            uids |= {root_of(item): item["iCalUID"].text() for item in items}
            some, told = readable(items, lambda item: read_item(item, writable=collection.writable))
            found, findings = found + some, findings + told
            token = page["nextSyncToken"].text_of(20_000)
        return Pulled(found, {"token": token, "uids": uids} if token else None, findings=findings)

    async def read(self, collection: Collection, event: Occurrence, window: Window) -> Sequence[Occurrence]:
        return await self._of(collection, {"iCalUID": event.uid}, window)

    async def create(self, collection: Collection, event: Occurrence, window: Window) -> Sequence[Occurrence]:
        id = hashlib.sha256(event.uid.encode()).hexdigest()[:40]  # so that the same again is the same event
        body = {"id": id, **body_of(event, window.home), "attendees": guests_of(event)}
        if event.recurrence:
            body["recurrence"] = [f"RRULE:{event.recurrence}"]
        made = await self._api.call("POST", _events(collection), body, expect={409})
        if not made["iCalUID"]:
            made = await self._api.call("GET", f"{_events(collection)}/{id}")
        return await self._of(collection, {"iCalUID": made["iCalUID"].text()}, window)

    async def change(
        self, collection: Collection, before: Occurrence, after: Occurrence, window: Window, *, series: bool
    ) -> Sequence[Occurrence]:
        item = await self._current(collection, before, window)
        body = difference_of(before, after, window.home)
        if series and item["recurringEventId"]:
            item = await self._api.call("GET", f"{_events(collection)}/{item['recurringEventId'].text()}")
            if {"start", "end"} & body.keys():
                start, end = moved(
                    when_of(item["start"]), when_of(item["end"]), before, after, zone_of(item, window.home)
                )
                body |= {
                    "start": time_in(start, zone_of(item, window.home)),
                    "end": time_in(end, zone_of(item, window.home)),
                }
        path = f"{_events(collection)}/{item['id'].text()}"
        await self._api.call("PATCH", path, body, headers={"If-Match": item["etag"].text()})
        if after.status == "cancelled":  # an event that was cancelled is not listed any more
            return [after]
        return await self._of(collection, {"iCalUID": before.uid}, window)

    async def delete(self, collection: Collection, event: Occurrence, window: Window, *, series: bool) -> None:
        item = await self._current(collection, event, window)
        id = item["recurringEventId"].text() if series else ""
        # The etag is that of the occurrence; the series has one of its own.
        headers = {} if id else {"If-Match": item["etag"].text()}
        await self._api.call("DELETE", f"{_events(collection)}/{id or item['id'].text()}", headers=headers)

    # --- being told of news ----------------------------------------------------------------------

    async def open_channel(self, collection: Collection, channel: Channel, address: str) -> Channel:
        until_ms = str(int(ends_at(channel).timestamp() * 1000))
        body = {
            "id": channel.id,
            "type": "web_hook",
            "address": address,
            "token": channel.secret,
            "expiration": until_ms,
        }
        answer = await self._api.call("POST", f"{_events(collection)}/watch", body)
        return replace(channel, resource=answer["resourceId"].text())

    async def close_channel(self, channel: Channel) -> None:
        await self._api.call("POST", "/channels/stop", {"id": channel.id, "resourceId": channel.resource})

    def told(self, headers: Mapping[str, str], body: bytes) -> list[tuple[str, str]]:
        return [(headers.get("x-goog-channel-id", ""), headers.get("x-goog-channel-token", ""))]

    async def aclose(self) -> None:
        await self._api.aclose()

    async def _of(self, collection: Collection, which: Mapping[str, str], window: Window) -> list[Occurrence]:
        found: list[Occurrence] = []
        async for page in self._api.pages(_events(collection), {**_within(window), **which}, "nextPageToken"):
            found += readable(page["items"].items(), lambda item: read_item(item, writable=collection.writable))[0]
        return found

    async def _current(self, collection: Collection, known: Occurrence, window: Window) -> Node:
        """The event, where it is still what was known of it. Raises Conflict, NotFound."""
        item = await self._api.call("GET", f"{_events(collection)}/{known.ref}")
        now = read_item(item, writable=collection.writable)
        if now.status == "cancelled" != known.status:
            raise NotFound(f"“{known.title}” is gone from {self._options.title}.", code="gone")
        if known.etag and now.etag != known.etag and not same_content(now, known):
            raise Conflict(f"“{known.title}” was changed in {self._options.title}.")
        return item


def _events(collection: Collection) -> str:
    return f"/calendars/{collection.id.replace('/', '%2F').replace('#', '%23')}/events"


def _within(window: Window) -> dict[str, str]:
    return {
        "singleEvents": "true",
        "maxResults": "2500",
        "timeMin": instant_text(window.start),
        "timeMax": instant_text(window.end),
    }
