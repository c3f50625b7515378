"""Any other chat system, by signed posts in both directions: what is said comes in, what is answered goes out.

Both are signed as Standard Webhooks (github.com/standard-webhooks, specification): `webhook-id`, `webhook-timestamp`
and `webhook-signature: v1,BASE64` over id, time and body, by HMAC-SHA256 with the secret of both sides.
"""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import httpx2
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels._inbox import Inbox
from bot.channels._reception import Reception, Works
from bot.channels._retrying import retry_after_s
from bot.channels._wire import MAX_BODY_BYTES, ChatMessage, dumps, parse_json, problem, read_message, reply_json
from bot.documents import Documents, VolatileDocuments
from bot.identity import Account, Identities, Stranger
from bot.ports import Asgi, Channel, Incoming, Limits, OnMessage, Reply
from twin_core.contract.clock import Clock, SystemClock
from twin_core.contract.errors import PolluxError, Rejected, Unauthenticated, Unavailable
from twin_core.contract.ids import new_id
from twin_core.contract.ports import Batch, Document

EXAMPLE: Mapping[str, Any] = {
    "secret": "an example of a secret, 32 bytes or more",
    "url": "http://127.0.0.1:1/pollux",
    "people": {"u1": "owner"},
}
NAME = "webhook"
PLACE = "webhook_place"
ALONE = Reply("That is for you alone. Ask me where nobody reads along.")
TOLERANCE_S = 300.0
LEAST_SECRET = 32  # bytes
TIMEOUT_S, TRIES, MOST_WAIT_S = 20.0, 6, 60.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WebhookOptions:
    """`url` takes what is answered. `people`: users of the other system, and whom they are here, without linking."""

    secret: str
    url: str
    people: Mapping[str, str] = field(default_factory=dict)
    identities: Identities | None = None
    store: Documents = field(default_factory=VolatileDocuments)
    clock: Clock = field(default_factory=SystemClock)


def build(options: Mapping[str, Any]) -> Channel:
    """The channel; options are those of WebhookOptions. Raises Rejected."""
    try:
        chosen = WebhookOptions(**options)
    except TypeError as error:
        raise Rejected(f"The webhook channel does not know this option: {error}.", code="bad_options") from None
    if len(chosen.secret.encode()) < LEAST_SECRET:
        hint = "Make one with `openssl rand -base64 32`, and set it on both sides."
        raise Rejected(f"The secret of [webhook] is shorter than {LEAST_SECRET} bytes.", code="bad_settings", hint=hint)
    return WebhookChannel(chosen)


class WebhookChannel:
    """`POST /channels/webhook/messages` takes `{"conversation", "user", "text" | "action", "shared"?}`."""

    name = NAME
    limits = Limits(cards=True, images=True)

    def __init__(self, options: WebhookOptions) -> None:
        self._options = options
        self._inbox = Inbox(options.store, options.clock, "webhook_delivery")
        self._works = Works()
        self._reception: Reception | None = None
        self._http = httpx2.AsyncClient(timeout=TIMEOUT_S, trust_env=False)

    async def start(self, on_message: OnMessage) -> Asgi | None:
        options = self._options
        self._reception = Reception(NAME, on_message, options.people, options.identities)
        if options.identities:
            options.identities.listen(NAME, self._linked)
        for id, body in await self._inbox.open():  # what was cut off
            self._begin(id, _read(body))
        return Starlette(routes=[Route("/messages", self._messages, methods=["POST"])])

    async def send(self, conversation: str, reply: Reply) -> None:
        """Raises Unavailable for a conversation that was never held here, and for what others must not read."""
        _, _, name = conversation.partition(f"{NAME}/")
        place = await self._options.store.get(PLACE, name) if self._reception and name else None
        if place is None:
            raise Unavailable("That conversation is not held over the webhook.", code="nobody_there")
        if place[0]["shared"] and not reply.public:
            raise Unavailable("Others read along there.", code="shared_conversation")
        await self._post(new_id("say"), {"conversation": name, "replies": [reply_json(reply)]})

    async def aclose(self) -> None:
        self._reception = None
        await self._works.aclose()
        await self._http.aclose()

    # --- what comes in -----------------------------------------------------------------------------

    async def _messages(self, request: Request) -> Response:
        """Kept before it is acknowledged; answered after."""
        try:
            body = bytearray()
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    raise Rejected(f"The body has more than {MAX_BODY_BYTES} bytes.", code="too_large")
            id = check(self._options.secret, request.headers, bytes(body), self._options.clock.now())
            document = parse_json(bytes(body))
            said = _read(document)
            if self._reception is not None and await self._inbox.take(id, document):
                self._begin(id, said)
        except PolluxError as error:
            return problem(error)
        return Response(status_code=202)

    def _begin(self, id: str, said: "_Said") -> None:
        async def work() -> None:
            try:
                await self._work(id, said)
            except PolluxError as error:
                log.warning("webhook.not_answered", conversation=said.message.conversation, reason=str(error))
            await self._inbox.done(id)

        self._works.begin(said.message.conversation, work)

    async def _work(self, id: str, said: "_Said") -> None:
        if self._reception is None:
            return
        message, user = said.message, str(said.message.user)
        place = Document(PLACE, message.conversation, {"shared": said.shared})
        await self._options.store.commit(Batch(documents=(place,)))
        turn = Incoming(
            conversation=f"{NAME}/{message.conversation}",
            text=message.text,
            action=message.action,
            channel=NAME,
            message_id=id,
            shared=said.shared,
        )

        async def account() -> Account:
            return Account(NAME, user, user[:80], "webhook", message.conversation)

        who = await self._reception.person(user, user, turn, account)
        if isinstance(who, Stranger):
            replies: tuple[Reply, ...] = (who.reply,)
        else:
            replies = await self._reception.answers(replace(turn, user=who))
        told = [reply for reply in replies if reply.public or not said.shared]
        told += [ALONE] if len(told) < len(replies) else []
        answer = {"conversation": message.conversation, "user": user, "in_reply_to": id}
        await self._post(f"re:{id}", {**answer, "replies": [reply_json(reply) for reply in told]})

    async def _linked(self, account: Account, person: str | None) -> None:
        """Tells an account that it was linked or unlinked elsewhere, where nobody else reads."""
        place = await self._options.store.get(PLACE, account.at)
        if self._reception and place and not place[0]["shared"]:
            news = await self._reception.news(person)
            self._works.begin(account.at, lambda: self.send(f"{NAME}/{account.at}", news))

    # --- what goes out -----------------------------------------------------------------------------

    async def _post(self, id: str, document: Mapping[str, Any]) -> None:
        """Again under the same id where that may help. Raises Unavailable where the other side does not take it."""
        body = dumps(document).encode()
        for attempt in range(1, TRIES + 1):
            now = self._options.clock.now()
            headers = {"content-type": "application/json", **signed(self._options.secret, id, body, now)}
            try:
                response = await self._http.post(self._options.url, content=body, headers=headers)
            except httpx2.HTTPError:
                wait_s, status = 2.0**attempt, 0
            else:
                if response.is_success:
                    return
                status, asked = response.status_code, retry_after_s(response.headers.get("retry-after", ""), now)
                wait_s = 2.0**attempt if asked is None else asked
                if status < 500 and status not in (408, 425, 429):
                    break
            if attempt < TRIES:
                await asyncio.sleep(min(wait_s, MOST_WAIT_S))
        hint = "See that the url of [webhook] takes a POST of JSON."
        raise Unavailable(f"The webhook did not take it: {status or 'no answer'}.", code="webhook_refused", hint=hint)


@dataclass(frozen=True, slots=True)
class _Said:
    message: ChatMessage
    shared: bool


def _read(document: Any) -> _Said:
    """Raises Rejected, naming the field that is wrong."""
    fields = dict(document) if isinstance(document, Mapping) else document
    shared = fields.pop("shared", False) if isinstance(fields, dict) else False
    message = read_message(fields)
    if not message.user or not isinstance(shared, bool):
        name, hint = ("shared", "is true or false") if message.user else ("user", "says who speaks, and is missing")
        raise Rejected(f"{name} {hint}.", code="bad_message", details={"field": name})
    return _Said(message, shared)


def signed(secret: str, id: str, body: bytes, at: datetime) -> dict[str, str]:
    """The headers that prove a body."""
    stamp = str(int(at.timestamp()))
    mac = hmac.new(secret.encode(), f"{id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(mac).decode()}"
    return {"webhook-id": id, "webhook-timestamp": stamp, "webhook-signature": signature}


def check(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The id of a delivery. Raises Unauthenticated for what is not signed with this secret, or not just now."""
    id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not id or len(id) > 200 or not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        hint = "Send webhook-id, webhook-timestamp and webhook-signature; docs/channels.md has an example."
        raise Unauthenticated("This is not signed.", code="unsigned", hint=hint)
    at = datetime.fromtimestamp(int(stamp), now.tzinfo)
    right = signed(secret, id, body, at)["webhook-signature"].encode()
    given = headers.get("webhook-signature", "").split()
    if not any(hmac.compare_digest(each.encode(), right) for each in given):
        raise Unauthenticated("The signature is wrong.", code="bad_signature", hint="Set one secret on both sides.")
    if abs((now - at).total_seconds()) > TOLERANCE_S:
        hint = "Check the clocks of both machines, then send it anew."
        raise Unauthenticated("This was signed too long ago, or a clock is wrong.", code="stale_delivery", hint=hint)
    return id
