"""The HTTP door for Slack: what is not signed by Slack, now, once, and readable, goes no further.

Source: docs.slack.dev/authentication/verifying-requests-from-slack.
"""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

import structlog
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels._wire import MAX_BODY_BYTES, parse_json
from twin_core.contract.errors import Rejected

log = structlog.get_logger(__name__)

MOST_BYTES = 4 * MAX_BODY_BYTES
REMEMBERED_S = 600  # a signature is good for five minutes before and after its timestamp


class Door:
    """`/events` takes everything that Slack posts: events, buttons, modals, commands."""

    def __init__(self, bolt: AsyncApp, signing_secret: str) -> None:
        self._bolt = bolt
        self._verifier = SignatureVerifier(signing_secret)
        self._seen: OrderedDict[str, float] = OrderedDict()

    def app(self) -> Starlette:
        routes = [Route("/events", self._events, methods=["POST"])]
        if flow := self._bolt.oauth_flow:
            routes.append(Route("/install", self._flow(flow.handle_installation), methods=["GET"]))
            routes.append(Route("/oauth_redirect", self._flow(flow.handle_callback), methods=["GET"]))
        return Starlette(routes=routes)

    async def _events(self, request: Request) -> Response:
        body = await _read(request)
        if body is None:
            return PlainTextResponse("too large", 413)
        try:
            body.decode("utf-8")
        except UnicodeDecodeError:
            return PlainTextResponse("not UTF-8", 400)
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        if not timestamp.isascii() or not timestamp.isdigit() or not signature.isascii():
            return PlainTextResponse("not signed", 401)
        if not self._verifier.is_valid(body, timestamp, signature):
            return PlainTextResponse("not signed by Slack, or too old", 401)
        if self._is_replayed(signature):
            return PlainTextResponse("seen before", 401)
        if not _is_readable(body, request.headers.get("content-type", "")):
            return PlainTextResponse("not what Slack sends", 400)
        taken = False
        try:
            answer = to_starlette_response(await self._bolt.async_dispatch(to_async_bolt_request(request, body)))
            taken = answer.status_code < 500
            return answer
        except (TypeError, AttributeError, KeyError):  # Bolt reads a number where Slack writes the id of somebody
            log.warning("slack.odd_delivery", exc_info=True)
            return PlainTextResponse("not what Slack sends", 400)
        finally:
            if not taken:  # Slack tries again at once, within the second under the same signature
                self._seen.pop(signature, None)

    def _flow(self, handle: Callable[..., Awaitable[object]]) -> Callable[[Request], Awaitable[Response]]:
        async def serve(request: Request) -> Response:
            return to_starlette_response(await handle(to_async_bolt_request(request, b"")))  # type: ignore[arg-type]

        return serve

    def _is_replayed(self, signature: str) -> bool:
        """Slack signs anew when it tries again: the very same request comes from somebody who listened."""
        now_s = time.monotonic()
        while self._seen and next(iter(self._seen.values())) < now_s - REMEMBERED_S:
            self._seen.popitem(last=False)
        if signature in self._seen:
            return True
        self._seen[signature] = now_s
        return False


def _is_readable(body: bytes, kind: str) -> bool:
    """Whether it holds an object, as everything does that Slack posts."""
    try:
        if "json" in kind:
            said = parse_json(body)
            return isinstance(said, dict) and isinstance(said.get("event", {}), dict)
        fields = dict(parse_qsl(body.decode("utf-8"), max_num_fields=100))
        return "payload" not in fields or isinstance(parse_json(fields["payload"]), dict)
    except (Rejected, ValueError):
        return False


async def _read(request: Request) -> bytes | None:
    """The body; None for one that is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)
