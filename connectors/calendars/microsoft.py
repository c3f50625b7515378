"""Outlook and Microsoft 365 over Microsoft Graph, both ways.

Source: Microsoft Graph v1.0, "event: delta", "List instances", "Update event", "Throttling guidance".
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from connectors.calendars._api import GRANTED, Api, grant, registered
from connectors.calendars._connector import CalendarConnector
from connectors.calendars._graph import ETAG, body_of, kind_of, named_zone, read_item, span_of, time_in
from connectors.calendars._options import CalendarOptions, read_options
from connectors.calendars._patterns import pattern
from connectors.calendars._push import Channel
from connectors.calendars._series import moved
from connectors.calendars._system import Collection, Pulled, Window, readable, same_content
from connectors.ical.faults import Finding
from connectors.oauth import Provider
from connectors.surroundings import surroundings
from connectors.web.document import Node
from twin_core.contract.agenda import When
from twin_core.contract.clock import Clock, SystemClock, instant_text
from twin_core.contract.errors import Conflict, NotFound, Rejected
from twin_core.contract.ids import slug
from twin_core.contract.mirroring import Occurrence

EXAMPLE: dict[str, Any] = {"name": "example", "client_id": "example", "keep": "credentials"}
_API = "https://graph.microsoft.com/v1.0"
_LOGIN = "https://login.microsoftonline.com/common/oauth2/v2.0"
_SCOPE = "offline_access https://graph.microsoft.com/Calendars.ReadWrite"
_NEXT, _DELTA = "@odata.nextLink", "@odata.deltaLink"
_PREFER = {"Prefer": 'outlook.timezone="UTC", outlook.body-content-type="text", odata.maxpagesize=200'}
_SEVERAL = 25  # changed series that are read one by one; for more, everything is read


def provider(options: Mapping[str, Any]) -> Provider:
    """Who grants access. Raises Rejected."""
    own = read_options(options, "Outlook", GRANTED)
    id, secret = registered(own, "entra.microsoft.com")
    return Provider(
        title=own.title,
        client_id=id,
        client_secret=secret,
        scope=_SCOPE,
        token_url=str(own.extra.get("token_url", f"{_LOGIN}/token")),
        authorize_url=f"{_LOGIN}/authorize",
        device_url=f"{_LOGIN}/devicecode",
    )


async def connect(options: Mapping[str, Any], tell: Callable[[str], None]) -> None:
    """Lets a person grant access; `tell` says what they have to do. Raises PolluxError."""
    await grant(read_options(options, "Outlook", GRANTED), provider(options), SystemClock(), tell)


def build(options: Mapping[str, Any]) -> CalendarConnector:
    """Options: client_id, client_secret, refresh_token, keep; see _options."""
    own = read_options(options, "Outlook", GRANTED)
    around = surroundings(options)
    return CalendarConnector(Outlook(own, provider(options), around.clock), own, around)


@dataclass(frozen=True, slots=True)
class _Known:
    """What an id was: the uid of its event, and the id of its series where it is a part of one."""

    uid: str
    series: str = ""


class Outlook:
    """Implements CalendarSystem. State: the delta link, and what each id belongs to.

    An occurrence in a delta says little more than when it is, so that changed series are read as a whole.
    """

    def __init__(self, options: CalendarOptions, granted: Provider, clock: Clock) -> None:
        self._api = Api(options, granted, _API, clock)
        self._options = options

    async def collections(self) -> Sequence[Collection]:
        found: list[Collection] = []
        async for page in self._api.pages("/me/calendars", {"$top": "100"}, _NEXT):
            for item in page["value"].items():
                title = item["name"].text("Calendar")
                key = slug(title) + ("" if item["isDefaultCalendar"].truth() else f"_{slug(item['id'].text()[-8:])}")
                found.append(Collection(item["id"].text(), title, key, item["canEdit"].truth()))
        return found

    async def pull(self, collection: Collection, state: Mapping[str, Any] | None, window: Window) -> Pulled | None:
        link, changed = await self._changes(collection, state, window)
        if state is None:
            return await self._all(collection, link, changed, window)
        if not changed:
            return Pulled((), {**state, "link": link}, frozenset()) if link != state["link"] else None
        before = {id: _Known(*each) for id, each in state["ids"].items()}
        gone = [before[item["id"].text()] for item in changed if item["@removed"] and item["id"].text() in before]
        series = {_series_of(item) for item in changed} | {each.series for each in gone}
        series.discard("")
        if len(series) > _SEVERAL:
            return await self.pull(collection, None, window)
        singles = [item for item in changed if kind_of(item) == "singleInstance"]
        found, findings = self._read_all(singles, collection, window)
        told = {each.uid for each in gone} | {one.uid for one in found}
        removed = {item["id"].text() for item in changed if item["@removed"]}
        known = {id: each for id, each in before.items() if id not in removed and each.series not in series}
        known |= {one.ref: _Known(one.uid) for one in found}
        for id in sorted(series):
            parts = await self._series(collection, id, window)
            uid = parts[0].uid if parts else before[id].uid if id in before else ""
            known |= {id: _Known(uid)} | {one.ref: _Known(uid, id) for one in parts}
            told.add(uid)
            found += parts
        return Pulled(found, _state(link, known), frozenset(told - {""}), findings)

    async def _all(self, collection: Collection, link: str, items: Sequence[Node], window: Window) -> Pulled:
        """A first delta brings every series with its occurrences, each of them said once."""
        masters = {item["id"].text(): item for item in items if kind_of(item) == "seriesMaster"}
        parts = [item for item in items if item["seriesMasterId"].text() in masters and not item["@removed"]]
        whole = [_part_of(masters[item["seriesMasterId"].text()], item) for item in parts]
        singles = [item for item in items if kind_of(item) == "singleInstance"]
        found, findings = self._read_all([*singles, *whole], collection, window)
        for id in sorted({_series_of(item) for item in items} - masters.keys() - {""}):
            found += await self._series(collection, id, window)
        series = {item["id"].text(): item["seriesMasterId"].text() for item in parts}
        known = {one.ref: _Known(one.uid, series.get(one.ref, "")) for one in found}
        known |= {id: _Known(master["iCalUId"].text()) for id, master in masters.items()}
        return Pulled(found, _state(link, known) if link else None, findings=findings)

    def _read_all(
        self, items: Iterable[Node], collection: Collection, window: Window
    ) -> tuple[list[Occurrence], list[Finding]]:
        return readable(items, lambda item: read_item(item, window.home, writable=collection.writable))

    async def _changes(
        self, collection: Collection, state: Mapping[str, Any] | None, window: Window
    ) -> tuple[str, list[Node]]:
        """Where to ask next time, and what is new since; everything within the window without a state."""
        path = f"{_calendar(collection)}/calendarView/delta" if state is None else str(state["link"])
        if state is not None and not self._api.is_ours(path):
            raise NotFound("That link is of another address.", code="gone")  # it was set anew
        params = _within(window) if state is None else {}
        link, found = "", list[Node]()
        async for page in self._api.pages(path, params, _NEXT, _PREFER):
            found += page["value"].items()
            link = page[_DELTA].text_of(20_000) or link
        return link, found

    async def _series(self, collection: Collection, id: str, window: Window) -> list[Occurrence]:
        """All occurrences of a series; none where it is gone."""
        found: list[Occurrence] = []
        try:
            master = await self._api.call("GET", f"/me/events/{quote(id)}", headers=_PREFER)
            async for page in self._api.pages(f"/me/events/{quote(id)}/instances", _within(window), _NEXT, _PREFER):
                parts = [_part_of(master, item) for item in page["value"].items()]
                found += self._read_all(parts, collection, window)[0]
        except NotFound:
            return []
        return found

    async def read(self, collection: Collection, event: Occurrence, window: Window) -> Sequence[Occurrence]:
        try:
            item = await self._api.call("GET", f"/me/events/{quote(event.ref)}", headers=_PREFER)
        except NotFound:
            return []
        return await self._whole(item, collection, window)

    async def _whole(self, item: Node, collection: Collection, window: Window) -> list[Occurrence]:
        series = item["seriesMasterId"].text() or (item["id"].text() if kind_of(item) == "seriesMaster" else "")
        if series:
            return await self._series(collection, series, window)
        return [read_item(item, window.home, writable=collection.writable)]

    async def create(self, collection: Collection, event: Occurrence, window: Window) -> Sequence[Occurrence]:
        zone = window.home if event.recurrence else None  # a series keeps its hour over the changes of the clock
        guests = [
            {"emailAddress": {"address": person.email, "name": person.name}, "type": "required"}
            for person in event.attendees
            if person.email
        ]
        body = {**body_of(event, zone), "transactionId": event.uid[:200], **({"attendees": guests} if guests else {})}
        if event.recurrence:
            body["recurrence"] = pattern(event.recurrence, _local(event.start, window.home))
        item = await self._api.call("POST", f"{_calendar(collection)}/events", body, headers=_PREFER)
        return await self._whole(item, collection, window)

    async def change(
        self, collection: Collection, before: Occurrence, after: Occurrence, window: Window, *, series: bool
    ) -> Sequence[Occurrence]:
        item = await self._current(collection, before, window)
        body = {key: value for key, value in body_of(after).items() if value != body_of(before)[key]}
        if series and item["seriesMasterId"]:
            path = f"/me/events/{quote(item['seriesMasterId'].text())}"
            item = await self._api.call("GET", path, headers=_PREFER)
            if {"start", "end"} & body.keys():
                zone = named_zone(item["originalStartTimeZone"].text()) or window.home
                start, end = moved(*span_of(item), before, after, zone)
                body |= {"start": time_in(start, zone), "end": time_in(end, zone)}
        condition = {"If-Match": item[ETAG].text()} if item[ETAG] else {}
        path = f"/me/events/{quote(item['id'].text())}"
        written = await self._api.call("PATCH", path, body, headers={**_PREFER, **condition})
        return await self._whole(written, collection, window)

    async def delete(self, collection: Collection, event: Occurrence, window: Window, *, series: bool) -> None:
        item = await self._current(collection, event, window)
        master = item["seriesMasterId"].text() if series else ""
        condition = {"If-Match": item[ETAG].text()} if item[ETAG] and not master else {}
        await self._api.call("DELETE", f"/me/events/{quote(master or item['id'].text())}", headers=condition)

    # --- being told of news ----------------------------------------------------------------------

    async def open_channel(self, collection: Collection, channel: Channel, address: str) -> Channel:
        body = {
            "changeType": "created,updated,deleted",
            "notificationUrl": address,
            "resource": f"{_calendar(collection)}/events".lstrip("/"),
            "expirationDateTime": channel.until,
            "clientState": channel.secret,
        }
        return replace(channel, resource=(await self._api.call("POST", "/subscriptions", body))["id"].text())

    async def close_channel(self, channel: Channel) -> None:
        await self._api.call("DELETE", f"/subscriptions/{quote(channel.resource)}")

    def told(self, headers: Mapping[str, str], body: bytes) -> list[tuple[str, str]]:
        try:
            value = Node(json.loads(body))["value"].items()
        except (ValueError, RecursionError):
            raise Rejected("That is no notification.", code="bad_notification") from None
        return [(item["subscriptionId"].text(), item["clientState"].text()) for item in value]

    async def aclose(self) -> None:
        await self._api.aclose()

    async def _current(self, collection: Collection, known: Occurrence, window: Window) -> Node:
        """The event, where it is still what was known of it. Raises Conflict, NotFound."""
        item = await self._api.call("GET", f"/me/events/{quote(known.ref)}", headers=_PREFER)
        now = read_item(item, window.home, writable=collection.writable)
        if known.etag and now.etag != known.etag and not same_content(now, known):
            raise Conflict(f"“{known.title}” was changed in {self._options.title}.")
        return item


def _series_of(item: Node) -> str:
    """The id of the series that an item is, or is a part of."""
    return item["id"].text() if kind_of(item) == "seriesMaster" else item["seriesMasterId"].text()


def _part_of(master: Node, item: Node) -> Node:
    """An occurrence with what only its series says of it, and with the id that they share."""
    return Node({**master.raw, **item.raw, "iCalUId": master["iCalUId"].raw})


def _state(link: str, known: Mapping[str, _Known]) -> dict[str, Any]:
    return {"link": link, "ids": {id: [each.uid, each.series] for id, each in known.items()}}


def _calendar(collection: Collection) -> str:
    return f"/me/calendars/{quote(collection.id)}"


def _within(window: Window) -> dict[str, str]:
    return {"startDateTime": instant_text(window.start), "endDateTime": instant_text(window.end)}


def _local(when: When, home: ZoneInfo) -> date:
    return when.astimezone(home).date() if isinstance(when, datetime) else when
