"""One open WebSocket: what is written to it waits in a bounded queue, so that a slow reader stops nobody."""

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot.channels._wire import dumps

QUEUE = 512
CLOSE_TIMEOUT_S = 5.0
TRY_AGAIN_LATER = 1013
POLICY_VIOLATION = 1008
GOING_AWAY = 1001


class Connection:
    """Frames go out in the order of `tell`. `resumes`: the client counts entries and wants each one."""

    def __init__(self, socket: WebSocket, *, resumes: bool) -> None:
        self.resumes = resumes
        self.watching = True  # until the client says that its page is hidden
        self._socket = socket
        self._frames: asyncio.Queue[str | int] = asyncio.Queue(QUEUE)
        self._closing: int | None = None

    def tell(self, frame: Mapping[str, Any]) -> None:
        """Queues a frame. A client that does not read is cut off; what it misses stands in the log."""
        if self._closing is not None:
            return
        try:
            self._frames.put_nowait(dumps(frame))
        except asyncio.QueueFull:
            self.close(TRY_AGAIN_LATER)

    def tell_entry(self, entry: Mapping[str, Any]) -> None:
        """A numbered entry; clients that do not count are not told what they said themselves."""
        if self.resumes or "replies" in entry:
            self.tell(entry)

    def close(self, code: int) -> None:
        """Ends the connection after what is queued already; a full queue is let go."""
        if self._closing is None:
            self._closing = code
            if self._frames.full():
                self._frames = asyncio.Queue(1)
            self._frames.put_nowait(code)

    async def write(self) -> None:
        """Sends until the connection ends; returns then, whoever ended it."""
        while True:
            frame = await self._frames.get()
            try:
                if isinstance(frame, int):
                    await asyncio.wait_for(self._socket.close(frame), CLOSE_TIMEOUT_S)
                    return
                await self._socket.send_text(frame)
            except (WebSocketDisconnect, RuntimeError, OSError, TimeoutError):
                return  # the client has gone; Starlette says so in these ways

    async def read(self) -> str | None:
        """The next text, or None when the client has gone. Binary frames are read as UTF-8."""
        if self._socket.client_state is not WebSocketState.CONNECTED:
            return None
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            return None
        text = message.get("text")
        return text if text is not None else (message.get("bytes") or b"").decode("utf-8", "replace")
