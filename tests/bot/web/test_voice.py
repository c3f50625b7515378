"""The microphone of the page: a real browser hears a file as its microphone, a whole Pollux hears and answers it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import numpy as np
from playwright.async_api import Page, async_playwright, expect

from bot.voice.ports import RATE_HZ, Manner
from bot.voice.synthesizers import espeak
from bot.voice.wav import read_wav, write_wav
from tests.bot.web.conftest import FLAGS
from tests.conversations.server import running_server
from tests.services import require_program

CLOCK = datetime(2026, 3, 2, 8, tzinfo=UTC)
WAIT_MS = 60_000  # the ears are built at their first use
SPOKEN = """document.querySelector("pollux-chat")
    .addEventListener("pollux-spoken", () => (document.body.dataset.spoken = "yes"))"""


@asynccontextmanager
async def page_with(microphone: Path | None, url: str) -> AsyncIterator[Page]:
    """The page in a browser with this file as its microphone; without one, the page may not use any."""
    heard = [] if microphone is None else [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={microphone}%noloop",
    ]  # fmt: skip
    path = require_program("chromium", "chromium-browser", "google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[*FLAGS, *heard])
        page = await browser.new_page()
        page.set_default_timeout(WAIT_MS)
        await page.goto(url)
        await page.locator(".line.connected").wait_for()
        await page.evaluate(SPOKEN)
        yield page
        await browser.close()


def recording(folder: Path, samples: np.ndarray) -> Path:
    """With a silence before, in which the browser opens its device, and one behind, which ends the recording."""
    file = folder / "microphone.wav"
    file.write_bytes(write_wav(np.concatenate([np.zeros(RATE_HZ), samples, np.zeros(4 * RATE_HZ)])))
    return file


async def test_what_is_spoken_is_done_and_answered_aloud(tmp_path: Path) -> None:
    require_program("espeak-ng")
    said = read_wav(espeak.build({}).speak("turn on the kitchen light", Manner()))
    async with (
        running_server(CLOCK, "UTC", {}) as server,
        httpx2.AsyncClient(base_url=server.http, trust_env=False) as client,
    ):
        light = {"type": "light", "name": "kitchen light", "place": "kitchen"}
        made = (await client.post("/api/v1/twins", json=light)).json()
        async with page_with(recording(tmp_path, said), server.http) as page:
            await page.get_by_role("button", name="Speak").click()
            await expect(page.get_by_role("log")).to_contain_text("Kitchen light on.", timeout=WAIT_MS)
            await expect(page.locator("body")).to_have_attribute("data-spoken", "yes", timeout=WAIT_MS)
        state = (await client.get(f"/api/v1/twins/{made['id']}/state")).json()
    assert state["desired"]["on"]["value"] is True


async def test_silence_is_not_sent_and_a_page_without_permission_says_what_to_do(tmp_path: Path) -> None:
    async with running_server(CLOCK, "UTC", {}) as server:
        async with page_with(recording(tmp_path, np.zeros(RATE_HZ)), server.http) as page:
            await page.get_by_role("button", name="Speak").click()
            await page.get_by_role("button", name="Stop recording").click()
            await expect(page.get_by_role("alert")).to_contain_text("heard nothing", timeout=WAIT_MS)
            await expect(page.locator(".msg")).to_have_count(0)
        async with page_with(None, server.http) as page:
            await page.get_by_role("button", name="Speak").click()
            await expect(page.get_by_role("alert")).to_contain_text("press again")
