"""Messages through Apprise: ntfy, SMS, Matrix, Discord, Telegram and the rest of what it knows, by their URL.

Source: https://appriseit.com/services/ for the URLs. Apprise does not try again, and says what went wrong in its log
alone: its result is looked at here, and whoever sends tries again.
"""

import asyncio
import difflib
import logging
import re
from collections.abc import Mapping
from typing import Any

from apprise import Apprise, AppriseAsset, AppriseAttachment, NotifyBase, NotifyType
from apprise.attachment.memory import AttachMemory
from apprise.manager_plugins import NotificationManager
from apprise.result import AppriseResult

from twin_core.contract.errors import PolluxError, Rejected, Unavailable
from twin_core.contract.notifying import Message

EXAMPLE: Mapping[str, Any] = {"url": "json://127.0.0.1:9/"}
TIMEOUT_S = 30.0
_SHOWN = 3  # forms of an address
_LATER = {408, 425, 429}
_STATUS = re.compile(r"\berror=(\d{3})\b")
# Without the addresses of pictures: a receiver would fetch them from a host that nobody here has chosen.
_ASSET = AppriseAsset(app_id="Pollux", app_desc="", app_url="", image_url_mask="", image_url_logo="")
# It logs whole addresses, where a secret may stand; what went wrong is said here.
_LOG = logging.getLogger("apprise")
_LOG.propagate = False


def build(options: Mapping[str, Any]) -> "AppriseNotifier":
    """Options: `url`. Raises Rejected where Apprise knows no such address; the address itself is never shown."""
    url = str(options.get("url") or "")
    service = Apprise.instantiate(url, asset=_ASSET, suppress_exceptions=True)
    if not isinstance(service, NotifyBase):
        raise _unknown(url)
    return AppriseNotifier(url, str(service.service_name))


class AppriseNotifier:
    """contract.notifying.Notifier by one Apprise URL."""

    name = "apprise"

    def __init__(self, url: str, service: str) -> None:
        self._url = url
        self._service = service

    @property
    def to(self) -> str:
        """The service alone: the rest of such an address is often a secret."""
        return self._service

    async def send(self, message: Message) -> None:
        service = Apprise(asset=_ASSET)  # anew each time: an instance makes its next message wait for seconds
        service.add(self._url)
        try:
            async with asyncio.timeout(TIMEOUT_S):
                result = await service.async_notify(
                    title=" ".join(message.subject.split()),
                    body=message.text,
                    body_format="text",
                    notify_type=NotifyType.WARNING if message.urgent else NotifyType.INFO,
                    attach=_attached(message, service),
                )
        except TimeoutError:
            raise self._failed(None) from None
        if not result:
            raise self._failed(_status(result))

    async def aclose(self) -> None:
        """Nothing is kept open between messages."""

    def _failed(self, status: int | None) -> PolluxError:
        if status is None or status in _LATER or status >= 500:
            said = f"answered {status}" if status else "could not be reached"
            hint = "Nothing was sent; it is tried again later."
            return Unavailable(f"{self._service} {said}.", code="unreachable", hint=hint)
        hint = "Check its url under [notify] in pollux.toml: the key, the topic, the receiver."
        return Rejected(f"{self._service} refused the message ({status}).", code="refused", hint=hint)


def _attached(message: Message, service: Apprise) -> AppriseAttachment | None:
    """The picture, for services that take one."""
    if message.picture is None or not all(each.attachment_support for each in service):
        return None
    attachment = AppriseAttachment(asset=_ASSET)
    attachment.add(AttachMemory(content=message.picture.png, name="chart.png", mimetype="image/png", asset=_ASSET))
    return attachment


def _status(result: AppriseResult) -> int | None:
    """The HTTP status that a refusal came with, from the log of the attempt; its other words may hold secrets."""
    for attempt in result.results:
        for entry in attempt.logs():
            if found := _STATUS.search(str(entry.message)):
                return int(found[1])
    return None


def _unknown(url: str) -> Rejected:
    """What is wrong with an address, told without its secrets: only what stands before :// is named."""
    kind, separator, _ = url.partition("://")
    services = NotificationManager()
    known = sorted(set(services.schemas()))
    if separator and kind.lower() in known:
        service = services[kind.lower()]
        forms = [form.replace("{schema}", kind.lower()) for form in service.templates[:_SHOWN]]
        hint = f"It looks like {' or '.join(forms)}."
        return Rejected(f"The address for {service.service_name} is not complete.", code="bad_url", hint=hint)
    near = difflib.get_close_matches(kind.lower(), known, 1, cutoff=0.6) if separator else []
    hint = f"Did you mean {near[0]}://…?" if near else "It looks like ntfy://ntfy.sh/TOPIC; see appriseit.com/services."
    shown = f"{kind[:30]}://…" if separator else "that"
    return Rejected(f"Apprise knows no address like {shown}.", code="bad_url", hint=hint)
