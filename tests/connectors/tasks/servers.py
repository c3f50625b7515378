"""The task systems as they answer over HTTP: pages, incremental reads, writes. One small world each."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.connectors.web.site import Asked, Page
from twin_core.contract.clock import instant_text, parse_instant

START = parse_instant("2026-03-02T12:00:00Z")
PAGE = 2  # tasks a page: small, so that there are several


@dataclass
class World:
    """The tasks of one account. Every change gets a later `updated`."""

    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    ticks: int = 0

    def put(self, ref: str, **changes: Any) -> dict[str, Any]:
        self.ticks += 1
        updated = instant_text(START + timedelta(seconds=self.ticks))
        known = self.tasks.get(ref, {"ref": ref, "done": False, "due": None})
        self.tasks[ref] = {**known, **changes, "updated": updated, "tick": self.ticks}
        return self.tasks[ref]

    def since(self, instant: str | None) -> list[dict[str, Any]]:
        """Changed at or after an instant; without one, all that are open."""
        if instant is None:
            return [t for t in self.tasks.values() if not t["done"]]
        after = parse_instant(instant)
        return [t for t in self.tasks.values() if parse_instant(t["updated"]) >= after]


@dataclass(frozen=True)
class System:
    """A system: its plug-in, what it has to be told, how it answers, and how it names the nth task."""

    name: str
    options: dict[str, Any]
    respond: Callable[[World, Asked], Page]
    ref: Callable[[int], str]


def _json(document: Any, status: int = 200, **headers: str) -> Page:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Page(status, json.dumps(document).encode(), {"Content-Type": "application/json", **named})


def _query(asked: Asked) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(asked.path).query).items()}


def _page(tasks: list[Any], number: int) -> tuple[list[Any], bool]:
    return tasks[(number - 1) * PAGE : number * PAGE], len(tasks) > number * PAGE


def _github(world: World, asked: Asked) -> Page:
    path, query, body = urlsplit(asked.path).path, _query(asked), json.loads(asked.body or b"{}")
    if path == "/user":
        return _json({"login": "anna"})
    if path == "/issues":
        found, more = _page([_issue(t) for t in world.since(query.get("since"))], int(query.get("page", "1")))
        after = f"http://{asked.headers['host']}/issues?page={int(query.get('page', '1')) + 1}"
        since = f"&since={query['since']}&state=all" if "since" in query else ""
        return _json(found, Link=f'<{after}{since}>; rel="next"') if more else _json(found)
    if asked.method == "POST":
        return _json(_issue(world.put(f"acme/pumps#{len(world.tasks) + 1}", title=body["title"])), 201)
    ref = f"acme/pumps#{path.rsplit('/', 1)[1]}"
    if ref not in world.tasks:
        return _json({}, 404)
    if asked.method == "PATCH":
        done = body.get("state", "open" if not world.tasks[ref]["done"] else "closed") == "closed"
        world.put(ref, title=body.get("title", world.tasks[ref]["title"]), done=done)
    return _json(_issue(world.tasks[ref]))


def _issue(task: dict[str, Any]) -> dict[str, Any]:
    number = task["ref"].partition("#")[2]
    return {
        "number": int(number),
        "title": task["title"],
        "state": "closed" if task["done"] else "open",
        "url": f"https://api.example/repos/acme/pumps/issues/{number}",
        "html_url": f"https://example.org/acme/pumps/issues/{number}",
        "milestone": {"due_on": f"{task['due']}T07:00:00Z"} if task["due"] else None,
        "labels": [],
        "updated_at": task["updated"],
    }


def _gitlab(world: World, asked: Asked) -> Page:
    path, query, body = urlsplit(asked.path).path, _query(asked), json.loads(asked.body or b"{}")
    if path == "/api/v4/user":
        return _json({"id": 5})
    if path == "/api/v4/issues":
        number = int(query["page"])
        found, more = _page([_gitlab_issue(t) for t in world.since(query.get("updated_after"))], number)
        return _json(found, X_Next_Page=str(number + 1) if more else "")
    if asked.method == "POST":
        made = world.put(f"14#{len(world.tasks) + 1}", title=body["title"], due=body["due_date"])
        return _json(_gitlab_issue(made), 201)
    ref = f"14#{path.rsplit('/', 1)[1]}"
    if ref not in world.tasks:
        return _json({}, 404)
    if asked.method == "PUT":
        done = {"close": True, "reopen": False}.get(body.get("state_event", ""), world.tasks[ref]["done"])
        known = world.tasks[ref]
        world.put(ref, title=body.get("title", known["title"]), due=body.get("due_date", known["due"]), done=done)
    return _json(_gitlab_issue(world.tasks[ref]))


def _gitlab_issue(task: dict[str, Any]) -> dict[str, Any]:
    return {
        "project_id": 14,
        "iid": int(task["ref"].partition("#")[2]),
        "title": task["title"],
        "state": "closed" if task["done"] else "opened",
        "due_date": task["due"],
        "labels": [],
        "updated_at": task["updated"],
        "time_stats": {"time_estimate": 3600},
    }


def _jira(world: World, asked: Asked) -> Page:
    path, query, body = urlsplit(asked.path).path, _query(asked), json.loads(asked.body or b"{}")
    if path.endswith("/myself"):
        return _json({"accountId": "a1"})
    if path.endswith("/search/jql"):
        open_only = "statusCategory != Done" in query["jql"]
        number = int(query.get("nextPageToken", "1"))
        found, more = _page([_jira_issue(t) for t in world.tasks.values() if not (open_only and t["done"])], number)
        return _json({"issues": found} | ({"nextPageToken": str(number + 1)} if more else {}))
    if path.endswith("/issue"):
        fields = body["fields"]
        made = world.put(f"P-{len(world.tasks) + 1}", title=fields["summary"], due=fields["duedate"])
        return _json({"key": made["ref"]}, 201)
    ref = path.split("/issue/")[1].split("/")[0]
    if ref not in world.tasks:
        return _json({}, 404)
    if path.endswith("/transitions"):
        if asked.method == "POST":
            world.put(ref, done=body["transition"]["id"] == "31")
            return Page(204)
        to = {"31": "done", "11": "new"}
        return _json({"transitions": [{"id": i, "to": {"statusCategory": {"key": k}}} for i, k in to.items()]})
    if asked.method == "PUT":
        world.put(ref, title=body["fields"]["summary"], due=body["fields"]["duedate"])
        return Page(204)
    return _json(_jira_issue(world.tasks[ref]))


def _jira_issue(task: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": task["ref"],
        "fields": {
            "summary": task["title"],
            "status": {"statusCategory": {"key": "done" if task["done"] else "new"}},
            "duedate": task["due"],
            "priority": {"name": "Medium"},
            "updated": task["updated"],
        },
    }


def _todoist(world: World, asked: Asked) -> Page:
    path, body = urlsplit(asked.path).path, json.loads(asked.body or b"{}")
    if path == "/api/v1/sync":
        token, whole = body["sync_token"], body["sync_token"] == "*"
        found = [t for t in world.tasks.values() if (not t["done"] if whole else t["tick"] > int(token))]
        return _json({"items": [_item(t) for t in found], "sync_token": str(world.ticks), "full_sync": whole})
    if path == "/api/v1/tasks":
        made = world.put(f"t{len(world.tasks) + 1}", title=body["content"], due=body.get("due_date"))
        return _json(_item(made))
    ref, _, verb = path.removeprefix("/api/v1/tasks/").partition("/")
    if ref not in world.tasks or world.tasks[ref].get("gone"):
        return _json({}, 404)
    if asked.method == "DELETE":
        world.put(ref, gone=True)
        return Page(204)
    if verb:
        world.put(ref, done=verb == "close")
        return Page(204)
    if asked.method == "POST":
        known = world.tasks[ref]
        world.put(ref, title=body.get("content", known["title"]), due=body.get("due_date", known["due"]))
    return _json(_item(world.tasks[ref]))


def _item(task: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": task["ref"],
        "content": task["title"],
        "checked": task["done"],
        "is_deleted": task.get("gone", False),
        "due": {"date": task["due"]} if task["due"] else None,
        "priority": 1,
        "duration": {"amount": 30, "unit": "minute"},
        "updated_at": task["updated"],
    }


def _asana(world: World, asked: Asked) -> Page:
    path, query = urlsplit(asked.path).path, _query(asked)
    body = json.loads(asked.body or b"{}").get("data", {})
    if path == "/api/1.0/tasks" and asked.method == "GET":
        number = int(query.get("offset", "1"))
        found, more = _page([_asana_task(t) for t in world.since(query.get("modified_since"))], number)
        return _json({"data": found, "next_page": {"offset": str(number + 1)} if more else None})
    if asked.method == "POST":
        made = world.put(str(1000 + len(world.tasks) + 1), title=body["name"], due=body["due_on"])
        return _json({"data": _asana_task(made)}, 201)
    ref = path.rsplit("/", 1)[1]
    if ref not in world.tasks:
        return _json({}, 404)
    if asked.method == "DELETE":
        del world.tasks[ref]
        return _json({"data": {}})
    if asked.method == "PUT":
        world.put(ref, title=body["name"], due=body["due_on"], done=body["completed"])
    return _json({"data": _asana_task(world.tasks[ref])})


def _asana_task(task: dict[str, Any]) -> dict[str, Any]:
    return {
        "gid": task["ref"],
        "name": task["title"],
        "completed": task["done"],
        "due_on": task["due"],
        "modified_at": task["updated"],
    }


SYSTEMS = (
    System("github", {"repository": "acme/pumps"}, _github, lambda n: f"acme/pumps#{n}"),
    System("gitlab", {"project": "acme/pumps"}, _gitlab, lambda n: f"14#{n}"),
    System("jira", {"user": "anna@example.org", "project": "P"}, _jira, lambda n: f"P-{n}"),
    System("todoist", {}, _todoist, lambda n: f"t{n}"),
    System("asana", {"workspace": "1"}, _asana, lambda n: str(1000 + n)),
)
