"""Chat over HTTP: `POST /api/v1/chat`, and Rasa's REST channel for widgets and tools made for Rasa.

A Rasa button's payload is `/press ID`; sent back as a message it presses the button, as a click would.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from bot.channels._origins import check_origin
from bot.channels._rasa import payload, read_payload
from bot.channels._wire import (
    MAX_BODY_BYTES,
    ChatMessage,
    answer_json,
    dumps,
    json_response,
    person,
    problem,
    read_json,
    read_message,
)
from bot.ports import Answer, Asgi, Button, Incoming, Limits, OnMessage, Reply
from twin_core.contract.errors import PolluxError, Rejected, Unavailable

EXAMPLE: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class RestOptions:
    """`trust_user` lets the sender say for whom it speaks: only for servers behind a door of their own."""

    trust_user: bool = False
    origins: tuple[str, ...] = ()
    max_body_bytes: int = MAX_BODY_BYTES


def build(options: Mapping[str, Any]) -> "RestChannel":
    """The channel; options are those of RestOptions. Raises Rejected for an unknown one."""
    try:
        return RestChannel(RestOptions(**options))
    except TypeError as error:
        raise Rejected(f"The rest channel does not know this option: {error}.", code="bad_options") from None


class RestChannel:
    """One request, one answer. `router` can be included in another app instead of mounting the ASGI app."""

    name = "rest"
    limits = Limits(cards=True, images=True, markdown=True, buttons=1_000)

    def __init__(self, options: RestOptions) -> None:
        self._options = options
        self._on_message: OnMessage | None = None
        self.router = self._routes()

    async def start(self, on_message: OnMessage) -> Asgi | None:
        self._on_message = on_message
        app = FastAPI(openapi_url=None)
        app.include_router(self.router)
        return app

    async def send(self, conversation: str, reply: Reply) -> None:
        """Always Unavailable: a REST client asks, nobody can ring it up."""
        raise Unavailable(
            "A REST client cannot be told anything unasked.",
            code="no_push",
            hint="Use the WebSocket at /api/v1/ws/chat.",
        )

    async def aclose(self) -> None:
        self._on_message = None

    def _routes(self) -> APIRouter:
        router = APIRouter(tags=["chat"])
        extra = {"requestBody": {"required": True, "content": {"application/json": {"schema": _MESSAGE_SCHEMA}}}}
        answers: dict[int | str, dict[str, Any]] = {
            200: {"content": {"application/json": {"schema": _ANSWER_SCHEMA}}},
            "4XX": {"description": "Problem", "content": {"application/problem+json": {}}},
        }
        router.add_api_route(
            "/api/v1/chat", self._chat, methods=["POST"], summary="One turn", openapi_extra=extra, responses=answers
        )
        router.add_api_route("/webhooks/rest/", self._rasa_health, methods=["GET"], include_in_schema=False)
        router.add_api_route("/webhooks/rest/webhook", self._rasa, methods=["POST"], include_in_schema=False)
        return router

    async def _chat(self, request: Request) -> Response:
        try:
            check_origin(request, self._options.origins)
            message = read_message(await read_json(request, self._options.max_body_bytes))
            return json_response(answer_json(await self._ask(message, request)))
        except PolluxError as error:
            return problem(error)

    async def _rasa_health(self) -> Response:
        return json_response({"status": "ok"})

    async def _rasa(self, request: Request) -> Response:
        try:
            check_origin(request, self._options.origins)
            message = _read_rasa(await read_json(request, self._options.max_body_bytes))
            answer = await self._ask(message, request)
        except PolluxError as error:
            return problem(error)
        rows = [row for reply in answer.replies for row in _rasa_rows(message.conversation, reply)]
        if request.query_params.get("stream", "").lower() in {"true", "1"}:
            lines = "".join(f"{dumps(row)}\n" for row in rows)
            return Response(lines, media_type="application/x-ndjson")
        return json_response(rows)

    async def _ask(self, message: ChatMessage, request: Request) -> Answer:
        if self._on_message is None:
            raise Unavailable("Pollux is not listening yet.", hint="Try again in a moment.")
        said_by = message.user if self._options.trust_user and message.user else person(request)
        return await self._on_message(
            Incoming(
                conversation=message.conversation,
                text=message.text,
                action=message.action,
                user=said_by,
                channel=self.name,
                message_id=message.message_id,
                shared=message.shared,
                spoken=message.spoken,
                doubtful=message.doubtful,
            )
        )


def _read_rasa(doc: Any) -> ChatMessage:
    """Rasa's `{"sender", "message", "metadata"?, "input_channel"?}`; `metadata.message_id` makes resending safe."""
    if not isinstance(doc, dict):
        raise Rejected("A message is a JSON object.", code="bad_message", hint='Send {"sender", "message"}.')
    metadata = doc.get("metadata") or {}
    message_id = metadata.get("message_id") if isinstance(metadata, dict) else None
    return read_payload(doc.get("message"), conversation=doc.get("sender", "default"), message_id=message_id)


def _rasa_rows(recipient: str, reply: Reply) -> list[dict[str, Any]]:
    row: dict[str, Any] = {"recipient_id": recipient, "text": reply.text}
    if reply.buttons:
        row["buttons"] = [_rasa_button(button) for button in reply.buttons]
    rows = [row]
    if reply.image and reply.image.get("url"):
        rows.append({"recipient_id": recipient, "image": reply.image["url"]})
    return rows


def _rasa_button(button: Button) -> dict[str, str]:
    return {"title": button.title, "payload": payload(button)}


_TEXT: dict[str, Any] = {"type": "string"}
_MESSAGE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["conversation"],
    "additionalProperties": False,
    "oneOf": [{"required": ["text"]}, {"required": ["action"]}],
    "properties": {
        "conversation": {**_TEXT, "minLength": 1, "maxLength": 200},
        "text": {**_TEXT, "maxLength": 20_000},
        "action": {**_TEXT, "description": "the id of a button"},
        "doubtful": {"type": "boolean", "description": "the text was heard unclearly: ask whether it was said"},
        "message_id": {**_TEXT, "maxLength": 200, "description": "the same id twice is answered once"},
        "user": {**_TEXT, "description": "ignored unless the server trusts its clients"},
    },
}
_REPLY_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["text", "buttons"],
    "properties": {
        "text": _TEXT,
        "buttons": {"type": "array", "items": {"type": "object", "required": ["id", "title"]}},
        "card": {"type": "object"},
        "image": {"type": "object"},
        "speech": _TEXT,
        "nudge": _TEXT,
    },
}
_ANSWER_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["turn", "intent", "confidence", "entities", "replies"],
    "properties": {
        "turn": _TEXT,
        "intent": _TEXT,
        "confidence": {"type": "number"},
        "entities": {"type": "array", "items": {"type": "object"}},
        "replies": {"type": "array", "items": _REPLY_SCHEMA},
    },
}
