"""Forms in Teams: what an interview asks and a person's settings, filled in at once beside being said."""

from pathlib import Path
from typing import Any

from tests.bot.channels.teams_recorder import buttons, press
from tests.bot.channels.town import Town, open_town
from twin_core.contract.agenda import GetPerson
from twin_core.contract.commands import ListTwins

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
        again = await _sent(town, form, "Save", odd)
        assert "Time zone: " in again["text"]
        assert "Check-ins: Write times" in again["text"]
        assert _stands(again) == odd  # as it was filled in
        told = await _sent(town, again, "Save", {**odd, "timezone": "Tokyo", "check_ins": "08:15"})
        assert "Asia/Tokyo" in told["text"]
        after = await town.house.core.query(GetPerson("owner"))
        assert (after.zone, after.work_days, after.config["check_ins"]) == ("Asia/Tokyo", (0, 4), "08:15")
        await town.teams_says("undo")
        assert (await town.house.core.query(GetPerson("owner"))).zone == before.zone


async def test_an_interview_is_filled_in_at_once_and_sent_twice_makes_one_twin(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        form = await town.teams_presses(await town.teams_says("create a light"), "Fill in a form")
        filled = {f"{FIELD}{k}": v for k, v in {**_stands(form), "name": "desk lamp", "place": "study"}.items()}
        sent = press(form, "Create", **filled)
        number = len(town.teams.said) + 1
        for _ in range(2):
            assert (await town.teams_door.post(sent)).status_code == 200
        assert "Desk lamp is set up" in (await town.teams.heard(number))["text"]
        twins = (await town.house.core.query(ListTwins(type="light"))).items
        assert [(twin.name, twin.place) for twin in twins] == [("desk lamp", "study")]
        late = await _sent(town, form, "Create", {"name": "other lamp"})
        assert "closed" in late["text"]


def _stands(form: dict[str, Any]) -> dict[str, str]:
    [card] = [attachment["content"] for attachment in form["attachments"]]
    inputs = [element for element in card["body"] if element["type"].startswith("Input.")]
    return {element["id"].removeprefix(FIELD): element.get("value", "") for element in inputs}


async def _sent(town: Town, form: dict[str, Any], title: str, texts: dict[str, str]) -> dict[str, Any]:
    assert title in buttons(form)
    return await town.teams_presses(form, title, **{f"{FIELD}{name}": text for name, text in texts.items()})
