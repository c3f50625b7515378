"""The door of Teams: what is forged, stale, repeated or no activity goes no further, and is told nothing."""

import asyncio
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.channels import teams as plugin
from bot.documents import VolatileDocuments
from bot.ports import Reply
from tests.bot.channels.scripted import Script, serving
from tests.bot.channels.teams_bench import Bench, open_bench
from tests.bot.channels.teams_recorder import BOT, Door, key, message, press, teams
from twin_core.contract.clock import SystemClock
from twin_core.contract.ports import Batch, Document
from twin_core.store import open_store

PEOPLE = 500
SECRET = "the PIN of the alarm is 4711"


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with open_bench() as opened:
        yield opened


def _claims(door: Door) -> dict[str, Any]:
    return jwt.decode(door.token(), options={"verify_signature": False})


def _unsigned(door: Door) -> str:
    return jwt.encode(_claims(door), "", "none", headers={"kid": "k1"})


def _symmetric(door: Door) -> str:
    """Signed with the public key taken for a shared secret; made by hand, since the library refuses to."""
    public = key("k1").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{_base64({'alg': 'HS256', 'kid': 'k1', 'typ': 'JWT'})}.{_base64(_claims(door))}"
    signature = hmac.digest(public, signed.encode(), "sha256")
    return f"{signed}.{urlsafe_b64encode(signature).decode().rstrip('=')}"


def _base64(doc: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(doc).encode()).decode().rstrip("=")


def _tampered(door: Door) -> str:
    head, _, signature = door.token().split(".")
    _, other, _ = door.token(serviceurl="https://evil.test").split(".")
    return f"{head}.{other}.{signature}"


FORGED: dict[str, Callable[[Door], str]] = {
    "alg none": _unsigned,
    "symmetric": _symmetric,
    "RS512": lambda door: jwt.encode(_claims(door), key("k1"), "RS512", {"kid": "k1"}),
    "PS256": lambda door: jwt.encode(_claims(door), key("k1"), "PS256", {"kid": "k1"}),
    "without a kid": lambda door: jwt.encode(_claims(door), key("k1"), "RS256"),
    "tampered": _tampered,
    "not yet valid": lambda door: door.token(nbf=int(time.time()) + 3600, iat=int(time.time()) + 3600),
    "without an end": lambda door: door.token(exp=None),
    "no kid of theirs": lambda door: door.token(kid="../k1"),
    "three dots": lambda door: "...",
    "not latin": lambda door: "%C3%BC.b.c",
}


@pytest.mark.parametrize("forged", FORGED)
async def test_a_forged_token_opens_nothing_and_is_told_nothing(bench: Bench, forged: str) -> None:
    answer = await bench.door.post(message(SECRET), FORGED[forged](bench.door))
    assert answer.status_code == 401
    assert not [part for part in ("4711", "u1", "tenant", "serviceurl") if part in answer.text]
    assert (bench.script.seen, bench.teams.said) == ([], [])


@pytest.mark.parametrize("url", ["https://evil.test", "http://127.0.0.1:1/", "", None, 7, ["x"]])
async def test_an_activity_with_another_address_than_was_signed_is_refused(bench: Bench, url: Any) -> None:
    answer = await bench.door.post({**message(SECRET), "serviceUrl": url})
    assert answer.status_code in (400, 401)
    assert "4711" not in answer.text
    assert (bench.script.seen, bench.teams.said) == ([], [])


ODD: dict[str, Any] = {
    "no type": {"type": None},
    "an unknown type": {"type": "somethingNew"},
    "a reaction": {"type": "messageReaction", "reactionsAdded": [{"type": "like"}]},
    "typing": {"type": "typing"},
    "no sender": {"from": None},
    "a sender without an id": {"from": {"name": "x"}},
    "another bot": {"from": {"id": "28:other", "name": "x"}},
    "ourselves": {"from": {"id": BOT, "name": "Pollux"}},
    "entities of nothing": {"entities": [None, 7]},
    "no id and no time": {"id": None},
    "an unknown invoke": {"type": "invoke", "name": "composeExtension/query", "value": {}},
}


@pytest.mark.parametrize("odd", ODD)
async def test_what_is_not_said_to_us_is_acknowledged_and_does_nothing(bench: Bench, odd: str) -> None:
    assert (await bench.door.post({**message("hello"), **ODD[odd]})).status_code == 200
    await bench.door.post(message("last"))
    await bench.teams.heard()
    assert [heard.text for heard in bench.script.seen if heard.text] == ["last"]


async def test_a_check_of_the_sdk_that_waits_for_something_is_waited_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    validator = import_module("bot.channels.teams.door").TokenValidator  # its import warns, but where the channel does
    check = validator.validate_token

    async def waits(self: Any, raw: str, url: str | None = None) -> Any:
        await asyncio.sleep(0)
        return await check(self, raw, url)

    monkeypatch.setattr(validator, "validate_token", waits)
    answers = [await bench.door.post(message("hello"), token) for token in (None, _tampered(bench.door))]
    assert [answer.status_code for answer in answers] == [200, 401]


async def test_a_conversation_of_no_tenant_is_not_let_in(bench: Bench) -> None:
    answer = await bench.door.post({**message(SECRET), "conversation": None})
    assert (answer.status_code, "4711" in answer.text) == (403, False)
    assert bench.script.seen == []


async def test_a_press_that_is_delivered_again_is_answered_alike_and_done_once(bench: Bench) -> None:
    await bench.door.post(message("hello"))
    pressed = press(await bench.teams.heard(), "Undo")
    answers = [await bench.door.post(pressed) for _ in range(3)]
    assert {answer.text for answer in answers} == {answers[0].text}
    await bench.teams.heard(2)
    await bench.door.post(message("last"))
    await bench.teams.heard(3)
    assert [heard.action for heard in bench.script.seen] == [None, "undo", None]


async def test_what_could_not_be_sent_is_sent_once_teams_can_be_reached_again() -> None:
    async with teams() as recorder:
        pass  # Teams is away now
    store = VolatileDocuments()
    place = {"conversation": "19:room", "service_url": recorder.url}
    await store.commit(Batch(documents=[Document("teams_place", "shared/19:room", place)]))
    channel: Any = plugin.build({**recorder.options(), "store": store})
    await channel.start(Script())
    said = asyncio.create_task(channel.send("teams/tenant-1/19:room", Reply("The pump has stopped.", public=True)))
    await asyncio.wait((said,), timeout=0.5)
    assert not said.done()
    async with serving(recorder.app(), recorder.port):
        await asyncio.wait_for(said, 60)
    assert [each["text"] for each in recorder.said] == ["The pump has stopped."]
    await channel.aclose()


async def test_five_hundred_at_once_over_limits_that_are_hit_and_deliveries_that_come_again(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path / 'house.db'}", SystemClock())
    async with teams() as recorder:
        people = {f"u{n}": f"person{n}" for n in range(PEOPLE)}
        channel: Any = plugin.build({**recorder.options(), "people": people, "store": store})
        script = Script()
        app = await channel.start(script)
        recorder.refuse.extend([(429, {"retry-after": "0"}), (503, {"retry-after": "0"}), (412, {})] * 10)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as http:
            door = Door(http, recorder)
            token = door.token()
            everything = [message(f"from {n}", f"u{n}") for n in range(PEOPLE)]
            again = everything[::5]  # their acknowledgements were lost
            answers = await asyncio.gather(*(door.post(each, token) for each in (*everything, *again)))
            assert {answer.status_code for answer in answers} == {200}
            for number in range(1, PEOPLE + 1):
                await recorder.heard(number)
            await door.post(message("last", "u0"))
            await recorder.heard(PEOPLE + 1)
        said = [(each["to"], each["text"]) for each in recorder.said[:PEOPLE]]
        assert sorted(said) == sorted((f"a:u{n}", f"Heard: from {n}") for n in range(PEOPLE))
        assert not recorder.refuse
        await channel.aclose()
    await asyncio.wait_for(store.aclose(), 60)
