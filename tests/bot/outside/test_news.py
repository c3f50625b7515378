from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from bot.outside.news import news_router
from tests.connectors.calendars.google_stub import GoogleStub
from tests.connectors.calendars.test_push import pushed
from twin_core.contract.errors import NotFound, Unauthenticated

NEWS = "/hooks/office/news"


async def test_news_comes_in_by_the_door_of_its_source(tmp_path: Path) -> None:
    stub = GoogleStub()
    async with pushed(tmp_path, "google", stub) as world:
        await world.sync()
        app = FastAPI()
        app.include_router(news_router([world.connector, object()]))
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://pollux") as client:
            asked = await client.post(NEWS, params={"validationToken": "<b>it is us</b>"})
            assert (asked.status_code, asked.text) == (200, "<b>it is us</b>")
            assert asked.headers["content-type"].startswith("text/plain")
            channel = stub.channels[0]
            headers = {"X-Goog-Channel-ID": channel["id"], "X-Goog-Channel-Token": channel["token"]}
            assert (await client.post(NEWS, headers=headers)).status_code == 202
            with pytest.raises(Unauthenticated):
                await client.post(NEWS, headers={**headers, "X-Goog-Channel-Token": "guessed"})
            with pytest.raises(NotFound):
                await client.post("/hooks/elsewhere/news")
