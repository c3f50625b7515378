"""Asana: the tasks of a workspace that are assigned to the owner of the token.

Source: Asana REST API 1.0, "Tasks", "Pagination".
"""

from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime
from typing import Any

from connectors.surroundings import surroundings
from connectors.tasks._connector import Pulled, TaskConnector
from connectors.tasks._options import TaskOptions, read_options
from connectors.tasks._rest import RestSystem, newest
from connectors.web.document import Node
from twin_core.contract.clock import Clock, instant_text
from twin_core.contract.mirroring import OutsideTask

EXAMPLE: dict[str, Any] = {"token": "example", "workspace": "1200000000000001"}
_FIELDS = "name,notes,completed,completed_at,created_at,modified_at,due_on,due_at,permalink_url"
_MAX_PAGES = 100


def build(options: Mapping[str, Any]) -> TaskConnector:
    """Options: token, workspace (its gid); see _options."""
    own = read_options(options, "Asana", "https://app.asana.com", ("workspace",))
    own.needed("workspace")
    around = surroundings(options)
    return TaskConnector(Asana(own, around.clock), own, around)


class Asana(RestSystem):
    """Implements TaskSystem."""

    def __init__(self, options: TaskOptions, clock: Clock) -> None:
        super().__init__(options, clock, "/api/1.0", {"Authorization": f"Bearer {options.token}"})

    async def pull(self, state: Mapping[str, Any] | None) -> Pulled:
        """`completed_since=now` answers those that are open; a change may also be that one was completed."""
        since = (state or {}).get("since")
        which = {"modified_since": since} if since else {"completed_since": "now"}
        tasks = tuple([read_task(task) async for task in self._list(which)])
        refs = frozenset(task.ref for task in tasks) if since else None
        return Pulled(tasks, newest(tasks, since), refs)

    async def create(self, task: OutsideTask) -> OutsideTask:
        body = _fields(task) | {"assignee": "me", "workspace": self.options.needed("workspace")}
        return await self._task("POST", "/tasks", body)

    async def change(self, before: OutsideTask, after: OutsideTask) -> OutsideTask:
        return await self._task("PUT", f"/tasks/{before.ref}", _fields(after) | {"completed": after.done})

    async def delete(self, ref: str) -> None:
        await self.call("DELETE", f"/tasks/{ref}")

    async def _list(self, which: Mapping[str, str]) -> AsyncIterator[Node]:
        params = {
            "assignee": "me",
            "workspace": self.options.needed("workspace"),
            "opt_fields": _FIELDS,
            "limit": "100",
        }
        offset = ""
        for _ in range(_MAX_PAGES):
            asked = params | dict(which) | ({"offset": offset} if offset else {})
            page = await self.call("GET", "/tasks", params=asked)
            for task in page["data"].items():
                yield task
            if not (offset := page.at("next_page.offset").text()):
                return

    async def read(self, ref: str) -> OutsideTask:
        return await self._task("GET", f"/tasks/{ref}")

    async def _task(self, method: str, path: str, fields: Mapping[str, Any] | None = None) -> OutsideTask:
        body = None if fields is None else {"data": fields}
        return read_task((await self.call(method, path, body, {"opt_fields": _FIELDS}))["data"])


def read_task(task: Node) -> OutsideTask:
    return OutsideTask(
        ref=task["gid"].text(),
        title=task["name"].text("(no title)"),
        done=task["completed"].truth(),
        due=task["due_at"].instant() or task["due_on"].day(),
        notes=str(task["notes"].raw or ""),
        url=task["permalink_url"].text() or None,
        etag=task["modified_at"].text(),
        created_at=task["created_at"].instant(),
        completed_at=task["completed_at"].instant(),
        modified_at=task["modified_at"].instant(),
    )


def _fields(task: OutsideTask) -> dict[str, Any]:
    fields: dict[str, Any] = {"name": task.title, "notes": task.notes}
    if isinstance(task.due, datetime):
        fields["due_at"] = instant_text(task.due)
    else:
        fields["due_on"] = task.due.isoformat() if isinstance(task.due, date) else None
    return fields
