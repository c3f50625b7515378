"""Questions that were decided apart from where they stand: there they say so at once, and have nothing to press."""

from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from bot.channels._questions import settled_by
from bot.ports import Settled
from interview.api import interview_router
from tests.bot.channels.teams_recorder import buttons
from tests.bot.channels.town import Town, open_town
from twin_core.contract.commands import CreateTwin, DecideApproval, GetState, ListApprovals, ListTwins, MoveTwin
from twin_core.contract.requests import Cause
from twin_core.contract.telemetry import Reading, RecordTelemetry

API = Cause("owner", "request-1")


async def _asked(town: Town) -> tuple[dict[str, Any], str]:
    """What is asked in Slack about a lock, and the approval that it asks for."""
    twin = await town.house.core.execute(CreateTwin("lock", "front door", place="hall"))
    await town.house.core.execute(RecordTelemetry((Reading(twin.id, "locked", True),)))
    await town.link()
    asked = await town.slack_says("unlock the front door")
    (waiting,) = await town.house.core.query(ListApprovals())
    return asked, waiting.id


async def _edited(town: Town, asked: dict[str, Any]) -> str:
    edited = await town.slack.heard("chat.update")
    assert edited["channel"] == asked["channel"]
    assert not [block for block in edited["blocks"] if block["type"] == "actions"]
    return str(edited["text"]).splitlines()[-1]


@pytest.mark.parametrize("approve", [True, False])
async def test_an_approval_that_is_decided_through_the_api_says_so_where_it_was_asked(
    tmp_path: Path, approve: bool
) -> None:
    async with open_town(tmp_path) as town:
        asked, approval = await _asked(town)
        await town.house.core.execute(DecideApproval(approval, approve), API)
        what = "Approved" if approve else "Rejected"
        assert await _edited(town, asked) == f"✓ {what} by you, through the API"
        assert [key async for key, _ in town.house.store.scan("slack_question")] == []


async def test_in_teams_it_says_so_too(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        _, approval = await _asked(town)
        in_teams = await town.teams_says("unlock the front door")
        await town.house.core.execute(DecideApproval(approval, True), API)
        shown = await town.teams.shown()
        assert (shown["id"], buttons(shown)) == (in_teams["id"], {})
        assert "✓ Approved by you, through the API" in str(shown["attachments"])


async def test_what_is_said_next_is_no_answer_to_it_any_more(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        _, approval = await _asked(town)
        await town.house.core.execute(DecideApproval(approval, False), API)
        assert "front door" not in (await town.slack_says("how are you?"))["text"]
        assert "Nothing waits" in (await town.slack_says("approve it"))["text"]
        assert not (await town.house.core.query(GetState("lock.front_door"))).desired


async def test_nobody_decided_or_its_twin_went(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        asked, _ = await _asked(town)
        await town.advance(hours=25)
        assert "Nobody decided in time" in await _edited(town, asked)
        await town.slack_says("unlock the front door")
        await town.house.core.execute(MoveTwin("lock.front_door", "archived"), API)
        assert "archived" in (await town.slack.heard("chat.update", number=2))["text"]


async def test_what_was_asked_twice_is_closed_in_both_places_by_one_press(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        first, _ = await _asked(town)
        second = await town.slack_says("unlock the front door")
        await town.slack_presses(second, "Approve")
        closed = {(await town.slack.heard("chat.update", number=n))["ts"] for n in (1, 2)}
        assert closed == {first["posted"], second["posted"]}


async def test_what_was_decided_while_nobody_looked_is_closed_when_the_house_opens(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        asked, approval = await _asked(town)
        town.house.engine.closings.close()
        await town.house.core.execute(DecideApproval(approval, True), API)
        await town.house.engine.closings.open([town.slack_channel], town.house.bus)
        assert await _edited(town, asked) == "✓ Approved by you"


async def test_a_question_that_was_let_go_is_not_shown_as_answered_by_other_words(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        asked, _ = await _asked(town)
        for _ in range(3):  # it is put again twice
            await town.web_says("what time is it?")
        assert await _edited(town, asked) == "✓ Not answered, so nothing was done"


def test_who_decided_and_where_is_said_as_each_reader_knows_it() -> None:
    told = Settled("q1", "Approved", "ben", "Ben", "teams")
    assert settled_by(told, "anna") == "Approved by Ben, in Teams"
    assert settled_by(told, "ben") == "Approved by you, in Teams"
    assert settled_by(Settled("q1", "Rejected", "gone"), "anna") == "Rejected by somebody else"


async def test_a_button_of_an_earlier_question_of_an_interview_answers_no_later_one(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        name = await town.slack_says("set up a new light")
        place = await town.slack_says("desk lamp")
        assert "Where" in place["text"]
        assert "dimmed" in (await town.slack_presses(place, "Skip"))["text"]
        assert "closed by now" in (await town.slack_presses(place, "Skip"))["text"]
        assert "closed by now" in (await town.slack_presses(name, "Cancel"))["text"]
        assert "dimmable: no." in (await town.slack_says("no"))["text"]


async def test_an_older_preview_creates_nothing(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        await town.slack_says("set up a new light called desk lamp")
        older = await town.slack_says("take the defaults for the rest")
        await town.slack_says("the place is the study")
        newer = await town.slack_says("take the defaults for the rest")
        assert "study" in newer["text"]
        assert "closed by now" in (await town.slack_presses(older, "Yes"))["text"]
        assert not (await town.house.core.query(ListTwins())).items
        await town.slack_presses(newer, "Yes")
        (twin,) = (await town.house.core.query(ListTwins())).items
        assert (twin.name, twin.place) == ("desk lamp", "study")


async def test_a_question_of_an_interview_that_is_answered_elsewhere_has_nothing_to_press(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        asked = await town.slack_says("set up a new light called desk lamp")
        await town.teams_says("in the study")
        assert await _edited(town, asked) == "✓ “in the study”, in Teams"
        asked = await town.slack_says("back")
        router = interview_router(town.house.interviews, town.house.engine.closings.answered)
        (begun,) = await town.house.interviews.of("owner")
        app = FastAPI()
        app.include_router(router)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1") as http:
            await http.post(f"/interviews/{begun.id}/cancel")
        for number in range(2, 5):
            shown = await town.slack.heard("chat.update", number)
            if shown["ts"] == asked["posted"]:
                break
        assert shown["text"].splitlines()[-1] == "✓ Answered by you, through the API"


async def test_an_approval_is_approved_while_an_interview_is_open(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        asked, _ = await _asked(town)
        await town.slack_says("set up a new light called desk lamp")
        await town.slack.heard(number=5)  # "Back to my question"
        await town.slack_presses(asked, "Approve")
        state = await town.house.core.query(GetState("lock.front_door"))
        assert state.desired["locked"].value is False


async def test_a_button_of_an_earlier_question_for_a_time_answers_no_later_one(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        first = await town.slack_says("remind me to call Ben")
        await town.slack_says("cancel")
        second = await town.slack_says("remind me to water the plants")
        title = next(e["text"]["text"] for b in first["blocks"] if b["type"] == "actions" for e in b["elements"])
        assert "closed by now" in (await town.slack_presses(first, title))["text"]
        assert "plants" in (await town.slack_presses(second, title))["text"]
