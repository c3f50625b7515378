"""The chat in a real browser: said, pressed, dropped, resumed, by keyboard, and safe from what devices are called."""

import asyncio
import re

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from bot.ports import Button, Reply
from bot.web import ASSETS
from tests.bot.web.house import House, concern, twin

pytestmark = pytest.mark.service

NASTY = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>&amp;<b>bold</b>'


def _composer(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message Pollux")


async def _say(page: Page, text: str) -> None:
    await _composer(page).fill(text)
    await _composer(page).press("Enter")


def _said(page: Page) -> Locator:
    """The bubbles, in order."""
    return page.locator("pollux-chat .said")


async def _conversation(page: Page) -> str:
    return str(await page.evaluate("document.querySelector('pollux-chat').conversation"))


async def test_one_opens_the_page_types_and_reads_the_answer(page: Page) -> None:
    await expect(page.get_by_role("heading", name="What needs you today?")).to_be_visible()
    await _say(page, "hello")
    await expect(_said(page)).to_have_text(["You said: hello", "Heard: hello"])
    await expect(page.get_by_role("log")).to_contain_text("Pollux said:")
    await expect(page.get_by_role("heading", name="What needs you today?")).to_be_hidden()
    await expect(_composer(page)).to_be_focused()
    await expect(_composer(page)).to_have_value("")
    await expect(page.locator("pollux-chat .unsent")).to_have_count(0)


async def test_buttons_press_and_the_composer_gets_the_focus_back(page: Page, house: House) -> None:
    await _say(page, "hello")
    await page.get_by_role("group", name="Choices").get_by_role("button", name="Undo").click()
    await expect(_said(page).last).to_have_text("Pressed undo.")
    await expect(_said(page).nth(2)).to_have_text("You said: Undo")
    await expect(_composer(page)).to_be_focused()
    assert house.script.seen[-1].action == "undo"


async def test_the_suggestions_of_the_empty_chat_work(page: Page, house: House) -> None:
    await page.get_by_role("button", name="What's most critical today?").click()
    await expect(_said(page).last).to_have_text("Heard: what's most critical today?")
    assert house.script.seen[0].text == "what's most critical today?"


async def test_lists_cards_and_pictures_are_drawn_and_nothing_is_said_twice(page: Page) -> None:
    await _say(page, "list")
    await expect(page.locator("pollux-chat .said ul li")).to_have_text(["hall lamp", "kitchen lamp"])
    await expect(page.locator("pollux-chat .said ol li")).to_have_text(["one", "two"])
    await _say(page, "critical")
    card = page.locator("pollux-chat .card")
    await expect(card.get_by_role("listitem")).to_have_count(2)
    await expect(card).to_contain_text("Critical: Garage freezer")
    await expect(card.get_by_role("button", name="Snooze: Garage freezer")).to_be_visible()
    bubbles = page.locator("pollux-chat .msg:not(.me)").last.locator(".said")
    await expect(bubbles).to_have_text(["Two things need you.", "Shall I remind you in an hour?"])
    await _say(page, "image")
    await expect(page.get_by_role("img", name="Temperature since morning")).to_be_visible()


async def test_keyboard_alone_is_enough(page: Page, house: House) -> None:
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip the chat")).to_be_focused()
    for _ in range(20):
        if await _composer(page).evaluate("node => node.getRootNode().activeElement === node"):
            break
        await page.keyboard.press("Tab")
    await page.keyboard.type("two")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("lines")
    await page.keyboard.press("Enter")
    await expect(_said(page).last).to_have_text(re.compile(r"^Heard: two\s*lines$"))
    assert house.script.seen[0].text == "two\nlines"
    await page.keyboard.press("Shift+Tab")  # back to the last button, then the first
    await expect(page.get_by_role("button", name="Undo")).to_be_focused()
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    await expect(_said(page).last).to_have_text("Pressed yes.")
    await expect(_composer(page)).to_be_focused()


async def test_what_is_said_stays_text(page: Page, house: House) -> None:
    house.lists.concerns = [concern("c1", "critical", NASTY, NASTY)]
    house.lists.twins = [twin(NASTY, "light", NASTY)]
    await _say(page, NASTY)
    await expect(_said(page).last).to_have_text(f"Heard: {NASTY}")
    item = {"title": NASTY, "detail": NASTY, "severity": NASTY, "buttons": [{"id": NASTY, "title": NASTY}]}
    card = {"kind": NASTY, "title": NASTY, "items": [item]}
    conversation = await _conversation(page)
    for url in ("https://evil.example/pixel.png", "javascript:document.title='owned'", "http://["):
        image = {"url": url, "alt": NASTY}
        reply = Reply(NASTY, (Button(NASTY, NASTY),), card, image, NASTY, nudge=NASTY + url)
        await house.channel.send(conversation, reply)
    await expect(page.locator("pollux-chat .nudge")).to_have_count(3)
    await expect(page.locator("pollux-chat .nudge").first).to_contain_text("Pollux speaks up")
    await expect(page.locator(".concern h3")).to_have_text(NASTY)
    await expect(page.locator(".twin .name")).to_have_text(NASTY)
    assert await page.locator("pollux-chat img, pollux-chat script, aside img, aside script, b").count() == 0
    assert await page.title() == "Pollux"


async def test_what_comes_unasked_appears_and_can_be_answered(page: Page, house: House) -> None:
    reply = Reply("The freezer is warm.", (Button("snooze:c1", "Snooze"),), nudge="n1")
    await house.channel.send(await _conversation(page), reply)
    nudge = page.locator("pollux-chat .nudge")
    await expect(nudge).to_contain_text("The freezer is warm.")
    await nudge.get_by_role("button", name="Snooze").click()
    await expect(_said(page).last).to_have_text("Pressed snooze:c1.")


async def test_after_a_drop_it_resumes_exactly_once(page: Page, house: House) -> None:
    await _say(page, "before")
    await expect(_said(page)).to_have_count(2)
    house.script.gate = asyncio.Event()
    await _say(page, "during")  # being answered while the line drops
    await expect(page.locator("pollux-chat .typing")).to_have_text("Pollux is thinking …")
    stopping = asyncio.create_task(house.stop())
    house.script.gate.set()
    await stopping
    await expect(page.locator("pollux-chat .line")).to_have_text(re.compile("No connection|Connecting"))
    await _say(page, "while away")
    await expect(page.locator("pollux-chat .unsent")).to_have_count(1)
    await house.start()
    await expect(page.locator("pollux-chat .line")).to_have_text("Connected")
    await expect(page.locator("pollux-chat .unsent")).to_have_count(0)
    said = [f"{who}: {text}" for text in ("before", "during", "while away") for who in ("You said", "Heard")]
    await expect(_said(page)).to_have_text(said)
    assert [m.text for m in house.script.seen] == ["before", "during", "while away"]


async def test_a_reload_shows_the_history_and_does_not_announce_it(page: Page, house: House) -> None:
    for text in ("one", "two"):
        await _say(page, text)
        await expect(_said(page).last).to_have_text(f"Heard: {text}")
    await page.add_init_script(
        """window.live = [];
        const attach = Element.prototype.attachShadow;
        Element.prototype.attachShadow = function (options) {
          const root = attach.call(this, options);
          new MutationObserver((changes) => {
            for (const change of changes) for (const node of change.addedNodes) {
              const log = node.parentElement?.closest?.('[role=log]');
              if (log) window.live.push(log.getAttribute('aria-live'));
            }
          }).observe(root, { subtree: true, childList: true });
          return root;
        };"""
    )
    await page.reload()
    await expect(_said(page)).to_have_count(4)
    assert set(await page.evaluate("window.live")) == {"off"}
    await expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    await _say(page, "three")
    await expect(_said(page)).to_have_count(6)
    assert len(house.script.seen) == 3


async def test_offline_messages_wait_and_survive_a_reload(page: Page, house: House) -> None:
    await page.context.set_offline(True)
    await house.stop()
    await expect(page.locator("pollux-chat .line")).to_have_text(re.compile("You are offline"))
    for text in ("first", "second"):
        await _say(page, text)
    await expect(page.locator("pollux-chat .unsent")).to_have_count(2)
    assert house.script.seen == []
    await house.start()
    await page.context.set_offline(False)
    await expect(_said(page).last).to_have_text("Heard: second")
    await expect(page.locator("pollux-chat .unsent")).to_have_count(0)
    assert [m.text for m in house.script.seen] == ["first", "second"]


async def test_the_outbox_is_kept_through_a_reload(page: Page, house: House) -> None:
    house.script.gate = asyncio.Event()
    await _say(page, "patience")
    await expect(page.locator("pollux-chat .typing")).to_have_text("Pollux is thinking …")
    await page.reload()
    await expect(page.locator("pollux-chat .unsent .said")).to_have_text("You said: patience")
    house.script.gate.set()
    await expect(_said(page)).to_have_text(["You said: patience", "Heard: patience"])
    assert len(house.script.seen) == 1


async def test_an_answer_that_comes_twice_is_shown_once(context: BrowserContext, house: House) -> None:
    page = await context.new_page()
    await page.add_init_script(
        """const send = WebSocket.prototype.send;
        WebSocket.prototype.send = function (data) {
          send.call(this, data);
          if (data.includes('"text"')) this.addEventListener('message', () => send.call(this, data), { once: true });
        };"""
    )
    await page.goto(house.url)
    await page.locator(".line.connected").wait_for()
    for text in ("one", "two"):
        await _say(page, text)
        await expect(_said(page).last).to_have_text(f"Heard: {text}")
    await expect(_said(page)).to_have_text(["You said: one", "Heard: one", "You said: two", "Heard: two"])
    assert [m.text for m in house.script.seen] == ["one", "two"]


async def test_a_refused_message_is_said_assertively_and_can_be_tried_again(page: Page, house: House) -> None:
    await _say(page, "fail")
    await expect(page.get_by_role("alert")).to_have_text("That cannot be. Say something else.")
    await expect(page.locator("pollux-chat .me .note")).to_contain_text("Not sent")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.locator("pollux-chat .me .note").last).to_contain_text("Not sent")
    assert [m.text for m in house.script.seen] == ["fail", "fail"]
    await _say(page, "hello")
    await expect(page.get_by_role("alert")).to_have_text("")


async def test_two_tabs_show_the_same_conversation(page: Page, context: BrowserContext, house: House) -> None:
    other = await context.new_page()
    await other.goto(house.url)
    await other.locator(".line.connected").wait_for()
    await _say(page, "hello")
    for tab in (page, other):
        await expect(_said(tab)).to_have_text(["You said: hello", "Heard: hello"])


async def test_storage_that_throws_is_no_obstacle(context: BrowserContext, house: House) -> None:
    page = await context.new_page()
    await page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });"
    )
    await page.goto(house.url)
    await page.locator(".line.connected").wait_for()
    await _say(page, "hello")
    await expect(_said(page)).to_have_count(2)


async def test_a_new_message_does_not_pull_away_someone_who_reads_above(page: Page, house: House) -> None:
    for n in range(12):
        await _say(page, f"message {n}")
    await expect(_said(page)).to_have_count(24)
    log = page.get_by_role("log")
    await log.evaluate("node => { node.scrollTop = 0; }")
    await house.channel.send(await _conversation(page), Reply("News.", nudge="n1"))
    await expect(page.get_by_role("button", name="New messages")).to_be_visible()
    assert await log.evaluate("node => node.scrollTop") == 0
    await page.get_by_role("button", name="New messages").click()
    await expect(page.get_by_text("News.")).to_be_in_viewport()
    await expect(page.get_by_role("button", name="New messages")).to_be_hidden()


def test_the_element_is_small_enough_to_embed() -> None:
    at_once = [file for file in ASSETS.glob("pollux-chat*.js") if file.stem != "pollux-chat-voice"]  # once one speaks
    assert sum(file.stat().st_size for file in at_once) < 22 * 1024
