"""What GitHub and GitLab post, and what follows of it."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from connectors.webhooks import github as github_hook
from connectors.webhooks import gitlab as gitlab_hook
from tests.connectors.webhooks.post import NOW, SECRET, github, signed, standard
from twin_core.contract.errors import Rejected, Unauthenticated
from twin_core.contract.flags import LowerFlag, RaiseFlag
from twin_core.contract.mirroring import MirrorTasks
from twin_core.contract.webhooks import Delivery, Happening

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "webhooks"
PEOPLE = {"Octo-Anna": "anna", "ben": "ben", "boss": "owner"}
GITHUB = github_hook.build({"secrets": [SECRET], "people": PEOPLE})
GITLAB = gitlab_hook.build({"secrets": [SECRET], "people": PEOPLE})
REPOSITORY = {"full_name": "acme/pumps", "html_url": "https://github.example/acme/pumps"}


def only(happenings: Any) -> Happening:
    (happening,) = happenings
    assert isinstance(happening, Happening)
    return happening


def issue(**changes: Any) -> dict[str, Any]:
    return {
        "number": 7,
        "title": "Grease the bearing",
        "state": "open",
        "url": "https://api.github.example/repos/acme/pumps/issues/7",
        "html_url": "https://github.example/acme/pumps/issues/7",
        "assignees": [{"login": "octo-anna"}],
        "labels": [{"name": "priority: high"}],
        "updated_at": "2026-03-02T07:59:00Z",
        **changes,
    }


def run(conclusion: str, **changes: Any) -> Delivery:
    ended = {
        "name": "tests",
        "head_branch": "main",
        "conclusion": conclusion,
        "run_number": 12,
        "actor": {"login": "ben"},
        "html_url": "https://github.example/run/12",
        "updated_at": "2026-03-02T07:59:00Z",
        **changes,
    }
    document = {"action": "completed", "workflow_run": ended, "repository": REPOSITORY, "sender": {"login": "ben"}}
    return github("workflow_run", document)


def test_an_issue_becomes_a_task_of_whoever_it_is_assigned_to() -> None:
    document = {"action": "assigned", "issue": issue(), "repository": REPOSITORY, "sender": {"login": "ben"}}
    happening = only(GITHUB.read(github("issues", document)))
    assert (happening.event, happening.actor, happening.object) == ("issues.assigned", "ben", "acme/pumps#7")
    handed = {c.owner: c for c in happening.commands if isinstance(c, MirrorTasks)}
    (task,) = handed["anna"].tasks
    assert (task.ref, task.title, task.priority, task.done) == ("acme/pumps#7", "Grease the bearing", "high", False)
    assert (handed["owner"].tasks, handed["ben"].tasks) == ((), ())
    assert {c.source for c in handed.values()} == {"github", "github.anna", "github.ben"}


def test_an_issue_that_is_deleted_is_nobodys_task() -> None:
    document = {"action": "deleted", "issue": issue(), "repository": REPOSITORY}
    commands = only(GITHUB.read(github("issues", document))).commands
    assert all(isinstance(c, MirrorTasks) and c.tasks == () for c in commands)


def test_a_failed_run_concerns_whoever_started_it_until_one_succeeds() -> None:
    (flag,) = only(GITHUB.read(run("failure"))).commands
    assert isinstance(flag, RaiseFlag)
    assert (flag.owner, flag.title) == ("ben", "tests fails on main of acme/pumps")
    assert "run 12" in flag.why[0]
    assert only(GITHUB.read(run("success"))).commands == (LowerFlag("github", flag.key),)
    assert only(GITHUB.read(run("cancelled"))).commands == ()


def test_a_failure_of_somebody_unknown_concerns_the_owner() -> None:
    (flag,) = only(GITHUB.read(run("timed_out", actor={"login": "stranger"}))).commands
    assert isinstance(flag, RaiseFlag)
    assert flag.owner == "owner"


def pull_request(action: str, **changes: Any) -> Delivery:
    pull = {"number": 3, "title": "New seal", "user": {"login": "ben"}, "draft": False, "requested_reviewers": []}
    login = changes.pop("asked", None)
    document = {"action": action, "pull_request": pull | changes, "repository": REPOSITORY, "sender": {"login": "ben"}}
    if login:
        document["requested_reviewer"] = {"login": login}
    return github("pull_request", document)


def test_a_review_that_is_asked_for_concerns_the_reviewer_until_it_is_given() -> None:
    asked = [{"login": "octo-anna"}, {"login": "stranger"}]
    (flag,) = only(GITHUB.read(pull_request("review_requested", requested_reviewers=asked))).commands
    assert isinstance(flag, RaiseFlag)
    assert (flag.owner, flag.title) == ("anna", "New seal waits for your review")
    given = {
        "action": "submitted",
        "review": {"user": {"login": "octo-anna"}, "state": "approved"},
        "pull_request": {"number": 3, "title": "New seal"},
        "repository": REPOSITORY,
    }
    lowered = (LowerFlag("github", flag.key),)
    assert only(GITHUB.read(github("pull_request_review", given))).commands == lowered
    assert only(GITHUB.read(pull_request("review_request_removed", asked="Octo-Anna"))).commands == lowered
    assert lowered[0] in only(GITHUB.read(pull_request("closed"))).commands


def test_who_is_asked_alone_is_asked() -> None:
    (flag,) = only(GITHUB.read(pull_request("review_requested", asked="octo-anna"))).commands
    assert isinstance(flag, RaiseFlag)
    assert flag.owner == "anna"


def test_a_draft_asks_nobody() -> None:
    asked = [{"login": "octo-anna"}]
    assert only(GITHUB.read(pull_request("opened", requested_reviewers=asked, draft=True))).commands == ()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe", b"[" * 100_000, b'"x"'])
def test_what_is_no_document_is_said(body: bytes) -> None:
    with pytest.raises(Rejected):
        GITHUB.read(signed(body, x_github_event="issues"))
    with pytest.raises(Rejected):
        GITLAB.read(signed(body))


@pytest.mark.parametrize("document", [{}, {"issue": 5}, {"issue": {"assignees": {"login": []}, "labels": "x"}}])
def test_a_document_of_another_shape_breaks_nothing(document: dict[str, Any]) -> None:
    for event in ("issues", "pull_request", "workflow_run", "status", "check_suite", "something_new"):
        only(GITHUB.read(github(event, {"action": "completed", **document})))


def merge_request(action: str, reviewers: list[str], before: list[str] | None = None, **more: Any) -> Delivery:
    changes = {} if before is None else {"reviewers": {"previous": [{"username": u} for u in before]}}
    document = {
        "object_kind": "merge_request",
        "user": {"name": "Anna", "username": "octo-anna"},
        "project": {"path_with_namespace": "acme/pumps", "web_url": "https://gitlab.example/acme/pumps"},
        "object_attributes": {"iid": 4, "title": "New seal", "action": action, "draft": False, **more},
        "reviewers": [{"username": u} for u in reviewers],
        "changes": changes,
    }
    return standard(document)


def test_reviewers_of_a_merge_request_come_and_go() -> None:
    (flag,) = only(GITLAB.read(merge_request("open", ["ben", "stranger"]))).commands
    assert isinstance(flag, RaiseFlag)
    assert flag.owner == "ben"
    lowered, raised = only(GITLAB.read(merge_request("update", ["octo-anna"], ["ben"]))).commands
    assert lowered == LowerFlag("gitlab", flag.key)
    assert isinstance(raised, RaiseFlag)
    assert raised.owner == "anna"
    assert only(GITLAB.read(merge_request("approved", ["octo-anna"]))).commands == (LowerFlag("gitlab", raised.key),)
    assert only(GITLAB.read(merge_request("update", ["octo-anna"]))).commands == ()


def test_a_failed_pipeline_concerns_whoever_started_it() -> None:
    document = {
        "object_kind": "pipeline",
        "user": {"username": "ben", "name": "Ben"},
        "project": {"path_with_namespace": "acme/pumps", "web_url": "https://gitlab.example/acme/pumps"},
        "object_attributes": {"id": 31, "ref": "main", "status": "failed", "finished_at": "2026-03-02 07:50:00 UTC"},
    }
    happening = only(GITLAB.read(standard(document)))
    (flag,) = happening.commands
    assert isinstance(flag, RaiseFlag)
    assert (flag.owner, flag.url) == ("ben", "https://gitlab.example/acme/pumps/-/pipelines/31")
    assert (happening.event, happening.actor) == ("pipeline.failed", "Ben")
    assert happening.at.isoformat() == "2026-03-02T07:50:00+00:00"


def test_the_older_token_of_gitlab_is_known() -> None:
    body = b'{"object_kind": "push"}'
    assert GITLAB.prove(Delivery({"x-gitlab-token": SECRET}, body, NOW))
    with pytest.raises(Unauthenticated):
        GITLAB.prove(Delivery({"x-gitlab-token": "another secret, long enough"}, body, NOW))


@pytest.mark.skipif(not DATA.exists(), reason="real payloads of the forges are not here")
def test_every_real_payload_names_its_actor_and_object() -> None:
    with gzip.open(DATA / "github_payloads.jsonl.gz", "rt") as lines:
        rows = [json.loads(line) for line in lines]
    quiet = 0
    for row in rows:
        told = GITHUB.read(github(row["event"], row["payload"]))
        quiet += not told
        for happening in told:
            sender = row["payload"].get("sender") or {}
            assert happening.actor == sender.get("login", "somebody")
            assert happening.object
            assert happening.event.startswith(row["event"])
    assert quiet < len(rows) / 3
    with gzip.open(DATA / "other_forges.jsonl.gz", "rt") as lines:
        for row in map(json.loads, lines):
            if row["source"] == "gitlab":
                happening = only(GITLAB.read(signed(row["payload"])))
                assert happening.event
                assert happening.object
