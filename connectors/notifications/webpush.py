"""Messages to one browser while its page is closed: Web Push (RFC 8030), encrypted for that browser alone (RFC 8291)
and signed by this house (VAPID, RFC 8292). The push service in between learns neither text nor title.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from connectors.web.client import Web, WebOptions
from twin_core.contract.errors import NotFound, Rejected
from twin_core.contract.notifying import Message

EXAMPLE: Mapping[str, Any] = {
    "endpoint": "https://push.example.org/a-browser",
    "p256dh": "BI5TO2-gv3tGJbswZnwB-2B--fi4qA_vWzAGKHAxh7Kjc-sdveAzGDZtBp-DpvWQAFPHNjPLBBshxV4ahsH0ALQ",
    "auth": "AAAAAAAAAAAAAAAAAAAAAA",
    "key": "",
    "contact": "mailto:pollux@pollux.invalid",
}
TIMEOUT_S = 15.0
KEPT_S = 24 * 3600  # by the push service, for a browser that is not running
_SIGNED_FOR = timedelta(hours=12)
_MOST_TITLE, _MOST_TEXT = 120, 1500  # a push service takes 4096 bytes
_POINT_BYTES, _AUTH_BYTES, _TOPIC_CHARS = 65, 16, 32


def build(options: Mapping[str, Any]) -> "WebPushNotifier":
    """Options: `endpoint`, `p256dh`, `auth` of the browser's subscription; `key` (PEM) and `contact` of this house;
    `clock`, `private`. Raises Rejected for keys that are none.
    """
    return WebPushNotifier(options)


class WebPushNotifier:
    """contract.notifying.Notifier by Web Push to one browser."""

    name = "webpush"

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._endpoint = str(options["endpoint"])
        self._browser = _bytes(options["p256dh"], _POINT_BYTES)
        self._auth = _bytes(options["auth"], _AUTH_BYTES)
        self._key, self._contact, self._clock = options["key"], options["contact"], options["clock"]
        private = bool(options.get("private"))
        self._web = Web(WebOptions(self.to, private=private, timeout_s=TIMEOUT_S), self._clock)

    @property
    def to(self) -> str:
        """The push service alone: the rest of such an address is a secret."""
        return urlsplit(self._endpoint).hostname or "the push service"

    async def send(self, message: Message) -> None:
        """Raises NotFound with the code "gone" for a browser that takes no messages any more."""
        headers = {
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(KEPT_S),
            "Urgency": "high" if message.urgent else "normal",
            **({"Topic": _topic(message.key)} if message.key else {}),
            **self._signature(),
        }
        answer = await self._web.ask(
            "POST", self._endpoint, headers=headers, content=self._sealed(message), expect=(404, 410)
        )
        if answer.status in (404, 410):
            hint = "Switch messages on again on the web page, in that browser."
            raise NotFound("That browser takes no messages any more.", code="gone", hint=hint)

    async def aclose(self) -> None:
        await self._web.aclose()

    def _sealed(self, message: Message) -> bytes:
        document = {
            "title": _cut(message.subject, _MOST_TITLE),
            "body": _cut(message.text, _MOST_TEXT),
            "tag": message.thread,
            "urgent": message.urgent,
        }
        return bytes(
            http_ece.encrypt(
                json.dumps(document, ensure_ascii=False).encode(),
                salt=secrets.token_bytes(16),
                private_key=ec.generate_private_key(ec.SECP256R1()),
                dh=self._browser,
                auth_secret=self._auth,
                version="aes128gcm",
            )
        )

    def _signature(self) -> dict[str, str]:
        parts = urlsplit(self._endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((self._clock.now() + _SIGNED_FOR).timestamp()),
            "sub": self._contact,
        }
        return dict(Vapid02.from_pem(self._key.encode()).sign(claims))


def _bytes(text: str, size: int) -> bytes:
    """Raises Rejected where that is no key of so many bytes, in base64url."""
    try:
        raw = base64.urlsafe_b64decode(str(text) + "=" * (-len(str(text)) % 4))
    except ValueError:
        raw = b""
    if len(raw) != size:
        raise Rejected("The keys of that browser cannot be read.", code="bad_subscription", hint="Switch it on again.")
    return raw


def _topic(key: str) -> str:
    """The same message again takes the place of what was not delivered yet (RFC 8030, 5.4)."""
    return base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()).decode()[:_TOPIC_CHARS]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
