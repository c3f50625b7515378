"""A server that hears or speaks for Pollux over HTTP, as OpenAI's API has it. Blocking."""

from collections.abc import Mapping
from typing import Any

import httpx2

from twin_core.contract.errors import Rejected, Unavailable

_TIMEOUT_S = 20.0
_AWAY = "It works without a network with recognizer and synthesizer left out of [voice]."


class VoiceServer:
    """One server; `url` up to /v1, `key` where it wants one. Raises Rejected without an address."""

    def __init__(self, url: str, key: str = "") -> None:
        if not url.startswith(("http://", "https://")):
            hint = 'Say `server = "https://HOST/v1"` in [voice]: what is said then goes there.'
            raise Rejected("No voice server is named.", code="bad_options", hint=hint)
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._url = url.rstrip("/")

    def post(self, path: str, **content: Any) -> httpx2.Response:
        """Its answer. Raises Unavailable where it is away, or refuses; the key is never told."""
        try:
            response = httpx2.post(f"{self._url}/{path}", headers=self._headers, timeout=_TIMEOUT_S, **content)
        except httpx2.HTTPError as error:
            message = f"The voice server at {self._url} does not answer ({type(error).__name__})."
            raise Unavailable(message, code="no_voice", hint=_AWAY) from None
        if response.is_success:
            return response
        hint = "Look at `server_key` in [voice]." if response.status_code in (401, 403) else _AWAY
        message = f"The voice server at {self._url} refuses: it answered {response.status_code}."
        raise Unavailable(message, code="no_voice", hint=hint)

    @staticmethod
    def json_of(response: httpx2.Response) -> Mapping[str, Any]:
        """An answer that has to be a JSON object. Raises Unavailable."""
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if not isinstance(answer, Mapping):
            message = f"The voice server at {response.url.host} answered something that is not for us."
            raise Unavailable(message, code="no_voice", hint=_AWAY)
        return answer
