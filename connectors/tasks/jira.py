"""Jira, Cloud and Data Center: the unresolved issues that are assigned to the owner of the token.

Source: Jira Cloud REST API v3, "Issue search", "Issues"; Jira Data Center REST API v2.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors.surroundings import surroundings
from connectors.tasks._connector import Pulled, TaskConnector
from connectors.tasks._options import TaskOptions, read_options
from connectors.tasks._priorities import from_word
from connectors.tasks._rest import RestSystem
from connectors.web.document import Node
from twin_core.contract.clock import Clock
from twin_core.contract.errors import Rejected
from twin_core.contract.mirroring import OutsideTask

EXAMPLE: dict[str, Any] = {
    "token": "example",
    "url": "https://acme.example",
    "user": "anna@example.org",
    "project": "P",
}
_MAX_PAGES = 50
_FIELDS = "summary,status,duedate,priority,timetracking,created,updated,resolutiondate"
_MINE = "assignee = currentUser() AND statusCategory != Done ORDER BY updated DESC"
_MINE_SINCE = 'assignee = currentUser() AND updated >= "-{minutes}m" ORDER BY updated DESC'
_ESTIMATES = (  # what is left before what was meant; the short names are those of Data Center and of webhooks
    "timetracking.remainingEstimateSeconds",
    "timetracking.originalEstimateSeconds",
    "timeestimate",
    "timeoriginalestimate",
)
_PRIORITIES = {"high": "High", "normal": "Medium", "low": "Low"}


def build(options: Mapping[str, Any]) -> TaskConnector:
    """Options: url, token; user (an e-mail address) for Jira Cloud; project (key) for new tasks; see _options."""
    own = read_options(options, "Jira", "", ("user", "project"))
    if not own.url:
        raise Rejected("Jira needs the url of its site.", code="bad_settings", hint="Like https://acme.atlassian.net.")
    around = surroundings(options)
    return TaskConnector(Jira(own, around.clock), own, around)


class Jira(RestSystem):
    """Implements TaskSystem."""

    def __init__(self, options: TaskOptions, clock: Clock) -> None:
        user = options.extra.get("user")  # Cloud takes user and token, Data Center a bearer token
        headers = {} if user else {"Authorization": f"Bearer {options.token}"}
        basic = (user, options.token) if user else None
        super().__init__(options, clock, f"/rest/api/{3 if user else 2}", headers, basic)

    async def pull(self, state: Mapping[str, Any] | None) -> Pulled:
        """Changes are asked for by age in minutes: JQL knows no seconds, and reads instants in the user's zone."""
        began = self.clock.now().timestamp()
        since = (state or {}).get("since")
        jql = _MINE if since is None else _MINE_SINCE.format(minutes=int((began - float(since)) // 60) + 2)
        tasks = [read_issue(issue, self.options.url) async for issue in self._search(jql)]
        refs = None if since is None else frozenset(task.ref for task in tasks)
        return Pulled(tuple(tasks), {"since": began}, refs)

    async def create(self, task: OutsideTask) -> OutsideTask:
        me = await self.call("GET", "/myself")
        who = {"accountId": me["accountId"].text()} if me["accountId"] else {"name": me["name"].text()}
        fields = _fields(task) | {
            "project": {"key": self.options.needed("project")},
            "issuetype": {"name": "Task"},
            "assignee": who,
        }
        made = await self.call("POST", "/issue", {"fields": fields})
        return await self.read(made["key"].text())

    async def change(self, before: OutsideTask, after: OutsideTask) -> OutsideTask:
        if (fields := _fields(after)) != _fields(before):
            await self.call("PUT", f"/issue/{before.ref}", {"fields": fields})
        if after.done != before.done:
            await self._move(before.ref, done=after.done)
        return await self.read(before.ref)

    async def delete(self, ref: str) -> None:
        """Few may delete issues: it is moved to a done status."""
        await self._move(ref, done=True)

    async def _search(self, jql: str) -> Any:
        """Cloud goes on by a token, Data Center by a position."""
        cloud = "user" in self.options.extra
        place = {"nextPageToken": ""} if cloud else {"startAt": "0"}
        for _ in range(_MAX_PAGES):
            params = {"jql": jql, "fields": _FIELDS, "maxResults": "100"} | {k: v for k, v in place.items() if v}
            page = await self.call("GET", f"/search{'/jql' if cloud else ''}", params=params)
            issues = page["issues"].items()
            for issue in issues:
                yield issue
            if cloud:
                place = {"nextPageToken": page["nextPageToken"].text()}
                if not place["nextPageToken"]:
                    return
            else:
                seen = int(place["startAt"]) + len(issues)
                if not issues or seen >= (page["total"].number() or 0):
                    return
                place = {"startAt": str(seen)}

    async def _move(self, key: str, *, done: bool) -> None:
        """By the first transition of the workflow that leads there. Raises Rejected where none does."""
        path = f"/issue/{key}/transitions"
        for way in (await self.call("GET", path))["transitions"].items():
            if (way.at("to.statusCategory.key").text() == "done") is done:
                await self.call("POST", path, {"transition": {"id": way["id"].text()}})
                return
        raise Rejected(
            f"The workflow of {key} has no step that {'ends' if done else 'reopens'} it from where it is.",
            code="no_transition",
            hint=f"Move it in {self.options.title}.",
        )

    async def read(self, ref: str) -> OutsideTask:
        return read_issue(await self.call("GET", f"/issue/{ref}", params={"fields": _FIELDS}), self.options.url)


def read_issue(issue: Node, site: str) -> OutsideTask:
    """An issue as the REST API and the webhooks show it."""
    fields, key = issue["fields"], issue["key"].text()
    return OutsideTask(
        ref=key,
        title=fields["summary"].text(key),
        done=fields.at("status.statusCategory.key").text() == "done" or bool(fields["resolution"]),
        due=fields["duedate"].day(),
        priority=from_word(fields.at("priority.name").text()),
        estimate_s=next((spent for path in _ESTIMATES if (spent := fields.at(path).number())), None),
        url=f"{site}/browse/{key}" if site else None,
        etag=fields["updated"].text(),
        created_at=fields["created"].instant(),
        completed_at=fields["resolutiondate"].instant(),
        modified_at=fields["updated"].instant(),
    )


def _fields(task: OutsideTask) -> dict[str, Any]:
    day = task.due.date() if isinstance(task.due, datetime) else task.due
    return {
        "summary": task.title,
        "duedate": day.isoformat() if day else None,
        "priority": {"name": _PRIORITIES[task.priority]},
    }
