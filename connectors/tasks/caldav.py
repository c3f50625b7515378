"""CalDAV tasks (VTODO): Nextcloud Tasks, tasks.org, Radicale and others; all lists of an account, both ways.

Source: RFC 5545 (VTODO), 4791 (CalDAV), 6578 (sync); ESTIMATED-DURATION of draft-ietf-calext-ical-tasks.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from connectors.dav import Dav, Listed, Stored
from connectors.ical.components import PRODUCT, Component
from connectors.ical.faults import Finding
from connectors.ical.todos import Todo, read_todos
from connectors.surroundings import surroundings
from connectors.tasks._connector import Pulled, TaskConnector
from connectors.tasks._options import TaskOptions, read_options
from connectors.web import Web, WebOptions
from twin_core.contract.clock import Clock
from twin_core.contract.errors import NotFound, Rejected
from twin_core.contract.ids import new_id
from twin_core.contract.mirroring import OutsideTask
from twin_core.contract.tasks import Priority

EXAMPLE: dict[str, Any] = {"url": "https://dav.example/", "user": "anna", "password": "example"}
_PRIORITY: Mapping[Priority, str | None] = {"high": "1", "normal": None, "low": "9"}  # 5 is theirs for normal, 0 none


def build(options: Mapping[str, Any]) -> TaskConnector:
    """Options: url, user, password, hosts, lists; see _options."""
    own = read_options(options, "CalDAV", "", ("user", "hosts", "lists"), proof="password")
    around = surroundings(options)
    if not own.url:
        raise Rejected(
            f"The task list {own.name} has no url.",
            code="bad_settings",
            hint="Give the address of the server or of one list.",
        )
    # Sync tokens tell of everything, so nothing is read anew from time to time.
    return TaskConnector(CalDavTasks(own, around.clock, around.zone), own, around, complete_every_s=math.inf)


class CalDavTasks:
    """Implements TaskSystem. A task is named by the path of its resource.

    State: for each list by its path its `mark`, its sync `token`, and the etag of each resource (`items`).
    """

    def __init__(self, options: TaskOptions, clock: Clock, zone: Callable[[], ZoneInfo]) -> None:
        hosts = frozenset(str(host) for host in options.extra.get("hosts") or ())
        basic = (options.needed("user"), options.token)
        self._dav = Dav(Web(WebOptions(options.title, {}, basic, options.private, hosts), clock), options.url)
        self._lists = frozenset(str(name).lower() for name in options.extra.get("lists") or ())
        self._title = options.title
        self._clock = clock
        self._zone = zone

    async def pull(self, state: Mapping[str, Any] | None) -> Pulled:
        known: Mapping[str, Any] = state["lists"] if state else {}
        lists = await self._wanted()
        after: dict[str, Any] = {}
        tasks: list[OutsideTask] = []
        findings: dict[str, list[Finding]] = {}
        told: set[str] = set()
        for each in lists:
            before = known.get(each.href)
            if before is not None and each.mark and before["mark"] == each.mark:
                after[each.href] = before
                continue
            sync = await self._dav.sync(each.href, before["token"] if before else "")
            items: dict[str, str] = dict(before["items"]) if before else {}
            gone = set(sync.gone) | (items.keys() - sync.etags.keys() if sync.whole else set())
            fresh = [path for path, etag in sync.etags.items() if not etag or items.get(path) != etag]
            stored = await self._dav.read_many(each.href, fresh)
            tasks += self._read_all(stored, each.writable)
            findings |= {one.href: read_todos(one.data)[2] for one in stored}
            told |= gone | set(fresh)
            items = {path: etag for path, etag in items.items() if path not in gone}
            items |= {one.href: one.etag for one in stored}
            after[each.href] = {"mark": each.mark, "token": sync.token, "items": items}
        for href in known.keys() - after.keys():
            told |= known[href]["items"].keys()
        return Pulled(tuple(tasks), {"lists": after}, frozenset(told) if state else None, findings)

    async def read(self, ref: str) -> OutsideTask:
        return self._task(await self._dav.read(ref), writable=True)

    async def create(self, task: OutsideTask) -> OutsideTask:
        into = next((each for each in await self._wanted() if each.writable), None)
        if into is None:
            raise Rejected(
                f"{self._title} has no task list that can be written to.",
                code="read_only",
                hint="Make one there, or name one that you own in `lists`.",
            )
        root, todo = _blank(task.title)
        self._edit(todo, OutsideTask("", task.title), task)
        todo.component.put("CREATED", todo.component.text("DTSTAMP"))
        return self._task(await self._dav.create(f"{into.href}{new_id('t')}.ics", root.to_ical()), writable=True)

    async def change(self, before: OutsideTask, after: OutsideTask) -> OutsideTask:
        stored = await self._dav.read(before.ref)
        root, todo = self._parsed(stored)
        self._edit(todo, before, after)
        return self._task(await self._dav.replace(stored, root.to_ical()), writable=True)

    async def delete(self, ref: str) -> None:
        await self._dav.delete(await self._dav.read(ref))

    async def aclose(self) -> None:
        await self._dav.aclose()

    async def _wanted(self) -> list[Listed]:
        return [
            each
            for each in await self._dav.collections()
            if (not each.components or "VTODO" in each.components)
            and (not self._lists or each.title.lower() in self._lists)
        ]

    def _edit(self, todo: Todo, before: OutsideTask, after: OutsideTask) -> None:
        """Writes what differs; nothing else in it is touched."""
        component, now = todo.component, self._clock.now()
        if after.title != before.title:
            component.put_text("SUMMARY", after.title)
        if after.notes != before.notes:
            component.put_text("DESCRIPTION", after.notes)
        if after.priority != before.priority:
            component.put("PRIORITY", _PRIORITY[after.priority])
        if after.estimate_s != before.estimate_s:
            component.put("ESTIMATED-DURATION", f"PT{round(after.estimate_s / 60)}M" if after.estimate_s else None)
        if after.due != before.due:
            todo.put_due(after.due)
        if after.done != before.done:
            todo.put_done(after.done, now, self._zone())
        for name in ("DTSTAMP", "LAST-MODIFIED"):
            component.put(name, f"{now:%Y%m%dT%H%M%SZ}")

    def _read_all(self, stored: Iterable[Stored], writable: bool) -> list[OutsideTask]:
        """The tasks among the resources; what is an event, cancelled, or unreadable is none."""
        found: list[OutsideTask] = []
        for each in stored:
            try:
                found.append(self._task(each, writable=writable))
            except NotFound:
                continue
        return found

    def _parsed(self, stored: Stored) -> tuple[Component, Todo]:
        """Raises NotFound for what holds no task."""
        root, todos, _ = read_todos(stored.data)
        if root is None or not todos or todos[0].cancelled:
            raise NotFound(f"There is no task at {stored.href[-80:]} in {self._title}.", code="unknown_task")
        return root, todos[0]

    def _task(self, stored: Stored, *, writable: bool) -> OutsideTask:
        todo = self._parsed(stored)[1]
        component = todo.component
        return OutsideTask(
            ref=stored.href,
            title=component.text("SUMMARY") or "(no title)",
            done=todo.done,
            due=_due(todo, self._zone()),
            priority=_priority(component.text("PRIORITY")),
            estimate_s=todo.estimate_s,
            notes=component.text("DESCRIPTION") or "",
            url=component.text("URL"),
            etag=stored.etag,
            created_at=todo.stamp("CREATED"),
            completed_at=todo.stamp("COMPLETED"),
            modified_at=todo.stamp("LAST-MODIFIED"),
            writable=writable,
        )


def _blank(title: str) -> tuple[Component, Todo]:
    root, component = Component("VCALENDAR"), Component("VTODO")
    root.put("VERSION", "2.0")
    root.put("PRODID", PRODUCT)
    component.put("UID", new_id("todo"))
    component.put_text("SUMMARY", title)
    component.put("STATUS", "NEEDS-ACTION")
    root.children.append(component)
    return root, Todo(component, None, None)


def _due(todo: Todo, home: ZoneInfo) -> date | datetime | None:
    if todo.due is None:
        return None
    return todo.due.wall.date() if todo.due.all_day else todo.due.instant(home)


def _priority(text: str | None) -> Priority:
    number = int(text) if text and text.isdecimal() else 0
    return "high" if 1 <= number <= 4 else "low" if number >= 6 else "normal"
