"""A push service on loopback, and a browser that can read what is pushed to it."""

import base64
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from tests.connectors.web.site import Asked


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class Subscriber:
    """What a browser keeps of a subscription."""

    endpoint: str
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    @property
    def subscription(self) -> dict[str, Any]:
        """As PushSubscription.toJSON() gives it."""
        point = self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        keys = {"p256dh": b64(point), "auth": b64(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def read(self, asked: Asked) -> dict[str, Any]:
        """Raises where it is for somebody else."""
        assert asked.headers["content-encoding"] == "aes128gcm"
        plain = http_ece.decrypt(asked.body, private_key=self.private, auth_secret=self.auth, version="aes128gcm")
        document: dict[str, Any] = json.loads(plain)
        return document


def signed_by(asked: Asked) -> tuple[dict[str, Any], str]:
    """The claims of a request's VAPID signature, which holds, and the public key."""
    header = asked.headers["authorization"]
    assert Vapid02.verify(header)
    token, key = (part.partition("=")[2] for part in header.removeprefix("vapid ").split(","))
    claims = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4))), key
