"""The world as a server shows it over HTTP: what expectations look at."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx2

from tests.conversations.case import CaseFault
from tests.conversations.matching import named, same_name, same_value

Item = dict[str, Any]
API = "/api/v1"
AGENDA = timedelta(days=400)  # on either side of the clock
_IDENTITY = ("id", "type", "name", "aliases", "place", "status", "importance", "config")


class World:
    """Views of one server, read anew each time they are asked for.

    Every method raises CaseFault when the server does not answer as the contract says.
    """

    def __init__(self, http: httpx2.AsyncClient, clock: datetime) -> None:
        self.http = http
        self.now = clock

    async def twins(self) -> list[Item]:
        """Every twin, whatever its status."""
        found: dict[str, Item] = {}
        for status in (None, "archived"):
            query: dict[str, Any] = {"status": status, "limit": 100} if status else {"limit": 100}
            while True:
                page = await self.get("/twins", query)
                found.update({twin["id"]: twin for twin in items_of(page)})
                if not isinstance(page, Mapping) or not page.get("cursor"):
                    break
                query["cursor"] = page["cursor"]
        return list(found.values())

    async def twins_named(self, name: str) -> list[Item]:
        """The twins of exactly this name; where there are none, those whose name holds it."""
        twins = await self.twins()
        return [t for t in twins if same_name(t["name"], name)] or [t for t in twins if named(t["name"], name)]

    async def twin_id(self, name: str) -> str:
        """Raises CaseFault unless exactly one twin is meant."""
        found = await self.twins_named(name)
        if len(found) != 1:
            raise CaseFault(f"{len(found) or 'no'} twins are named {name!r}")
        return str(found[0]["id"])

    async def state(self, twin: str) -> Item:
        return dict(await self.get(f"/twins/{twin}/state"))

    async def critical(self) -> list[Item]:
        """The critical list, best rank first."""
        items = items_of(await self.get("/critical", {"limit": 100}))
        if sorted(item["rank"] for item in items) != list(range(1, len(items) + 1)):
            raise CaseFault(f"the critical list is numbered {[item['rank'] for item in items]}")
        return sorted(items, key=lambda item: int(item["rank"]))

    async def approvals(self) -> list[Item]:
        """Approvals of any status, oldest first."""
        found = items_of(await self.get("/approvals", {"all": "true"}))
        return sorted(found, key=lambda approval: str(approval["requested_at"]))

    async def candidates(self) -> list[Item]:
        return items_of(await self.get("/candidates"))

    async def tasks(self) -> list[Item]:
        return items_of(await self.get("/tasks"))

    async def events(self) -> list[Item]:
        """Calendar events, without cancelled ones."""
        span = {"from": (self.now - AGENDA).isoformat(), "to": (self.now + AGENDA).isoformat()}
        found = items_of(await self.get("/agenda", span))
        return [event for event in found if event.get("start") and event.get("status") != "cancelled"]

    async def reminders(self) -> list[Item]:
        return items_of(await self.get("/reminders"))

    async def nudges(self) -> list[Item]:
        """What was delivered so far, oldest first."""
        return items_of(await self.get("/nudges"))

    async def people_can_change(self) -> dict[str, Any]:
        """Everything that `no_change` means: drafts are left out, and so are routes that do not exist yet."""
        seen: dict[str, Any] = {}
        for twin in await self.twins():
            if twin["status"] != "draft":
                seen[f"twin {twin['name']}"] = {key: twin.get(key) for key in _IDENTITY}
                state = await self.state(twin["id"])
                seen[f"values of {twin['name']}"] = {"desired": state["desired"], "reported": state["reported"]}
        for kind, read in (("task", self.tasks), ("event", self.events), ("reminder", self.reminders)):
            try:
                seen.update({f"{kind} {item['id']}": item for item in await read()})
            except NotThere:
                continue
        return seen

    async def get(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """The JSON that this route answers."""
        return _answer("GET", path, await self.http.get(API + path, params=dict(query or {})))

    async def post(self, path: str, body: Any) -> Any:
        """The JSON that this route answers."""
        return _answer("POST", path, await self.http.post(API + path, json=body))

    async def put(self, path: str, body: Any) -> Any:
        """The JSON that this route answers."""
        return _answer("PUT", path, await self.http.put(API + path, json=body))


class NotThere(CaseFault):
    """The route, or the thing it names, does not exist."""


def asked_for(state: Item, property_name: str) -> Any:
    """The desired value; the reported one where none was asked for, or it was taken back."""
    desired = (state["desired"].get(property_name) or {}).get("value")
    return desired if desired is not None else (state["reported"].get(property_name) or {}).get("value")


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What changed between two answers of people_can_change(), a line each."""
    lines = [f"{key} is new" for key in after.keys() - before.keys() if not key.startswith("values of")]
    lines += [f"{key} is gone" for key in before.keys() - after.keys() if not key.startswith("values of")]
    for key in before.keys() & after.keys():
        if not key.startswith("values of"):
            lines += [f"{key} changed: {_difference(before[key], after[key])}"] if before[key] != after[key] else []
            continue
        for name in sorted({*before[key]["desired"], *after[key]["desired"]}):
            was, is_now = asked_for(before[key], name), asked_for(after[key], name)
            if not same_value(was, is_now):
                lines.append(f"{name} of {key.removeprefix('values of ')} was {was!r} and is {is_now!r}")
    return sorted(lines)


def items_of(answer: Any) -> list[Item]:
    """The rows of a list answer, which stand alone or under "items"."""
    return list(answer["items"] if isinstance(answer, Mapping) else answer)


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    keys = sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
    return ", ".join(f"{key} {before.get(key)!r} → {after.get(key)!r}" for key in keys)


def _answer(method: str, path: str, response: httpx2.Response) -> Any:
    if response.is_success:
        return response.json() if response.content else None
    try:
        problem = response.json()
        said = problem.get("detail") or problem.get("title") or problem
    except (json.JSONDecodeError, AttributeError):
        said = response.text
    kind = NotThere if response.status_code in (404, 405) else CaseFault
    raise kind(f"{method} {path} answered {response.status_code}: {' '.join(str(said).split())[:300]}")
