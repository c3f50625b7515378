"""A Socket.IO client of the fewest lines: protocol 5 over one WebSocket, as the browsers' one speaks it."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

WAIT_S = 60


class Client:
    """Sends events and hears those that come, in their order."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def emit(self, event: str, *data: Any) -> None:
        await self.send_raw("42" + json.dumps([event, *data]))

    async def send_raw(self, packet: str) -> None:
        await self._socket.send(packet)

    async def heard(self, event: str) -> Any:
        """What came with the next event, which must be this one."""
        name, *data = await self.next_event()
        assert name == event, (name, data)
        return data[0]

    async def next_event(self) -> list[Any]:
        async with asyncio.timeout(WAIT_S):
            while True:
                packet = str(await self._socket.recv())
                if packet == "2":
                    await self._socket.send("3")
                elif packet.startswith("42"):
                    return list(json.loads(packet[2:]))

    async def is_cut_off(self) -> bool:
        """Whether the server ends the connection, after whatever it still says."""
        try:
            while not str(await asyncio.wait_for(self._socket.recv(), WAIT_S)).startswith("41"):
                pass
        except ConnectionClosed:
            pass
        return True


@asynccontextmanager
async def socketio_client(
    port: int, path: str = "/socket.io", headers: Mapping[str, str] | None = None
) -> AsyncIterator[Client]:
    """Connected and let in. Raises PermissionError when the server does not let it in."""
    url = f"ws://127.0.0.1:{port}{path}/?EIO=4&transport=websocket"
    async with connect(url, proxy=None, additional_headers=headers or {}) as socket:
        assert str(await socket.recv()).startswith("0{")
        await socket.send("40")
        answer = str(await asyncio.wait_for(socket.recv(), WAIT_S))
        if not answer.startswith("40"):
            raise PermissionError(answer)
        yield Client(socket)
