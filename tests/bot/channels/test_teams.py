"""Teams over HTTP: the real SDK, real RS256 tokens, a connector and keys of our own on this machine."""

import asyncio
import time
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from bot.channels import teams as plugin
from bot.documents import VolatileDocuments
from bot.ports import Button, Reply
from tests.bot.channels.adaptive_card import CARD, check_card
from tests.bot.channels.scripted import Script
from tests.bot.channels.teams_bench import Bench, open_bench
from tests.bot.channels.teams_recorder import buttons, invoke, message, press
from twin_core.contract.errors import Rejected, Unavailable

ROOM = "19:room@thread.tacv2;messageid=1"
GROUP = "19:lunch@thread.v2"


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with open_bench() as opened:
        yield opened


async def test_a_message_is_answered_where_it_was_said(bench: Bench) -> None:
    assert (await bench.door.post(message("hello"))).status_code == 200
    said = await bench.teams.heard()
    assert (said["to"], said["text"], said["summary"]) == ("a:u1", "Heard: hello", "Heard: hello")
    [heard] = bench.script.seen
    assert (heard.user, heard.conversation, heard.text, heard.shared) == ("owner", "home", "hello", False)


async def test_the_same_activity_is_answered_once_however_often_it_comes(bench: Bench) -> None:
    once = message("hello")
    for _ in range(3):
        assert (await bench.door.post(once)).status_code == 200
    await bench.door.post(message("again"))
    await bench.teams.heard(2)
    assert [m.text for m in bench.script.seen] == ["hello", "again"]


async def test_a_button_is_a_turn_as_anywhere_else(bench: Bench) -> None:
    await bench.door.post(message("critical"))
    said = await bench.teams.heard()
    assert set(buttons(said)) == {"Acknowledge", "Snooze", "Yes", "No"}
    await bench.door.post(press(said, "Snooze"))
    assert (await bench.teams.heard(2))["text"] == "Pressed snooze:c1."


@pytest.mark.parametrize("shared", [ROOM, GROUP])
async def test_what_is_for_a_person_does_not_stand_where_others_read(bench: Bench, shared: str) -> None:
    await bench.door.post(message("secret", channel=shared))
    refused = await bench.teams.heard()
    assert refused["to"] == shared
    assert "secret" not in refused["text"]
    assert bench.script.seen[0].shared
    assert bench.script.seen[0].text == "secret"
    await bench.door.post(message("hello"))
    await bench.teams.heard(2)
    await bench.door.post(message("secret", channel=shared))
    told, told_of = await bench.teams.heard(3), await bench.teams.heard(4)
    assert (told["to"], told["text"]) == ("a:u1", "Heard: secret")
    assert told_of["to"] == shared
    assert "secret" not in told_of["text"]


@pytest.mark.parametrize("shared", [ROOM, GROUP])
async def test_where_nobody_speaks_to_us_is_not_listened_to(bench: Bench, shared: str) -> None:
    await bench.door.post({**message("to you all", channel=shared), "entities": []})
    await bench.door.post(message("hello"))
    await bench.teams.heard()
    assert [m.text for m in bench.script.seen] == ["hello"]


async def test_what_was_pressed_is_shown_at_once_and_has_no_buttons_afterwards(bench: Bench) -> None:
    await bench.door.post(message("hello"))
    said = await bench.teams.heard()
    answered = (await bench.door.post(press(said, "Undo"))).json()
    assert (answered["statusCode"], answered["type"]) == (200, CARD)
    check_card(answered["value"])
    assert [each["text"] for each in answered["value"]["body"]] == ["Heard: hello", "✓ Undo"]
    shown = await bench.teams.shown()
    assert (shown["id"], shown["text"], buttons(shown)) == (said["id"], "Heard: hello\n✓ Undo", {})


async def test_a_list_keeps_its_buttons(bench: Bench) -> None:
    await bench.door.post(message("critical"))
    said = await bench.teams.heard()
    answered = (await bench.door.post(press(said, "Snooze"))).json()
    assert answered["value"] == "✓ Snooze"
    await bench.teams.heard(2)
    assert bench.teams.edited == []


async def test_somebody_else_cannot_press_it(bench: Bench) -> None:
    await bench.door.post(message("hello"))
    said = await bench.teams.heard()
    answered = (await bench.door.post(press(said, "Undo", "u2", ROOM))).json()
    assert "somebody else" in answered["value"]
    await bench.door.post(message("hello", "u2"))
    await bench.teams.heard(2)
    assert [heard.text for heard in bench.script.seen] == ["hello", "hello"]


async def test_where_others_read_along_buttons_are_shown_to_whoever_they_are_for(bench: Bench) -> None:
    bench.script.public = True
    await bench.door.post(message("hello", channel=ROOM))
    said = await bench.teams.heard()
    assert set(buttons(said)) == {"What can I do?"}
    card = said["attachments"][0]["content"]
    assert card["refresh"]["userIds"] == ["29:u1"]
    refreshed = await bench.door.post(invoke(card["refresh"]["action"], said, "u1", ROOM, trigger="automatic"))
    view = refreshed.json()["value"]
    check_card(view)
    own = {**said, "attachments": [{"content": view}]}
    assert set(buttons(own)) == {"Yes", "Undo"}
    other = (await bench.door.post(invoke(card["refresh"]["action"], said, "u2", ROOM))).json()
    assert "somebody else" in other["value"]
    await bench.door.post(press(own, "Undo", "u1", ROOM))
    assert (await bench.teams.heard(2))["text"] == "Pressed undo."
    assert bench.teams.edited == []


async def test_an_answer_that_takes_its_time_is_announced_and_comes_in_that_place(bench: Bench) -> None:
    bench.script.gate = asyncio.Event()
    await bench.door.post(message("hello"))
    announced = await bench.teams.typed()
    assert announced["channelData"]["streamType"] == "informative"
    bench.script.gate.set()
    said = await bench.teams.heard()
    [end] = [entity for entity in said["entities"] if entity["type"] == "streaminfo"]
    assert (end["streamType"], end["streamId"]) == ("final", announced["id"])
    bench.script.gate.clear()
    await bench.door.post(message("hello", channel=ROOM))
    assert "entities" not in await bench.teams.typed(2)  # only the indicator: there is no stream among others
    bench.script.gate.set()
    await bench.teams.heard(2)


async def test_a_picture_is_shown_where_teams_can_fetch_it(bench: Bench) -> None:
    chart = {"url": "data:image/png;base64,iVBORw0KGgo=", "alt": "Temperature since morning"}
    await bench.door.post(message("hello"))
    await bench.teams.heard()
    await bench.channel.leave("owner", "home", Reply("A chart.", image=chart, nudge="n1"), "n1/0")
    said = await bench.teams.heard(2)
    text, picture = said["attachments"][0]["content"]["body"]
    assert (text["text"], picture["type"], picture["altText"]) == ("A chart.", "Image", "Temperature since morning")


async def test_a_chart_goes_with_the_message_as_png(bench: Bench) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="160"><path d="M0 9 L320 150"/></svg>'
    chart = {"url": f"data:image/svg+xml;base64,{b64encode(drawing.encode()).decode()}", "alt": "Line chart."}
    await bench.door.post(message("hello"))
    await bench.teams.heard()
    await bench.channel.leave("owner", "home", Reply("A chart.", image=chart, nudge="n1"), "n1/0")
    _, picture = (await bench.teams.heard(2))["attachments"][0]["content"]["body"]
    assert b64decode(picture["url"].removeprefix("data:image/png;base64,")).startswith(b"\x89PNG")
    assert picture["altText"] == "Line chart."


@pytest.mark.parametrize("action", [{}, {"verb": "press"}, {"verb": "press", "data": {"pollux": {"for": "u1"}}}, []])
async def test_an_invoke_that_is_none_of_ours_does_nothing(bench: Bench, action: Any) -> None:
    odd = message("", type="invoke", name="adaptiveCard/action", value={"action": action})
    assert (await bench.door.post(odd)).status_code == 200
    assert bench.script.seen == []


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-app"},
        {"iss": "https://evil.test"},
        {"exp": int(time.time()) - 3600},
        {"serviceurl": "https://evil.test"},
        {"serviceurl": None},
        {"signer": "mine"},
        {"kid": "k9"},
    ],
    ids=lambda claims: next(iter(claims)),  # the same in every process: a time of day is not
)
async def test_what_microsoft_has_not_signed_for_this_bot_is_refused(bench: Bench, claims: dict[str, Any]) -> None:
    assert (await bench.door.post(message("hello"), bench.door.token(**claims))).status_code == 401
    assert (bench.script.seen, bench.teams.said) == ([], [])


async def test_bad_requests_are_refused_as_what_they_are(bench: Bench) -> None:
    http, signed = (
        bench.door.http,
        {"authorization": f"Bearer {bench.door.token()}", "content-type": "application/json"},
    )
    assert (await http.post("/messages", json=message("hello"))).status_code == 401
    assert (await bench.door.post(message("hello"), "garbage")).status_code == 401
    for body, status in ((b"\xff\xfe", 400), (b"[1]", 400), (b"{", 400), (b'"' + b"x" * 1_100_000 + b'"', 413)):
        assert (await http.post("/messages", content=body, headers=signed)).status_code == status
    empty = {"type": "message", "channelId": "msteams", "conversation": {"tenantId": "tenant-1"}}
    assert (await bench.door.post(empty)).status_code == 200
    assert bench.script.seen == []


@pytest.mark.parametrize("channel", ["directline", "webchat", "MSTEAMS", None, ["msteams"]])
async def test_where_clients_say_themselves_who_they_are_nobody_is_let_in(bench: Bench, channel: Any) -> None:
    assert (await bench.door.post({**message("hello"), "channelId": channel})).status_code == 403
    assert bench.script.seen == []


async def test_another_organisation_is_not_let_in(bench: Bench) -> None:
    conversation = {"id": "a:u1", "tenantId": "tenant-2", "conversationType": "personal"}
    for where in (conversation, {"id": "a:u1"}):
        assert (await bench.door.post({**message("hello"), "conversation": where})).status_code == 403
    assert bench.script.seen == []


async def test_where_teams_asks_to_wait_it_is_said_once_later(bench: Bench) -> None:
    past = format_datetime(datetime.now(UTC) - timedelta(minutes=1), usegmt=True)
    bench.teams.refuse.extend([(429, {"retry-after": "0"}), (503, {"retry-after": past})])
    await bench.door.post(message("hello"))
    assert (await bench.teams.heard())["text"] == "Heard: hello"
    assert len(bench.teams.said) == 1


async def test_long_texts_come_in_parts_that_teams_takes(bench: Bench) -> None:
    await bench.door.post(message("word 𝄞 " * 5_000))
    for number in range(1, 4):
        await bench.teams.heard(number)
    assert len(bench.script.seen) == 1


async def test_what_was_cut_off_is_answered_after_a_restart(bench: Bench) -> None:
    store = VolatileDocuments()
    activity = {**message("hello"), "serviceUrl": bench.teams.url}
    script = Script()
    again: Any = plugin.build({**bench.teams.options(), "people": {"u1": "owner"}, "store": store})
    await again._inbox.take(f"a:u1/{activity['id']}", activity)
    await again.start(script)
    await bench.teams.heard()
    await again.aclose()
    assert [m.text for m in script.seen] == ["hello"]


async def test_a_nudge_comes_alone_once_and_is_edited_where_it_stands(bench: Bench) -> None:
    nudge = Reply("The freezer is warm.", (Button("ack", "Acknowledge"),), nudge="n1")
    assert await bench.channel.home("owner") is None  # not met yet
    await bench.door.post(message("hello"))
    await bench.teams.heard()
    assert await bench.channel.home("owner") == "home"
    for _ in range(2):
        await bench.channel.leave("owner", "home", nudge, "n1/0")
    said = await bench.teams.heard(2)
    assert (said["to"], len(bench.teams.said)) == ("a:u1", 2)
    await bench.channel.edit("owner", "home", Reply("Acknowledged: the freezer is warm.", nudge="n1"))
    await bench.channel.edit("owner", "home", Reply("Never said here.", nudge="n2"))
    [edited] = bench.teams.edited
    assert (edited["id"], edited["text"]) == (said["id"], "Acknowledged: the freezer is warm.")
    await bench.door.post(press(said, "Acknowledge"))
    assert (await bench.teams.heard(3))["text"] == "Pressed ack."


async def test_only_what_others_may_read_is_sent_into_a_channel(bench: Bench) -> None:
    await bench.door.post(message("hello", channel=ROOM))
    await bench.teams.heard()
    conversation = bench.script.seen[0].conversation
    await bench.channel.send(conversation, Reply("The pump has stopped.", public=True))
    assert (await bench.teams.heard(2))["to"] == ROOM
    for where, reply in ((conversation, Reply("private")), ("teams/tenant-1/elsewhere", Reply("x", public=True))):
        with pytest.raises(Unavailable):
            await bench.channel.send(where, reply)


@pytest.mark.parametrize("lacking", ["client_id", "client_secret", "tenants"])
def test_half_of_what_is_needed_is_refused_by_name(lacking: str) -> None:
    with pytest.raises(Rejected, match=lacking):
        plugin.build({**plugin.EXAMPLE, lacking: ""})
