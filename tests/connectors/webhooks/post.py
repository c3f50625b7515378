"""Deliveries as the outside systems sign and send them."""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from twin_core.contract.clock import parse_instant
from twin_core.contract.webhooks import Delivery

NOW = parse_instant("2026-03-02T08:00:00Z")
SECRET = "a secret of the tests, long enough"


def signed(document: Any, secret: str = SECRET, **headers: str) -> Delivery:
    """Signed over the body, as GitHub and Jira do. Header names with _ for -."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    mac = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    known = {name.replace("_", "-"): value for name, value in headers.items()}
    return Delivery({"x-hub-signature-256": mac, "x-hub-signature": mac, **known}, body, NOW)


def github(event: str, document: Any, **more: str) -> Delivery:
    return signed(document, x_github_event=event, **more)


def standard(document: Any, secret: str = SECRET, id: str = "msg_1", at: datetime = NOW) -> Delivery:
    """Signed with id and time, as Standard Webhooks say."""
    body = json.dumps(document).encode()
    sent = str(int(at.timestamp()))
    mac = hmac.new(secret.encode(), f"{id}.{sent}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(mac).decode()}"
    return Delivery({"webhook-id": id, "webhook-timestamp": sent, "webhook-signature": signature}, body, NOW)
