"""Messages as JSON to an address on the web, as chat systems and automations take them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from connectors.web.client import Web, WebOptions
from twin_core.contract.clock import Clock, instant_text
from twin_core.contract.notifying import Message

EXAMPLE: Mapping[str, Any] = {"url": "https://example.org/hooks/help"}
TIMEOUT_S = 15.0


def build(options: Mapping[str, Any]) -> "WebhookNotifier":
    """Options: `url`, `clock`. The address was set by whoever runs this house, so it may be a private one."""
    return WebhookNotifier(options["url"], options["clock"])


class WebhookNotifier:
    """contract.notifying.Notifier by one POST. `text` stands alone, for systems that show nothing else."""

    name = "webhook"

    def __init__(self, url: str, clock: Clock) -> None:
        self._url = url
        self._clock = clock
        self._web = Web(WebOptions(self.to, private=True, timeout_s=TIMEOUT_S), clock)

    @property
    def to(self) -> str:
        """The host alone: the rest of such an address is often a secret."""
        return urlsplit(self._url).hostname or "the webhook"

    async def send(self, message: Message) -> None:
        document = {
            "subject": message.subject,
            "text": message.text,
            "from": message.sender,
            "sent_at": instant_text(self._clock.now()),
            "trace": message.trace,
            "urgent": message.urgent,
        }
        key = message.key or message.trace
        headers = {"Idempotency-Key": key} if key else {}
        await self._web.ask("POST", self._url, json=document, headers=headers)

    async def aclose(self) -> None:
        await self._web.aclose()
