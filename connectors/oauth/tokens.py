"""Access tokens, made of a refresh token when they are needed and never printed."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

from connectors.oauth.grants import Keeper, Provider
from connectors.web import Answer, Web
from connectors.web.document import Node
from twin_core.contract.clock import Clock
from twin_core.contract.errors import PolluxError, Rejected, Unauthenticated, Unavailable

_EARLY = timedelta(seconds=120)  # before its end, as clocks differ and requests take their time
_USUAL_S = 3600.0


class Tokens:
    """The access of one source."""

    def __init__(self, provider: Provider, keeper: Keeper, web: Web, clock: Clock) -> None:
        self._provider = provider
        self._keeper = keeper
        self._web = web
        self._clock = clock
        self._access = ""
        self._until: datetime | None = None
        self._busy = asyncio.Lock()

    async def header(self) -> str:
        """The value of Authorization. Raises Unauthenticated "reconnect" where access was withdrawn."""
        async with self._busy:
            if not self._access or self._until is None or self._clock.now() >= self._until - _EARLY:
                await self._renew()
            return f"Bearer {self._access}"

    def forget(self) -> None:
        """The access token was refused: the next one is made anew."""
        self._access = ""

    async def _renew(self) -> None:
        refresh = self._keeper.load()
        if not refresh:
            raise self._reconnect("was not connected yet")
        form = {"grant_type": "refresh_token", "refresh_token": refresh, **self._provider.secrets()}
        answer = await post_form(self._web, self._provider.token_url, form)
        if answer.status >= 400:
            raise self._refused(answer)
        found = Node(answer.json(self._provider.title))
        self._access = found["access_token"].text_of(8192)
        if not self._access:
            raise self._reconnect("gave no access")
        lasts_s = found["expires_in"].number() or _USUAL_S
        self._until = self._clock.now() + timedelta(seconds=min(lasts_s, 86_400))
        if (anew := found["refresh_token"].text_of(8192)) and anew != refresh:
            self._keeper.save(anew)

    def _refused(self, answer: Answer) -> PolluxError:
        """RFC 6749, section 5.2."""
        try:
            error = Node(answer.json(self._provider.title))["error"].text()
        except Unavailable:
            return self._web.refused(answer)
        if error in ("invalid_grant", "interaction_required", "consent_required"):
            return self._reconnect("does not let us in any more")
        if error in ("invalid_client", "unauthorized_client"):
            return Rejected(
                f"{self._provider.title} does not know this application ({error}).",
                code="bad_client",
                hint="Check client_id and client_secret.",
            )
        return self._web.refused(answer)

    def _reconnect(self, what: str) -> Unauthenticated:
        hint = f"Connect it: pollux connect {self._keeper.name}."
        return Unauthenticated(f"{self._provider.title} {what}.", code="reconnect", hint=hint)


async def post_form(web: Web, url: str, form: Mapping[str, str]) -> Answer:
    """What a token endpoint answers, refusals in its own words included. Raises PolluxError."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    return await web.ask("POST", url, headers=headers, content=urlencode(form).encode(), expect={400, 401, 403, 428})
