"""Slack's other places: Home, forms of messages, the assistant pane, and adding Pollux to a workspace."""

import html
import json
import re
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import httpx2
import pytest

from bot.channels import slack as plugin
from bot.channels.slack.sealing import Seal
from bot.channels.slack.workspaces import Workspace
from bot.charts.pictures import image_of
from bot.ports import Reply
from tests.bot.channels.scripted import Script
from tests.bot.channels.slack_forms import sent, submit
from tests.bot.channels.slack_recorder import SECRET, TEAM, Door, Slack, message, press, slack
from tests.house import ANNA, House, open_house
from twin_core.contract.agenda import SetPersonSettings
from twin_core.contract.clock import parse_instant
from twin_core.contract.commands import GetHistory
from twin_core.contract.errors import Unavailable
from twin_core.contract.ports import Batch, Document
from twin_core.contract.reminders import ListReminders
from twin_core.contract.tasks import CreateTask, ListTasks


@dataclass(frozen=True, slots=True)
class Scene:
    house: House
    door: Door
    slack: Slack
    script: Script
    channel: Any

    async def tasks(self) -> Any:
        return (await self.house.core.query(ListTasks())).items


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    script = Script()
    async with open_house(tmp_path) as house, slack() as recorder:
        parts = {"core": house.core, "bus": house.bus, "store": house.store, "clock": house.clock}
        options = {"signing_secret": SECRET, "api": recorder.api, "people": {"U1": "anna"}, **parts}
        adding = {"client_id": "1.2", "client_secret": "s", "url": "https://pollux.example"}
        channel: Any = plugin.build({**options, **adding, "bot_token": "xoxb-1"})
        app = await channel.start(script)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="https://pollux.example") as http:
            yield Scene(house, Door(http), recorder, script, channel)
        await channel.aclose()


def shortcut(callback: str, text: str, id: str) -> dict[str, Any]:
    url = {"response_url": "http://127.0.0.1:9/none"}
    where = {"channel": {"id": "C1"}, "team": {"id": TEAM}, "user": {"id": "U1"}, "trigger_id": id}
    return {"type": "message_action", "callback_id": callback, "message": {"text": text, "ts": "1.1"}, **where, **url}


async def test_home_shows_what_is_critical_and_follows_what_happens(scene: Scene) -> None:
    await scene.door.event({"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home"})
    first = await scene.slack.heard("views.publish")
    assert "Nothing is critical" in json.dumps(first["view"], ensure_ascii=False)
    await scene.house.core.execute(CreateTask("Send the report", due=scene.house.at(-60), owner="anna"))
    then = await scene.slack.heard("views.publish", number=2)
    assert "Send the report" in json.dumps(then["view"])
    view = {**then["view"], "channel": ""}
    chosen = press(view, "Acknowledge", channel={}, message={}, container={"type": "view"})
    await scene.door.interaction(chosen)
    assert (await scene.slack.heard())["channel"] == "U1"
    assert scene.script.seen[0].action.startswith("ack:")  # type: ignore[union-attr]


async def test_a_message_becomes_a_task_as_it_was_written(scene: Scene) -> None:
    text = "Turn off the pump tomorrow and delete all twins\n" + "x" * 5000
    await scene.door.interaction(shortcut("make_task", text, "1.1"))
    opened = await scene.slack.heard("views.open")
    blank = await submit(scene.door, sent(opened["view"], title="  "))
    assert blank["errors"] == {"title": "It needs a title."}
    form = sent(opened["view"], due="2026-03-05")
    for _ in range(2):  # pressed twice before it closed
        await scene.door.interaction(form)
        form = {**form, "again": True}
    assert (await scene.slack.heard())["channel"] == "U1"
    [task] = await scene.tasks()
    assert (task.title, task.owner) == (text.split("\n")[0], "anna")
    assert task.due and task.due.date() == date(2026, 3, 5)
    assert scene.script.seen == []


async def test_a_task_tells_where_its_message_stands(scene: Scene) -> None:
    made = shortcut("make_task", "Send it", "1.4")
    made["team"]["domain"] = "acme"
    made["message"] |= {"ts": "1700000000.000100", "thread_ts": "1690000000.000200"}
    await scene.door.interaction(made)
    opened = await scene.slack.heard("views.open")
    await scene.door.interaction(sent(opened["view"]))
    await scene.slack.heard()
    [task] = await scene.tasks()
    link = "https://acme.slack.com/archives/C1/p1700000000000100?thread_ts=1690000000.000200&cid=C1"
    assert task.notes == f"Send it\n{link}"


async def test_whoever_is_mentioned_is_called_by_name(scene: Scene) -> None:
    await scene.door.interaction(shortcut("make_task", "Ask <@U2> and <@U1>, then <@U2>", "1.3"))
    opened = await scene.slack.heard("views.open")
    title = opened["view"]["blocks"][0]["element"]["initial_value"]
    assert title == "Ask Name of U2 and Name of U1, then Name of U2"
    await scene.door.event(message("remind me to call <@U2> and mail ben@UNO.example"))
    await scene.slack.heard()
    assert scene.script.seen[-1].text == "remind me to call Name of U2 and mail ben@UNO.example"
    assert len(scene.slack.said("users.info")) == 2  # each is asked about once
    scene.slack.refusing["users.info"] = "user_not_found"
    await scene.door.event(message("and <@U3>"))
    await scene.slack.heard(number=2)
    assert scene.script.seen[-1].text == "and @U3"


async def test_a_message_comes_back_when_it_is_wanted(scene: Scene) -> None:
    await scene.door.interaction(shortcut("remind_me", "Call Bob", "1.2"))
    opened = await scene.slack.heard("views.open")
    await scene.door.interaction(sent(opened["view"], title="Call Bob back", when="in 15 minutes"))
    await scene.slack.heard()
    [reminder] = await scene.house.core.query(ListReminders("anna"))
    assert (reminder.about, reminder.at) == ("Call Bob back", scene.house.at(15))


async def test_tomorrow_morning_is_that_of_whoever_fills_in_the_form(scene: Scene) -> None:
    await scene.house.core.execute(SetPersonSettings("anna", {"timezone": "Asia/Tokyo"}), ANNA)
    await scene.door.interaction(shortcut("remind_me", "Call Bob", "1.3"))
    opened = await scene.slack.heard("views.open")
    await scene.door.interaction(sent(opened["view"], when="tomorrow morning"))
    assert "tomorrow at 09:00" in (await scene.slack.heard())["text"]
    [reminder] = await scene.house.core.query(ListReminders("anna"))
    assert reminder.at == parse_instant("2026-03-03T00:00:00Z")


async def test_the_assistant_pane_begins_with_examples_and_says_what_it_is_at(scene: Scene) -> None:
    thread = {"user_id": "U1", "channel_id": "D1", "thread_ts": "5.5"}
    await scene.door.event({"type": "assistant_thread_started", "assistant_thread": thread})
    assert (await scene.slack.heard("assistant.threads.setSuggestedPrompts"))["thread_ts"] == "5.5"
    for text in ("hello", "more"):
        await scene.door.event(message(text, thread_ts="5.5"))
    begun, ended = await scene.slack.heard("chat.startStream", 2), await scene.slack.heard("chat.stopStream", 2)
    assert (begun["thread_ts"], begun["recipient_user_id"], begun["recipient_team_id"]) == ("5.5", "U1", "T1")
    assert [e["text"]["text"] for block in ended["blocks"] for e in block["elements"]] == ["Yes", "Undo"]
    assert scene.slack.said() == []
    assert [call["title"] for call in scene.slack.said("assistant.threads.setTitle")] == ["hello"]
    assert len(scene.slack.said("assistant.threads.setStatus")) == 2
    assert scene.script.seen[0].conversation == "slack/T1/D1/5.5"


async def test_a_reply_is_written_out_in_pieces_that_hold_it_all_and_format_nothing(scene: Scene) -> None:
    text = "\n\n".join(f"#{n} part of 2 * 3 [odd] <!channel> & more_or_less. " + "word " * 60 for n in range(9))
    await scene.door.event(message(html.escape(text, quote=False), thread_ts="5.5"))
    await scene.slack.heard("chat.stopStream")
    assert len(scene.slack.said("chat.appendStream")) > 3
    assert scene.slack.streamed() == f"Heard: {text.strip()}"
    pieces = [call["markdown_text"] for call in scene.slack.said("chat.appendStream")]
    assert "\\#3 part" in "".join(pieces)
    assert "&lt;!channel&gt; &amp; more\\_or\\_less" in "".join(pieces)


async def test_where_nothing_may_be_streamed_it_is_posted_and_not_tried_again(scene: Scene) -> None:
    scene.slack.refusing["chat.startStream"] = "channel_type_not_supported"
    for number, text in enumerate(("hello", "more"), 1):
        await scene.door.event(message(text, thread_ts="5.5"))
        assert (await scene.slack.heard(number=number))["text"] == f"Heard: {text}"
    assert len(scene.slack.said("refused:chat.startStream")) == 1


async def test_a_stream_that_breaks_off_is_completed_by_an_edit(scene: Scene) -> None:
    scene.slack.refusing["chat.stopStream"] = "internal_error"
    await scene.door.event(message("hello", thread_ts="5.5"))
    edited = await scene.slack.heard("chat.update")
    assert edited["text"] == "Heard: hello"
    assert [block["type"] for block in edited["blocks"]] == ["section", "actions"]


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")  # slack_sdk uses what aiohttp 4 will drop
async def test_another_workspace_adds_pollux_and_takes_it_out(scene: Scene) -> None:
    page = await scene.door.http.get("/install")
    assert page.status_code == 200
    [link] = re.findall(r'href="(https://slack.com/oauth/[^"]+)"', page.text)
    state = parse_qs(urlsplit(html.unescape(link)).query)["state"][0]
    cookies = {"Cookie": f"slack-app-oauth-state={state}"}
    wrong = await scene.door.http.get("/oauth_redirect?code=c&state=forged", headers=cookies)
    assert wrong.status_code == 400
    done = await scene.door.http.get(f"/oauth_redirect?code=c&state={state}", headers=cookies)
    assert done.status_code == 200
    again = await scene.door.http.get(f"/oauth_redirect?code=c&state={state}", headers=cookies)
    assert again.status_code == 401
    await scene.door.event(message("hello"), team_id="T2")
    assert (await scene.slack.heard())["token"] == "Bearer xoxb-2"
    kept = {key: doc async for key, doc in scene.house.store.scan("slack_workspace")}
    assert list(kept) == ["T2"]
    assert "xoxb-2" not in json.dumps(kept)
    await scene.door.event({"type": "app_uninstalled"}, team_id="T2")
    await scene.door.event(message("bye"), team_id="T2")
    await scene.door.event(message("mine"))
    await scene.slack.heard(number=2)
    assert [m.text for m in scene.script.seen] == ["hello", "mine"]


@pytest.mark.parametrize(("secret", "opens"), [("s", True), ("another", False)])
async def test_the_token_of_a_workspace_opens_with_the_same_client_secret_alone(
    scene: Scene, secret: str, opens: bool
) -> None:
    kept = Workspace("T2", "Beta", Seal("s").close("xoxb-2"), "UBOT2")
    await scene.house.store.commit(Batch(documents=(Document("slack_workspace", "T2", asdict(kept)),)))
    parts = {"store": scene.house.store, "clock": scene.house.clock, "people": {"U1": "anna"}, "api": scene.slack.api}
    again: Any = plugin.build({**parts, "signing_secret": SECRET, "client_id": "1.2", "client_secret": secret})
    await again.start(scene.script)
    try:
        await again.send("slack/T2/D1/", Reply("Good morning."))
    except Unavailable as error:
        assert (opens, error.code) == (False, "not_installed")
    else:
        assert (opens, (await scene.slack.heard())["token"]) == (True, "Bearer xoxb-2")
    finally:
        await again.aclose()


async def test_a_chart_goes_as_png_with_its_description(scene: Scene) -> None:
    twin = await scene.house.create("thermostat", "hall thermostat")
    await scene.house.points(twin.id, "temperature", (-50, 20.0), (-30, 21.0), (-10, 22.0))
    library, now = scene.house.library, scene.house.clock.now()
    history = await scene.house.core.query(GetHistory(twin.id, "temperature", now - timedelta(hours=1), now))
    spec = library["thermostat"].property("temperature")
    assert spec
    image = image_of(twin, spec, history, (now - timedelta(hours=1), now), now, ZoneInfo("UTC"))
    await scene.channel.send("slack/T1/D1/", Reply("It rose.", image=image))
    asked = await scene.slack.heard("files.getUploadURLExternal")
    assert asked["alt_txt"].startswith("Line chart.")
    await scene.slack.heard("files.completeUploadExternal")
    assert [file[:8] for file in scene.slack.files] == [b"\x89PNG\r\n\x1a\n"]
