"""The lists beside the chat, what a new user is told, and accessibility of the whole page."""

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.bot.web.house import House, concern

pytestmark = pytest.mark.service

WAYS = [
    (scheme, size)
    for scheme in ("light", "dark")
    for size in ({"width": 1280, "height": 800}, {"width": 360, "height": 740})
]


async def _refreshed(page: Page) -> None:
    """The page looks again when it is looked at again."""
    async with page.expect_response("**/api/v1/twins*"):
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


async def test_a_new_user_is_told_what_to_do(page: Page, house: House) -> None:
    overview = page.get_by_role("complementary", name="Overview")
    await expect(overview).to_contain_text("No twins yet.")
    await expect(overview).to_contain_text("make demo")
    await expect(overview).to_contain_text("without twins there is nothing to watch")
    house.lists.candidates = 12
    await _refreshed(page)
    await expect(overview).to_contain_text("12 devices announced themselves and have no twin yet.")
    await overview.get_by_role("button", name="Which devices did you find?").click()
    await expect(page.locator("pollux-chat .said").last).to_have_text("Heard: which devices did you find?")


async def test_what_is_critical_is_shown_and_can_be_dealt_with(page: Page, house: House) -> None:
    house.lists.fill()
    await _refreshed(page)
    items = page.locator(".concern")
    await expect(items).to_have_count(3)
    await expect(items.first).to_contain_text("Critical")
    await expect(items.first).to_contain_text("The door is open.")
    snooze = page.get_by_role("button", name="Snooze Garage freezer is warming up")
    await snooze.click()
    await expect(page.locator("pollux-chat .said").last).to_have_text("Pressed snooze:c1.")
    await page.get_by_role("button", name="Why? Garage freezer is warming up").click()
    await expect(page.locator("pollux-chat .said").last).to_have_text("Pressed why:c1.")
    await expect(page.locator("#twin-count")).to_have_text("4")
    await page.get_by_role("button", name="Hall thermostat thermostat").click()
    await expect(page.locator("pollux-chat .said").last).to_have_text("Heard: how is Hall thermostat?")


async def test_the_lists_follow_and_leave_the_focus_where_it_is(page: Page, house: House) -> None:
    house.lists.fill()
    await _refreshed(page)
    button = page.get_by_role("button", name="Acknowledge Hall thermostat is silent")
    await button.focus()
    house.lists.concerns.insert(0, concern("c0", "critical", "Water in the cellar", "The leak sensor is wet."))
    await _refreshed(page)
    await expect(page.locator(".concern")).to_have_count(4)
    await expect(button).to_be_focused()
    house.lists.concerns.clear()
    await _refreshed(page)
    await expect(page.locator("#critical-list")).to_have_text("Nothing needs you now.")


async def test_a_server_that_is_away_is_said_to_be(page: Page, house: House) -> None:
    await expect(page.locator("#state")).to_contain_text("As of")
    await house.stop()
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await expect(page.locator("#state")).to_have_text("Pollux does not answer; these lists may be old.")
    await house.start()


@pytest.mark.parametrize(("scheme", "size"), WAYS)
async def test_axe_finds_nothing(browser: Browser, house: House, scheme: Any, size: Any) -> None:
    context = await browser.new_context(color_scheme=scheme, viewport=size, reduced_motion="reduce", bypass_csp=True)
    page = await context.new_page()
    await page.goto(house.url)
    await page.locator(".line.connected").wait_for()
    assert await _violations(page) == []
    house.lists.fill()
    await _refreshed(page)
    composer = page.get_by_role("textbox", name="Message Pollux")
    for text in ("hello", "list", "critical", "preview", "image", "fail"):
        await composer.fill(text)
        await composer.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("That cannot be.")
    await expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    assert await _violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")  # nothing to scroll sideways
    await context.close()


async def test_axe_would_find_something_inside_the_element(page: Page, browser: Browser, house: House) -> None:
    context = await browser.new_context(bypass_csp=True)
    page = await context.new_page()
    await page.goto(house.url)
    await page.locator(".line.connected").wait_for()
    await page.evaluate(
        "document.querySelector('pollux-chat').shadowRoot.querySelector('textarea').removeAttribute('aria-label')"
    )
    await page.evaluate("document.querySelector('pollux-chat').shadowRoot.querySelector('textarea').placeholder = ''")
    assert await _violations(page) == ["label"]
    await context.close()


async def _violations(page: Page) -> list[str]:
    results = await Axe().run(page)
    return [violation["id"] for violation in results.response["violations"]]
