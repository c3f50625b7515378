"""Chat objects as JSON: the one reading of messages and the one writing of answers and problems."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from bot.ports import Answer, Reply
from twin_core.contract.clock import instant_text
from twin_core.contract.errors import (
    Conflict,
    Forbidden,
    NotFound,
    PolluxError,
    Rejected,
    Unauthenticated,
    Unavailable,
)

MAX_BODY_BYTES = 64_000
MAX_TEXT_CHARS = 20_000
MAX_ID_CHARS = 200
OWNER = "owner"

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_FIELDS = {"conversation": MAX_ID_CHARS, "action": 1_000, "message_id": MAX_ID_CHARS, "user": MAX_ID_CHARS}
_FLAGS = ("spoken", "shared", "doubtful")
# The first class that fits decides: children stand before their parents.
_STATUS: tuple[tuple[type[PolluxError], int], ...] = (
    (Unauthenticated, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Unavailable, 503),
    (Rejected, 422),
)
_STATUS_BY_CODE = {"bad_json": 400, "too_large": 413, "unsupported_media_type": 415}


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """What a client sends: a text, or the id of a button."""

    conversation: str
    text: str = ""
    action: str | None = None
    message_id: str | None = None
    user: str | None = None
    spoken: bool = False  # heard, not written
    shared: bool = False  # others hear or read along
    title: str | None = None  # what the pressed button said, to show it again later
    doubtful: bool = False  # the text was heard unclearly: it is asked about, not acted on


def read_message(doc: Any, *, conversation: str | None = None) -> ChatMessage:
    """The message in a JSON value; `conversation` fills in where the value names none.

    Raises Rejected, naming the field, for anything the contract does not know. An empty text is a message.
    """
    if not isinstance(doc, dict):
        raise _wrong("a message", "is a JSON object", 'Send {"conversation": "c1", "text": "hello"}.')
    if unknown := sorted(set(doc) - {"text", "title", *_FLAGS, *_FIELDS}):
        known = ", ".join(("text", *_FLAGS, *_FIELDS))
        raise _wrong(unknown[0], "is not known", f"Fields of a message: {known}.", code="unknown_field")
    fields = {name: _id(name, doc[name], limit) for name, limit in _FIELDS.items() if doc.get(name) is not None}
    if conversation:
        fields.setdefault("conversation", conversation)
    if "conversation" not in fields:
        raise _wrong("conversation", "is missing", "Any name of your own will do; it keeps messages together.")
    if (doc.get("text") is None) == (doc.get("action") is None):
        raise _wrong("text", "or action is needed, one of the two", 'Send "text", or "action" with a button\'s id.')
    text, title = doc.get("text") or "", doc.get("title") or ""
    if not isinstance(text, str) or not isinstance(title, str):
        raise _wrong("text", "is a string", "")
    if len(text) > MAX_TEXT_CHARS:
        raise _wrong("text", f"has {len(text)} characters, more than {MAX_TEXT_CHARS}", "Send it in parts.", "too_long")
    spoken, shared, doubtful = (_flag(name, doc.get(name)) for name in _FLAGS)
    text, title = encodable(text), encodable(title[:200])
    return ChatMessage(text=text, title=title or None, spoken=spoken, shared=shared, doubtful=doubtful, **fields)


def encodable(text: str) -> str:
    """The text without what UTF-8 cannot hold: JSON may spell half of a surrogate pair, no database keeps it."""
    return text.encode("utf-8", "replace").decode("utf-8")


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer as the contract's POST /chat gives it."""
    return {
        "turn": answer.turn,
        "intent": answer.intent,
        "confidence": answer.confidence,
        "entities": [dict(entity) for entity in answer.entities],
        "replies": [reply_json(reply) for reply in answer.replies],
    }


def reply_json(reply: Reply) -> dict[str, Any]:
    """A reply as the contract gives it: optional fields stand only where they say something."""
    doc = {key: value for key, value in asdict(reply).items() if value is not None and key not in ("public", "form")}
    doc["buttons"] = [{k: v for k, v in asdict(b).items() if v is not None} for b in reply.buttons]
    return doc


def dumps(doc: Any) -> str:
    """JSON text; instants are written as the contract writes them."""
    return json.dumps(doc, ensure_ascii=False, separators=(",", ":"), default=_plain)


def json_response(doc: Any, status: int = 200, media_type: str = "application/json") -> Response:
    """A response of this JSON value."""
    return Response(dumps(doc), status, media_type=media_type)


def error_json(error: PolluxError) -> dict[str, Any]:
    """What happened, what to do, and the stable code."""
    doc = {"code": error.code, "message": error.message, "hint": error.hint}
    return {key: value for key, value in doc.items() if value}


def problem(error: PolluxError) -> Response:
    """The error as RFC 9457 problem+json."""
    status = _STATUS_BY_CODE.get(error.code) or next((s for kind, s in _STATUS if isinstance(error, kind)), 500)
    doc = {
        "type": f"/problems#{error.code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": error.message,
        "code": error.code,
        "hint": error.hint,
    }
    return json_response(doc, status, "application/problem+json")


async def read_json(request: Request, limit: int = MAX_BODY_BYTES) -> Any:
    """The JSON value of a request's body. Raises Rejected: not JSON, wrong content type, more than `limit` bytes."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        # A page of another site may post text/plain without asking first, but never JSON.
        hint = "Send Content-Type: application/json."
        raise Rejected("The body is not declared as JSON.", code="unsupported_media_type", hint=hint)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise Rejected(f"The body has more than {limit} bytes.", code="too_large")
    return parse_json(bytes(body))


def parse_json(text: str | bytes) -> Any:
    """Raises Rejected where the text is not JSON, names a key twice or holds NaN or an infinity."""
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise Rejected(f"This is not JSON: {reason}.", code="bad_json") from None


def person(connection: HTTPConnection) -> str:
    """The person that the door of the server has recognised, else the single owner."""
    return str(getattr(connection.state, "user", None) or OWNER)


def _flag(name: str, value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    raise _wrong(name, "is true or false", "")


def _id(name: str, value: Any, limit: int) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(name, "is a non-empty string", "")
    if len(value) > limit or _CONTROL.search(value):
        raise _wrong(name, f"has at most {limit} characters and no control characters", "")
    return encodable(value)


def _wrong(name: str, fault: str, hint: str, code: str = "bad_message") -> Rejected:
    return Rejected(f"{name} {fault}.", code=code, hint=hint, details={"field": name})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    doc = dict(pairs)
    if len(doc) != len(pairs):
        raise ValueError("a key stands twice")
    return doc
