"""The door: who comes in, on every kind of connection, before any route is reached."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from twin_core.api.access import OWNER, Access, Principal, is_loopback
from twin_core.api.problems import problem_of
from twin_core.contract.errors import Forbidden, PolluxError, Unauthenticated

SUBPROTOCOL = "pollux"  # browsers cannot send headers with a WebSocket: they offer it beside "bearer.TOKEN"
_BEARER = "bearer."
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_PAGE_FILES = (".html", ".js", ".css", ".svg", ".ico", ".webmanifest")
_POLICY_VIOLATION = 1008


class Door:
    """ASGI middleware. On loopback without users everybody is the owner; else everybody needs a token.

    `public`: paths (or prefixes ending in "/") that prove themselves otherwise, or hold nothing to protect.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        access: Access,
        public: Sequence[str] = (),
        origins: Sequence[str] = (),
        failures_per_minute: int = 20,
    ) -> None:
        self._app = app
        self._access = access
        self._public = tuple(public)
        self._origins = frozenset(origin.rstrip("/").lower() for origin in origins)
        self._limit = RateLimitItemPerMinute(failures_per_minute)
        self._failures = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        try:
            principal = await self._admit(scope)
            if scope["type"] == "http" and scope["method"] not in _READS and not self._is_public(scope):
                principal.check_may_write()
        except PolluxError as error:
            await _refuse(error, scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["user"], state["role"] = principal.person, principal.role
        await self._app(scope, receive, send)

    async def _admit(self, scope: Scope) -> Principal:
        """Raises Unauthenticated, Forbidden."""
        headers = Headers(scope=scope)
        secret = _token(headers, scope)
        if secret is not None:
            principal = await self._recognise(secret, scope)
        elif self._is_public(scope):
            return Principal(OWNER, "viewer")
        elif await self._access.guarded() or not _from_this_machine(scope):
            raise Unauthenticated("This needs a token.", hint="Send it as `Authorization: Bearer …`.")
        else:
            self._check_page(scope, headers)
            principal = Principal(OWNER, "owner")
        return principal

    async def _recognise(self, secret: str, scope: Scope) -> Principal:
        """Raises Unauthenticated; after too many wrong tokens from one address, also for right ones, for a while."""
        address = str((scope.get("client") or ("unknown",))[0])
        if not await self._failures.test(self._limit, address):
            raise Unauthenticated(
                "Too many wrong tokens came from your address.",
                code="too_many_attempts",
                hint="Wait a minute.",
                details={"retry_after_s": 60},
            )
        try:
            return await self._access.authenticate(secret)
        except Unauthenticated:
            await self._failures.hit(self._limit, address)
            raise

    def _is_public(self, scope: Scope) -> bool:
        path = scope["path"]
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            is_page = path == "/" or (path.count("/") == 1 and path.endswith(_PAGE_FILES))
            if is_page:  # the pages themselves hold nothing; what they show, they ask for with a token
                return True
        return any(path.startswith(p) if p.endswith("/") else path == p for p in self._public)

    def _check_page(self, scope: Scope, headers: Mapping[str, str]) -> None:
        """Without tokens, a page of another site must not act through its visitor's browser. Raises Forbidden."""
        host = headers.get("host", "")
        if not is_loopback(urlsplit(f"//{host}").hostname or "") and not self._is_known_host(host):
            raise Forbidden(
                f"This Pollux is not called {host[:100]!r}.",
                code="foreign_host",
                hint="Use http://127.0.0.1 or localhost.",
            )
        origin = headers.get("origin")
        acts = scope["type"] == "websocket" or scope["method"] not in _READS
        if not acts or (origin is not None and origin.rstrip("/").lower() in self._origins):
            return
        foreign = urlsplit(origin).netloc.lower() != host.lower() if origin is not None else False
        if foreign or headers.get("sec-fetch-site") == "cross-site":
            raise Forbidden(
                f"Pages of {(origin or 'another site')[:100]} may not act here.",
                code="foreign_origin",
                hint="Add the site to web.origins if you trust it.",
            )

    def _is_known_host(self, host: str) -> bool:
        return any(urlsplit(origin).netloc == host.lower() for origin in self._origins)


def _token(headers: Mapping[str, str], scope: Scope) -> str | None:
    """The token of the Authorization header, or the one offered as a WebSocket subprotocol."""
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return secret.strip()
    if scheme:
        raise Unauthenticated("Only Bearer tokens are known here.", hint="Send `Authorization: Bearer …`.")
    offered = scope.get("subprotocols", ()) if scope["type"] == "websocket" else ()
    return next((str(name)[len(_BEARER) :] for name in offered if str(name).startswith(_BEARER)), None)


def _from_this_machine(scope: Scope) -> bool:
    client: Any = scope.get("client")
    return client is None or is_loopback(str(client[0]))


async def _refuse(error: PolluxError, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        response = problem_of(error, scope.get("state", {}).get("trace"))
        await response(scope, receive, send)
        return
    connect: Message = await receive()
    if connect["type"] == "websocket.connect":
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": error.code})
