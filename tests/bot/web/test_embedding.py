"""The chat in a page of another site, and what guards our own pages."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI
from playwright.async_api import Browser, expect
from starlette.responses import HTMLResponse

from bot.channels import webchat
from tests.bot.channels.scripted import Script, serving
from tests.bot.web.house import House

EMBEDDING = """<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1>
<script type="module" src="{server}/pollux-chat.js"></script>
<pollux-chat server="{server}" heading="Ask us" conversation="visitor-1"></pollux-chat>"""


@pytest.mark.service
@pytest.mark.parametrize("allowed", [True, False])
async def test_one_script_tag_embeds_it_where_the_owner_allows(browser: Browser, house: House, allowed: bool) -> None:
    shop = FastAPI()
    shop.get("/", response_class=HTMLResponse)(lambda: EMBEDDING.format(server=house.url))
    async with serving(shop) as port:
        site = f"http://127.0.0.1:{port}"
        await house.stop()
        await house.start(origins=(site,) if allowed else ())
        page = await browser.new_page()
        await page.goto(site)
        composer = page.get_by_role("textbox", name="Message Pollux")
        await composer.fill("hello")
        await composer.press("Enter")
        if allowed:
            await expect(page.locator("pollux-chat .said").last).to_have_text("Heard: hello")
            assert await page.locator("pollux-chat .said").count() == 2
        else:
            await expect(page.locator("pollux-chat .line")).to_contain_text("No connection")
            assert house.script.seen == []
        await page.close()


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    app = await webchat.build({"origins": ("https://home.example",)}).start(Script())
    assert app is not None
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/", "/home.js", "/style.css", "/icon.svg", "/pollux-chat.js", "/pollux-chat-view.js"]
)
async def test_every_file_is_guarded_and_cached_by_content(client: httpx2.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert response.status_code == 200
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors https://home.example" in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    again = await client.get(path, headers={"if-none-match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert ("access-control-allow-origin" in response.headers) == path.startswith("/pollux-chat")


async def test_nothing_but_the_files_is_served(client: httpx2.AsyncClient) -> None:
    for path in ("/../__init__.py", "/assets/index.html", "/nothing.js", "/%2e%2e/__init__.py"):
        assert (await client.get(path)).status_code == 404


async def test_the_page_asks_nothing_of_others(client: httpx2.AsyncClient) -> None:
    for path in ("/", "/home.js", "/style.css"):
        text = (await client.get(path)).text
        assert "http://" not in text
        assert "https://" not in text
    assert "<script>" not in (await client.get("/")).text
    assert "style=" not in (await client.get("/")).text
