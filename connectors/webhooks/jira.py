"""Jira: issues become tasks of whoever they are assigned to.

Source: Atlassian docs, "Webhooks" (Jira Cloud and Data Center), "Secure admin webhooks".
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from connectors.tasks.jira import read_issue
from connectors.web.document import Node
from connectors.webhooks._options import HookOptions, read_options
from connectors.webhooks._proof import hex_signature
from connectors.webhooks._reading import read
from twin_core.contract.errors import Rejected
from twin_core.contract.requests import Command
from twin_core.contract.webhooks import Delivery, Happening

EXAMPLE: dict[str, Any] = {"secrets": ["an example of a secret"], "people": {"anna@example.org": "owner"}}
# What changed says more than the name of the event, which differs between Cloud and Data Center.
_CHANGES = {"assignee": "assigned", "status": "moved", "resolution": "resolved", "duedate": "rescheduled"}


def build(options: Mapping[str, Any]) -> "JiraHook":
    """Options: secrets, owner, people; see _options. Raises Rejected."""
    return JiraHook(read_options(options, "jira"))


class JiraHook:
    """Implements Webhook."""

    def __init__(self, options: HookOptions) -> None:
        self.name = options.name
        self._options = options

    def prove(self, delivery: Delivery) -> str:
        return hex_signature(delivery, "x-hub-signature", self._options.secrets)

    def read(self, delivery: Delivery) -> Sequence[Happening]:
        document = read(delivery)
        kind = document["webhookEvent"].text()
        if not kind:
            raise Rejected("The delivery names no event.", code="bad_delivery", hint="Jira sends webhookEvent.")
        issue = document["issue"]
        if not issue["key"]:
            return ()  # of sprints, versions, users: nobody's task
        url = _site(issue)
        return (
            Happening(
                event=_event(kind, document),
                actor=_actor(document),
                object=issue["key"].text(),
                title=issue.at("fields.summary").text(issue["key"].text()),
                url=f"{url}/browse/{issue['key'].text()}",
                at=document["timestamp"].instant() or delivery.at,
                commands=tuple(self._commands(kind, issue, url)),
            ),
        )

    def _commands(self, kind: str, issue: Node, site: str) -> Sequence[Command[Any]]:
        """Comments carry only a part of their issue: nothing can be said of its state then."""
        if not issue.at("fields.status"):
            return ()
        to = issue.at("fields.assignee")
        person = self._options.person(to["emailAddress"].text(), to["accountId"].text(), to["name"].text())
        ours = {person} if person and not kind.endswith("issue_deleted") else set()
        return self._options.hand_over(read_issue(issue, site), ours, "Jira")


def _event(kind: str, document: Node) -> str:
    if kind.endswith("issue_created"):
        return "issue.created"
    if kind.endswith("issue_deleted"):
        return "issue.deleted"
    if kind.startswith("comment_"):
        return f"comment.{kind.removeprefix('comment_')}"
    if document["comment"] and not document.at("changelog.items"):
        return "comment.created"
    for item in document.at("changelog.items").items():
        if what := _CHANGES.get(item["field"].text().lower()):
            return f"issue.{what}"
    return "issue.updated"


def _actor(document: Node) -> str:
    return (
        document.at("user.displayName").text()
        or document.at("comment.updateAuthor.displayName").text()
        or document.at("comment.author.displayName").text("somebody")
    )


def _site(issue: Node) -> str:
    parts = urlsplit(issue["self"].text())
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
