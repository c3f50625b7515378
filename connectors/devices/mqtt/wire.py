"""paho's client with a buffered socket.

paho asks the operating system three times for each packet: one byte, the length, the rest. Under a flood of small
messages most of its time goes there, and with it the interpreter lock that the decoding thread waits for.
"""

import socket
from typing import Any

import paho.mqtt.client as paho

_CHUNK = 64 * 1024


class BufferedSocket(socket.socket):
    """Reads as much as there is, and gives it out in the pieces asked for.

    `pending()` tells paho, as an SSL socket does, that there is something to read although the system has nothing.
    """

    _held = b""
    _at = 0

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        if self._at == len(self._held):
            if size >= _CHUNK:
                return super().recv(size, flags)
            self._held, self._at = super().recv(_CHUNK, flags), 0
        given = self._held[self._at : self._at + size]
        self._at += len(given)
        return given

    def pending(self) -> int:
        return len(self._held) - self._at


class Client(paho.Client):
    """paho's client, over a BufferedSocket where the connection is not encrypted."""

    def _create_socket_connection(self) -> Any:
        made = super()._create_socket_connection()
        if self._ssl:  # SSL sockets have their own buffer, and wrap a plain one
            return made
        timeout = made.gettimeout()
        buffered = BufferedSocket(made.family, made.type, made.proto, fileno=made.detach())
        buffered.settimeout(timeout)
        return buffered
