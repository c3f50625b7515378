"""Rasa's Socket.IO channel, so that widgets made for Rasa work unchanged.

`session_request {session_id}` is answered by `session_confirm`, `user_uttered {message, session_id}` by `bot_uttered`;
what Pollux says unasked is a `bot_uttered` too. The session is the conversation: who comes back with it goes on in it.
Source: Rasa 3.6, rasa/core/channels/socketio.py, and the README of rasa-webchat.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard

import socketio
import structlog
from starlette.requests import HTTPConnection

from bot.channels._flood import Allowance, Bucket
from bot.channels._origins import check_origin
from bot.channels._rasa import payload, read_payload
from bot.channels._wire import MAX_BODY_BYTES, MAX_ID_CHARS, ChatMessage, person
from bot.ports import Answer, Asgi, Incoming, Limits, OnMessage, Reply
from bot.replies.rendering import fit
from twin_core.contract.errors import Forbidden, PolluxError, Rejected, Unavailable
from twin_core.contract.ids import new_id

EXAMPLE: Mapping[str, Any] = {}
WAITING = 32  # messages of one conversation that may wait for their turn
_SESSION = re.compile(rf"[^\x00-\x1f\x7f\ud800-\udfff]{{1,{MAX_ID_CHARS}}}")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SocketIoOptions:
    """`path`: where the widget's `socketPath` points; `origins`: other sites whose pages may hold it."""

    path: str = "/socket.io"
    origins: tuple[str, ...] = ()
    allowance: Allowance = field(default_factory=Allowance)


def build(options: Mapping[str, Any]) -> "SocketIoChannel":
    """The channel; options are those of SocketIoOptions. Raises Rejected for an unknown one."""
    try:
        return SocketIoChannel(SocketIoOptions(**options))
    except TypeError as error:
        raise Rejected(f"The socketio channel does not know this option: {error}.", code="bad_options") from None


@dataclass(eq=False)
class Visitor:
    """One connection: whose it is, what it may still send, and the session it asked for."""

    user: str
    bucket: Bucket
    session: str | None = None


@dataclass(eq=False)
class Session:
    """One conversation that somebody has open."""

    user: str
    visitors: set[str] = field(default_factory=set)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class SocketIoChannel:
    """All tabs of a session hear what is said in it; nobody else can enter it while it is open."""

    name = "socketio"
    limits = Limits(images=True)

    def __init__(self, options: SocketIoOptions) -> None:
        self._options = options
        self._on_message: OnMessage | None = None
        self._visitors: dict[str, Visitor] = {}
        self._sessions: dict[str, Session] = {}
        # Origins are checked as in our other channels, and the headers for them are set by the API.
        self._server = socketio.AsyncServer(
            async_mode="asgi", cors_allowed_origins=[], max_http_buffer_size=MAX_BODY_BYTES
        )
        for event in (self._connect, self._session_request, self._user_uttered, self._disconnect):
            self._server.on(event.__name__.lstrip("_"), event)

    async def start(self, on_message: OnMessage) -> Asgi | None:
        self._on_message = on_message
        app: Asgi = socketio.ASGIApp(self._server, socketio_path=self._options.path)
        return app

    async def send(self, conversation: str, reply: Reply) -> None:
        if self._on_message is None or conversation not in self._sessions:
            raise Unavailable("Nobody has this conversation open.", code="nobody_there")
        await self._say(reply, conversation)

    def present(self) -> tuple[str, ...]:
        """The conversations that somebody has open now."""
        return tuple(self._sessions)

    async def aclose(self) -> None:
        if self._on_message is None:
            return
        self._on_message = None
        for sid in tuple(self._visitors):
            await self._server.disconnect(sid)
        await self._server.shutdown()

    async def _connect(self, sid: str, environ: Mapping[str, Any], auth: Any = None) -> None:
        connection = HTTPConnection(environ["asgi.scope"])
        try:
            check_origin(connection, self._options.origins)
        except Forbidden as error:
            raise socketio.exceptions.ConnectionRefusedError(str(error)) from None
        bucket = Bucket(self._options.allowance, asyncio.get_running_loop().time())
        self._visitors[sid] = Visitor(person(connection), bucket)

    async def _disconnect(self, sid: str, reason: str = "") -> None:
        visitor = self._visitors.pop(sid, None)
        if visitor is not None and visitor.session is not None:
            self._leave(sid, visitor.session)

    async def _session_request(self, sid: str, data: Any = None) -> None:
        wanted = data.get("session_id") if isinstance(data, dict) else None
        if await self._calm(sid):
            session = await self._enter(sid, wanted if _is_session(wanted) else new_id("chat"))
            await self._server.emit("session_confirm", session, to=sid)

    async def _user_uttered(self, sid: str, data: Any = None) -> None:
        if not await self._calm(sid):
            return
        try:
            message = await self._read(sid, data)
            reply = await self._answer(message, self._visitors[sid].user)
        except PolluxError as error:
            await self._say(Reply(str(error)), sid)
        except Exception:  # a rim: the person is told, the log has the trace
            log.exception("socketio.turn_failed", session=sid)
            await self._say(Reply("Something broke here. Please try again."), sid)
        else:
            for piece in reply.replies:
                await self._say(piece, message.conversation)

    async def _read(self, sid: str, data: Any) -> ChatMessage:
        """The message, in the session it names or else in the one of this connection. Raises Rejected."""
        if not isinstance(data, dict):
            raise Rejected("I could not read that message.", hint='A widget sends {"message": "…"}.')
        named, about = data.get("session_id"), data.get("customData")
        wanted = named if _is_session(named) else self._visitors[sid].session
        session = await self._enter(sid, wanted or new_id("chat"))
        message_id = about.get("message_id") if isinstance(about, dict) else None
        known = message_id if isinstance(message_id, str) else new_id("msg")
        return read_payload(data.get("message"), conversation=session, message_id=known)

    async def _answer(self, message: ChatMessage, user: str) -> Answer:
        """One message of a session after the other. Raises PolluxError."""
        session = self._sessions[message.conversation]
        if self._on_message is None:
            raise Unavailable("Pollux is not listening any more.", hint="Try again in a moment.")
        if session.waiting >= WAITING:
            raise Rejected("I am still busy with your messages before this one.", hint="Please wait a moment.")
        session.waiting += 1
        try:
            async with session.turn:
                return await self._on_message(
                    Incoming(
                        conversation=message.conversation,
                        text=message.text,
                        action=message.action,
                        user=user,
                        channel=self.name,
                        message_id=message.message_id,
                    )
                )
        finally:
            session.waiting -= 1

    async def _enter(self, sid: str, name: str) -> str:
        """Lets a connection hear a session; one that is somebody else's is not opened, it gets one of its own."""
        visitor = self._visitors[sid]
        session = self._sessions.get(name)
        if session is not None and session.user != visitor.user:
            return await self._enter(sid, new_id("chat"))
        if session is None or sid not in session.visitors:
            if visitor.session is not None:
                self._leave(sid, visitor.session)
                await self._server.leave_room(sid, visitor.session)
            self._sessions.setdefault(name, Session(visitor.user)).visitors.add(sid)
            visitor.session = name
            await self._server.enter_room(sid, name)
        return name

    def _leave(self, sid: str, name: str) -> None:
        session = self._sessions.get(name)
        if session is not None:
            session.visitors.discard(sid)
            if not session.visitors:
                del self._sessions[name]

    async def _calm(self, sid: str) -> bool:
        """Whether one more event of this connection is looked at; who goes on and on is cut off."""
        visitor = self._visitors.get(sid)
        if visitor is None:
            return False
        if visitor.bucket.take(asyncio.get_running_loop().time()):
            return True
        if visitor.bucket.exhausted:
            await self._server.disconnect(sid)
        else:
            await self._say(Reply("That was a lot at once. Give me a moment, then send it again."), sid)
        return False

    async def _say(self, reply: Reply, room: str) -> None:
        for piece in fit(reply, self.limits):
            for row in _rows(piece):
                await self._server.emit("bot_uttered", row, to=room)


def _is_session(name: Any) -> TypeGuard[str]:
    return isinstance(name, str) and _SESSION.fullmatch(name) is not None


def _rows(reply: Reply) -> list[dict[str, Any]]:
    row: dict[str, Any] = {"text": reply.text}
    if reply.buttons:
        row["quick_replies"] = [
            {"content_type": "text", "title": button.title, "payload": payload(button)} for button in reply.buttons
        ]
    rows = [row]
    if reply.image and (url := reply.image.get("url")):
        rows.append({"attachment": {"type": "image", "payload": {"src": url, "title": reply.image.get("alt", "")}}})
    return rows
