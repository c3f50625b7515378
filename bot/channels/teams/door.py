"""The HTTP door for Teams: what Microsoft has not signed for this bot, for this address of its own, goes no further.

Source: learn.microsoft.com, Bot Connector authentication, "Authenticate requests from the Bot Connector service".
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import jwt
import structlog
from microsoft_teams.apps.auth import TokenValidator
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels._wire import MAX_BODY_BYTES, json_response, problem, read_json
from bot.channels.teams.options import TeamsOptions
from bot.channels.teams.reading import tenant_of
from twin_core.contract.errors import Rejected

Hear = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any] | None]]  # answers what an invoke is answered

MOST_BYTES = 16 * MAX_BODY_BYTES  # words come twice, the second time as HTML
CHANNEL = "msteams"  # a bot may be reached by others of Microsoft's, where clients write who they are themselves

log = structlog.get_logger(__name__)


class Door:
    """`/messages` takes every activity that Teams posts."""

    def __init__(self, options: TeamsOptions, hear: Hear) -> None:
        self._tenants = frozenset(tenant.lower() for tenant in options.tenants)
        # Only tokens of the Bot Connector: those of Entra, which the SDK would take too, sign no service URL.
        self._validator = TokenValidator.for_service(options.client_id, cloud=options.cloud)
        self._hear = hear

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/messages", self._messages, methods=["POST"])])

    async def _messages(self, request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return PlainTextResponse("not signed", 401)
        try:
            activity = await read_json(request, MOST_BYTES)
        except Rejected as error:
            return problem(error)
        url = activity.get("serviceUrl") if isinstance(activity, dict) else None
        if not isinstance(url, str) or not url:
            return PlainTextResponse("not what Teams sends", 400)
        try:
            await self._check(token.strip(), url)
        except jwt.PyJWKClientConnectionError as error:
            log.warning("teams.no_keys", reason=str(error))
            return PlainTextResponse("the keys to check this with cannot be had now", 503)
        except (jwt.PyJWTError, ValueError):
            return PlainTextResponse("not signed by Microsoft for this bot, or too old", 401)
        if activity.get("channelId") != CHANNEL:
            return PlainTextResponse("this comes from no Teams", 403)
        if tenant_of(activity) not in self._tenants:
            return PlainTextResponse("this organisation is not let in here", 403)
        shown = await self._hear(activity)
        return Response(status_code=200) if shown is None else json_response(shown)

    async def _check(self, token: str, service_url: str) -> None:
        """Issuer, audience, expiry, signature and service URL; in a thread, since the SDK fetches keys blocking."""
        await asyncio.to_thread(self._checked, token, service_url)

    def _checked(self, token: str, service_url: str) -> None:
        """Without an event loop of its own, which takes longer than the check: what the SDK does there blocks."""
        checking = self._validator.validate_token(token, service_url)
        try:
            checking.send(None)
        except StopIteration:
            return
        checking.close()  # a later SDK may wait for something after all
        asyncio.run(self._validator.validate_token(token, service_url))
