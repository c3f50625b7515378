"""Payloads as Slack's own SDK tests them, signed and delivered: each is acknowledged, and nothing breaks on one."""

import gzip
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs

from bot.channels import slack as plugin
from tests.bot.channels.scripted import Script
from tests.bot.channels.slack_recorder import SECRET, TEAM, Door, Slack, message, signed, slack
from tests.services import shared_data


@pytest.fixture
async def bench() -> AsyncIterator[tuple[Door, Slack, Script]]:
    script = Script()
    async with slack() as recorder:
        options = {"bot_token": "x", "signing_secret": SECRET, "people": {"U1": "owner"}, "api": recorder.api}
        channel: Any = plugin.build(options)
        app = await channel.start(script)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as http:
            yield Door(http), recorder, script
        await channel.aclose()


def _interactions() -> Iterator[dict[str, Any]]:
    lines = (shared_data("webhooks") / "slack_payloads.jsonl").read_text(encoding="utf-8").splitlines()
    yield from (json.loads(line) for line in lines)


def _events() -> Iterator[dict[str, Any]]:
    shapes = shared_data("webhooks") / "slack_event_shapes_blank_values.jsonl.gz"
    with gzip.open(shapes, "rt", encoding="utf-8") as file:
        yield from (json.loads(line)["payload"] for line in file)


def _ours(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The same from a workspace that Pollux is in."""
    return {**payload, "team": {**(payload.get("team") or {}), "id": TEAM}, "team_id": TEAM}


async def _deliver(door: Door, sample: Mapping[str, Any], payload: Mapping[str, Any]) -> int:
    if sample["kind"] == "event":
        return (await door.post(json.dumps(payload).encode(), "application/json")).status_code
    if sample["kind"] == "interactive":
        return (await door.interaction(payload)).status_code
    fields = {name: value for name, value in payload.items() if isinstance(value, str)}
    return (await door.form(**fields)).status_code


async def _still_answers(door: Door, recorder: Slack) -> None:
    number = len(recorder.said()) + 1
    await door.event(message("hello"))
    assert (await recorder.heard(number=number))["text"] == "Heard: hello"


async def test_every_sample_is_acknowledged_and_none_breaks_anything(bench: tuple[Door, Slack, Script]) -> None:
    door, recorder, script = bench
    with capture_logs() as logs:
        for sample in _interactions():
            for payload in (sample["payload"], _ours(sample["payload"])):
                assert await _deliver(door, sample, payload) in (200, 404), sample
        await _still_answers(door, recorder)
    assert [log for log in logs if log["log_level"] in ("error", "critical")] == []
    assert [heard.text for heard in script.seen] == ["hello"], "nobody of ours has said anything in them"


async def test_an_event_of_every_shape_is_acknowledged(bench: tuple[Door, Slack, Script]) -> None:
    door, recorder, script = bench
    with capture_logs() as logs:
        for number, payload in enumerate(_events()):
            body = {**payload, "type": "event_callback", "team_id": TEAM, "event_id": f"EvS{number}"}
            answer = await door.post(json.dumps(body).encode(), "application/json")
            assert answer.status_code == 200, payload
        await _still_answers(door, recorder)
    assert [log for log in logs if log["log_level"] in ("error", "critical")] == []
    assert [heard.text for heard in script.seen] == ["hello"]


async def test_the_documented_signature_is_ours_and_too_old_by_now(bench: tuple[Door, Slack, Script]) -> None:
    door, _, script = bench
    vectors = json.loads((shared_data("webhooks") / "signature_vectors.json").read_text(encoding="utf-8"))
    vector = next(each for each in vectors if each["scheme"] == "slack v0")
    body = vector["body"].encode()
    headers = signed(body, secret=vector["secret"], at_s=float(vector["timestamp"]))
    assert headers["X-Slack-Signature"] == vector["signature"]
    answer = await door.post(body, "application/x-www-form-urlencoded", headers)
    assert answer.status_code == 401
    assert script.seen == []


ODD: tuple[Any, ...] = (None, 0, 1.5, True, [], {}, ["a"], {"a": 1}, "\x00", "\ud800")
DELIVERED: tuple[dict[str, Any], ...] = (
    message("hello", thread_ts="1.1"),
    message("hello", channel="C1"),
    {**message(""), "files": [{"mimetype": "audio/mp4", "url_private": "https://files.slack.com/a"}]},
    {"type": "message", "subtype": "message_changed", "channel": "D1", "message": message("a"), "ts": "1.2"},
    {"type": "message", "subtype": "message_deleted", "channel": "D1", "deleted_ts": "1.2", "ts": "1.2"},
    {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home"},
    {"type": "assistant_thread_started", "assistant_thread": {"user_id": "U1", "channel_id": "D1", "thread_ts": "1.1"}},
)


def _spoilt(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The document with each of its values in turn written otherwise than Slack writes it."""
    for name, value in document.items():
        yield from ({**document, name: odd} for odd in ODD)
        if isinstance(value, dict):
            yield from ({**document, name: inner} for inner in _spoilt(value))


async def test_what_slack_would_not_write_is_refused_or_passed_over(bench: tuple[Door, Slack, Script]) -> None:
    door, recorder, _ = bench
    whole = {"type": "event_callback", "team_id": TEAM, "event_id": "EvOdd"}
    with capture_logs() as logs:
        for number, event in enumerate(event for each in DELIVERED for event in _spoilt(each)):
            body = {**whole, "event_id": f"EvOdd{number}", "event": event}
            assert (await door.post(json.dumps(body).encode(), "application/json")).status_code in (200, 400), event
        for body in _spoilt({**whole, "event": message("hello")}):
            assert (await door.post(json.dumps(body).encode(), "application/json")).status_code in (200, 400, 404), body
        while recorder.said()[-1]["text"] != "Heard: the last":
            await door.event(message("the last"))
            await recorder.heard(number=len(recorder.said()) + 1)
    assert [log for log in logs if log["log_level"] in ("error", "critical")] == []
