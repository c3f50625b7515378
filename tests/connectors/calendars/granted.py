"""What the stand-ins of Google and Microsoft have in common: tokens, limits, and an order of changes."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.connectors.web.site import Asked, Page

Item = dict[str, Any]
Query = dict[str, str]


@dataclass
class Stub:
    """A server's state. `refusals` are answered first, one a request; tokens are asked for at /token."""

    refresh: str = "first"
    access: int = 0
    version: int = 0
    items: dict[str, Item] = field(default_factory=dict)
    refusals: list[Page] = field(default_factory=list)
    rotates: bool = False
    page: int = 2
    url: str = ""

    def respond(self, asked: Asked) -> Page:
        parts = urlsplit(asked.path)
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        if parts.path == "/token":
            return self.token({key: values[-1] for key, values in parse_qs(asked.body.decode()).items()})
        if self.refusals:
            return self.refusals.pop(0)
        if asked.headers.get("authorization") != f"Bearer access-{self.access}":
            return reply(401, {"error": {"code": 401}})
        body = json.loads(asked.body) if asked.body else {}
        for method, pattern, answer in self.routes():
            match = re.fullmatch(pattern, parts.path)
            if method == asked.method and match is not None:
                return answer(asked, query, body, *map(unquote, match.groups()))
        return reply(404, {"error": {"code": 404}})

    def routes(self) -> Iterable[tuple[str, str, Callable[..., Page]]]:
        raise NotImplementedError

    def token(self, form: Query) -> Page:
        if form.get("refresh_token") != self.refresh:
            return reply(400, {"error": "invalid_grant"})
        self.access += 1
        answer: Item = {"access_token": f"access-{self.access}", "expires_in": 3600, "token_type": "Bearer"}
        if self.rotates:
            self.refresh = answer["refresh_token"] = f"refresh-{self.access}"
        return reply(200, answer)

    def touch(self, id: str, **more: Any) -> Item:
        """Changes or adds an item, as somebody at another place does."""
        self.version += 1
        self.items[id] = {**self.items.get(id, {"id": id}), **more, "v": self.version, "etag": f'"{self.version}"'}
        return self.items[id]

    def refused(self, asked: Asked, item: Item | None) -> Page | None:
        """404 where it is missing, 412 where it is another by now."""
        if item is None:
            return reply(404, {"error": {"code": 404}})
        wanted = asked.headers.get("if-match")
        return reply(412, {"error": {"code": 412}}) if wanted not in (None, item["etag"]) else None


def reply(status: int, document: Item) -> Page:
    return Page(status, json.dumps(document).encode(), {"Content-Type": "application/json"})
