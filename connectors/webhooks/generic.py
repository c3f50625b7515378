"""Any other system: JSON, signed, and a mapping that says where in it the title, the person and the rest stand."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from connectors.web.document import Node
from connectors.webhooks._options import HookOptions, read_options
from connectors.webhooks._proof import hex_signature, standard_signature
from connectors.webhooks._reading import read
from twin_core.contract.errors import Rejected
from twin_core.contract.flags import LowerFlag, RaiseFlag
from twin_core.contract.mirroring import OutsideTask
from twin_core.contract.requests import Command
from twin_core.contract.template import Severity
from twin_core.contract.webhooks import Delivery, Happening

EXAMPLE: dict[str, Any] = {
    "secrets": ["an example of a secret"],
    "mapping": {"kind": "task", "key": "ticket.id", "title": "ticket.subject", "done": "ticket.closed"},
}
_FIELDS = {"kind", "key", "title", "event", "actor", "url", "at", "person", "due", "done", "over", "severity", "why"}


def build(options: Mapping[str, Any]) -> "GenericHook":
    """Options: secrets, owner, people, mapping; see _options. Raises Rejected.

    `mapping`: `kind` is "task" or "concern"; `key` and `title` are needed; each other field is a path into the
    document, like `alerts.0.labels.host`. `done` (of a task) and `over` (of a concern) are true, or one of the
    words resolved, closed, done, ok.
    """
    own = read_options(options, str(options.get("name") or "generic"), ("mapping",))
    return GenericHook(own, _mapping(own))


class GenericHook:
    """Implements Webhook."""

    def __init__(self, options: HookOptions, mapping: Mapping[str, str]) -> None:
        self.name = options.name
        self._options = options
        self._mapping = mapping

    def prove(self, delivery: Delivery) -> str:
        """Standard Webhooks, or `X-Hub-Signature-256: sha256=…`."""
        if "webhook-signature" in delivery.headers:
            return standard_signature(delivery, self._options.secrets)
        return hex_signature(delivery, "x-hub-signature-256", self._options.secrets)

    def read(self, delivery: Delivery) -> Sequence[Happening]:
        document = read(delivery)
        key, title = self._at(document, "key").text(), self._at(document, "title").text()
        if not key or not title:
            missing = "key" if not key else "title"
            raise Rejected(
                f"The delivery has nothing at {self._mapping[missing]}, where its {missing} should stand.",
                code="bad_delivery",
                hint=f"Check the mapping of the hook {self.name}.",
            )
        command = self._task(document, key, title) if self._mapping["kind"] == "task" else self._concern(document, key)
        return (
            Happening(
                event=self._at(document, "event").text(self._mapping["kind"]),
                actor=self._at(document, "actor").text(self.name),
                object=key,
                title=title,
                url=self._at(document, "url").text(),
                at=self._at(document, "at").instant() or delivery.at,
                commands=tuple(command),
            ),
        )

    def _task(self, document: Node, key: str, title: str) -> Sequence[Command[Any]]:
        due = self._at(document, "due")
        task = OutsideTask(
            ref=key,
            title=title,
            done=_is_over(self._at(document, "done")),
            due=due.instant() or due.day(),
            url=self._at(document, "url").text() or None,
            writable=False,
        )
        return self._options.hand_over(task, {self._person(document)}, self.name)

    def _concern(self, document: Node, key: str) -> Sequence[Command[Any]]:
        if _is_over(self._at(document, "over")):
            return [LowerFlag(self.name, key)]
        title = self._at(document, "title").text()
        severity = self._at(document, "severity").text().lower()
        known: Severity = next((each for each in get_args(Severity) if each == severity), "warning")
        return [
            RaiseFlag(
                source=self.name,
                key=key,
                kind="source",
                title=title,
                subject=title,
                why=(self._at(document, "why").text(f"{self.name} says so."),),
                severity=known,
                owner=self._person(document),
                url=self._at(document, "url").text() or None,
            )
        ]

    def _person(self, document: Node) -> str:
        return self._options.person(self._at(document, "person").text()) or self._options.owner

    def _at(self, document: Node, field: str) -> Node:
        path = self._mapping.get(field)
        return document.at(path) if path else Node(None)


def _is_over(said: Node) -> bool:
    return said.truth() or said.text().lower() in ("resolved", "closed", "done", "ok", "true", "completed")


def _mapping(options: HookOptions) -> Mapping[str, str]:
    mapping = {str(key): str(path) for key, path in (options.more["mapping"] or {}).items()}
    wrong = sorted(set(mapping) - _FIELDS) or sorted({"kind", "key", "title"} - set(mapping))
    if wrong or mapping["kind"] not in ("task", "concern"):
        raise Rejected(
            f"The mapping of the hook {options.name} is not right: {wrong[0] if wrong else 'kind'}.",
            code="bad_settings",
            hint=f"It needs kind (task or concern), key and title, and may have {', '.join(sorted(_FIELDS))}.",
        )
    return mapping
