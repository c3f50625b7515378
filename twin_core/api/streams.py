"""GET /stream (server-sent events) and WS /ws/twins: live changes, resumable from Last-Event-ID."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, WebSocket
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import StreamingResponse
from starlette.websockets import WebSocketDisconnect, WebSocketState

from twin_core.api.door import SUBPROTOCOL
from twin_core.api.feed import Hidden, Item, Listener, SlowListener
from twin_core.api.rooms import Rooms, cause_of
from twin_core.contract.errors import NotFound, Unavailable
from twin_core.contract.privacy import ListHidden

_GOING_AWAY, _POLICY, _TRY_AGAIN = 1001, 1008, 1013
_SEND_S = 10.0  # a client that does not take one message within this time is gone
_CLOSE_S = 2.0
_MAX_INCOMING = 20  # messages a client may send in vain: the stream is one-way
_LAST_EVENT_ID = {"description": "the id of the last event seen"}


def streams_router(rooms: Rooms) -> APIRouter:
    """Both streams send the same: what was stored after `Last-Event-ID` (or `?after=`), then what happens."""
    router = APIRouter(tags=["streams"])

    @router.get(
        "/stream",
        summary="Live changes as server-sent events",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
    )
    async def stream(
        request: Request,
        after: Annotated[int | None, Query(ge=0, le=2**53)] = None,
        twin: Annotated[str | None, Query(max_length=200)] = None,
        last_event_id: Annotated[str | None, Header(max_length=20, pattern=r"^\d*$")] = None,
    ) -> StreamingResponse:
        if rooms.feed.full:
            raise Unavailable("Too many streams are open.", code="too_many_streams", hint="Close one, or try later.")
        position = int(last_event_id) if last_event_id else after
        return StreamingResponse(_sse(rooms, position, twin, _hidden(rooms, request)), media_type="text/event-stream")

    @router.websocket("/ws/twins")
    async def live(
        socket: WebSocket,
        after: Annotated[int | None, Query(ge=0, le=2**53)] = None,
        twin: Annotated[str | None, Query(max_length=200)] = None,
    ) -> None:
        offered = socket.scope.get("subprotocols", ())
        await socket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
        await _serve(rooms, socket, _position(socket.headers, after), twin)

    return router


def _hidden(rooms: Rooms, door: HTTPConnection) -> Hidden:
    """What is not for whoever came in by this door."""
    person = cause_of(door).actor

    async def hidden(twin: str) -> frozenset[str]:
        try:
            return await rooms.core.query(ListHidden(twin, person))
        except NotFound:  # erased meanwhile
            return frozenset()

    return hidden


async def _sse(rooms: Rooms, after: int | None, twin: str | None, hidden: Hidden) -> AsyncIterator[str]:
    with rooms.feed.listener() as listener:
        yield "retry: 2000\n\n"
        with suppress(SlowListener):  # ends the response; the browser comes back with its Last-Event-ID
            async for item in rooms.feed.follow(listener, after, twin=twin, hidden=hidden):
                yield ": alive\n\n" if item is None else _sse_text(item)
        rooms.metrics.streams.labels("cut_off").inc()


def _sse_text(item: Item) -> str:
    id_line = f"id: {item.position}\n" if item.position is not None else ""
    return f"{id_line}event: {item.name}\ndata: {_dumps({'twin': item.twin, **item.data})}\n\n"


async def _serve(rooms: Rooms, socket: WebSocket, after: int | None, twin: str | None) -> None:
    if rooms.feed.full:
        await _close(socket, _TRY_AGAIN, "too_many_streams")
        return
    with rooms.feed.listener() as listener:
        tasks = {
            asyncio.create_task(_send(rooms, socket, listener, after, twin)),
            asyncio.create_task(_drain(socket)),
            asyncio.create_task(listener.cut_off.wait()),
        }
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
    reason = next((str(task.result()) for task in done if isinstance(task.result(), str)), "cut_off")
    rooms.metrics.streams.labels(reason).inc()
    if reason != "gone":
        await _close(socket, _POLICY if reason == "too_talkative" else _TRY_AGAIN, reason)


async def _send(rooms: Rooms, socket: WebSocket, listener: Listener, after: int | None, twin: str | None) -> str:
    """Sends until the client is gone or too slow; answers which."""
    try:
        hidden = _hidden(rooms, socket)
        async for item in rooms.feed.follow(listener, after, twin=twin, hidden=hidden):
            if item is None:
                continue
            message = {"id": item.position, "event": item.name, "twin": item.twin, **item.data}
            async with asyncio.timeout(_SEND_S):
                await socket.send_text(_dumps(message))
    except (SlowListener, TimeoutError):
        return "cut_off"
    except (WebSocketDisconnect, RuntimeError):  # RuntimeError: Starlette's word for a socket that closed meanwhile
        return "gone"
    return "cut_off"


async def _drain(socket: WebSocket) -> str:
    """Takes what the client sends, which should be nothing."""
    for _ in range(_MAX_INCOMING):
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return "gone"
    return "too_talkative"


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    """Closes; a client that is still talking is heard out for a moment, or it could not read that it is closed."""
    if socket.application_state is not WebSocketState.CONNECTED:
        return
    with suppress(TimeoutError, RuntimeError, WebSocketDisconnect):
        async with asyncio.timeout(_CLOSE_S):
            await socket.close(code, reason)
            message = await socket.receive()
            while message["type"] != "websocket.disconnect":
                await asyncio.sleep(0)  # receiving what has come already never lets anybody else run
                message = await socket.receive()


def _position(headers: Headers, after: int | None) -> int | None:
    last = headers.get("last-event-id", "")
    return int(last) if last.isascii() and last.isdigit() and len(last) < 17 else after


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=str, separators=(",", ":"))
