"""Messages in the browser: the switch on the page, and the worker that shows what was pushed.

A browser subscribes at its vendor's service, which is not there to be asked: the page is given a subscription at the
push service of the test. All else is real: permission, worker, encryption, and what the browser then shows.
"""

import asyncio
import json
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import BrowserContext, CDPSession, Page, expect

from tests.bot.ways.world import nudge
from tests.bot.web.house import House
from tests.connectors.notifications.push_service import Subscriber
from tests.connectors.web.site import Page as Answer
from tests.connectors.web.site import open_site

pytestmark = pytest.mark.service

SUBSCRIBE = """
(subscription) => {
    let made = null;
    PushManager.prototype.getSubscription = async () => made;
    PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
        window.subscribedWith = applicationServerKey;
        const unsubscribe = async () => ((made = null), true);
        return (made = { endpoint: subscription.endpoint, toJSON: () => subscription, unsubscribe });
    };
}
"""

# Read in one go: a headless desktop may drop the message from the list as soon as it has been shown.
SHOWN_NOTE = """
async () => {
    const worker = await navigator.serviceWorker.ready;
    for (;;) {
        const [note] = await worker.getNotifications();
        if (note) return [note.title, note.body];
        await new Promise((again) => setTimeout(again, 10));
    }
}
"""


async def registered(devtools: CDPSession) -> str:
    """The worker that Chromium has running, by its registration."""
    found: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def versions(event: dict[str, Any]) -> None:
        for version in event["versions"]:
            if version["status"] == "activated" and not found.done():
                found.set_result(version["registrationId"])

    devtools.on("ServiceWorker.workerVersionUpdated", versions)
    await devtools.send("ServiceWorker.enable")
    async with asyncio.timeout(60):
        return await found


async def test_switched_on_it_reaches_the_browser_and_switched_off_it_does_not(
    page: Page, context: BrowserContext, house: House
) -> None:
    await context.grant_permissions(["notifications"], origin=house.url)
    async with open_site(lambda _: Answer(201)) as site:
        browser = Subscriber(f"{site.url}/a-browser")
        await page.evaluate(SUBSCRIBE, browser.subscription)
        switch = page.locator("#push-switch")
        await expect(switch).to_have_text("Switch on")
        await switch.click()
        await expect(switch).to_have_text("Switch off")
        shown = page.get_by_role("complementary", name="Overview")
        await expect(shown).to_contain_text("also while this page is closed")
        await house.push.say(nudge("high"))
        (asked,) = site.asked
        document = browser.read(asked)

        devtools = await context.new_cdp_session(page)
        worker = await registered(devtools)
        pushed = {"origin": house.url, "registrationId": worker, "data": json.dumps(document)}
        await devtools.send("ServiceWorker.deliverPushMessage", pushed)
        async with asyncio.timeout(60):
            title, body = await page.evaluate(SHOWN_NOTE)
        assert title == "Reminder: call Ben"
        assert "You asked for it." in body

        await switch.click()
        await expect(switch).to_have_text("Switch on")
        assert not await house.push.serves("owner")


async def test_where_it_cannot_be_it_says_why(page: Page, house: House) -> None:
    switch = page.locator("#push-switch")
    await expect(switch).to_have_text("Switch on")
    await page.evaluate("Notification.requestPermission = async () => 'denied'")
    await switch.click()
    await expect(page.locator("#push-state")).to_contain_text("was not allowed to show messages")
    assert not await house.push.serves("owner")


async def test_the_page_with_its_switch_is_accessible(page: Page) -> None:
    await expect(page.locator("#push-switch")).to_be_visible()
    assert (await Axe().run(page)).response["violations"] == []
