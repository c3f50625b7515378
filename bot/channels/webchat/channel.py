"""The web page's channel: a WebSocket that resumes where it broke off, and the page itself."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.channels._flood import Allowance, Bucket
from bot.channels._origins import check_origin
from bot.channels._wire import (
    MAX_BODY_BYTES,
    MAX_ID_CHARS,
    ChatMessage,
    error_json,
    parse_json,
    person,
    read_message,
    reply_json,
)
from bot.channels.webchat.connection import GOING_AWAY, POLICY_VIOLATION, TRY_AGAIN_LATER, Connection
from bot.channels.webchat.log import Log
from bot.channels.webchat.room import House, Room
from bot.documents import Documents
from bot.ports import Asgi, Limits, OnMessage, Reply
from bot.web import pages
from twin_core.contract.clock import Clock, SystemClock
from twin_core.contract.errors import Forbidden, PolluxError, Rejected, Unavailable

SUBPROTOCOL = "pollux"  # offered beside "bearer.TOKEN", which the door of the server reads
GRACE_S = 5.0
_CONVERSATION = re.compile(rf"[^\x00-\x1f\x7f]{{1,{MAX_ID_CHARS}}}")


@dataclass(frozen=True, slots=True)
class WebChatOptions:
    """`origins`: other sites whose pages may embed the chat. Without a store, conversations end with the process."""

    origins: tuple[str, ...] = ()
    store: Documents | None = None
    clock: Clock = field(default_factory=SystemClock)
    allowance: Allowance = field(default_factory=Allowance)
    max_message_bytes: int = MAX_BODY_BYTES


class WebChat:
    """`router` can be included in another app instead of mounting the ASGI app that `start` answers."""

    name = "webchat"
    limits = Limits(cards=True, images=True)

    def __init__(self, options: WebChatOptions) -> None:
        self._options = options
        self._house: House | None = None
        self._log = Log(options.store)
        self._rooms: dict[str, Room] = {}
        self._listeners: defaultdict[str, set[Connection]] = defaultdict(set)  # by person
        self.router = APIRouter()
        for begin in ("/api/v1", ""):
            self.router.add_api_websocket_route(f"{begin}/ws/chat", self._serve_room)
            self.router.add_api_websocket_route(f"{begin}/ws/nudges", self._serve_listener)
        self.router.include_router(pages(options.origins))

    async def start(self, on_message: OnMessage) -> Asgi | None:
        self._house = House(on_message, self._log, self._options.clock, self.limits)
        app = FastAPI(openapi_url=None)
        app.include_router(self.router)
        return app

    async def send(self, conversation: str, reply: Reply) -> None:
        room = self._rooms.get(conversation)
        if self._house is None or room is None or not room.connections:
            raise Unavailable("Nobody has this conversation open.", code="nobody_there")
        await room.say(reply)

    async def leave(self, user: str, conversation: str, reply: Reply, key: str) -> None:
        """Says it to whoever has the conversation open, and keeps it for whoever comes back; who listens, hears it."""
        if await self._kept(user, conversation).say(reply, key):
            for listener in self._listeners[user]:
                listener.tell({"pushed": True, "replies": [reply_json(reply)]})

    async def edit(self, user: str, conversation: str, reply: Reply) -> None:
        """What was said there of its nudge becomes this."""
        await self._kept(user, conversation).edit(reply)

    async def home(self, user: str) -> str | None:
        """The conversation that this person opened last."""
        return await self._log.home(user)

    def open_for(self, user: str) -> tuple[str, ...]:
        """The conversations that this person looks at now."""
        return tuple(name for name, room in self._rooms.items() if room.user == user and room.is_watched)

    def present(self) -> tuple[str, ...]:
        """The conversations that somebody has open now."""
        return tuple(name for name, room in self._rooms.items() if room.connections)

    async def aclose(self) -> None:
        self._house = None
        for listener in {each for listeners in self._listeners.values() for each in listeners}:
            listener.close(GOING_AWAY)
        await asyncio.gather(*(room.aclose(GOING_AWAY, GRACE_S) for room in tuple(self._rooms.values())))

    def _kept(self, user: str, conversation: str) -> Room:
        """Raises Forbidden for a conversation of somebody else, Unavailable where the channel is closed."""
        if self._house is None:
            raise Unavailable("Pollux is not listening yet.", hint="Try again in a moment.")
        room = self._rooms.get(conversation) or Room(self._house, conversation, user)
        if room.user != user:
            raise Forbidden("This conversation belongs to somebody else.", code="foreign_conversation")
        return room

    async def _serve_room(self, socket: WebSocket) -> None:
        """A place to talk, in which something can be said unasked."""
        after = _after(socket)

        async def converse(connection: Connection) -> None:
            room = self._room(socket)
            room.present.add(connection)
            await room.enter(connection, after)
            await self._listen(connection, room)

        await self._serve(socket, converse, resumes=after is not None)

    async def _serve_listener(self, socket: WebSocket) -> None:
        """No place of its own: hears all that is said unasked to its person, wherever that is kept."""
        user = person(socket)

        async def listen(connection: Connection) -> None:
            self._listeners[user].add(connection)
            while await connection.read() is not None:
                pass  # nothing is said here

        await self._serve(socket, listen, resumes=False)

    async def _serve(self, socket: WebSocket, work: Callable[[Connection], Awaitable[None]], *, resumes: bool) -> None:
        try:
            check_origin(socket, self._options.origins)
        except Forbidden:
            await socket.close(POLICY_VIOLATION)  # not accepted yet: the handshake is answered by 403
            return
        offered = socket.scope.get("subprotocols") or ()
        await socket.accept(subprotocol=SUBPROTOCOL if SUBPROTOCOL in offered else None)
        connection = Connection(socket, resumes=resumes)
        writing = asyncio.create_task(connection.write())
        try:
            await work(connection)
        except PolluxError as error:
            connection.tell({"error": error_json(error)})
            connection.close(POLICY_VIOLATION if isinstance(error, Rejected | Forbidden) else TRY_AGAIN_LATER)
        except WebSocketDisconnect:
            pass  # the client has gone, which is what all of this waits for
        finally:
            self._left(connection)
            connection.close(GOING_AWAY)
            await writing

    def _room(self, socket: WebSocket) -> Room:
        name, user = socket.query_params.get("conversation", ""), person(socket)
        if not _CONVERSATION.fullmatch(name):
            raise Rejected(
                "The conversation has no name.",
                code="bad_conversation",
                hint=f"Connect to /ws/chat?conversation=NAME, at most {MAX_ID_CHARS} characters.",
            )
        if self._house is None:
            raise Unavailable("Pollux is not listening yet.", hint="Try again in a moment.")
        room = self._rooms.setdefault(name, Room(self._house, name, user))
        if room.user != user:
            raise Forbidden("This conversation belongs to somebody else.", code="foreign_conversation")
        return room

    def _left(self, connection: Connection) -> None:
        for listeners in self._listeners.values():
            listeners.discard(connection)
        for room in tuple(self._rooms.values()):
            room.leave(connection)
            if room.idle:
                del self._rooms[room.conversation]

    async def _listen(self, connection: Connection, room: Room) -> None:
        now_s = asyncio.get_running_loop().time
        bucket = Bucket(self._options.allowance, now_s())
        while (text := await connection.read()) is not None:
            calm = bucket.take(now_s())
            if not calm and bucket.exhausted:
                connection.close(TRY_AGAIN_LATER)
                return
            known: dict[str, Any] = {}
            try:
                doc = self._parse(text)
                known = _message_id(doc)
                if not calm:
                    raise Rejected(
                        "That was a lot at once.", code="slow_down", hint="Give me a moment, then send it again."
                    )
                if isinstance(doc, dict) and set(doc) == {"ping"}:
                    connection.tell({"pong": doc["ping"]})
                    continue
                if isinstance(doc, dict) and set(doc) == {"watching"}:
                    connection.watching = bool(doc["watching"])
                    continue
                await room.take(_read(doc, room), connection)
            except PolluxError as error:
                connection.tell({"error": error_json(error), **known})

    def _parse(self, text: str) -> Any:
        if len(text) > self._options.max_message_bytes:
            limit = self._options.max_message_bytes
            raise Rejected(f"A message has at most {limit} characters.", code="too_large", hint="Send it in parts.")
        return parse_json(text)


def _read(doc: Any, room: Room) -> ChatMessage:
    message = read_message(doc, conversation=room.conversation)
    if message.conversation != room.conversation:
        raise Rejected(
            f"This connection is for the conversation {room.conversation!r}.",
            code="other_conversation",
            hint="Leave the conversation out, or open another connection.",
        )
    return message


def _message_id(doc: Any) -> dict[str, Any]:
    given = doc.get("message_id") if isinstance(doc, dict) else None
    return {"message_id": given} if isinstance(given, str) else {}


def _after(socket: WebSocket) -> int | None:
    """The last entry the client has seen; None from clients that do not count."""
    text = socket.query_params.get("after")
    if text is None:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


__all__ = ["Allowance", "WebChat", "WebChatOptions"]
