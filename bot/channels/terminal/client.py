"""A conversation with a running Pollux over HTTP, as an `ask(Incoming) -> Answer`."""

from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import httpx2

from bot.ports import Answer, Button, Incoming, Reply
from twin_core.contract.errors import (
    Conflict,
    Forbidden,
    NotFound,
    PolluxError,
    Rejected,
    Unauthenticated,
    Unavailable,
)

CONNECT_TIMEOUT_S = 3.0
ANSWER_TIMEOUT_S = 60.0
_KINDS: dict[int, type[PolluxError]] = {401: Unauthenticated, 403: Forbidden, 404: NotFound, 409: Conflict}


class HttpConversation:
    """Sends each message to POST /api/v1/chat. Use it with `async with`, or close it. Raises Rejected: no address."""

    def __init__(self, url: str, token: str | None = None, *, answer_timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        self._url = _address(url)
        self._timeout_s = answer_timeout_s
        self._client = httpx2.AsyncClient(
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=httpx2.Timeout(answer_timeout_s, connect=CONNECT_TIMEOUT_S),
            trust_env=False,  # a proxy for the outside world must not stand between us and our own machine
        )

    async def __aenter__(self) -> "HttpConversation":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._client.aclose()

    async def __call__(self, message: Incoming) -> Answer:
        """Raises Unavailable when nobody answers there, else the error that the server names."""
        body: dict[str, Any] = {"conversation": message.conversation, "user": message.user}
        if message.action is None:
            body["text"] = message.text
        else:
            body["action"] = message.action
        body |= {name: True for name in ("spoken", "shared", "doubtful") if getattr(message, name)}
        if message.message_id:
            body["message_id"] = message.message_id
        response = await self._post(body)
        if response.status_code != httpx2.codes.OK:
            raise self._refusal(response)
        try:
            return _answer(response.json())
        except (ValueError, KeyError, TypeError, AttributeError):
            raise self._stranger() from None

    async def _post(self, body: dict[str, Any]) -> httpx2.Response:
        try:
            return await self._client.post(f"{self._url}/api/v1/chat", json=body)
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            raise Unavailable(
                f"No Pollux answers at {self._url}:", code="no_server", hint="start one with `pollux up`."
            ) from None
        except httpx2.TimeoutException:
            raise Unavailable(
                f"Pollux at {self._url} gave no answer within {self._timeout_s:g} s.",
                code="no_answer",
                hint="It may still be working on it: ask again in a moment.",
            ) from None
        except httpx2.HTTPError as error:
            raise Unavailable(
                f"The line to {self._url} broke: {error or type(error).__name__}.", code="line_broken"
            ) from None

    def _refusal(self, response: httpx2.Response) -> PolluxError:
        try:
            doc = response.json()
            message, hint, code = str(doc["detail"]), str(doc.get("hint", "")), str(doc["code"])
        except (ValueError, KeyError, TypeError, AttributeError):
            return self._stranger(response.status_code)
        kind = _KINDS.get(response.status_code, Unavailable if response.status_code >= 500 else Rejected)
        return kind(message, code=code, hint=hint)

    def _stranger(self, status: int = 200) -> Unavailable:
        return Unavailable(
            f"What answers at {self._url} is no Pollux (HTTP {status}).",
            code="not_pollux",
            hint="Give the address that `pollux up` printed.",
        )


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets that do not close, a port that is none
        fits = False
    if not fits:
        raise Rejected(f"{url!r} is no address of a Pollux.", code="bad_url", hint="Try http://127.0.0.1:8080.")
    return url.rstrip("/")


def _answer(doc: dict[str, Any]) -> Answer:
    return Answer(
        turn=doc["turn"],
        intent=doc["intent"],
        confidence=doc["confidence"],
        entities=tuple(doc["entities"]),
        replies=tuple(reply_from(reply) for reply in doc["replies"]),
    )


def reply_from(doc: dict[str, Any]) -> Reply:
    """A reply as the contract gives it. Raises KeyError, TypeError for what is none."""
    known = {key: doc[key] for key in ("card", "image", "speech", "nudge") if key in doc}
    buttons = tuple(Button(b["id"], b["title"], b.get("style")) for b in doc.get("buttons", ()))
    return Reply(doc["text"], buttons, **known)
