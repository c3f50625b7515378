"""What things are called, asked of a running server."""

from datetime import UTC, datetime

import httpx2
import pytest

from bot.voice.names import names_at
from tests.conversations.server import running_server
from twin_core.contract.errors import Unavailable

CLOCK = datetime(2026, 3, 2, 8, tzinfo=UTC)


async def test_twins_of_every_page_their_places_people_and_open_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.voice.names._PAGE", 2)
    async with running_server(CLOCK, "UTC", {"anna": "member"}) as server:
        proof = {"Authorization": f"Bearer {server.tokens['anna']}"}
        async with httpx2.AsyncClient(base_url=server.http, trust_env=False, headers=proof) as client:
            for name in ("hall lamp", "hall fan", "desk lamp"):
                light = {"type": "light", "name": name, "place": name.split()[0], "aliases": [f"the {name}"]}
                assert (await client.post("/api/v1/twins", json=light)).status_code == 201
            person = {"type": "person", "name": "Anneke Example"}
            assert (await client.post("/api/v1/twins", json=person)).status_code == 201
            for task in ("call the surgery", "send the report"):
                assert (await client.post("/api/v1/tasks", json={"title": task})).status_code == 201
            tasks = (await client.get("/api/v1/tasks")).json()["items"]
            done = next(task["id"] for task in tasks if task["title"] == "send the report")
            assert (await client.patch(f"/api/v1/tasks/{done}", json={"done": True})).status_code == 200
        phrases = await names_at(server.http, server.tokens["anna"])
        with pytest.raises(Unavailable, match="what things are called"):
            await names_at(server.http, None)
    told = {
        kind: {phrase.text for phrase in phrases if phrase.kind == kind} for kind in ("twin", "place", "task", "person")
    }
    lamps = {"hall lamp", "hall fan", "desk lamp"}
    assert told["person"] == {"Anneke Example", "Anneke"}
    assert told["twin"] == {"Anneke Example", *lamps, *(f"the {name}" for name in lamps)}
    assert told["place"] == {"hall", "desk"}
    assert told["task"] == {"call the surgery"}


async def test_where_nobody_serves_it_is_said() -> None:
    with pytest.raises(Unavailable, match="what things are called"):
        await names_at("http://127.0.0.1:9", None)
