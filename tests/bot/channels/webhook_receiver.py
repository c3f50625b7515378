"""Another chat system: it takes signed posts, checks them by itself, and signs its own."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bot.channels.scripted import serving

WAIT_S = 60


@dataclass
class Receiver:
    """What was said to it. `refuse` holds answers that come before the right ones."""

    secret: str
    port: int = 0
    said: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    refuse: deque[tuple[int, dict[str, str]]] = field(default_factory=deque)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/pollux"

    async def heard(self, number: int = 1) -> dict[str, Any]:
        """The nth post, once it has come."""
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(lambda: len(self.said) >= number), WAIT_S)
        return self.said[number - 1]

    async def post(self, client: httpx2.AsyncClient, message: Any, id: str, **more: str) -> httpx2.Response:
        """Says something to Pollux, signed; `more` headers replace those that are right."""
        body = json.dumps(message).encode() if not isinstance(message, bytes) else message
        return await client.post("/messages", content=body, headers={**self.sign(id, body), **more})

    def sign(self, id: str, body: bytes, at_s: float | None = None) -> dict[str, str]:
        """As the specification says it."""
        stamp = str(int(time.time() if at_s is None else at_s))
        content = b".".join((id.encode(), stamp.encode(), body))
        mac = hmac.digest(self.secret.encode(), content, hashlib.sha256)
        signature = base64.b64encode(mac).decode("ascii")
        return {"webhook-id": id, "webhook-timestamp": stamp, "webhook-signature": f"v1,{signature}"}

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/pollux", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        sent: Mapping[str, str] = request.headers
        right = self.sign(sent["webhook-id"], body, float(sent["webhook-timestamp"]))
        assert sent["webhook-signature"] == right["webhook-signature"]
        async with self._news:
            self.ids.append(sent["webhook-id"])
            if self.refuse:
                status, headers = self.refuse.popleft()
                return Response(status_code=status, headers=headers)
            self.said.append(json.loads(body))
            self._news.notify_all()
        return Response(status_code=204)


@asynccontextmanager
async def receiver(secret: str) -> AsyncIterator[Receiver]:
    """Another chat system, on this machine."""
    other = Receiver(secret)
    async with serving(other.app()) as port:
        other.port = port
        yield other
