"""GitHub: issues become tasks, failed runs and requested reviews become concerns.

Source: GitHub docs, "Webhook events and payloads", "Validating webhook deliveries".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.tasks.github import read_issue
from connectors.web.document import Node
from connectors.webhooks._options import HookOptions, read_options
from connectors.webhooks._proof import hex_signature
from connectors.webhooks._reading import read
from connectors.webhooks._work import Review, Run, review_asked, review_over, run_ended
from twin_core.contract.errors import Rejected
from twin_core.contract.requests import Command
from twin_core.contract.webhooks import Delivery, Happening

EXAMPLE: dict[str, Any] = {"secrets": ["an example of a secret"], "people": {"octocat": "owner"}}
_NO_NEWS = {"ping", "star", "watch", "fork", "membership", "installation", "sponsorship", "meta"}
_BAD = {"failure", "timed_out", "startup_failure", "action_required"}
_OVER = {"closed", "converted_to_draft", "merged"}


def build(options: Mapping[str, Any]) -> "GitHubHook":
    """Options: secrets, owner, people; see _options. Raises Rejected."""
    return GitHubHook(read_options(options, "github"))


class GitHubHook:
    """Implements Webhook."""

    def __init__(self, options: HookOptions) -> None:
        self.name = options.name
        self._options = options

    def prove(self, delivery: Delivery) -> str:
        return hex_signature(delivery, "x-hub-signature-256", self._options.secrets)

    def read(self, delivery: Delivery) -> Sequence[Happening]:
        event = delivery.headers.get("x-github-event", "")
        if not event:
            raise Rejected("The delivery names no event.", code="bad_delivery", hint="GitHub sends X-GitHub-Event.")
        document = read(delivery)
        if event in _NO_NEWS:
            return ()
        about = _about(event, document)
        action = document["action"].text()
        return (
            Happening(
                event=f"{event}.{action}" if action else event,
                actor=document.at("sender.login").text("somebody"),
                object=_name(about, document),
                title=about["title"].text() or about["name"].text() or _name(about, document),
                url=about["html_url"].text() or document.at("repository.html_url").text(),
                at=_at(about) or delivery.at,
                commands=tuple(self._commands(event, action, document)),
            ),
        )

    def _commands(self, event: str, action: str, document: Node) -> Sequence[Command[Any]]:
        match event:
            case "issues":
                return self._issue(action, document)
            case "workflow_run" if action == "completed":
                return run_ended(self._options, _run(document["workflow_run"], document))
            case "check_suite" if action == "completed" and document.at("check_suite.app.slug").text() != _ACTIONS:
                return run_ended(self._options, _run(document["check_suite"], document))
            case "status":
                return self._status(document)
            case "pull_request":
                return self._pull_request(action, document)
            case "pull_request_review" if action == "submitted":
                return review_over(self._options, _review(document), document.at("review.user.login").text())
        return ()

    def _issue(self, action: str, document: Node) -> Sequence[Command[Any]]:
        issue = document["issue"]
        people = [each["login"].text() for each in issue["assignees"].items()]
        ours = {person for login in people if (person := self._options.person(login))}
        gone = action in ("deleted", "transferred")
        return self._options.hand_over(read_issue(issue), () if gone else ours, "GitHub")

    def _status(self, document: Node) -> Sequence[Command[Any]]:
        """The older way in which outside CI tells of a commit; pending ones are no news."""
        state = document["state"].text()
        if state == "pending":
            return ()
        author = document.at("commit.author.login").text()
        branch = document.at("branches.0.name").text("a branch")
        where, what = document.at("repository.full_name").text(), document["context"].text("CI")
        url = document["target_url"].text() or document.at("commit.html_url").text()
        ended = Run(where, what, branch, state in ("failure", "error"), state, author, url)
        return run_ended(self._options, ended)

    def _pull_request(self, action: str, document: Node) -> Sequence[Command[Any]]:
        review, pull = _review(document), document["pull_request"]
        asked = [each["login"].text() for each in pull["requested_reviewers"].items()]
        newly = document.at("requested_reviewer.login").text()
        if newly and newly not in asked:
            asked.append(newly)
        if action in _OVER:
            return review_over(self._options, review)
        if action == "review_request_removed":
            return review_over(self._options, review, document.at("requested_reviewer.login").text())
        if action in ("opened", "reopened", "ready_for_review", "review_requested") and not pull["draft"].truth():
            return [command for login in asked for command in review_asked(self._options, review, login)]
        return ()


_ACTIONS = "github-actions"  # its suites are told of as workflow runs


def _about(event: str, document: Node) -> Node:
    """The thing that an event is about."""
    for key in (event, "pull_request", "issue", "alert", "comment", "release", "workflow_job", "repository"):
        if isinstance(document[key].raw, dict):
            return document[key]
    return document["issue"] if event == "issues" else document


def _name(about: Node, document: Node) -> str:
    place = document.at("repository.full_name").text() or document.at("organization.login").text()
    number = about["number"].text()
    return f"{place}#{number}" if number else place or "GitHub"


def _at(about: Node) -> Any:
    return about["updated_at"].instant() or about["completed_at"].instant() or about["created_at"].instant()


def _run(run: Node, document: Node) -> Run:
    conclusion = run["conclusion"].text()
    started = run.at("triggering_actor.login").text() or run.at("actor.login").text()
    return Run(
        where=document.at("repository.full_name").text(),
        what=run["name"].text() or document.at("workflow.name").text() or run.at("app.name").text("CI"),
        branch=run["head_branch"].text("a branch"),
        failed=conclusion in _BAD,
        outcome=conclusion.replace("_", " "),
        by=started or document.at("sender.login").text(),
        url=run["html_url"].text(),
        number=run["run_number"].text(),
        settled=conclusion in _BAD or conclusion == "success",
    )


def _review(document: Node) -> Review:
    pull = document["pull_request"]
    return Review(
        where=document.at("repository.full_name").text(),
        number=pull["number"].text(),
        title=pull["title"].text("(no title)"),
        author=pull.at("user.login").text("somebody"),
        url=pull["html_url"].text(),
    )
