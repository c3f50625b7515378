"""Signed posts in both directions: what proves itself is answered once, everything else is refused."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx2
import pytest

from bot.channels import webhook as plugin
from bot.documents import VolatileDocuments
from bot.identity import Identities, code_in
from bot.ports import Reply
from tests.bot.channels.scripted import Script
from tests.bot.channels.webhook_receiver import Receiver, receiver
from twin_core.contract.clock import SystemClock
from twin_core.contract.errors import Rejected, Unavailable

SECRET = plugin.EXAMPLE["secret"]


class People:
    """Everybody may talk."""

    async def name_of(self, person: str) -> str:
        return "Anna Keller"


@dataclass(frozen=True, slots=True)
class Scene:
    channel: Any
    other: Receiver
    http: httpx2.AsyncClient
    script: Script
    identities: Identities
    store: VolatileDocuments

    async def says(self, text: str, id: str = "m1", **more: Any) -> dict[str, Any]:
        number = len(self.other.said) + 1
        message = {"conversation": "c1", "user": "u1", "text": text, **more}
        assert (await self.other.post(self.http, message, id)).status_code == 202
        return await self.other.heard(number)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    store, script = VolatileDocuments(), Script()
    identities = Identities(store, SystemClock(), People())
    async with receiver(SECRET) as other:
        parts = {"store": store, "identities": identities}
        channel: Any = plugin.build({**plugin.EXAMPLE, **parts, "url": other.url})
        app = await channel.start(script)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as http:
            yield Scene(channel, other, http, script, identities, store)
        await channel.aclose()


async def test_what_is_said_is_answered_by_a_signed_post(scene: Scene) -> None:
    answer = await scene.says("hello")
    assert (answer["conversation"], answer["user"], answer["in_reply_to"]) == ("c1", "u1", "m1")
    [reply] = answer["replies"]
    assert reply["text"] == "Heard: hello"
    assert [button["id"] for button in reply["buttons"]] == ["yes", "undo"]
    assert scene.other.ids == ["re:m1"]
    [heard] = scene.script.seen
    assert (heard.user, heard.conversation, heard.message_id) == ("owner", "webhook/c1", "m1")


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"webhook-signature": "v1,AAAA"}, "bad_signature"),
        ({"webhook-id": "m2"}, "bad_signature"),
        ({"webhook-timestamp": "1700000000"}, "bad_signature"),
        ({"webhook-signature": ""}, "bad_signature"),
        ({"webhook-timestamp": "soon"}, "unsigned"),
        ({"webhook-id": ""}, "unsigned"),
    ],
)
async def test_what_is_not_signed_is_refused(scene: Scene, headers: dict[str, str], code: str) -> None:
    message = {"conversation": "c1", "user": "u1", "text": "hello"}
    refused = await scene.other.post(scene.http, message, "m1", **headers)
    assert (refused.status_code, refused.json()["code"]) == (401, code)
    assert scene.script.seen == []


@pytest.mark.parametrize("off_s", [-400, 400])
async def test_a_post_that_was_kept_and_sent_again_later_is_refused(scene: Scene, off_s: int) -> None:
    body = b'{"conversation": "c1", "user": "u1", "text": "hello"}'
    old = scene.other.sign("m1", body, time.time() + off_s)
    refused = await scene.http.post("/messages", content=body, headers=old)
    assert (refused.status_code, refused.json()["code"]) == (401, "stale_delivery")


async def test_the_same_post_again_is_acknowledged_and_done_once(scene: Scene) -> None:
    await scene.says("hello")
    message = {"conversation": "c1", "user": "u1", "text": "hello"}
    assert (await scene.other.post(scene.http, message, "m1")).status_code == 202
    await scene.says("again", "m2")
    assert [heard.text for heard in scene.script.seen] == ["hello", "again"]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"\xff", 400, None),
        (b"[1]", 422, "a message"),
        (b'{"conversation": "c1", "text": "x"}', 422, "user"),
        (b'{"conversation": "c1", "user": "u1", "text": "x", "shared": "no"}', 422, "shared"),
        (b'{"conversation": "c1", "user": "u1"}', 422, "text"),
        (b'"' + b"x" * 70_000 + b'"', 413, None),
    ],
)
async def test_bad_posts_are_refused_by_name(scene: Scene, body: bytes, status: int, field: str | None) -> None:
    refused = await scene.other.post(scene.http, body, "m1")
    assert refused.status_code == status
    assert not field or refused.json()["detail"].startswith(field)
    assert scene.script.seen == []


async def test_a_receiver_that_asks_to_wait_is_told_once_later_under_the_same_id(scene: Scene) -> None:
    soon = format_datetime(datetime.now(UTC) - timedelta(seconds=1), usegmt=True)
    scene.other.refuse.extend([(429, {"retry-after": "0"}), (503, {"retry-after": soon})])
    assert (await scene.says("hello"))["replies"][0]["text"] == "Heard: hello"
    assert scene.other.ids == ["re:m1"] * 3


async def test_a_stranger_gets_a_code_and_is_told_when_it_was_used(scene: Scene) -> None:
    code = code_in((await scene.says("what's most critical?", user="u9"))["replies"][0]["text"])
    assert code
    assert scene.script.seen == []
    await scene.identities.link(code, "anna", person="anna")
    assert (await scene.other.heard(2))["replies"][0]["text"].startswith("Linked: here you are Anna Keller now.")
    await scene.says("hello", "m2", user="u9")
    assert scene.script.seen[0].user == "anna"


async def test_what_is_private_is_not_said_where_others_read(scene: Scene) -> None:
    answer = await scene.says("hello", shared=True)
    assert [reply["text"] for reply in answer["replies"]] == [plugin.ALONE.text]
    assert scene.script.seen[0].shared
    with pytest.raises(Unavailable):
        await scene.channel.send("webhook/c1", Reply("private"))
    await scene.channel.send("webhook/c1", Reply("The pump has stopped.", public=True))
    assert (await scene.other.heard(2))["replies"][0]["text"] == "The pump has stopped."


async def test_what_was_cut_off_is_answered_after_a_restart(scene: Scene) -> None:
    store = VolatileDocuments()
    again: Any = plugin.build({**plugin.EXAMPLE, "url": scene.other.url, "store": store})
    await again._inbox.take("m1", {"conversation": "c1", "user": "u1", "text": "hello"})
    await again.start(scene.script)
    assert (await scene.other.heard())["in_reply_to"] == "m1"
    await again.aclose()


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(Rejected, match="secret"):
        plugin.build({**plugin.EXAMPLE, "secret": "short"})
