"""Setting messages in the browser up: the way, and the routes by which a page switches them on and off."""

from typing import Annotated
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from fastapi import APIRouter, Request
from py_vapid import Vapid02, b64urlencode
from pydantic import BaseModel, ConfigDict, Field
from starlette.status import HTTP_204_NO_CONTENT

from bot.channels._wire import person
from bot.push.book import Browser, BrowserBook
from bot.push.way import PushWay
from bot.reach_settings import PushSettings
from twin_core.contract import plugins
from twin_core.contract.clock import Clock
from twin_core.contract.errors import Rejected
from twin_core.contract.notifying import Notifier
from twin_core.contract.ports import Store

_Text = Annotated[str, Field(min_length=1, max_length=2000)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)  # browsers add what they like


class Keys(_Body):
    """Of a browser: its public key, and a secret that it shares with us."""

    p256dh: _Text
    auth: _Text


class Subscription(_Body):
    """As `PushSubscription.toJSON()` gives it."""

    endpoint: _Text
    keys: Keys


class Unsubscription(_Body):
    """Of the browser that wants no more."""

    endpoint: _Text


class PushState(BaseModel):
    """The public key of this house, and in how many browsers the person has messages on."""

    key: str
    browsers: int


def push_way(settings: PushSettings, store: Store, clock: Clock) -> PushWay:
    """Messages in the browser need nothing to be set up."""

    def notifier(browser: Browser, key: str) -> Notifier:
        options = {"endpoint": browser.endpoint, "p256dh": browser.p256dh, "auth": browser.auth, "key": key}
        more = {"contact": settings.contact, "private": settings.private, "clock": clock}
        made: Notifier = plugins.build("connectors.notifications", "webpush", {**options, **more})
        return made

    return PushWay(BrowserBook(store), notifier)


def push_router(way: PushWay) -> APIRouter:
    """GET /push, POST and DELETE /push/subscriptions: each person for themselves."""
    router = APIRouter(prefix="/push", tags=["push"])

    @router.get("", summary="The key to subscribe with, and in how many browsers messages are on")
    async def state(request: Request) -> PushState:
        return PushState(key=_public(await way.book.key()), browsers=len(await way.book.of(person(request))))

    @router.post("/subscriptions", status_code=HTTP_204_NO_CONTENT, summary="Messages in this browser, from now on")
    async def subscribe(request: Request, body: Subscription) -> None:
        browser = Browser(body.endpoint, body.keys.p256dh, body.keys.auth)
        parts = urlsplit(browser.endpoint)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise Rejected("That browser has no push service.", code="bad_subscription", hint="Try another browser.")
        await way.notifier(browser, await way.book.key()).aclose()  # its keys can be read
        await way.book.add(person(request), browser)

    @router.delete("/subscriptions", status_code=HTTP_204_NO_CONTENT, summary="No more messages in this browser")
    async def unsubscribe(request: Request, body: Unsubscription) -> None:
        await way.book.remove(person(request), Browser(body.endpoint, "", ""))

    return router


def _public(pem: str) -> str:
    """The public key as browsers take it: an uncompressed point, in base64url."""
    point = Vapid02.from_pem(pem.encode()).public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return str(b64urlencode(point))
