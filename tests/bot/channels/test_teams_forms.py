"""Forms in Teams: what an interview asks and a person's settings, filled in at once beside being said."""

from pathlib import Path
from typing import Any

import pytest

from bot.channels.teams import buttons as buttons_module
from tests.bot.channels.adaptive_card import CARD, check_card
from tests.bot.channels.teams_recorder import buttons, message, press
from tests.bot.channels.town import Town, open_town
from twin_core.contract.agenda import GetPerson
from twin_core.contract.commands import CreateTwin, GetState, ListTwins
from twin_core.contract.telemetry import Reading, RecordTelemetry

FIELD = "field:"


async def test_settings_are_filled_in_mended_and_taken_back_by_undo(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        before = await town.house.core.query(GetPerson("owner"))
        form = await town.teams_presses(await town.teams_says("what are my settings?"), "Fill in a form")
        stands = _stands(form)
        assert stands["timezone"] == before.zone
        assert before.zone in form["text"]
        odd = {**stands, "timezone": "the moon", "check_ins": "now and then", "work_days": "monday,friday"}
        answer = (await town.teams_door.post(_sent(form, "Save", odd))).json()
        assert (answer["statusCode"], answer["type"]) == (200, CARD)
        check_card(answer["value"])
        for field, reason in (("timezone", "do not know that time zone"), ("check_ins", "Write times")):
            assert reason in _below(answer["value"], field)
        shown = await town.teams.shown()  # on every device, and in words
        assert (shown["id"], shown["attachments"][0]["content"]) == (form["id"], answer["value"])
        assert "Check-ins: Write times" in shown["text"]
        assert _stands(shown) == odd  # as it was filled in
        assert (await town.house.core.query(GetPerson("owner"))).zone == before.zone
        told = await _sends(town, shown, "Save", {**odd, "timezone": "Tokyo", "check_ins": "08:15"})
        assert "Asia/Tokyo" in told["text"]
        after = await town.house.core.query(GetPerson("owner"))
        assert (after.zone, after.work_days, after.config["check_ins"]) == ("Asia/Tokyo", (0, 4), "08:15")
        closed = await town.teams.shown(2)
        assert (closed["text"], buttons(closed)) == ("Settings\n✓ Save", {})
        await town.teams_says("undo")
        assert (await town.house.core.query(GetPerson("owner"))).zone == before.zone


async def test_an_interview_is_filled_in_at_once_and_sent_twice_makes_one_twin(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        form = await town.teams_presses(await town.teams_says("create a light"), "Fill in a form")
        sent = _sent(form, "Create", {**_stands(form), "name": "desk lamp", "place": "study"})
        number = len(town.teams.said) + 1
        answers = [(await town.teams_door.post(sent)).json() for _ in range(2)]
        assert answers[0] == answers[1]
        assert "Desk lamp is set up" in (await town.teams.heard(number))["text"]
        twins = (await town.house.core.query(ListTwins(type="light"))).items
        assert [(twin.name, twin.place) for twin in twins] == [("desk lamp", "study")]
        late = (await town.teams_door.post(_sent(form, "Create", {"name": "other lamp"}))).json()
        assert "closed" in late["value"]


async def test_what_must_be_filled_in_is_asked_for_before_it_is_sent(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        form = await town.teams_presses(await town.teams_says("create a light"), "Fill in a form")
        needed = {each["id"]: each.get("errorMessage") for each in _inputs(form) if each.get("isRequired")}
        assert needed[f"{FIELD}name"] == "This is needed."
        [save] = buttons(form).values()
        assert save["associatedInputs"] == "auto"


async def test_a_form_of_a_teams_that_knows_no_universal_actions_is_mended_where_it_stands(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        form = await town.teams_presses(await town.teams_says("what are my settings?"), "Fill in a form")
        older = buttons(form)["Save"]["fallback"]
        assert older["type"] == "Action.Submit"
        number = len(town.teams.said)
        for zone in ("the moon", "Tokyo"):
            value = {**older["data"], f"{FIELD}timezone": zone}
            await town.teams_door.post(message("", value=value, replyToId=form["id"]))
        assert "time zone" in _below((await town.teams.shown())["attachments"][0]["content"], "timezone")
        assert "Asia/Tokyo" in (await town.teams.heard(number + 1))["text"]
        closed = await town.teams.shown(2)
        assert (closed["id"], closed["text"], buttons(closed)) == (form["id"], "Settings\n✓ Save", {})


@pytest.mark.parametrize(("most", "told"), [(buttons_module.SUBMITTED, "✓ Approve"), (10, "✓ “Approve”")])
async def test_a_button_of_a_teams_that_knows_no_universal_actions_is_gone_once_it_was_pressed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, told: str
) -> None:
    monkeypatch.setattr(buttons_module, "SUBMITTED", most)  # a long text does not go with it, and is looked up
    async with open_town(tmp_path) as town:
        twin = await town.house.core.execute(CreateTwin("lock", "front door", place="hall"))
        await town.house.core.execute(RecordTelemetry((Reading(twin.id, "locked", True),)))
        await town.link()
        asked = await town.teams_says("unlock the front door")
        older = buttons(asked)["Approve"]["fallback"]
        await town.teams_door.post(message("", value=older["data"], replyToId=asked["id"]))
        closed = await town.teams.shown()
        assert (closed["id"], closed["text"], buttons(closed)) == (asked["id"], f"{asked['text']}\n{told}", {})
        assert (await town.house.core.query(GetState(twin.id))).desired["locked"].value is False
        assert len(town.teams.edited) == 1


async def test_nobody_is_shown_a_form_of_somebody_else(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        form = await town.teams_presses(await town.teams_says("what are my settings?"), "Fill in a form")
        sent = _sent(form, "Save", {"timezone": "the moon"})
        for user in ("u9", "u1"):
            answer = await town.teams_door.post({**sent, "id": user, "from": {"id": f"29:{user}", "aadObjectId": user}})
            assert ("Time zone" in answer.text) == (user == "u1")


def _stands(form: dict[str, Any]) -> dict[str, str]:
    return {element["id"].removeprefix(FIELD): element.get("value", "") for element in _inputs(form)}


def _inputs(form: dict[str, Any]) -> list[dict[str, Any]]:
    [card] = [attachment["content"] for attachment in form["attachments"]]
    return [element for element in card["body"] if element["type"].startswith("Input.")]


def _below(card: dict[str, Any], field: str) -> str:
    """What is told right below a field, in the colour of what wants attention."""
    place = [element.get("id") for element in card["body"]].index(f"{FIELD}{field}")
    told = card["body"][place + 1]
    assert (told["type"], told["color"]) == ("TextBlock", "Attention")
    return str(told["text"])


def _sent(form: dict[str, Any], title: str, texts: dict[str, str]) -> dict[str, Any]:
    return press(form, title, **{f"{FIELD}{name}": text for name, text in texts.items()})


async def _sends(town: Town, form: dict[str, Any], title: str, texts: dict[str, str]) -> dict[str, Any]:
    return await town.teams_presses(form, title, **{f"{FIELD}{name}": text for name, text in texts.items()})
