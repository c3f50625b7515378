"""A real browser and a real server for the page's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.bot.web.house import House, open_house
from tests.services import require_program
from twin_core.contract.clock import SystemClock
from twin_core.store import open_store

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
WAIT_MS = 15_000


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    path = require_program("chromium", "chromium-browser", "google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    store = await open_store(f"sqlite:///{tmp_path}/pollux.db", SystemClock())
    async with open_house(store) as house:
        yield house
    await store.aclose()


@pytest.fixture
async def context(browser: Browser, house: House) -> AsyncIterator[BrowserContext]:
    """A visitor whose every request to another host is a fault of the page."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(WAIT_MS)
    outside: list[str] = []
    context.on("request", lambda r: outside.append(r.url) if not r.url.startswith((house.url, "data:")) else None)
    yield context
    await context.close()
    assert outside == []


@pytest.fixture
async def page(context: BrowserContext, house: House) -> AsyncIterator[Page]:
    """The opened page; errors of its scripts and of its security policy fail the test."""
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda m: faults.append(m.text) if "Content Security Policy" in m.text else None)
    await page.goto(house.url)
    await page.locator(".line.connected").wait_for()
    yield page
    assert faults == []
