"""A server that hears or speaks for Pollux by the Wyoming protocol, such as wyoming-faster-whisper or wyoming-piper.

Blocking, as engines are. Events: https://github.com/OHF-Voice/wyoming
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event, Eventable

from bot.voice.servers import AWAY, HINT, nonsense
from twin_core.contract.errors import Rejected, Unavailable

_CONNECT_S, _ANSWER_S = 3.0, 20.0
_MOST_BYTES = 64_000_000  # of one answer: ten minutes of what such servers send
_BROKEN = (ValueError, KeyError, TypeError, AttributeError)  # by which an event that makes no sense ends


class WyomingServer:
    """One server, at `tcp://HOST:PORT`; each question has a line of its own."""

    def __init__(self, url: str) -> None:
        self._host, self._port = _address(url)

    def ask(self, question: Sequence[Eventable], last: str) -> list[Event]:
        """What it answers, up to the event of this type.

        Raises Unavailable where it is away, refuses, takes too long or answers what makes no sense.
        """
        try:
            return asyncio.run(asyncio.wait_for(self._asked(question, last), _ANSWER_S))
        except TimeoutError:
            raise self._away("takes too long") from None
        except OSError as error:
            raise self._away(f"does not answer ({type(error).__name__})") from None
        except _BROKEN:
            raise self.nonsense() from None

    def nonsense(self) -> Unavailable:
        """What is said of an answer that makes no sense."""
        return nonsense(self._host)

    async def _asked(self, question: Sequence[Eventable], last: str) -> list[Event]:
        answer: list[Event] = []
        size = 0
        async with AsyncTcpClient(self._host, self._port, connect_timeout=_CONNECT_S) as client:
            for event in question:
                await client.write_event(event.event())
            while size <= _MOST_BYTES:
                event = await client.read_event()
                if event is None:
                    raise self._away("hung up")
                if Error.is_type(event.type):
                    raise self._away(f"refuses: {Error.from_event(event).text}")
                answer.append(event)
                size += len(event.payload or b"")
                if event.type == last:
                    return answer
        raise self.nonsense()

    def _away(self, how: str) -> Unavailable:
        return Unavailable(f"The voice server at {self._host}:{self._port} {how}.", code=AWAY, hint=HINT)


def wyoming_server(engine: str, options: Mapping[str, Any]) -> WyomingServer:
    """The server of an engine's options. Raises Rejected for an unknown one, or without an address."""
    if unknown := set(options) - {"url"}:
        raise Rejected(f"The {engine} does not know {', '.join(sorted(unknown))}.", code="bad_options")
    return WyomingServer(str(options.get("url", "")))


def _address(url: str) -> tuple[str, int]:
    try:
        read = urlsplit(url)
        host, port = read.hostname, read.port
    except ValueError:  # a port that is none
        host = port = None
    if not (url.startswith("tcp://") and host and port):
        hint = 'Say `server = "tcp://HOST:PORT"` in [voice]: what is said then goes there.'
        raise Rejected("No Wyoming server is named.", code="bad_options", hint=hint)
    return host, port
