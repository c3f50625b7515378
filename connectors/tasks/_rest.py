"""A task list behind a JSON API."""

from collections.abc import Iterable, Mapping
from typing import Any

from connectors.tasks._options import TaskOptions
from connectors.web import Web, WebOptions
from connectors.web.document import Node
from twin_core.contract.clock import Clock, instant_text, parse_instant
from twin_core.contract.mirroring import OutsideTask


def newest(tasks: Iterable[OutsideTask], since: str | None) -> dict[str, str]:
    """The state after a pull: since when to ask the next time, by the source's own clock, as ours may be wrong."""
    told = [instant_text(task.modified_at) for task in tasks if task.modified_at is not None]
    latest = max([*told, *([since] if since else [])], default=None, key=parse_instant)
    return {"since": latest} if latest else {}


class RestSystem:
    """What the systems have in common: where their API is, how to get in, and that it speaks JSON."""

    def __init__(
        self,
        options: TaskOptions,
        clock: Clock,
        api: str,
        headers: Mapping[str, str],
        basic: tuple[str, str] | None = None,
    ) -> None:
        self.options = options
        self.clock = clock
        self.api = options.url + api
        accepts = {"Accept": "application/json", **headers}
        self.web = Web(WebOptions(options.title, accepts, basic, options.private), clock)

    async def call(self, method: str, path: str, json: Any = None, params: Mapping[str, str] | None = None) -> Node:
        """The document that is answered; an empty one where nothing is. Raises PolluxError."""
        answer = await self.web.ask(method, self.api + path, json=json, params=params)
        return Node(answer.json(self.options.title) if answer.body else None)

    async def aclose(self) -> None:
        await self.web.aclose()
