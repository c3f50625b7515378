"""Slack as its apps see it: a Web API that records what is said, Socket Mode, and signed requests."""

import asyncio
import hashlib
import hmac
import html
import json
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from tests.bot.channels.block_kit import check
from tests.bot.channels.scripted import serving

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TEAM, BOT, WAIT_S = "T1", "UBOT", 60
MOST_RESPONSES = 5  # docs.slack.dev: a response_url is good for five
_ids = count(1)


@dataclass
class Slack:
    """What was asked of Slack, and what it answers. `refuse` holds answers that come before the right ones."""

    port: int = 0
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refuse: deque[tuple[int, dict[str, str], dict[str, Any]]] = field(default_factory=deque)
    refusing: dict[str, str] = field(default_factory=dict)  # by method: the error that it answers with
    losing: int = 0  # so many messages are posted without an answer that says so
    silent: str = ""  # the method that is never answered
    zone: str | None = None  # of everybody here
    quiet: dict[str, Any] = field(default_factory=dict)  # what dnd.info answers
    files: list[bytes] = field(default_factory=list)
    shared: dict[str, bytes] = field(default_factory=dict)  # files of people, by name
    token: str = "xoxb-1"  # that may fetch them
    sockets: list[WebSocket] = field(default_factory=list)
    acks: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    def said(self, method: str = "chat.postMessage") -> list[dict[str, Any]]:
        return [body for name, body in self.calls if name == method]

    def streamed(self) -> str:
        """All that was streamed, as it reads."""
        parts = (b["markdown_text"] for name, b in self.calls if name in ("chat.startStream", "chat.appendStream"))
        return html.unescape(re.sub(r"\\(.)", r"\1", "".join(parts)))

    async def heard(self, method: str = "chat.postMessage", number: int = 1) -> dict[str, Any]:
        """The body of the nth call of a method, once it has come."""
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(lambda: len(self.said(method)) >= number), WAIT_S)
        return self.said(method)[number - 1]

    async def record(self, method: str, body: dict[str, Any]) -> None:
        for name in ("blocks", "view", "prompts"):
            if isinstance(body.get(name), str):
                body[name] = json.loads(body[name])
        check(method, body)
        async with self._news:
            self.calls.append((method, body))
            self._news.notify_all()

    async def deliver(self, kind: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Sends an envelope over the newest socket; answers its acknowledgement."""
        envelope = f"E{next(_ids)}"
        await self.sockets[-1].send_json({"envelope_id": envelope, "type": kind, "payload": payload})
        ack = await asyncio.wait_for(self.acks.get(), WAIT_S)
        assert ack["envelope_id"] == envelope
        return ack

    async def send_all(self, kind: str, payloads: Sequence[Mapping[str, Any]]) -> set[str]:
        """Sends envelopes over the newest socket without waiting; answers their ids."""
        sent = {f"E{next(_ids)}": payload for payload in payloads}
        for envelope, payload in sent.items():
            await self.sockets[-1].send_json({"envelope_id": envelope, "type": kind, "payload": payload})
        return set(sent)

    async def acknowledged(self, envelopes: set[str]) -> None:
        """Waits until each of them was acknowledged."""
        while envelopes:
            envelopes = envelopes - {(await asyncio.wait_for(self.acks.get(), WAIT_S))["envelope_id"]}

    async def connected(self, number: int = 1) -> None:
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(lambda: len(self.sockets) >= number), WAIT_S)

    def app(self) -> Starlette:
        routes = [
            Route("/api/{method}", self._api, methods=["GET", "POST"]),
            Route("/hooks/{name}", self._respond, methods=["POST"]),
            Route("/upload", self._upload, methods=["POST"]),
            Route("/files/{name}", self._shared),
            Route("/picture.png", lambda _: Response(b"\x89PNG", media_type="image/png")),
        ]
        return Starlette(routes=[*routes, WebSocketRoute("/link", self._link)])

    async def _api(self, request: Request) -> Response:
        method = request.path_params["method"]
        kind = request.headers.get("content-type", "")
        sent = await request.body()
        body: dict[str, Any] = json.loads(sent) if "json" in kind else dict(parse_qsl(sent.decode()))
        body = {**request.query_params, **body, "token": request.headers.get("authorization", "")}
        if self.refuse and method.startswith("chat."):
            status, headers, doc = self.refuse.popleft()
            await self.record(f"refused:{method}", body)
            return JSONResponse(doc, status, headers=headers)
        if method in self.refusing:
            await self.record(f"refused:{method}", body)
            return JSONResponse({"ok": False, "error": self.refusing[method]})
        answer = self._answer(method, body)
        if method in ("chat.postMessage", "chat.startStream"):
            body["posted"] = answer["ts"]  # where it stands from now on
        await self.record(method, body)
        if method == "chat.postMessage" and self.losing:
            self.losing -= 1
            return PlainTextResponse("upstream connect error", 503)
        if method == self.silent:
            await asyncio.Event().wait()
        return JSONResponse({"ok": True, **answer})

    def _answer(self, method: str, body: Mapping[str, Any]) -> dict[str, Any]:
        channel = str(body.get("channel") or "")
        match method:
            case "auth.test":
                return {"team_id": TEAM, "team": "Acme", "user_id": BOT, "bot_id": "B1", "url": "https://acme.test/"}
            case "users.info":
                user = body["user"]
                return {
                    "user": {
                        "tz": self.zone,
                        "id": user,
                        "name": user.lower(),
                        "profile": {"display_name": f"Name of {user}"},
                    }
                }
            case "dnd.info":
                return {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1, **self.quiet}
            case "apps.connections.open":
                return {"url": f"ws://127.0.0.1:{self.port}/link"}
            case "conversations.open":
                return {"channel": {"id": f"D{body['users']}"}}
            case "conversations.history" | "conversations.replies":
                return {"messages": self._standing(channel, body.get("ts"), float(body.get("oldest") or 0))}
            case "files.getUploadURLExternal":
                return {"upload_url": f"http://127.0.0.1:{self.port}/upload", "file_id": "F1"}
            case "files.completeUploadExternal":
                return {"files": [{"id": "F1"}]}
            case "oauth.v2.access":
                team = {"id": "T2", "name": "Beta"}
                doc = {"access_token": "xoxb-2", "bot_user_id": "UBOT2", "app_id": "A1", "token_type": "bot"}
                return {**doc, "team": team, "scope": "chat:write", "authed_user": {"id": "U9"}}
        return {"channel": f"D{channel}" if channel.startswith("U") else channel, "ts": f"{next(_ids)}.000100"}

    def _standing(self, channel: str, thread: str | None, since: float) -> list[dict[str, Any]]:
        """What of ours stands in a channel, the newest first; its metadata as it was posted."""
        stand = []
        stopped = {said["ts"]: said.get("metadata") for said in self.said("chat.stopStream")}
        for said in [*self.said(), *self.said("chat.startStream")]:
            there = str(said["channel"])
            there = f"D{there}" if there.startswith("U") else there
            if there == channel and said.get("thread_ts") == thread and float(said["posted"]) > since:
                metadata = said.get("metadata") or stopped.get(said["posted"]) or {}
                kept = json.loads(metadata) if isinstance(metadata, str) else metadata
                stand.append({"user": BOT, "ts": said["posted"], "text": said.get("text", "…"), "metadata": kept})
        return stand[::-1]

    async def _respond(self, request: Request) -> Response:
        if len(self.said("response_url")) >= MOST_RESPONSES:
            return PlainTextResponse("used_url", 404)
        await self.record("response_url", await request.json())
        return PlainTextResponse("ok")

    async def _shared(self, request: Request) -> Response:
        """A file, for the bot alone; others get the page for signing in."""
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return HTMLResponse("<title>Sign in</title>")
        return Response(self.shared[request.path_params["name"]], media_type="audio/mp4")

    async def _upload(self, request: Request) -> Response:
        self.files.append(await request.body())
        return PlainTextResponse("OK")

    async def _link(self, socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_json({"type": "hello", "num_connections": 1})
        async with self._news:
            self.sockets.append(socket)
            self._news.notify_all()
        while (message := await socket.receive())["type"] != "websocket.disconnect":
            if text := message.get("text"):
                await self.acks.put(json.loads(text))


@asynccontextmanager
async def slack() -> AsyncIterator[Slack]:
    """A Slack of our own, on this machine."""
    recorder = Slack()
    async with serving(recorder.app()) as port:
        recorder.port = port
        yield recorder


def signed(body: bytes, *, secret: str = SECRET, at_s: float | None = None) -> dict[str, str]:
    """Slack's headers for a body."""
    stamp = str(int(time.time() if at_s is None else at_s))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


@dataclass(frozen=True, slots=True)
class Door:
    """Pollux's door for Slack, knocked at as Slack does."""

    http: httpx2.AsyncClient

    async def event(self, event: Mapping[str, Any], **more: Any) -> httpx2.Response:
        doc = {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{next(_ids)}", "event": event, **more}
        return await self.post(json.dumps(doc).encode(), "application/json")

    async def interaction(self, payload: Mapping[str, Any]) -> httpx2.Response:
        return await self.form(payload=json.dumps(payload))

    async def form(self, **fields: str) -> httpx2.Response:
        return await self.post(urlencode(fields).encode(), "application/x-www-form-urlencoded")

    async def post(self, body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> httpx2.Response:
        given = signed(body) if headers is None else headers
        return await self.http.post("/events", content=body, headers={"Content-Type": kind, **given})


def message(text: str, user: str = "U1", channel: str = "D1", **more: Any) -> dict[str, Any]:
    """A message event; in a channel, a mention."""
    ts = f"{next(_ids)}.000200"
    if channel.startswith("D"):
        return {
            "type": "message",
            "channel_type": "im",
            "user": user,
            "channel": channel,
            "text": text,
            "ts": ts,
            **more,
        }
    return {"type": "app_mention", "user": user, "channel": channel, "text": f"<@{BOT}> {text}", "ts": ts, **more}


def press(said: Mapping[str, Any], title: str, user: str = "U1", **more: Any) -> dict[str, Any]:
    """Pressing the button, or choosing the option, with this title in a message that was said."""
    for block in said["blocks"]:
        for element in (*block.get("elements", ()), *((block["accessory"],) if "accessory" in block else ())):
            chosen = next((o for o in element.get("options", ()) if o["text"]["text"] == title), None)
            if chosen or (element["type"] == "button" and element["text"]["text"] == title):
                action = {**element, "block_id": block["block_id"], "action_ts": f"{next(_ids)}.1"}
                if chosen:
                    action["selected_option"] = chosen
                channel = str(said.get("channel", "D1"))
                channel = f"D{channel}" if channel.startswith("U") else channel
                ts = said.get("posted", "7.1")
                return {
                    "type": "block_actions",
                    "trigger_id": f"{next(_ids)}.{next(_ids)}",
                    "team": {"id": TEAM},
                    "user": {"id": user, "team_id": TEAM},
                    "channel": {"id": channel},
                    "container": {"type": "message", "message_ts": ts, "channel_id": channel},
                    "message": {
                        "ts": ts,
                        "text": said.get("text", ""),
                        "blocks": said["blocks"],
                        "thread_ts": said.get("thread_ts"),
                    },
                    "actions": [action],
                    **more,
                }
    raise AssertionError(f"no {title!r} in {said['blocks']}")
