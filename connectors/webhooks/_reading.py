"""From a posted body to the document in it."""

import json
from urllib.parse import parse_qs

from connectors.web.document import Node
from twin_core.contract.errors import Rejected
from twin_core.contract.webhooks import Delivery


def read(delivery: Delivery) -> Node:
    """The posted object, also from a form with a `payload`. Raises Rejected where there is none."""
    try:
        text = delivery.body.decode("utf-8")
        if delivery.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            text = parse_qs(text, max_num_fields=10).get("payload", [""])[0]
        raw = json.loads(text)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Rejected(
            "The delivery is not JSON.", code="bad_delivery", hint="Let the other side send application/json."
        ) from error
    if not isinstance(raw, dict):
        raise Rejected("The delivery is no JSON object.", code="bad_delivery", hint="Send one event a delivery.")
    return Node(raw)
