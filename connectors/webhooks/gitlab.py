"""GitLab: issues become tasks, failed pipelines and requested reviews become concerns.

Source: GitLab docs, "Webhook events", "Webhooks: validate requests by using a secret token / signing token".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.tasks.gitlab import read_issue
from connectors.web.document import Node
from connectors.webhooks._options import HookOptions, read_options
from connectors.webhooks._proof import standard_signature, token
from connectors.webhooks._reading import read
from connectors.webhooks._work import Review, Run, review_asked, review_over, run_ended
from twin_core.contract.errors import Rejected
from twin_core.contract.requests import Command
from twin_core.contract.webhooks import Delivery, Happening

EXAMPLE: dict[str, Any] = {"secrets": ["an example of a secret"], "people": {"anna": "owner"}}
_ENDED = {"success", "failed"}
_OVER = {"close", "merge"}
_BEGUN = {"open", "reopen"}


def build(options: Mapping[str, Any]) -> "GitLabHook":
    """Options: secrets, owner, people; see _options. Raises Rejected."""
    return GitLabHook(read_options(options, "gitlab"))


class GitLabHook:
    """Implements Webhook."""

    def __init__(self, options: HookOptions) -> None:
        self.name = options.name
        self._options = options

    def prove(self, delivery: Delivery) -> str:
        """By its signing token where one is set, else by the older secret token."""
        if "webhook-signature" in delivery.headers:
            return standard_signature(delivery, self._options.secrets)
        return token(delivery, "x-gitlab-token", self._options.secrets)

    def read(self, delivery: Delivery) -> Sequence[Happening]:
        document = read(delivery)
        event = document["object_kind"].text() or document["event_name"].text()
        if not event:
            raise Rejected("The delivery names no event.", code="bad_delivery", hint="GitLab sends object_kind.")
        about = document["object_attributes"] or document
        action = about["action"].text() or about["status"].text() or document["build_status"].text()
        return (
            Happening(
                event=f"{event}.{action}" if action else event,
                actor=_actor(document),
                object=_name(about, document),
                title=about["title"].text() or about["name"].text() or _name(about, document),
                url=about["url"].text() or document.at("project.web_url").text(),
                at=about["updated_at"].instant() or about["finished_at"].instant() or delivery.at,
                commands=tuple(self._commands(event, action, document)),
            ),
        )

    def _commands(self, event: str, action: str, document: Node) -> Sequence[Command[Any]]:
        match event:
            case "issue" | "work_item":
                return self._issue(document)
            case "pipeline" if action in _ENDED:
                return run_ended(self._options, _run(document))
            case "merge_request":
                return self._merge_request(action, document)
        return ()

    def _issue(self, document: Node) -> Sequence[Command[Any]]:
        names = [(each["username"].text(), each["email"].text()) for each in document["assignees"].items()]
        ours = {person for each in names if (person := self._options.person(*each))}
        return self._options.hand_over(read_issue(document["object_attributes"]), ours, "GitLab")

    def _merge_request(self, action: str, document: Node) -> Sequence[Command[Any]]:
        review = _review(document)
        if action in _OVER:
            return review_over(self._options, review)
        if action in ("approved", "approval"):
            return review_over(self._options, review, document.at("user.username").text())
        if document.at("object_attributes.draft").truth():
            return review_over(self._options, review)
        changes = document["changes"]
        before = {each["username"].text() for each in changes.at("reviewers.previous").items()}
        now = {each["username"].text() for each in document["reviewers"].items()}
        afresh = action in _BEGUN or bool(changes["draft"])
        asked = now if afresh else now - before if changes["reviewers"] else set()
        return [
            *(command for login in sorted(before - now) for command in review_over(self._options, review, login)),
            *(command for login in sorted(asked) for command in review_asked(self._options, review, login)),
        ]


def _actor(document: Node) -> str:
    return (
        document.at("user.name").text()
        or document["user_name"].text()
        or document["name"].text()
        or document["username"].text("somebody")
    )


def _name(about: Node, document: Node) -> str:
    place = document.at("project.path_with_namespace").text() or document["project_name"].text()
    number = about["iid"].text()
    sign = "!" if document["object_kind"].text() == "merge_request" else "#"
    return f"{place}{sign}{number}" if number else place or document["full_path"].text() or "GitLab"


def _run(document: Node) -> Run:
    pipeline = document["object_attributes"]
    return Run(
        where=document.at("project.path_with_namespace").text(),
        what=pipeline["name"].text("The pipeline"),
        branch=pipeline["ref"].text("a branch"),
        failed=pipeline["status"].text() == "failed",
        outcome=pipeline["detailed_status"].text() or pipeline["status"].text(),
        by=document.at("user.username").text(),
        url=pipeline["url"].text() or f"{document.at('project.web_url').text()}/-/pipelines/{pipeline['id'].text()}",
        number=pipeline["id"].text(),
    )


def _review(document: Node) -> Review:
    request = document["object_attributes"]
    return Review(
        where=document.at("project.path_with_namespace").text(),
        number=request["iid"].text(),
        title=request["title"].text("(no title)"),
        author=request.at("last_commit.author.name").text() or document.at("user.name").text("somebody"),
        url=request["url"].text(),
        sign="!",
    )
