"""A server that hears or speaks for Pollux over HTTP, as OpenAI's API has it. Blocking."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from twin_core.contract.errors import Rejected, Unavailable

AWAY = "voice_server_away"  # the code of all its failures
_TIMEOUT = httpx2.Timeout(20.0, connect=3.0)  # it may think for long, but not be searched for
HINT = "It works without a network with recognizer and synthesizer left out of [voice]."


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """`url` up to /v1; `model` as the server calls it. What is said, or to be said, leaves this machine for it."""

    url: str = ""
    key: str = ""
    model: str = ""


def server_options(engine: str, options: Mapping[str, Any]) -> ServerOptions:
    """The options of an engine that is a server. Raises Rejected for an unknown one, or without an address."""
    try:
        chosen = ServerOptions(**options)
    except TypeError as error:
        raise Rejected(f"The {engine} does not know this option: {error}.", code="bad_options") from None
    if not _host(chosen.url):
        hint = 'Say `server = "https://HOST/v1"` in [voice]: what is said then goes there.'
        raise Rejected("No voice server is named.", code="bad_options", hint=hint)
    return chosen


def _host(url: str) -> str:
    try:
        read = httpx2.URL(url)
    except httpx2.InvalidURL:
        return ""
    return read.host if read.scheme in ("http", "https") else ""


class VoiceServer:
    """One server."""

    def __init__(self, options: ServerOptions) -> None:
        self._headers = {"Authorization": f"Bearer {options.key}"} if options.key else {}
        self._url, self._host = options.url.rstrip("/"), _host(options.url)

    def post(self, path: str, **content: Any) -> httpx2.Response:
        """Its answer. Raises Unavailable where it is away, or refuses; the key is never told."""
        try:
            response = httpx2.post(f"{self._url}/{path}", headers=self._headers, timeout=_TIMEOUT, **content)
        except httpx2.HTTPError as error:
            message = f"The voice server at {self._host} does not answer ({type(error).__name__})."
            raise Unavailable(message, code=AWAY, hint=HINT) from None
        if response.is_success:
            return response
        hint = "Look at `server_key` in [voice]." if response.status_code in (401, 403) else HINT
        message = f"The voice server at {self._host} refuses: it answered {response.status_code}."
        raise Unavailable(message, code=AWAY, hint=hint)


def nonsense(host: str) -> Unavailable:
    """What is said of an answer that makes no sense."""
    return Unavailable(f"The voice server at {host} answered something that is not for us.", code=AWAY, hint=HINT)
