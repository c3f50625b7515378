"""The widget most used with Rasa, as published, in a real browser against our Socket.IO channel."""

import shutil
import subprocess
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse
from playwright.async_api import Page, async_playwright

from bot.channels import socketio
from bot.ports import Reply
from tests.bot.channels.scripted import Script, serving
from tests.services import require_program

pytestmark = pytest.mark.service

PACKAGE = "rasa-webchat@1.0.1"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
WAIT_MS = 15_000
FETCH_S = 60
PAGE = """<!doctype html><meta charset="utf-8"><title>A shop</title><div id="webchat"></div>
<script src="/widget.js"></script>
<script>
  WebChat.default({initPayload: "/get_started", socketUrl: location.origin, socketPath: "/socket.io/",
                   customData: {language: "en"}, title: "Pollux", embedded: true,
                   customMessageDelay: () => 0, params: {storage: "session"}}, null);
</script>"""


@pytest.fixture(scope="module")
def widget(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script of the package, fetched by npm."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed, which fetches rasa-webchat")
    folder = tmp_path_factory.mktemp("npm")
    command: list[str | Path] = [npm, "pack", PACKAGE, "--silent", "--pack-destination", folder]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=FETCH_S)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"npm cannot fetch {PACKAGE}: {str(error.stderr or error)[-300:]}")
    (packed,) = folder.glob("*.tgz")
    with tarfile.open(packed) as archive:
        archive.extract("package/lib/index.js", folder, filter="data")
    return folder / "package" / "lib" / "index.js"


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def channel() -> socketio.SocketIoChannel:
    return socketio.build({})


@pytest.fixture
async def url(widget: Path, channel: socketio.SocketIoChannel, script: Script) -> AsyncIterator[str]:
    app, live = FastAPI(), await channel.start(script)
    assert live is not None
    app.add_api_route("/", lambda: HTMLResponse(PAGE))
    app.add_api_route("/widget.js", lambda: FileResponse(widget))
    app.mount("/socket.io", live)
    async with serving(app) as port:
        yield f"http://127.0.0.1:{port}"
        await channel.aclose()


@pytest.fixture
async def page(url: str) -> AsyncIterator[Page]:
    path = require_program("chromium", "chromium-browser", "google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        context = await browser.new_context()
        context.set_default_timeout(WAIT_MS)
        await context.route(lambda asked: not asked.startswith(url), lambda route: route.abort())  # it asks for fonts
        page = await context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        await page.goto(url)
        yield page
        assert faults == []
        await browser.close()


async def test_the_widget_opens_talks_presses_and_is_spoken_to(
    page: Page, channel: socketio.SocketIoChannel, script: Script
) -> None:
    await page.get_by_text("Heard: hello").wait_for()
    composer = page.get_by_placeholder("Type a message")
    await composer.fill("is the café warm?")
    await composer.press("Enter")
    await page.get_by_text("Heard: is the café warm?").wait_for()
    await page.get_by_role("button", name="Undo").or_(page.get_by_text("Undo", exact=True)).last.click()
    await page.get_by_text("Pressed undo.").wait_for()
    (conversation,) = channel.present()
    await channel.send(conversation, Reply("The garage freezer is warming up."))
    await page.get_by_text("The garage freezer is warming up.").wait_for()
    assert [(m.text, m.action) for m in script.seen] == [("hello", None), ("is the café warm?", None), ("", "undo")]


async def test_after_a_reload_it_is_the_same_conversation(page: Page, script: Script) -> None:
    await page.get_by_text("Heard: hello").wait_for()
    await page.reload()
    composer = page.get_by_placeholder("Type a message")
    await composer.fill("still me")
    await composer.press("Enter")
    await page.get_by_text("Heard: still me").wait_for()
    assert len({m.conversation for m in script.seen}) == 1
