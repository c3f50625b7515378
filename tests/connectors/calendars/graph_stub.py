"""A stand-in for Microsoft Graph: paging, delta links, etags; in the shapes that its documentation shows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.connectors.calendars.granted import Item, Query, Stub, reply
from tests.connectors.web.site import Asked, Page

_OF_OCCURRENCE = ("id", "type", "start", "end", "seriesMasterId")  # all that a delta says of an unchanged one


@dataclass
class GraphStub(Stub):
    """One calendar; `oldest` is the first delta link that is still known."""

    oldest: int = 0
    channels: list[Item] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)

    def routes(self) -> Iterable[tuple[str, str, Callable[..., Page]]]:
        return [
            ("GET", "/me/calendars", self._calendars),
            ("GET", "/me/calendars/([^/]+)/calendarView/delta", self._delta),
            ("POST", "/me/calendars/([^/]+)/events", self._create),
            ("POST", "/subscriptions", self._subscribe),
            ("DELETE", "/subscriptions/([^/]+)", self._unsubscribe),
            ("GET", "/me/events/([^/]+)", self._get),
            ("GET", "/me/events/([^/]+)/instances", self._instances),
            ("PATCH", "/me/events/([^/]+)", self._patch),
            ("DELETE", "/me/events/([^/]+)", self._delete),
        ]

    def single(self, id: str, title: str, day: int = 3, hour: int = 9, **more: Any) -> Item:
        usual = {
            "type": "singleInstance",
            "iCalUId": f"040000008200E00074C5B7101A82E008{id}",
            "subject": title,
            "showAs": "busy",
            "isAllDay": False,
            "lastModifiedDateTime": "2026-03-02T11:58:00Z",
            "start": _at(day, hour),
            "end": _at(day, hour + 1),
        }
        return self.touch(id, **{**usual, **more})

    def series(self, id: str, title: str, days: Iterable[int]) -> None:
        self.single(id, title, 2, type="seriesMaster", originalStartTimeZone="W. Europe Standard Time")
        for day in days:
            self.single(f"{id}-{day}", title, day, type="occurrence", seriesMasterId=id, iCalUId=f"other-{day}")

    def remove(self, id: str) -> None:
        for part in [key for key, item in self.items.items() if id in (key, item.get("seriesMasterId"))]:
            self.touch(part, removed=True)

    def _calendars(self, asked: Asked, query: Query, body: Item) -> Page:
        return reply(200, {"value": [{"id": "AAA=", "name": "Calendar", "canEdit": True, "isDefaultCalendar": True}]})

    def _delta(self, asked: Asked, query: Query, body: Item, calendar: str) -> Page:
        since, place = int(query.get("$deltatoken", "-1")), int(query.get("$skiptoken", "0"))
        assert since >= 0 or place or {"startDateTime", "endDateTime"} <= query.keys()
        if 0 <= since < self.oldest:
            return reply(410, {"error": {"code": "syncStateNotFound"}})
        listed = [_as_told(item) for item in self.items.values() if item["v"] > since]
        listed = [item for item in listed if since >= 0 or "@removed" not in item]
        link = f"{self.url}/me/calendars/AAA=/calendarView/delta?"
        page: Item = {"value": listed[place : place + self.page]}
        if place + self.page < len(listed):
            page["@odata.nextLink"] = f"{link}$deltatoken={since}&$skiptoken={place + self.page}"
        else:
            page["@odata.deltaLink"] = f"{link}$deltatoken={self.version}"
        return reply(200, page)

    def _instances(self, asked: Asked, query: Query, body: Item, id: str) -> Page:
        parts = [item for item in self.items.values() if item.get("seriesMasterId") == id and "removed" not in item]
        return reply(200, {"value": [_whole(item) for item in parts]})

    def _subscribe(self, asked: Asked, query: Query, body: Item) -> Page:
        self.channels.append(body)
        return reply(201, {**body, "id": f"subscription-{len(self.channels)}"})

    def _unsubscribe(self, asked: Asked, query: Query, body: Item, id: str) -> Page:
        self.stopped.append(id)
        return Page(204)

    def _get(self, asked: Asked, query: Query, body: Item, id: str) -> Page:
        item = self._there(id)
        return self.refused(asked, item) or reply(200, _whole(item or {}))

    def _create(self, asked: Asked, query: Query, body: Item, calendar: str) -> Page:
        known = [item for item in self.items.values() if item.get("transactionId") == body["transactionId"]]
        kind = "seriesMaster" if "recurrence" in body else "singleInstance"
        item = (
            known[0] if known else self.touch(f"new-{self.version}", **body, type=kind, iCalUId=f"uid-{self.version}")
        )
        return reply(201, _whole(item))

    def _patch(self, asked: Asked, query: Query, body: Item, id: str) -> Page:
        if (refused := self.refused(asked, self._there(id))) is not None:
            return refused
        for part in [key for key, item in self.items.items() if item.get("seriesMasterId") == id]:
            self.touch(part, **{key: value for key, value in body.items() if key not in ("start", "end")})
        return reply(200, _whole(self.touch(id, **body)))

    def _delete(self, asked: Asked, query: Query, body: Item, id: str) -> Page:
        if (refused := self.refused(asked, self._there(id))) is not None:
            return refused
        self.remove(id)
        return Page(204)

    def _there(self, id: str) -> Item | None:
        item = self.items.get(id)
        return None if item is None or "removed" in item else item


def _as_told(item: Item) -> Item:
    if "removed" in item:
        return {"id": item["id"], "@removed": {"reason": "deleted"}}
    if item["type"] == "occurrence":
        return {key: item[key] for key in _OF_OCCURRENCE}
    return _whole(item)


def _whole(item: Item) -> Item:
    return {**{key: value for key, value in item.items() if key not in ("v", "etag")}, "@odata.etag": item.get("etag")}


def _at(day: int, hour: int) -> Item:
    return {"dateTime": f"2026-03-{day:02}T{hour:02}:00:00.0000000", "timeZone": "UTC"}
