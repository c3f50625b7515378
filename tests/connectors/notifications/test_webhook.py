"""A message posted to a real HTTP server on this machine."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.notifications import webhook
from tests.connectors.web.site import Page, open_site
from twin_core.contract.clock import FrozenClock
from twin_core.contract.errors import Forbidden, PolluxError, Unavailable
from twin_core.contract.notifying import Message

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
MESSAGE = Message("Help", "owner asks.", "owner", "tr_1")


async def test_what_was_agreed_to_arrives_as_json() -> None:
    async with open_site(lambda _: Page(204)) as site:
        notifier = webhook.build({"url": f"{site.url}/secret/path", "clock": FrozenClock(NOW)})
        await notifier.send(MESSAGE)
        await notifier.aclose()
    (asked,) = site.asked
    document = json.loads(asked.body)
    assert asked.method == "POST"
    assert (document["text"], document["from"], document["sent_at"]) == (MESSAGE.text, "owner", "2026-03-02T08:00:00Z")
    assert asked.headers["idempotency-key"] == "tr_1"


async def test_the_same_message_again_can_be_told_by_its_key() -> None:
    async with open_site(lambda _: Page(204)) as site:
        notifier = webhook.build({"url": site.url, "clock": FrozenClock(NOW)})
        await notifier.send(replace(MESSAGE, key="nudge_1/0", urgent=True))
        await notifier.aclose()
    (asked,) = site.asked
    assert asked.headers["idempotency-key"] == "nudge_1/0"
    assert json.loads(asked.body)["urgent"] is True


@pytest.mark.parametrize(("status", "kind"), [(500, Unavailable), (429, Unavailable), (403, Forbidden)])
async def test_a_refusal_is_an_error(status: int, kind: type[PolluxError]) -> None:
    async with open_site(lambda _: Page(status)) as site:
        notifier = webhook.build({"url": site.url, "clock": FrozenClock(NOW)})
        with pytest.raises(kind):
            await notifier.send(MESSAGE)
        await notifier.aclose()


def test_only_the_host_is_shown() -> None:
    notifier = webhook.build({**webhook.EXAMPLE, "clock": FrozenClock(NOW)})
    assert notifier.to == "example.org"
