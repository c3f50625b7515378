"""Teams as its bots see it: a connector that records what is said, Microsoft's keys, and signed activities."""

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from typing import Any

import httpx2
import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from microsoft_teams.api.auth.cloud_environment import PUBLIC
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.bot.channels.adaptive_card import check, words_of
from tests.bot.channels.scripted import serving

APP, TENANT, BOT, WAIT_S = "app-1", "tenant-1", "28:app-1", 60
_ids = count(1)


@cache
def key(name: str) -> RSAPrivateKey:
    """Microsoft's own is k1; whoever has another is somebody else."""
    return generate_private_key(65537, 2048)


@dataclass
class Teams:
    """What was said to Teams. `refuse` holds answers that come before the right ones, `gone` what is answered in a
    conversation, `ended` what a stream is answered that ends.
    """

    port: int = 0
    said: list[dict[str, Any]] = field(default_factory=list)
    edited: list[dict[str, Any]] = field(default_factory=list)
    typing: list[dict[str, Any]] = field(default_factory=list)
    refuse: deque[tuple[int, dict[str, str]]] = field(default_factory=deque)
    gone: dict[str, int] = field(default_factory=dict)
    ended: int = 0
    shared: dict[str, bytes] = field(default_factory=dict)  # files of people, by name
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def options(self) -> dict[str, Any]:
        """What makes the channel speak to this one."""
        cloud = replace(PUBLIC, openid_metadata_url=f"{self.url}/v1/.well-known/openidconfiguration")

        async def token(scope: str | list[str], tenant: str | None) -> str:
            return jwt.encode({"exp": int(time.time()) + 600, "aud": scope}, key("ours"), "RS256")

        return {"client_id": APP, "tenants": [TENANT], "cloud": cloud, "token": token}

    async def heard(self, number: int = 1) -> dict[str, Any]:
        """The nth message that was said, once it has come."""
        return await self._nth(self.said, number)

    async def shown(self, number: int = 1) -> dict[str, Any]:
        """The nth edit."""
        return await self._nth(self.edited, number)

    async def typed(self, number: int = 1) -> dict[str, Any]:
        """The nth sign that an answer is being made."""
        return await self._nth(self.typing, number)

    async def _nth(self, of: list[dict[str, Any]], number: int) -> dict[str, Any]:
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(lambda: len(of) >= number), WAIT_S)
        return of[number - 1]

    def app(self) -> Starlette:
        where = "/v3/conversations/{conversation}/activities"
        return Starlette(
            routes=[
                Route("/v1/.well-known/keys", self._keys),
                Route("/files/{name}", self._file),
                Route(where, self._post, methods=["POST"]),
                Route(f"{where}/{{id}}", self._put, methods=["PUT"]),
            ]
        )

    async def _keys(self, _: Request) -> Response:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key("k1").public_key()))
        return JSONResponse({"keys": [{**public, "kid": "k1", "use": "sig", "alg": "RS256"}]})

    async def _file(self, request: Request) -> Response:
        found = self.shared.get(request.path_params["name"])
        return Response(found) if found is not None else Response(status_code=404)

    async def _post(self, request: Request) -> Response:
        if self.refuse:
            status, headers = self.refuse.popleft()
            return Response(status_code=status, headers=headers)
        if self.ended and '"final"' in (await request.body()).decode():
            return JSONResponse({"error": {"code": "ContentStreamNotAllowed"}}, self.ended)
        return await self._record(request, self.said, f"m{next(_ids)}")

    async def _put(self, request: Request) -> Response:
        return await self._record(request, self.edited, str(request.path_params["id"]))

    async def _record(self, request: Request, into: list[dict[str, Any]], id: str) -> Response:
        assert request.headers["authorization"].startswith("Bearer ey")
        if status := self.gone.get(request.path_params["conversation"]):
            return JSONResponse({"error": {"code": "BotNotInConversationRoster"}}, status)
        activity = await request.json()
        if activity["type"] == "typing":
            into = self.typing
        else:
            check(activity)
        async with self._news:
            into.append({**activity, "text": words_of(activity), "id": id, "to": request.path_params["conversation"]})
            self._news.notify_all()
        return JSONResponse({"id": id})


@asynccontextmanager
async def teams() -> AsyncIterator[Teams]:
    """A Teams of our own, on this machine."""
    recorder = Teams()
    async with serving(recorder.app()) as port:
        recorder.port = port
        yield recorder


@dataclass(frozen=True, slots=True)
class Door:
    """Microsoft's side of the bot's door."""

    http: httpx2.AsyncClient
    teams: Teams

    def token(self, *, kid: str = "k1", signer: str = "k1", **claims: Any) -> str:
        """Microsoft's for this bot and this connector, but for what is given."""
        now = int(time.time())
        good = {"iss": PUBLIC.token_issuer, "aud": APP, "serviceurl": self.teams.url, "iat": now, "exp": now + 600}
        return jwt.encode({**good, **claims}, key(signer), "RS256", headers={"kid": kid})

    async def post(self, activity: Mapping[str, Any], token: str | None = None) -> httpx2.Response:
        headers = {"authorization": f"Bearer {token or self.token()}"}
        return await self.http.post("/messages", json={"serviceUrl": self.teams.url, **activity}, headers=headers)


def message(text: str, user: str = "u1", channel: str | None = None, **more: Any) -> dict[str, Any]:
    """What somebody says: alone with the bot, or to it in a channel or a group chat."""
    conversation = {"id": channel or f"a:{user}", "tenantId": TENANT}
    among = "groupChat" if (channel or "").endswith("@thread.v2") else "channel"
    conversation["conversationType"] = among if channel else "personal"
    mention = {"type": "mention", "mentioned": {"id": BOT, "name": "Pollux"}, "text": "<at>Pollux</at>"}
    return {
        "type": "message",
        "id": f"in{next(_ids)}",
        "channelId": "msteams",
        "from": {"id": f"29:{user}", "aadObjectId": user, "name": f"Name of {user}"},
        "recipient": {"id": BOT, "name": "Pollux"},
        "conversation": conversation,
        "text": f"<at>Pollux</at> {text}" if channel else text,
        "entities": [mention] if channel else [],
        **more,
    }


def buttons(said: Mapping[str, Any]) -> dict[str, Any]:
    """Each button of a message, by its title; of several with one title the first."""
    cards = [attachment["content"] for attachment in said.get("attachments") or ()]
    rows = [row for card in cards for row in card["body"] if row["type"] == "ActionSet"]
    return {action["title"]: action for row in reversed(rows) for action in reversed(row["actions"])}


def press(
    said: Mapping[str, Any], title: str, user: str = "u1", channel: str | None = None, **inputs: str
) -> dict[str, Any]:
    """What comes of pressing a button; `inputs` stand in the form then."""
    button = buttons(said)[title]
    return invoke({**button, "data": {**button["data"], **inputs}}, said, user, channel)


def invoke(
    action: Mapping[str, Any], said: Mapping[str, Any], user: str = "u1", channel: str | None = None, **more: Any
) -> dict[str, Any]:
    """What Teams makes of an Action.Execute, pressed or due to refresh a card."""
    chosen = {name: action[name] for name in ("type", "verb", "data")}
    value = {"action": chosen, "trigger": "manual", **more}
    about = {"type": "invoke", "name": "adaptiveCard/action", "value": value, "replyToId": said["id"]}
    return message("", user, channel, entities=[], **about)
