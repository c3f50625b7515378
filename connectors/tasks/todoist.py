"""Todoist: the open tasks of an account, kept in step by its sync tokens.

Source: Todoist API v1, "Sync", "Tasks".
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from connectors.surroundings import surroundings
from connectors.tasks._connector import Pulled, TaskConnector
from connectors.tasks._options import TaskOptions, read_options
from connectors.tasks._rest import RestSystem
from connectors.web.document import Node
from twin_core.contract.clock import Clock, instant_text
from twin_core.contract.mirroring import OutsideTask
from twin_core.contract.tasks import Due, Priority

EXAMPLE: dict[str, Any] = {"token": "example"}
_ALL = "*"
_PRIORITIES: Mapping[int, Priority] = {4: "high", 3: "high", 2: "normal", 1: "normal"}  # 4 is their p1, 1 is "none"
_SAID: Mapping[Priority, int] = {"high": 4, "normal": 1, "low": 1}
_UNIT_S = {"minute": 60.0, "day": 8 * 3600.0}  # a day of work


def build(options: Mapping[str, Any]) -> TaskConnector:
    """Options: token; see _options."""
    own = read_options(options, "Todoist", "https://api.todoist.com")
    around = surroundings(options)
    return TaskConnector(Todoist(own, around.clock, around.zone), own, around)


class Todoist(RestSystem):
    """Implements TaskSystem."""

    def __init__(self, options: TaskOptions, clock: Clock, zone: Callable[[], ZoneInfo]) -> None:
        super().__init__(options, clock, "/api/v1", {"Authorization": f"Bearer {options.token}"})
        self._zone = zone

    async def pull(self, state: Mapping[str, Any] | None) -> Pulled:
        token = str((state or {}).get("sync_token") or _ALL)
        page = await self.call("POST", "/sync", {"sync_token": token, "resource_types": ["items"]})
        items = page["items"].items()
        there = [item for item in items if not item["is_deleted"].truth()]
        tasks = tuple(read_item(item, self._zone()) for item in there)
        whole = token == _ALL or page["full_sync"].truth()
        refs = None if whole else frozenset(item["id"].text() for item in items)
        return Pulled(tasks, {"sync_token": page["sync_token"].text()}, refs)

    async def create(self, task: OutsideTask) -> OutsideTask:
        body = {**_fields(task), "priority": _SAID[task.priority]}
        return read_item(await self.call("POST", "/tasks", body), self._zone())

    async def change(self, before: OutsideTask, after: OutsideTask) -> OutsideTask:
        fields = {key: value for key, value in _fields(after).items() if value != _fields(before).get(key)}
        if after.priority != before.priority:
            fields["priority"] = _SAID[after.priority]
        if after.due is None and before.due is not None:
            fields["due_string"] = "no date"
        if fields:
            await self.call("POST", f"/tasks/{before.ref}", fields)
        if after.done != before.done:
            await self.call("POST", f"/tasks/{before.ref}/{'close' if after.done else 'reopen'}")
        return await self.read(before.ref)

    async def delete(self, ref: str) -> None:
        await self.call("DELETE", f"/tasks/{ref}")

    async def read(self, ref: str) -> OutsideTask:
        return read_item(await self.call("GET", f"/tasks/{ref}"), self._zone())


def read_item(item: Node, zone: ZoneInfo) -> OutsideTask:
    """A task; a time of day without a zone is meant in the person's own."""
    duration_s = (item.at("duration.amount").number() or 0.0) * _UNIT_S.get(item.at("duration.unit").text(), 0.0)
    return OutsideTask(
        ref=item["id"].text(),
        title=item["content"].text("(no title)"),
        done=item["checked"].truth(),
        due=_due(item["due"], zone) or item.at("deadline.date").day(),
        priority=_PRIORITIES.get(int(item["priority"].number() or 1), "normal"),
        estimate_s=duration_s or None,
        notes=str(item["description"].raw or ""),
        url=f"https://app.todoist.com/app/task/{item['id'].text()}",
        etag=item["updated_at"].text(),
        created_at=item["added_at"].instant(),
        completed_at=item["completed_at"].instant(),
        modified_at=item["updated_at"].instant(),
    )


def _due(due: Node, zone: ZoneInfo) -> Due | None:
    text = due["date"].text()
    if "T" not in text:
        return due["date"].day()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _fields(task: OutsideTask) -> dict[str, Any]:
    fields: dict[str, Any] = {"content": task.title, "description": task.notes}
    if isinstance(task.due, datetime):
        fields["due_datetime"] = instant_text(task.due)
    elif isinstance(task.due, date):
        fields["due_date"] = task.due.isoformat()
    if task.estimate_s:
        fields |= {"duration": max(1, round(task.estimate_s / 60)), "duration_unit": "minute"}
    return fields
