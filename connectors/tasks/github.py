"""GitHub: the open issues and pull requests that are assigned to the owner of the token.

Source: GitHub REST API 2022-11-28, "Issues", "Best practices for using the REST API".
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from connectors.surroundings import surroundings
from connectors.tasks._connector import Pulled, TaskConnector
from connectors.tasks._options import TaskOptions, read_options
from connectors.tasks._priorities import from_labels
from connectors.tasks._rest import RestSystem, newest
from connectors.web.document import Node
from twin_core.contract.clock import Clock
from twin_core.contract.mirroring import OutsideTask

EXAMPLE: dict[str, Any] = {"token": "example", "repository": "acme/pumps"}
_MAX_PAGES = 50
_NEXT = re.compile(r'<([^>]+)>\s*;\s*rel="next"')


def build(options: Mapping[str, Any]) -> TaskConnector:
    """Options: token; repository (owner/name) for new tasks; url for GitHub Enterprise; see _options."""
    own = read_options(options, "GitHub", "https://api.github.com", ("repository",))
    around = surroundings(options)
    return TaskConnector(GitHub(own, around.clock), own, around)


class GitHub(RestSystem):
    """Implements TaskSystem."""

    def __init__(self, options: TaskOptions, clock: Clock) -> None:
        headers = {
            "Authorization": f"Bearer {options.token}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        super().__init__(options, clock, "", headers)

    async def pull(self, state: Mapping[str, Any] | None) -> Pulled:
        params = {"filter": "assigned", "per_page": "100", "state": "open"}
        if since := (state or {}).get("since"):
            params |= {"state": "all", "since": since}
        url: str | None = f"{self.api}/issues"
        tasks: list[OutsideTask] = []
        for _ in range(_MAX_PAGES):
            if url is None:
                break
            answer = await self.web.ask("GET", url, params=params)
            tasks += [read_issue(issue) for issue in Node(answer.json(self.options.title)).items()]
            after = _NEXT.search(answer.headers.get("link", ""))
            url, params = (after[1] if after else None), {}
        refs = frozenset(task.ref for task in tasks) if since else None
        return Pulled(tuple(tasks), newest(tasks, since), refs)

    async def read(self, ref: str) -> OutsideTask:
        return read_issue(await self.call("GET", _path(ref)))

    async def create(self, task: OutsideTask) -> OutsideTask:
        me = await self.call("GET", "/user")
        body = {"title": task.title, "body": task.notes, "assignees": [me["login"].text()]}
        return read_issue(await self.call("POST", f"/repos/{self.options.needed('repository')}/issues", body))

    async def change(self, before: OutsideTask, after: OutsideTask) -> OutsideTask:
        body: dict[str, Any] = {"title": after.title}
        if after.notes != before.notes:
            body["body"] = after.notes
        if after.done != before.done:
            body |= {"state": "closed", "state_reason": "completed"} if after.done else {"state": "open"}
        return read_issue(await self.call("PATCH", _path(before.ref), body))

    async def delete(self, ref: str) -> None:
        """Issues cannot be deleted by their authors: it is closed as not planned."""
        await self.call("PATCH", _path(ref), {"state": "closed", "state_reason": "not_planned"})


def read_issue(issue: Node) -> OutsideTask:
    """An issue as the REST API and the webhooks show it; a milestone's day is when it is due."""
    repository = urlsplit(issue["repository_url"].text() or issue["url"].text()).path.strip("/").split("/")
    place = "/".join(repository[repository.index("repos") + 1 :][:2]) if "repos" in repository else ""
    return OutsideTask(
        ref=f"{place}#{issue['number'].text()}",
        title=issue["title"].text("(no title)"),
        done=issue["state"].text() == "closed",
        due=issue.at("milestone.due_on").instant(),
        priority=from_labels(label["name"].text() or label.text() for label in issue["labels"].items()),
        notes=str(issue["body"].raw or ""),
        url=issue["html_url"].text() or None,
        etag=issue["updated_at"].text(),
        created_at=issue["created_at"].instant(),
        completed_at=issue["closed_at"].instant(),
        modified_at=issue["updated_at"].instant(),
    )


def _path(ref: str) -> str:
    place, _, number = ref.rpartition("#")
    return f"/repos/{place}/issues/{number}"
