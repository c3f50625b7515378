"""One person in several channels: what is begun in one goes on in another, and what is private stays so."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.identity import code_in
from tests.bot.channels import slack_recorder, teams_recorder
from tests.bot.channels.teams_recorder import buttons
from tests.bot.channels.test_slack_revisions import changed, deleted
from tests.bot.channels.town import NOW, Town, open_town
from twin_core.contract.agenda import GetPerson
from twin_core.contract.commands import CreateTwin, GetState, ListTwins
from twin_core.contract.telemetry import Reading, RecordTelemetry

ROOM = "19:room@thread.tacv2;messageid=1"
CLIENT = {"type": "clientInfo", "locale": "ja-JP", "timezone": "Asia/Tokyo"}


async def _lamp(town: Town) -> None:
    twin = await town.house.core.execute(CreateTwin("light", "hall lamp", place="hall"))
    await town.house.core.execute(RecordTelemetry((Reading(twin.id, "on", True), Reading(twin.id, "brightness", 80.0))))


async def _lock(town: Town) -> None:
    twin = await town.house.core.execute(CreateTwin("lock", "front door", place="hall"))
    await town.house.core.execute(RecordTelemetry((Reading(twin.id, "locked", True),)))


async def _desired(town: Town, twin: str) -> dict[str, Any]:
    return {n: v.value for n, v in (await town.house.core.query(GetState(twin))).desired.items()}


async def test_a_conversation_begun_in_slack_goes_on_in_teams_and_on_the_web(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await _lamp(town)
        await town.link()
        await town.slack_says("switch the hall lamp off")
        assert await _desired(town, "light.hall_lamp") == {"on": False}
        assert "Hall lamp: on" in (await town.teams_says("is it on?"))["text"]
        assert "on again" in await town.web_says("undo that")
        assert await _desired(town, "light.hall_lamp") == {"on": True}


async def test_a_nudge_answered_in_teams_shows_that_in_slack_and_has_nothing_to_press(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        await town.slack_says("remind me to call Ben in an hour")
        await town.advance(hours=2)
        for said in (town.slack.said()[-1], town.teams.said[-1]):
            assert said["text"].startswith("Reminder: call Ben.")
        await town.teams_presses(town.teams.said[-1], "Done")
        await town.teams.shown()  # at once, with what was pressed
        await town.advance(seconds=1)
        shown, edited = await town.slack.heard("chat.update"), await town.teams.shown(2)
        for text in (shown["text"], edited["text"]):
            assert "call Ben.\n(Done.)" in text
        assert not [block for block in shown["blocks"] if block["type"] == "actions"]
        assert "attachments" not in edited


async def test_a_concern_acknowledged_in_one_place_is_edited_in_the_other(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        twin = await town.house.core.execute(CreateTwin("freezer", "garage freezer", importance="high"))
        await town.link()
        rows = tuple(
            Reading(twin.id, "temperature", value, at=NOW + timedelta(minutes=minute))
            for minute, value in ((-60, -18.0), (-30, -9.0), (-1, -3.0))
        )
        await town.house.core.execute(RecordTelemetry(rows))
        await town.advance(minutes=10)
        told = town.slack.said()[-1]
        assert "garage freezer" in told["text"].lower()
        await town.slack_presses(told, "Acknowledge")
        await town.advance(minutes=1)
        assert "(Acknowledged.)" in town.teams.edited[-1]["text"]


async def test_an_approval_asked_in_one_place_is_answered_in_another(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await _lock(town)
        await town.link()
        in_slack = await town.slack_says("unlock the front door")
        assert "unlocked" in (await town.teams_says("yes"))["text"]
        assert await _desired(town, "lock.front_door") == {"locked": False}
        assert "closed by now" in (await town.slack_presses(in_slack, "Approve"))["text"]
        await town.web_says("lock the front door")
        in_teams = await town.teams_says("unlock the front door")
        assert await _desired(town, "lock.front_door") == {"locked": True}
        assert "unlocked" in await town.web_says("yes")
        assert "closed by now" in (await town.teams_presses(in_teams, "Approve"))["text"]


async def test_a_question_that_was_answered_elsewhere_says_so_and_has_nothing_to_press(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await _lock(town)
        await town.link()
        in_teams = await town.teams_says("unlock the front door")
        assert set(buttons(in_teams)) == {"Approve", "Reject"}
        await town.web_says("yes")
        shown = await town.teams.shown()
        assert (shown["id"], buttons(shown)) == (in_teams["id"], {})
        assert "✓ “yes”, in the web chat" in str(shown["attachments"])
        await town.web_says("lock the front door")
        in_slack = await town.slack_says("unlock the front door")
        await town.teams_says("no")
        edited = await town.slack.heard("chat.update")
        assert (edited["channel"], "✓ “no”, in Teams" in edited["text"]) == (in_slack["channel"], True)
        assert not [block for block in edited["blocks"] if block["type"] == "actions"]
        again = await town.teams_says("unlock the front door")
        await town.teams_presses(again, "Approve")
        assert (await town.teams.shown(2))["id"] == again["id"]
        await town.teams_says("hello")  # what was pressed is forgotten beside the work on it
        for kind in ("teams_question", "slack_question"):
            assert [key async for key, _ in town.house.store.scan(kind)] == []
        assert len(town.teams.edited) == 2  # what was pressed there has said so itself


async def test_a_button_that_is_pressed_twice_in_a_hurry_does_it_once(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await _lamp(town)
        await _lock(town)
        await town.link()
        done = await town.teams_says("switch the hall lamp off")
        await town.teams_presses(done, "Undo")
        assert await _desired(town, "light.hall_lamp") == {"on": True}
        second = await town.teams_presses(done, "Undo")
        assert await _desired(town, "light.hall_lamp") == {"on": True}, second["text"]
        asked = await town.teams_says("unlock the front door")
        await town.teams_presses(asked, "Approve")
        assert await _desired(town, "lock.front_door") == {"locked": False}
        await town.web_says("lock the front door")
        assert "closed by now" in (await town.teams_presses(asked, "Approve"))["text"]
        assert await _desired(town, "lock.front_door") == {"locked": True}


async def test_what_is_private_never_stands_where_others_read(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await _lock(town)
        await town.link()
        await town.slack_says("remind me to see Dr Grey tomorrow at 9")
        alone = await town.teams_says("what are my reminders?", channel=ROOM)
        assert (alone["to"], "Dr Grey" in alone["text"]) == ("a:u1", True)
        await town.slack_door.event(slack_recorder.message("what are my reminders?", channel="C1"))
        assert "Dr Grey" in (await town.slack.heard("chat.postEphemeral"))["text"]
        await town.web_says("unlock the front door")
        await town.teams_says("yes", channel=ROOM)  # a question that was asked alone is not answered there
        await town.teams_says("hello")
        assert await _desired(town, "lock.front_door") == {}
        everywhere = [said for said in town.teams.said if said["to"] == ROOM]
        everywhere += [said for said in town.slack.said() if said["channel"] == "C1"]
        assert everywhere
        assert not [said for said in everywhere if "Grey" in said["text"] or "reminder" in said["text"]]


async def test_a_word_where_others_read_does_not_break_off_what_goes_on_alone(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await _lock(town)
        await _lamp(town)
        await town.link()
        assert "approval" in await town.web_says("unlock the front door")
        await town.teams_says("how is the hall lamp?", channel=ROOM)
        await town.teams_says("yes")
        assert await _desired(town, "lock.front_door") == {"locked": False}


async def test_the_time_zone_of_slack_is_proposed_where_none_was_said(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        town.slack.zone = "Asia/Tokyo"
        await town.link()
        linked = town.slack.said()[1]
        assert "Your time zone in Slack is Asia/Tokyo" in linked["text"]
        assert (await town.house.core.query(GetPerson("owner"))).zone != "Asia/Tokyo"
        await town.slack_presses(linked, "Use Asia/Tokyo")
        assert (await town.house.core.query(GetPerson("owner"))).zone == "Asia/Tokyo"


@pytest.mark.parametrize("told", [{"localTimezone": "Asia/Tokyo"}, {"entities": [CLIENT]}])
async def test_so_is_the_time_zone_of_teams(tmp_path: Path, told: dict[str, Any]) -> None:
    async with open_town(tmp_path) as town:
        await town.teams_says("hi", **told)
        code = code_in((await town.teams_says("hello"))["text"])  # a delivery that tells no zone
        await town.web_says(str(code))
        await town.web_says("yes")
        linked = await town.teams.heard(3)
        assert "Your time zone in Teams is Asia/Tokyo" in linked["text"]
        await town.teams_presses(linked, "Use Asia/Tokyo")
        assert (await town.house.core.query(GetPerson("owner"))).zone == "Asia/Tokyo"


async def test_a_stranger_gets_a_step_of_linking_and_nobodys_data(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await _lamp(town)
        await town.link()
        for says in (town.slack_says, town.teams_says):
            said = await says("list my twins", user="u9")
            assert code_in(said["text"])
            assert "lamp" not in str(said)


async def test_an_interview_goes_on_elsewhere_and_is_corrected_in_the_card_of_its_preview(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        assert "Where" in (await town.slack_says("set up a new light called desk lamp"))["text"]
        preview = await town.teams_says("defaults for the rest")
        assert "Shall I create it?" in preview["text"]
        assert list(buttons(preview)) == ["Cancel", "Later", "Back", "Create"]
        changed = {"field:name": "reading lamp", "field:importance": "high"}
        done = await town.teams_presses(preview, "Create", **changed)
        assert "Reading lamp is set up" in done["text"]
        [twin] = (await town.house.core.query(ListTwins())).items
        assert (twin.name, twin.status, twin.importance) == ("reading lamp", "active", "high")
        assert (await town.teams.shown())["id"] == preview["id"]
        assert buttons(await town.teams.shown()) == {}


async def test_the_words_of_a_message_that_was_deleted_or_changed_are_kept_nowhere_in_the_talk(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        memory = town.house.engine._memory
        said = slack_recorder.message("my bike is chained to the fence")
        await town._slack(lambda: town.slack_door.event(said))
        in_teams = teams_recorder.message("the code is nine")
        await town._teams(lambda: town.teams_door.post(in_teams))
        assert {"fence", "nine"} <= set(" ".join(line.text for line in (await memory.load("owner/home")).talk).split())
        await town.slack_door.event(deleted(said))
        gone = {**in_teams, "type": "messageDelete", "channelData": {"eventType": "softDeleteMessage"}, "text": ""}
        await town.teams_door.post({**gone, "timestamp": "2026-03-02T12:00:00Z"})
        await town.slack_says("hello")
        await town.teams_says("hello")
        state = await memory.load("owner/home")
        assert [line.text for line in state.talk if line.who == "you"][-2:] == ["hello", "hello"]
        assert not [line for line in state.talk if "fence" in line.text or "nine" in line.text]
        kept = slack_recorder.message("my door is green")
        await town._slack(lambda: town.slack_door.event(kept))
        await town._slack(lambda: town.slack_door.event(changed(kept, "list my twins")))
        texts = [line.text for line in (await memory.load("owner/home")).talk]
        assert "list my twins" in texts
        assert not [text for text in texts if "green" in text]


async def test_a_thumb_answers_though_slack_writes_its_name(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await _lock(town)
        await town.link()
        await town.slack_says("unlock the front door")
        await town.slack_says(":-1:")
        assert await _desired(town, "lock.front_door") == {}
        await town.slack_says("unlock the front door")
        assert "unlocked" in (await town.slack_says(":+1::skin-tone-3:"))["text"]
        assert await _desired(town, "lock.front_door") == {"locked": False}
