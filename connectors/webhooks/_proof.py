"""How a post proves where it comes from: HMAC signatures and shared tokens, any of several secrets."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from twin_core.contract.errors import Unauthenticated
from twin_core.contract.webhooks import Delivery

TOLERANCE_S = 300.0  # of a signed time against ours, either way
_HEX = "sha256="
_STANDARD = "whsec_"


def hex_signature(delivery: Delivery, header: str, secrets: Sequence[str]) -> str:
    """`sha256=…` over the body, as GitHub and Jira sign. Answers the digest of the body. Raises Unauthenticated."""
    given = _given(delivery, header)
    if not any(_same(given, _HEX + _mac(secret.encode(), delivery.body).hex()) for secret in secrets):
        raise _wrong(header)
    return digest(delivery)


def token(delivery: Delivery, header: str, secrets: Sequence[str]) -> str:
    """The shared secret itself, as older hooks of GitLab send it. Answers the digest of the body."""
    given = _given(delivery, header)
    if not any(_same(given, secret) for secret in secrets):
        raise _wrong(header)
    return digest(delivery)


def standard_signature(delivery: Delivery, secrets: Sequence[str]) -> str:
    """The Standard Webhooks scheme: id and time are signed too. Answers the id. Raises Unauthenticated.

    Source: the Standard Webhooks specification, "Webhook metadata" and "Signature scheme".
    """
    id, sent = _given(delivery, "webhook-id"), _given(delivery, "webhook-timestamp")
    signatures = [part.partition(",") for part in _given(delivery, "webhook-signature").split()]
    signed = f"{id}.{sent}.".encode() + delivery.body
    expected = [base64.b64encode(_mac(_standard_key(secret), signed)).decode() for secret in secrets]
    if not any(version == "v1" and _same(given, each) for version, _, given in signatures for each in expected):
        raise _wrong("webhook-signature")
    check_age(delivery, sent)
    return id


def check_age(delivery: Delivery, sent: str) -> None:
    """Raises Unauthenticated where a signed Unix time is far from ours: an old post, kept and sent again."""
    plain = sent.isascii() and sent.isdigit() and len(sent) < 12
    if not plain or abs(delivery.at.timestamp() - int(sent)) > TOLERANCE_S:
        raise Unauthenticated(
            "This delivery was signed too long ago, or a clock is wrong.",
            code="stale_delivery",
            hint="Check the clocks of both machines, then send it anew.",
        )


def digest(delivery: Delivery) -> str:
    """What was signed, in short: no header that is not signed can make it look new."""
    return hashlib.sha256(delivery.body).hexdigest()


def _given(delivery: Delivery, header: str) -> str:
    given = delivery.headers.get(header, "")
    if not given:
        raise Unauthenticated(
            f"This delivery has no {header}.",
            code="unsigned",
            hint="Set the secret of this hook on both sides.",
        )
    return given


def _mac(key: bytes, signed: bytes) -> bytes:
    return hmac.new(key, signed, hashlib.sha256).digest()


def _standard_key(secret: str) -> bytes:
    """Secrets of this scheme are base64 behind a prefix; others are taken as they are."""
    if not secret.startswith(_STANDARD):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_STANDARD), validate=True)
    except ValueError:
        return secret.encode()


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def _wrong(header: str) -> Unauthenticated:
    return Unauthenticated(
        f"The {header} of this delivery is wrong.",
        code="bad_signature",
        hint="Set the same secret on both sides.",
    )
