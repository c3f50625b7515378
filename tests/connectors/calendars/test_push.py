import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.connectors.calendars.google_stub import GoogleStub
from tests.connectors.calendars.granted import Stub
from tests.connectors.calendars.graph_stub import GraphStub
from tests.connectors.calendars.world import World, open_world
from tests.connectors.web.site import Page, open_site
from twin_core.contract.errors import NotFound, Unauthenticated
from twin_core.contract.ports import PlanChanged

NEWS_S = 20.0
PUBLIC = "https://pollux.example/"


@asynccontextmanager
async def pushed(folder: Path, kind: str, stub: Stub, push_url: str = PUBLIC) -> AsyncIterator[World]:
    async with open_site(stub.respond) as site:
        stub.url = site.url
        granted = {
            "client_id": "app",
            "refresh_token": "first",
            "keep": str(folder / "keep"),
            "push_url": push_url,
            "name": "office",
        }
        where = {"url": site.url, "token_url": f"{site.url}/token", "private": True, "poll_s": 86_400.0}
        async with open_world(folder, kind, **granted, **where) as world:
            yield world


@asynccontextmanager
async def running(world: World) -> AsyncIterator[None]:
    task = asyncio.create_task(world.connector.run())
    try:
        await asyncio.wait_for(world.connector.ready.wait(), NEWS_S)
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(world: World, title: str) -> None:
    """Until an event of that title is known here."""
    changed = asyncio.Event()

    async def heard(notice: PlanChanged) -> None:
        changed.set()

    world.house.bus.subscribe(PlanChanged, heard)
    async with asyncio.timeout(NEWS_S):
        while title not in [event.title for event in await world.agenda()]:
            await changed.wait()
            changed.clear()


async def test_news_of_google_is_looked_for_at_once(tmp_path: Path) -> None:
    stub = GoogleStub()
    async with pushed(tmp_path, "google", stub) as world, running(world):
        [channel] = stub.channels
        assert channel["address"] == "https://pollux.example/api/v1/hooks/office/news"
        stub.single("a", "Review")
        headers = {"x-goog-channel-id": channel["id"], "x-goog-channel-token": channel["token"]}
        world.connector.take_news({**headers, "x-goog-resource-state": "exists"}, b"")
        await until(world, "Review")


async def test_news_of_microsoft_is_looked_for_at_once(tmp_path: Path) -> None:
    stub = GraphStub()
    async with pushed(tmp_path, "microsoft", stub) as world, running(world):
        [channel] = stub.channels
        assert channel["notificationUrl"] == "https://pollux.example/api/v1/hooks/office/news"
        stub.single("a", "Review")
        told = {"subscriptionId": "subscription-1", "clientState": channel["clientState"], "changeType": "created"}
        world.connector.take_news({}, json.dumps({"value": [told]}).encode())
        await until(world, "Review")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-goog-channel-id": "forged", "x-goog-channel-token": "x"},
        {"x-goog-channel-id": "", "x-goog-channel-token": ""},
    ],
)
async def test_what_comes_over_no_channel_of_ours_is_refused(tmp_path: Path, headers: Mapping[str, str]) -> None:
    async with pushed(tmp_path, "google", GoogleStub()) as world:
        await world.sync()
        with pytest.raises(Unauthenticated):
            world.connector.take_news(headers, b"")


async def test_a_wrong_secret_is_refused(tmp_path: Path) -> None:
    stub = GraphStub()
    async with pushed(tmp_path, "microsoft", stub) as world:
        await world.sync()
        right = {"subscriptionId": "subscription-1", "clientState": stub.channels[0]["clientState"]}
        wrong = {"subscriptionId": "subscription-1", "clientState": "grün"}
        with pytest.raises(Unauthenticated):
            world.connector.take_news({}, json.dumps({"value": [right, wrong]}).encode())


async def test_a_channel_is_renewed_before_it_ends_and_known_after_a_restart(tmp_path: Path) -> None:
    stub = GoogleStub()
    async with pushed(tmp_path, "google", stub) as world:
        await world.sync()
        await world.sync()
        assert len(stub.channels) == 1
    async with pushed(tmp_path, "google", stub) as world:
        await world.sync()
        assert len(stub.channels) == 1
        await world.house.timers.advance(world.house.clock.now() + timedelta(hours=40))
        await world.sync()
        assert len(stub.channels) == 2
        assert stub.stopped == [{"id": stub.channels[0]["id"], "resourceId": "r-1"}]


async def test_without_a_channel_it_is_asked_as_before(tmp_path: Path) -> None:
    stub = GoogleStub()
    stub.single("a", "Review")
    refused = Page(400, b'{"error": {"errors": [{"reason": "push.webhookUrlNotHttps"}]}}')
    async with pushed(tmp_path, "google", stub, "http://pollux.example") as world:
        await world.sync()
        stub.channels.clear()
        await world.house.timers.advance(world.house.clock.now() + timedelta(hours=40))
        stub.refuse_watch = refused
        await world.sync()
        assert [event.title for event in await world.agenda()] == ["Review"]
        [fault] = world.connector.faults()
        assert "tells of no news" in fault.message


async def test_who_is_not_told_says_so(tmp_path: Path) -> None:
    async with pushed(tmp_path, "google", GoogleStub(), "") as world:
        await world.sync()
        with pytest.raises(NotFound):
            world.connector.take_news({}, b"")
