"""What was said unasked and changes later, and whether somebody looks at the page."""

import pytest
from playwright.async_api import Page, expect

from bot.ports import Button, Reply
from tests.bot.web.house import House

pytestmark = pytest.mark.service

WARM = Reply("The freezer is warm.", (Button("ack:c1", "Acknowledge"),), nudge="n1")
COLD = Reply("The freezer is cold again.", nudge="n1")


async def _conversation(page: Page) -> str:
    return str(await page.evaluate("document.querySelector('pollux-chat').conversation"))


async def test_an_edit_stands_in_its_place_and_is_not_read_out(page: Page, house: House) -> None:
    conversation, said = await _conversation(page), page.locator("pollux-chat .said")
    await house.channel.leave("owner", conversation, WARM, "n1/0")
    await house.channel.leave("owner", conversation, Reply("Another thing."), "n2/0")
    await expect(said).to_have_count(2)
    await page.get_by_role("button", name="Acknowledge").focus()
    await house.channel.edit("owner", conversation, COLD)
    await expect(said.first).to_contain_text(COLD.text)
    await expect(said).to_have_count(2)
    await expect(page.get_by_role("button", name="Acknowledge")).to_have_count(0)
    await expect(page.get_by_role("textbox", name="Message Pollux")).to_be_focused()
    assert await page.locator("pollux-chat .msg").first.get_attribute("aria-live") == "off"
    await page.reload()
    await expect(page.locator("pollux-chat .said").first).to_contain_text(COLD.text)
    await expect(page.locator("pollux-chat .said")).to_have_count(2)


async def test_an_edit_that_was_missed_is_made_up_for(page: Page, house: House) -> None:
    conversation = await _conversation(page)
    await house.channel.leave("owner", conversation, WARM, "n1/0")
    await expect(page.locator("pollux-chat .said")).to_have_count(1)
    await house.stop()
    await page.locator(".line:not(.connected)").wait_for()
    await house.start()
    await house.channel.edit("owner", conversation, COLD)
    await expect(page.locator("pollux-chat .said")).to_contain_text([COLD.text])


async def test_a_page_that_is_hidden_is_not_looked_at(page: Page, house: House) -> None:
    conversation = await _conversation(page)
    assert house.channel.open_for("owner") == (conversation,)
    hide = """hidden => {
        Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    for hidden, expected in ((True, ()), (False, (conversation,))):
        await page.evaluate(hide, hidden)
        for _ in range(100):
            if house.channel.open_for("owner") == expected:
                break
            await page.wait_for_timeout(50)
        assert house.channel.open_for("owner") == expected
