"""A stand-in for the Google Calendar API: paging, sync tokens, etags; in the shapes that its documentation shows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.connectors.calendars.granted import Item, Query, Stub, reply
from tests.connectors.web.site import Asked, Page

CALENDAR = "anna@example.org"


@dataclass
class GoogleStub(Stub):
    """One calendar; `oldest` is the first sync token that is still known."""

    oldest: int = 0
    channels: list[Item] = field(default_factory=list)
    stopped: list[Item] = field(default_factory=list)
    refuse_watch: Page | None = None

    def routes(self) -> Iterable[tuple[str, str, Callable[..., Page]]]:
        events = "/calendars/([^/]+)/events"
        return [
            ("GET", "/users/me/calendarList", self._calendars),
            ("GET", events, self._list),
            ("POST", f"{events}/watch", self._watch),
            ("POST", "/channels/stop", self._stop),
            ("POST", events, self._insert),
            ("GET", f"{events}/([^/]+)", self._get),
            ("PATCH", f"{events}/([^/]+)", self._patch),
            ("DELETE", f"{events}/([^/]+)", self._delete),
        ]

    def single(self, id: str, title: str, start: str = "2026-03-03T10:00:00+01:00", **more: Any) -> Item:
        end = start.replace("T10", "T11")
        usual = {"status": "confirmed", "iCalUID": f"{id}@google.com", "updated": "2026-03-02T11:58:00.000Z"}
        return self.touch(id, **{**usual, "summary": title, "start": _at(start), "end": _at(end), **more})

    def series(self, id: str, title: str, days: Iterable[int]) -> None:
        first = self.single(id, title, "2026-03-02T10:00:00+01:00", master=True)
        for day in days:
            start = f"2026-03-{day:02}T10:00:00+01:00"
            more = {"recurringEventId": id, "originalStartTime": _at(start), "iCalUID": first["iCalUID"]}
            self.single(f"{id}_202603{day:02}T090000Z", title, start, **more)

    def _calendars(self, asked: Asked, query: Query, body: Item) -> Page:
        entry = {"id": CALENDAR, "summary": "Anna", "accessRole": "owner", "primary": True}
        return reply(200, {"kind": "calendar#calendarList", "items": [entry]})

    def _list(self, asked: Asked, query: Query, body: Item, calendar: str) -> Page:
        since = int(query.get("syncToken", "-1"))
        if 0 <= since < self.oldest:
            return reply(410, {"error": {"code": 410, "errors": [{"reason": "fullSyncRequired"}]}})
        listed = [item for item in self.items.values() if "master" not in item]
        if since >= 0:
            assert not {"timeMin", "timeMax", "iCalUID"} & query.keys(), "not together with a sync token"
            listed = [_as_told(item) for item in listed if item["v"] > since]
        else:
            listed = [item for item in listed if item["status"] != "cancelled"]
            listed = [item for item in listed if query.get("iCalUID") in (None, item["iCalUID"])]
        place = int(query.get("pageToken", "0"))
        page: Item = {"kind": "calendar#events", "items": listed[place : place + self.page]}
        if place + self.page < len(listed):
            page["nextPageToken"] = str(place + self.page)
        else:
            page["nextSyncToken"] = str(self.version)
        return reply(200, page)

    def _watch(self, asked: Asked, query: Query, body: Item, calendar: str) -> Page:
        if self.refuse_watch is not None:
            return self.refuse_watch
        self.channels.append(body)
        return reply(200, {"kind": "api#channel", "id": body["id"], "resourceId": f"r-{len(self.channels)}"})

    def _stop(self, asked: Asked, query: Query, body: Item) -> Page:
        self.stopped.append(body)
        return Page(204)

    def _get(self, asked: Asked, query: Query, body: Item, calendar: str, id: str) -> Page:
        item = self.items.get(id)
        return self.refused(asked, item) or reply(200, item or {})

    def _insert(self, asked: Asked, query: Query, body: Item, calendar: str) -> Page:
        if (id := body.pop("id")) in self.items:
            return reply(409, {"error": {"code": 409}})
        return reply(200, self.touch(id, **body, iCalUID=f"{id}@google.com", updated="2026-03-02T12:00:00.000Z"))

    def _patch(self, asked: Asked, query: Query, body: Item, calendar: str, id: str) -> Page:
        item = self.items.get(id)
        if (refused := self.refused(asked, item)) is not None:
            return refused
        for part in self.items if item is not None and "master" in item else ():
            if self.items[part].get("recurringEventId") == id:
                self.touch(part, **{key: value for key, value in body.items() if key not in ("start", "end")})
        return reply(200, self.touch(id, **body))

    def _delete(self, asked: Asked, query: Query, body: Item, calendar: str, id: str) -> Page:
        if (refused := self.refused(asked, self.items.get(id))) is not None:
            return refused
        for part in [key for key, item in self.items.items() if id in (key, item.get("recurringEventId"))]:
            self.touch(part, status="cancelled")
        return Page(204)


def _as_told(item: Item) -> Item:
    """Of what is cancelled, an incremental answer need not say more than this."""
    if item["status"] != "cancelled":
        return item
    return {key: item[key] for key in ("id", "status", "recurringEventId", "originalStartTime") if key in item}


def _at(text: str) -> Item:
    return {"dateTime": text, "timeZone": "Europe/Berlin"}
