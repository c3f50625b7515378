"""Idempotency-Key: the same request twice is done once and answered alike."""

import asyncio
import base64
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from weakref import WeakValueDictionary

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from twin_core.api.problems import problem, problem_of
from twin_core.contract.clock import Clock, instant_text, parse_instant, seconds
from twin_core.contract.errors import Conflict
from twin_core.contract.ports import Batch, Document, Store

KIND = "idempotency"
_KEPT_S = 86_400.0
_PURGE_EVERY = 500  # new keys between two looks for old ones
_MAX_ANSWER = 1_000_000
_log = structlog.get_logger(__name__)


class Idempotency:
    """ASGI middleware for POST and PUT.

    The key is claimed in the store before the request runs, so that a crash in between is told to the
    caller instead of doing it twice. Server errors are forgotten: they may be tried again.
    """

    def __init__(self, app: ASGIApp, *, store: Store, clock: Clock) -> None:
        self._app = app
        self._store = store
        self._clock = clock
        self._running: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._claimed = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = Headers(scope=scope).get("idempotency-key") if scope["type"] == "http" else None
        if key is None or scope["method"] not in ("POST", "PUT"):
            await self._app(scope, receive, send)
            return
        if not 1 <= len(key) <= 255:
            answer = problem(400, "bad_idempotency_key", "An Idempotency-Key has 1 to 255 characters.")
            await answer(scope, receive, send)
            return
        body = await _body(receive)
        name, by = _name(scope, key), scope.get("state", {}).get("user", "")
        lock = self._running.setdefault(name, asyncio.Lock())
        async with lock:
            await self._once(name, by, body, scope, receive, send)

    async def _once(self, name: str, by: str, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        digest = hashlib.sha256(scope.get("query_string", b"") + b"\n" + body).hexdigest()
        found = await self._store.get(KIND, name)
        if found is not None:
            await _replay(found[0], digest, scope, receive, send)
            return
        try:
            await self._claim(name, by, digest)
        except Conflict as error:  # another node got this key in between
            await problem_of(error)(scope, receive, send)
            return
        recorder = _Recorder(send)
        try:
            await self._app(scope, _replayed(body, receive), recorder)
        except BaseException:
            await self._put(name, None)
            raise
        kept = recorder.answer() if recorder.status < 500 else None
        row = None if kept is None else {"by": by, "body": digest, "at": self._now(), "answer": kept}
        with suppress(Conflict):  # an erasure took the claim away, and what was answered is not kept either
            await self._put(name, row, expected=1)

    async def _claim(self, name: str, by: str, digest: str) -> None:
        await self._put(name, {"by": by, "body": digest, "at": self._now(), "answer": None}, expected=0)
        self._claimed += 1
        if self._claimed % _PURGE_EVERY == 0:
            await self._purge()

    async def _purge(self) -> None:
        """Forgets keys older than a day."""
        before = self._clock.now() - seconds(_KEPT_S)
        old = [key async for key, doc in self._store.scan(KIND) if parse_instant(doc["at"]) < before]
        await self._store.commit(Batch(documents=[Document(KIND, key, None) for key in old]))
        _log.info("idempotency.purged", keys=len(old))

    async def _put(self, name: str, doc: Mapping[str, Any] | None, expected: int | None = None) -> None:
        await self._store.commit(Batch(documents=[Document(KIND, name, doc, expected)]))

    def _now(self) -> str:
        return instant_text(self._clock.now())


class _Recorder:
    """Passes an answer on and remembers it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 500
        self._headers: list[tuple[str, str]] = []
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in message.get("headers", ())]
        elif message["type"] == "http.response.body" and len(self._body) <= _MAX_ANSWER:
            self._body += message.get("body", b"")
        await self._send(message)

    def answer(self) -> dict[str, Any] | None:
        if len(self._body) > _MAX_ANSWER:
            return None
        return {"status": self.status, "headers": self._headers, "body": base64.b64encode(self._body).decode()}


async def _replay(doc: Mapping[str, Any], digest: str, scope: Scope, receive: Receive, send: Send) -> None:
    if doc["body"] != digest:
        refusal = problem(
            422,
            "idempotency_key_reused",
            "This Idempotency-Key was used for another request.",
            hint="Use a new key for each request.",
        )
        await refusal(scope, receive, send)
        return
    answer = doc.get("answer")
    if answer is None:
        unknown = problem(
            409,
            "idempotency_unknown",
            "The first attempt with this key was cut off; it may have happened.",
            hint="Read the state, then decide and use a new key.",
        )
        await unknown(scope, receive, send)
        return
    headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in answer["headers"]]
    headers.append((b"idempotency-replayed", b"true"))
    await send({"type": "http.response.start", "status": answer["status"], "headers": headers})
    await send({"type": "http.response.body", "body": base64.b64decode(answer["body"])})


async def _body(receive: Receive) -> bytes:
    parts = bytearray()
    while True:
        message = await receive()
        parts += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Gives the body that was read already, then whatever follows (a disconnect)."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _name(scope: Scope, key: str) -> str:
    person = scope.get("state", {}).get("user", "")
    return hashlib.sha256(f"{person}\n{scope['method']}\n{scope['path']}\n{key}".encode()).hexdigest()
