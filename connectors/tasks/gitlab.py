"""GitLab: the open issues that are assigned to the owner of the token.

Source: GitLab REST API v4, "Issues API", "Pagination".
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from connectors.surroundings import surroundings
from connectors.tasks._connector import Pulled, TaskConnector
from connectors.tasks._options import TaskOptions, read_options
from connectors.tasks._priorities import from_labels
from connectors.tasks._rest import RestSystem, newest
from connectors.web.document import Node
from twin_core.contract.clock import Clock, instant_text
from twin_core.contract.mirroring import OutsideTask

EXAMPLE: dict[str, Any] = {"token": "example", "project": "acme/pumps"}
_MAX_PAGES = 50


def build(options: Mapping[str, Any]) -> TaskConnector:
    """Options: token; project (path) for new tasks; url for an instance of your own; see _options."""
    own = read_options(options, "GitLab", "https://gitlab.com", ("project",))
    around = surroundings(options)
    return TaskConnector(GitLab(own, around.clock), own, around)


class GitLab(RestSystem):
    """Implements TaskSystem."""

    def __init__(self, options: TaskOptions, clock: Clock) -> None:
        super().__init__(options, clock, "/api/v4", {"PRIVATE-TOKEN": options.token})

    async def pull(self, state: Mapping[str, Any] | None) -> Pulled:
        params = {"scope": "assigned_to_me", "per_page": "100", "order_by": "updated_at", "state": "opened"}
        if since := (state or {}).get("since"):
            params |= {"state": "all", "updated_after": since}
        tasks: list[OutsideTask] = []
        page = "1"
        for _ in range(_MAX_PAGES):
            answer = await self.web.ask("GET", f"{self.api}/issues", params={**params, "page": page})
            tasks += [read_issue(issue) for issue in Node(answer.json(self.options.title)).items()]
            if not (page := answer.headers.get("x-next-page", "")):
                break
        refs = frozenset(task.ref for task in tasks) if since else None
        return Pulled(tuple(tasks), newest(tasks, since), refs)

    async def read(self, ref: str) -> OutsideTask:
        return read_issue(await self.call("GET", _path(ref)))

    async def create(self, task: OutsideTask) -> OutsideTask:
        me = await self.call("GET", "/user")
        body = _fields(task) | {"assignee_ids": [me["id"].raw]}
        project = quote(self.options.needed("project"), safe="")
        return read_issue(await self.call("POST", f"/projects/{project}/issues", body))

    async def change(self, before: OutsideTask, after: OutsideTask) -> OutsideTask:
        body = _fields(after)
        if after.done != before.done:
            body["state_event"] = "close" if after.done else "reopen"
        return read_issue(await self.call("PUT", _path(before.ref), body))

    async def delete(self, ref: str) -> None:
        """Only owners of a project may delete issues: it is closed."""
        await self.call("PUT", _path(ref), {"state_event": "close"})


def read_issue(issue: Node) -> OutsideTask:
    """An issue as the REST API shows it; one of a webhook has the same fields under other names of its place."""
    project, number = issue["project_id"].text(), issue["iid"].text()
    labels = (label.text() or label["title"].text() for label in issue["labels"].items())
    estimate_s = issue.at("time_stats.time_estimate").number() or issue["time_estimate"].number()
    return OutsideTask(
        ref=f"{project}#{number}",
        title=issue["title"].text("(no title)"),
        done=issue["state"].text() == "closed",
        due=issue["due_date"].day(),
        priority=from_labels(labels),
        estimate_s=estimate_s or None,
        notes=str(issue["description"].raw or ""),
        url=issue["web_url"].text() or issue["url"].text() or None,
        etag=_stamp(issue["updated_at"].instant()),
        created_at=issue["created_at"].instant(),
        completed_at=issue["closed_at"].instant(),
        modified_at=issue["updated_at"].instant(),
    )


def _fields(task: OutsideTask) -> dict[str, Any]:
    day = task.due.date() if isinstance(task.due, datetime) else task.due
    return {
        "title": task.title,
        "description": task.notes,
        "due_date": day.isoformat() if isinstance(day, date) else None,
    }


def _stamp(at: datetime | None) -> str:
    """API and webhooks word the same instant differently."""
    return instant_text(at.replace(microsecond=0)) if at else ""


def _path(ref: str) -> str:
    project, _, number = ref.partition("#")
    return f"/projects/{project}/issues/{number}"
