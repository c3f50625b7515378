import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from connectors.oauth import Provider
from connectors.oauth.flows import by_browser, by_device
from connectors.web import Web, WebOptions
from tests.connectors.web.site import Asked, Page, Site, open_site
from twin_core.contract.clock import SystemClock
from twin_core.contract.errors import Rejected


def form(asked: Asked) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(asked.body.decode()).items()}


def reply(document: dict[str, Any], status: int = 200) -> Page:
    return Page(status, json.dumps(document).encode(), {"Content-Type": "application/json"})


@asynccontextmanager
async def provided(respond: Any) -> AsyncIterator[tuple[Site, Web, Provider]]:
    async with open_site(respond) as site, Web(WebOptions("Provider", private=True), SystemClock()) as web:
        urls = (f"{site.url}/token", "https://provider.example/authorize", f"{site.url}/device")
        yield site, web, Provider("Provider", "app", "", "calendar", *urls)


async def answered(url: str, **query: str) -> httpx2.Response:
    async with httpx2.AsyncClient(trust_env=False) as browser:
        return await browser.get(url, params=query)


async def test_a_browser_brings_the_code_back_and_nobody_else_can() -> None:
    page: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with provided(lambda asked: reply({"refresh_token": "granted"})) as (site, web, provider):
        flow = asyncio.create_task(by_browser(web, provider, lambda told: page.set_result(told.split("\n")[1])))
        asked = {key: values[0] for key, values in parse_qs(urlsplit(await page).query).items()}
        stranger = await answered(asked["redirect_uri"], code="forged", state="guessed")
        assert stranger.status_code == 404
        assert (await answered(asked["redirect_uri"], code="c0de", state=asked["state"])).status_code == 200
        assert await flow == "granted"
        sent = form(site.asked[-1])
        assert (sent["code"], sent["redirect_uri"]) == ("c0de", asked["redirect_uri"])
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]


async def test_a_person_who_says_no_is_understood() -> None:
    page: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with provided(lambda asked: reply({})) as (_, web, provider):
        flow = asyncio.create_task(by_browser(web, provider, lambda told: page.set_result(told.split("\n")[1])))
        asked = {key: values[0] for key, values in parse_qs(urlsplit(await page).query).items()}
        await answered(asked["redirect_uri"], error="access_denied", state=asked["state"])
        with pytest.raises(Rejected, match="granted nothing"):
            await flow


async def test_a_code_is_entered_on_another_device() -> None:
    code = {"device_code": "d", "user_code": "ABC-123", "verification_uri": "https://provider.example/device"}
    answers = iter(
        [
            reply({**code, "interval": 5, "expires_in": 900}),
            reply({"error": "authorization_pending"}, 400),
            reply({"error": "slow_down"}, 400),
            reply({"refresh_token": "granted"}),
        ]
    )
    told: list[str] = []
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    async with provided(lambda asked: next(answers)) as (_, web, provider):
        assert await by_device(web, provider, told.append, wait) == "granted"
    assert told == ["Open https://provider.example/device and enter ABC-123"]
    assert waited == [5.0, 5.0, 10.0]
