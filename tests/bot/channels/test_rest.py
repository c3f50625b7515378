"""POST /api/v1/chat and Rasa's REST channel, over real ASGI."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from bot.channels import rest
from bot.ports import Reply
from tests.bot.channels.scripted import Script
from twin_core.contract.errors import Rejected, Unavailable

CHAT = "/api/v1/chat"
RASA = "/webhooks/rest/webhook"


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
async def client(script: Script) -> AsyncIterator[httpx2.AsyncClient]:
    async for client in _client(script, {}):
        yield client


async def _client(script: Script, options: dict[str, Any]) -> AsyncIterator[httpx2.AsyncClient]:
    channel = rest.build(options)
    app = await channel.start(script)
    assert app is not None
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        yield client
    await channel.aclose()


async def test_a_text_gets_the_contracts_answer(client: httpx2.AsyncClient, script: Script) -> None:
    response = await client.post(CHAT, json={"conversation": "c1", "text": "hello"})
    assert response.status_code == 200
    assert response.json() == {
        "turn": "tr_1",
        "intent": "greet",
        "confidence": 0.9,
        "entities": [{"entity": "twin", "value": "x"}],
        "replies": [
            {
                "text": "Heard: hello",
                "buttons": [{"id": "yes", "title": "Yes", "style": "primary"}, {"id": "undo", "title": "Undo"}],
            }
        ],
    }
    assert script.seen[0].channel == "rest"
    assert script.seen[0].user == "owner"


async def test_a_button_is_pressed_by_its_id(client: httpx2.AsyncClient) -> None:
    response = await client.post(CHAT, json={"conversation": "c1", "action": "snooze:c7"})
    assert response.json()["replies"][0]["text"] == "Pressed snooze:c7."


async def test_the_same_message_id_acts_once(client: httpx2.AsyncClient, script: Script) -> None:
    body = {"conversation": "c1", "text": "hello", "message_id": "m1"}
    first, second = await client.post(CHAT, json=body), await client.post(CHAT, json=body)
    assert first.json() == second.json()
    assert len(script.seen) == 1


async def test_an_empty_text_gets_a_calm_reply(client: httpx2.AsyncClient) -> None:
    for text in ("", "   \n"):
        response = await client.post(CHAT, json={"conversation": "c1", "text": text})
        assert response.status_code == 200
        assert response.json()["replies"][0]["text"] == "I am here. Say what you need."


async def test_the_sender_is_believed_only_where_that_was_allowed(client: httpx2.AsyncClient, script: Script) -> None:
    body = {"conversation": "c1", "text": "hello", "user": "anna"}
    await client.post(CHAT, json=body)
    async for trusting in _client(script, {"trust_user": True}):
        await trusting.post(CHAT, json=body)
    assert [m.user for m in script.seen] == ["owner", "anna"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "bad_json"),
        (b'{"conversation": "c1", "conversation": "c2", "text": "x"}', 400, "bad_json"),
        (b'{"conversation": "c1", "text": NaN}', 400, "bad_json"),
        (b"\xff\xfe", 400, "bad_json"),
        (b"[" * 50_000, 400, "bad_json"),
        (b"[]", 422, "bad_message"),
        (b"null", 422, "bad_message"),
        (b'{"text": "x"}', 422, "bad_message"),
        (b'{"conversation": "", "text": "x"}', 422, "bad_message"),
        (b'{"conversation": 7, "text": "x"}', 422, "bad_message"),
        (b'{"conversation": "a\\u0000b", "text": "x"}', 422, "bad_message"),
        (b'{"conversation": "c1"}', 422, "bad_message"),
        (b'{"conversation": "c1", "text": "x", "action": "y"}', 422, "bad_message"),
        (b'{"conversation": "c1", "text": ["x"]}', 422, "bad_message"),
        (b'{"conversation": "c1", "action": ""}', 422, "bad_message"),
        (b'{"conversation": "c1", "text": "x", "message_id": 5}', 422, "bad_message"),
        (b'{"conversation": "c1", "txet": "x"}', 422, "unknown_field"),
        (b'{"conversation": "c1", "text": "' + b"x" * 20_001 + b'"}', 422, "too_long"),
        (b'{"conversation": "c1", "text": "' + b"x" * 70_000 + b'"}', 413, "too_large"),
    ],
)
async def test_wrong_input_gets_a_problem_with_a_code(
    client: httpx2.AsyncClient, script: Script, body: bytes, status: int, code: str
) -> None:
    response = await client.post(CHAT, content=body, headers={"content-type": "application/json"})
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status
    assert response.json()["detail"]
    assert script.seen == []


async def test_half_a_character_becomes_a_question_mark(client: httpx2.AsyncClient, script: Script) -> None:
    body = b'{"conversation": "c1", "text": "lamp \\ud83d"}'
    response = await client.post(CHAT, content=body, headers={"content-type": "application/json"})
    assert response.status_code == 200
    assert script.seen[0].text == "lamp ?"


async def test_a_form_of_another_page_cannot_speak(client: httpx2.AsyncClient, script: Script) -> None:
    body = b'{"conversation": "c1", "text": "unlock the door"}'
    plain = await client.post(CHAT, content=body, headers={"content-type": "text/plain"})
    assert (plain.status_code, plain.json()["code"]) == (415, "unsupported_media_type")
    foreign = {"content-type": "application/json", "origin": "https://evil.example"}
    assert (await client.post(CHAT, content=body, headers=foreign)).status_code == 403
    rebound = {"content-type": "application/json", "host": "evil.example:8080", "origin": "http://evil.example:8080"}
    assert (await client.post(CHAT, content=body, headers=rebound)).status_code == 403
    assert script.seen == []
    async for friend in _client(script, {"origins": ("https://evil.example",)}):
        assert (await friend.post(CHAT, content=body, headers=foreign)).status_code == 200


async def test_an_error_of_the_engine_is_a_problem(client: httpx2.AsyncClient) -> None:
    response = await client.post(CHAT, json={"conversation": "c1", "text": "fail"})
    assert response.status_code == 422
    assert response.json()["detail"] == "That cannot be."
    assert response.json()["hint"] == "Say something else."


async def test_rasa_clients_get_rows_with_payloads_that_press(client: httpx2.AsyncClient, script: Script) -> None:
    response = await client.post(RASA, json={"sender": "s1", "message": "hello", "metadata": {"message_id": "m1"}})
    [row] = response.json()
    assert row == {
        "recipient_id": "s1",
        "text": "Heard: hello",
        "buttons": [{"title": "Yes", "payload": "/press yes"}, {"title": "Undo", "payload": "/press undo"}],
    }
    pressed = await client.post(RASA, json={"sender": "s1", "message": row["buttons"][1]["payload"]})
    assert pressed.json()[0]["text"] == "Pressed undo."
    assert script.seen[0].conversation == "s1"
    assert script.seen[0].message_id == "m1"


async def test_rasa_health_stream_image_and_faults(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/webhooks/rest/")).json() == {"status": "ok"}
    streamed = await client.post(f"{RASA}?stream=true", json={"sender": "s1", "message": "image"})
    assert streamed.text == ('{"recipient_id":"s1","text":"A chart."}\n{"recipient_id":"s1","image":"/icon.svg"}\n')
    assert (await client.post(RASA, json={"message": "hello"})).json()[0]["recipient_id"] == "default"
    assert (await client.post(RASA, json={"sender": "s1"})).json()[0]["text"] == "I am here. Say what you need."
    assert (await client.post(RASA, json=[1])).status_code == 422
    assert (await client.post(RASA, json={"sender": "s1", "message": 5})).status_code == 422


async def test_nobody_can_be_told_unasked() -> None:
    with pytest.raises(Unavailable, match="unasked"):
        await rest.build({}).send("c1", Reply("Hello"))


async def test_an_unknown_option_is_named() -> None:
    with pytest.raises(Rejected, match="colour"):
        rest.build({"colour": "red"})
