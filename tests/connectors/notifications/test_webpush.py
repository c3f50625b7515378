"""Pushed messages at a real HTTP server: only the browser can read them, and they are signed."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from http_ece import ECEException

from connectors.notifications import webpush
from tests.connectors.notifications.push_service import Subscriber, signed_by
from tests.connectors.web.site import Page, open_site
from twin_core.contract.clock import FrozenClock
from twin_core.contract.errors import Forbidden, NotFound, PolluxError, Rejected, Unavailable
from twin_core.contract.notifying import Message

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
KEY = (
    ec.generate_private_key(ec.SECP256R1())
    .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    .decode()
)
MESSAGE = Message("Water in the cellar", "Water — in the cellar.\n\nIt is a danger.", "pollux", key="n1/0", thread="c1")


def notifier(browser: Subscriber, **more: Any) -> webpush.WebPushNotifier:
    keys = browser.subscription["keys"]
    own = {"key": KEY, "contact": "mailto:anna@example.org", "clock": FrozenClock(NOW), "private": True}
    return webpush.build({"endpoint": browser.endpoint, **keys, **own, **more})


async def test_only_that_browser_can_read_it(caplog: pytest.LogCaptureFixture) -> None:
    async with open_site(lambda _: Page(201)) as site:
        browser = Subscriber(f"{site.url}/push/anna")
        way = notifier(browser)
        for message in (replace(MESSAGE, urgent=True), MESSAGE, replace(MESSAGE, text="x" * 9000, key="n2/0")):
            await way.send(message)
        await way.aclose()
    urgent, again, long = site.asked
    assert browser.read(urgent) == {"title": MESSAGE.subject, "body": MESSAGE.text, "tag": "c1", "urgent": True}
    assert b"cellar" not in urgent.body
    assert (urgent.headers["urgency"], again.headers["urgency"]) == ("high", "normal")
    assert urgent.headers["topic"] == again.headers["topic"] != long.headers["topic"]
    assert urgent.headers["ttl"] == "86400"
    assert len(long.body) < 4096
    with pytest.raises((ECEException, InvalidTag)):
        Subscriber(browser.endpoint).read(urgent)
    claims, _ = signed_by(urgent)
    assert claims["aud"] == site.url
    assert claims["sub"] == "mailto:anna@example.org"
    assert 0 < claims["exp"] - NOW.timestamp() <= 24 * 3600


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (404, NotFound, "gone"),
        (410, NotFound, "gone"),
        (429, Unavailable, "rate_limited"),
        (503, Unavailable, "unavailable"),
        (400, Rejected, "refused"),
        (403, Forbidden, "forbidden"),
    ],
)
async def test_what_a_push_service_answers(status: int, kind: type[PolluxError], code: str) -> None:
    async with open_site(lambda _: Page(status)) as site:
        way = notifier(Subscriber(f"{site.url}/push/anna"))
        with pytest.raises(kind) as caught:
            await way.send(MESSAGE)
        await way.aclose()
    assert caught.value.code == code
    assert "/push/anna" not in str(caught.value)


async def test_a_subscription_leads_nobody_into_the_private_network() -> None:
    async with open_site(lambda _: Page(201)) as site:
        way = notifier(Subscriber(site.url), private=False)
        with pytest.raises(Forbidden):
            await way.send(MESSAGE)
        await way.aclose()
    assert site.asked == []


@pytest.mark.parametrize("keys", [{"p256dh": "AAAA"}, {"auth": "ä"}, {"auth": "AAAA"}])
def test_keys_that_are_none_are_refused(keys: dict[str, str]) -> None:
    with pytest.raises(Rejected, match="cannot be read"):
        notifier(Subscriber("https://push.example"), **keys)
