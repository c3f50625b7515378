"""Messages in a person's browsers: switched on by a page, read by that browser alone, forgotten when it is gone."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from starlette.requests import Request

from bot.outside.sources import build_ways
from bot.push.book import MOST
from bot.push.opening import push_router, push_way
from bot.push.way import PushWay
from bot.reach_settings import PushSettings
from bot.settings import load_settings
from bot.ways.courier import HouseCourier
from tests.bot.ways.world import World, nudge, open_world
from tests.connectors.notifications.push_service import Subscriber, signed_by
from tests.connectors.web.site import Asked, Page, Site, open_site
from twin_core.contract.errors import Rejected
from twin_core.contract.nudges import Delivered

GONE = "/gone"


@dataclass
class Pushing:
    """A house, the push service its browsers use, and its routes as `person` calls them."""

    world: World
    site: Site
    way: PushWay
    courier: HouseCourier
    client: httpx2.AsyncClient

    async def switch_on(self, path: str = "/anna", person: str = "owner") -> Subscriber:
        browser = Subscriber(f"{self.site.url}{path}")
        await self.subscribe(browser, person)
        return browser

    async def subscribe(self, browser: Subscriber, person: str = "owner") -> None:
        answer = await self.client.post("/push/subscriptions", json=browser.subscription, headers={"X-Person": person})
        assert answer.status_code == 204

    def pushed(self) -> list[Asked]:
        return [asked for asked in self.site.asked if asked.path != "/phone"]


@asynccontextmanager
async def open_pushing(folder: Path) -> AsyncIterator[Pushing]:
    async with open_site(lambda asked: Page(410 if asked.path == GONE else 201)) as site, AsyncExitStack() as stack:
        notify: dict[str, Any] = {"phone": {"kind": "webhook", "url": f"{site.url}/phone", "title": "the phone"}}
        world = await stack.enter_async_context(open_world(folder, notify=notify))
        way = push_way(PushSettings(private=True), world.house.store, world.house.clock)
        chosen = load_settings({"data": folder, "notify": notify}, file=folder / "none")
        ways = [way, *build_ways(chosen, world.house.clock, stack)]
        courier = HouseCourier(world.house.engine, [world.web.channel], ways, world.book)
        app = FastAPI()

        @app.middleware("http")
        async def door(request: Request, call_next: Any) -> Any:
            request.state.user = request.headers.get("x-person", "owner")
            return await call_next(request)

        app.include_router(push_router(way))
        transport = httpx2.ASGITransport(app)
        client = await stack.enter_async_context(httpx2.AsyncClient(transport=transport, base_url="http://pollux"))
        yield Pushing(world, site, way, courier, client)


async def test_whoever_is_away_is_told_in_every_browser(tmp_path: Path) -> None:
    async with open_pushing(tmp_path) as pushing:
        browsers = {path: await pushing.switch_on(path) for path in ("/laptop", "/phone-browser")}
        assert (await pushing.courier.deliver(nudge("high"))).channel == "webchat and push"
        assert {asked.path for asked in pushing.pushed()} == browsers.keys()  # in no order of theirs
        for asked in pushing.pushed():
            document = browsers[asked.path].read(asked)
            assert document["title"] == "Reminder: call Ben"
            assert "You asked for it." in document["body"]
            assert document["urgent"]
        _, key = signed_by(pushing.pushed()[0])
        assert key == (await pushing.client.get("/push")).json()["key"]


async def test_a_browser_that_is_gone_is_forgotten_and_the_next_way_says_so(tmp_path: Path) -> None:
    async with open_pushing(tmp_path) as pushing:
        await pushing.switch_on(GONE)
        assert await pushing.courier.deliver(nudge("high")) == Delivered("webchat and phone", "home")
        (sent,) = [asked for asked in pushing.site.asked if asked.path == "/phone"]
        assert "Your browser could not be reached, so I tell you here." in sent.body.decode()
        assert (await pushing.client.get("/push")).json()["browsers"] == 0
        (fault,) = pushing.world.book.faults()
        assert "Switch messages on again" in fault.hint
        await pushing.courier.deliver(nudge("high", id="nudge_2.owner"))
        assert len(pushing.pushed()) == 1


async def test_one_of_two_that_is_gone_is_no_reason_for_another_way(tmp_path: Path) -> None:
    async with open_pushing(tmp_path) as pushing:
        await pushing.switch_on(GONE)
        await pushing.switch_on("/laptop")
        assert (await pushing.courier.deliver(nudge("high"))).channel == "webchat and push"
        assert (await pushing.client.get("/push")).json()["browsers"] == 1


async def test_a_browser_is_told_what_is_for_whoever_used_it_last(tmp_path: Path) -> None:
    async with open_pushing(tmp_path) as pushing:
        browser = await pushing.switch_on("/shared")
        await pushing.subscribe(browser, "ben")
        assert [await pushing.way.serves(person) for person in ("owner", "ben")] == [False, True]
        stranger = {"X-Person": "owner"}
        body = {"endpoint": browser.endpoint}
        await pushing.client.request("DELETE", "/push/subscriptions", json=body, headers=stranger)
        assert await pushing.way.serves("ben")
        await pushing.client.request("DELETE", "/push/subscriptions", json=body, headers={"X-Person": "ben"})
        assert not await pushing.way.serves("ben")


async def test_the_key_of_the_house_is_kept(tmp_path: Path) -> None:
    keys = []
    for _ in range(2):
        async with open_pushing(tmp_path) as pushing:
            keys.append((await pushing.client.get("/push")).json()["key"])
    assert keys[0] == keys[1]


async def test_what_is_no_subscription_is_refused(tmp_path: Path) -> None:
    async with open_pushing(tmp_path) as pushing:
        for broken in ({"endpoint": "javascript:1"}, {"keys": {"p256dh": "AA", "auth": "AA"}}):
            with pytest.raises(Rejected):
                await pushing.client.post(
                    "/push/subscriptions", json={**Subscriber("https://a.example").subscription, **broken}
                )
        assert (await pushing.client.post("/push/subscriptions", json={"endpoint": 1})).status_code == 422
        for n in range(MOST):
            await pushing.switch_on(f"/browser-{n}")
        await pushing.switch_on("/browser-0")  # again: the same one
        with pytest.raises(Rejected, match="in 10 browsers already"):
            await pushing.switch_on("/one-more")
