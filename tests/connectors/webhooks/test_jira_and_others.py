"""What Jira posts, and any other system by its mapping."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from connectors.webhooks import generic, jira
from tests.connectors.webhooks.post import SECRET, signed, standard
from twin_core.contract.errors import Rejected
from twin_core.contract.flags import LowerFlag, RaiseFlag
from twin_core.contract.mirroring import MirrorTasks

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "webhooks" / "jira_payloads_with_headline.jsonl.gz"
JIRA = jira.build({"secrets": [SECRET], "people": {"anna@example.org": "anna"}})
FIELDS = {
    "summary": "Replace the seal",
    "status": {"name": "To Do", "statusCategory": {"key": "new"}},
    "priority": {"name": "Highest"},
    "duedate": "2026-03-04",
    "assignee": {"emailAddress": "Anna@example.org", "displayName": "Anna"},
    "timeoriginalestimate": 7200,
    "updated": "2026-03-02T08:55:00.000+0100",
}


def posted(event: str, changed: str = "", **fields: Any) -> dict[str, Any]:
    return {
        "webhookEvent": event,
        "timestamp": 1772438100000,
        "user": {"displayName": "Ben"},
        "issue": {"key": "P-7", "self": "https://acme.example/rest/api/2/issue/7", "fields": FIELDS | fields},
        "changelog": {"items": [{"field": changed}]} if changed else None,
    }


def test_an_issue_is_the_task_of_its_assignee() -> None:
    (happening,) = JIRA.read(signed(posted("jira:issue_updated", "assignee")))
    assert (happening.event, happening.actor, happening.object) == ("issue.assigned", "Ben", "P-7")
    assert happening.url == "https://acme.example/browse/P-7"
    assert happening.at.isoformat() == "2026-03-02T07:55:00+00:00"
    handed = {c.owner: c for c in happening.commands if isinstance(c, MirrorTasks)}
    (task,) = handed["anna"].tasks
    assert (task.title, task.priority, str(task.due), task.estimate_s) == (
        "Replace the seal",
        "high",
        "2026-03-04",
        7200.0,
    )
    assert handed["owner"].tasks == ()


def test_a_done_status_completes_it_and_nobodys_issue_is_nobodys_task() -> None:
    done = {"name": "Closed", "statusCategory": {"key": "done"}}
    (happening,) = JIRA.read(signed(posted("jira:issue_updated", "status", status=done)))
    assert any(isinstance(c, MirrorTasks) and c.tasks and c.tasks[0].done for c in happening.commands)
    (happening,) = JIRA.read(signed(posted("jira:issue_updated", "assignee", assignee=None)))
    assert all(isinstance(c, MirrorTasks) and c.tasks == () for c in happening.commands)


@pytest.mark.skipif(not DATA.exists(), reason="real payloads of Jira are not here")
def test_every_real_payload_names_actor_and_issue_as_its_headline_does() -> None:
    with gzip.open(DATA, "rt") as lines:
        rows = [json.loads(line) for line in lines]
    for row in rows:
        told = JIRA.read(signed(row["payload"]))
        for headline in filter(None, [row["expected_headline"]]):
            (happening,) = told
            assert headline.startswith(happening.actor)
            key, title = re.findall(r"\[([A-Z]+-\d+): (.*?)(?: \.\.\.)?\]", headline)[0]
            assert happening.object == key
            assert happening.title.startswith(title)
            assert happening.url in headline


TICKETS = {
    "kind": "task",
    "key": "ticket.id",
    "title": "ticket.subject",
    "done": "ticket.state",
    "due": "ticket.due",
    "person": "ticket.agent",
    "event": "type",
}
ALERTS = {
    "kind": "concern",
    "key": "alerts.0.fingerprint",
    "title": "alerts.0.labels.alertname",
    "over": "status",
    "severity": "alerts.0.labels.severity",
    "why": "alerts.0.annotations.summary",
}


def test_a_mapping_makes_a_task_of_a_ticket() -> None:
    hook = generic.build({"name": "desk", "secrets": [SECRET], "people": {"anna@x": "anna"}, "mapping": TICKETS})
    ticket = {"id": 5, "subject": "Printer", "state": "open", "due": "2026-03-03", "agent": "anna@x"}
    (happening,) = hook.read(standard({"type": "ticket.opened", "ticket": ticket}))
    assert (happening.event, happening.object, happening.title) == ("ticket.opened", "5", "Printer")
    handed = {c.owner: c for c in happening.commands if isinstance(c, MirrorTasks)}
    assert str(handed["anna"].tasks[0].due) == "2026-03-03"
    (happening,) = hook.read(standard({"ticket": {**ticket, "state": "closed"}}))
    assert any(isinstance(c, MirrorTasks) and c.tasks and c.tasks[0].done for c in happening.commands)


def test_a_mapping_makes_a_concern_of_an_alert_and_ends_it() -> None:
    hook = generic.build({"name": "monitor", "secrets": [SECRET], "mapping": ALERTS})
    alert = {
        "fingerprint": "f1",
        "labels": {"alertname": "Disk full", "severity": "critical"},
        "annotations": {"summary": "97 % of /data is used."},
    }
    (happening,) = hook.read(standard({"status": "firing", "alerts": [alert]}))
    (flag,) = happening.commands
    assert isinstance(flag, RaiseFlag)
    assert (flag.title, flag.severity, flag.why, flag.owner) == (
        "Disk full",
        "critical",
        ("97 % of /data is used.",),
        "owner",
    )
    (happening,) = hook.read(standard({"status": "resolved", "alerts": [alert]}))
    assert happening.commands == (LowerFlag("monitor", "f1"),)


def test_what_the_mapping_needs_and_does_not_find_is_said() -> None:
    hook = generic.build({"name": "desk", "secrets": [SECRET], "mapping": TICKETS})
    with pytest.raises(Rejected, match=r"nothing at ticket\.subject"):
        hook.read(standard({"ticket": {"id": 5}}))


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"kind": "task", "key": "a"},
        {**TICKETS, "titel": "x"},
        {**TICKETS, "kind": "song"},
    ],
)
def test_a_wrong_mapping_refuses_to_start(wrong: dict[str, str]) -> None:
    with pytest.raises(Rejected, match="mapping of the hook desk"):
        generic.build({"name": "desk", "secrets": [SECRET], "mapping": wrong})


def test_a_short_secret_refuses_to_start() -> None:
    with pytest.raises(Rejected, match="at least 16 characters"):
        jira.build({"secrets": ["short"]})
