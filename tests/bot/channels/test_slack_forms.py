"""Forms in Slack: what an interview asks and a person's settings, filled in at once beside being said."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.channels.slack.reading import read
from tests.bot.channels.slack_forms import sent, submit
from tests.bot.channels.slack_recorder import message, press
from tests.bot.channels.town import Town, open_town
from twin_core.contract.agenda import GetPerson
from twin_core.contract.commands import CreateTwin, ListTwins
from twin_core.contract.tasks import ListTasks


async def _pressed(town: Town, said: dict[str, Any], title: str, **more: Any) -> dict[str, Any]:
    """The modal that a button opens."""
    number = len(town.slack.said("views.open")) + 1
    await town.slack_door.interaction(press(said, title, **more))
    view: dict[str, Any] = (await town.slack.heard("views.open", number))["view"]
    return view


async def _from_home(town: Town, title: str) -> dict[str, Any]:
    number = len(town.slack.said("views.publish")) + 1
    await town.slack_door.event({"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home"})
    view = (await town.slack.heard("views.publish", number))["view"]
    return await _pressed(town, view, title, channel={}, message={}, container={"type": "view"})


async def _twins(town: Town) -> list[tuple[str, str, Any]]:
    found = (await town.house.core.query(ListTwins())).items
    return [(twin.name, twin.status, twin.place) for twin in found]


def _names(view: dict[str, Any]) -> dict[str, Any]:
    return {block["block_id"]: block["element"] for block in view["blocks"]}


async def test_a_twin_is_set_up_from_home_and_what_does_not_fit_is_said_at_its_field(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        await town.house.core.execute(CreateTwin("freezer", "ice box"))
        kinds = await _from_home(town, "New twin")
        form = (await submit(town.slack_door, sent(kinds, type="freezer")))["view"]
        assert {"name", "place", "importance", "limits.temperature.high"} <= set(_names(form))
        bad = sent(form, **{"name": "Ice Box", "place": "cellar", "limits.temperature.high": "quite cold"})
        errors = (await submit(town.slack_door, bad))["errors"]
        assert "already a twin called ice box" in errors["name"]
        assert "number" in errors["limits.temperature.high"]
        good = {**bad, "view": {**bad["view"], "state": sent(form, name="chest", place="cellar")["view"]["state"]}}
        number = len(town.slack.said()) + 1
        for press_number in range(2):  # the same view, corrected, and pressed twice
            good = {**good, "trigger_id": f"9.{press_number}"}
            assert await submit(town.slack_door, good) == {}
        assert "Chest is set up" in (await town.slack.heard(number=number))["text"]
        good = {**good, "trigger_id": "9.9"}
        assert await submit(town.slack_door, good) == {}  # once more, when it is done: no reproach that it is taken
        assert sorted(await _twins(town)) == [("chest", "active", "cellar"), ("ice box", "active", None)]
        await town.slack_says("undo that")
        assert len(town.slack.said()) == number + 1
        assert [name for name, status, _ in await _twins(town) if status == "active"] == ["ice box"]


async def test_an_open_question_is_answered_in_a_form_with_what_was_said_already(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        asked = await town.slack_says("set up a new light called desk lamp")
        form = await _pressed(town, asked, "Fill in a form")
        assert _names(form)["name"]["initial_value"] == "desk lamp"
        number = len(town.slack.said()) + 1
        assert await submit(town.slack_door, sent(form, place="study", importance="high")) == {}
        assert "Desk lamp is set up" in (await town.slack.heard(number=number))["text"]
        assert await _twins(town) == [("desk lamp", "active", "study")]
        shown = await submit(town.slack_door, sent(form, place="hall"))
        assert "closed by now" in shown["view"]["blocks"][0]["text"]["text"]
        await town.slack_door.interaction(press(asked, "Fill in a form"))
        assert "closed by now" in (await town.slack.heard(number=number + 1))["text"]
        assert await _twins(town) == [("desk lamp", "active", "study")]


async def test_what_was_put_off_stands_in_home_and_goes_on_in_a_form(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        await town.web_says("set up a new light called desk lamp")
        await town.web_says("later")
        form = await _from_home(town, "Go on: desk lamp")
        assert _names(form)["name"]["initial_value"] == "desk lamp"
        number, shown = len(town.slack.said()) + 1, len(town.slack.said("views.publish")) + 1
        assert await submit(town.slack_door, sent(form, place="study")) == {}
        assert "Desk lamp is set up" in (await town.slack.heard(number=number))["text"]
        assert await _twins(town) == [("desk lamp", "active", "study")]
        later = await town.slack.heard("views.publish", shown)
        assert "Go on" not in str(later["view"])


async def test_settings_are_changed_in_a_form_and_taken_back_by_undo(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        form = await _from_home(town, "Settings")
        before = await town.house.core.query(GetPerson("owner"))
        assert _names(form)["timezone"]["initial_value"] == before.zone
        odd = sent(form, timezone="the moon", working_hours="early", nudges_a_day="999", check_ins="now and then")
        wrong = await submit(town.slack_door, odd)
        assert set(wrong["errors"]) == {"timezone", "working_hours", "nudges_a_day", "check_ins"}
        number = len(town.slack.said()) + 1
        picked = {"timezone": "Tokyo", "matters_most": "safety, people", "quiet_hours": "21:00-06:30"}
        picked |= {"work_days": "monday, tuesday, thursday", "check_ins": "08:15, 17:00"}
        assert await submit(town.slack_door, sent(form, **picked)) == {}
        told = (await town.slack.heard(number=number))["text"]
        assert "Asia/Tokyo" in told
        after = await town.house.core.query(GetPerson("owner"))
        assert (after.zone, after.quiet_start_s, after.config["matters_most"]) == (
            "Asia/Tokyo",
            21 * 3600,
            ["safety", "people"],
        )
        assert (after.work_days, after.config["check_ins"]) == ((0, 1, 3), "08:15,17:00")
        assert "working hours" not in told  # what stood there was left alone
        await town.slack_says("undo")
        assert (await town.house.core.query(GetPerson("owner"))).zone == before.zone
        number = len(town.slack.said()) + 1
        assert await submit(town.slack_door, sent(form, quiet_hours="22-7", matters_most="")) == {}
        assert (await town.slack.heard(number=number))["text"] == "Nothing was changed."


async def test_the_voice_is_chosen_in_the_form_as_it_is_by_talk(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        await town.slack_says("use a British voice")
        form = await _from_home(town, "Settings")
        assert _names(form)["voice"]["initial_option"]["value"] == "British man"
        assert _names(form)["voice_rate"]["initial_value"] == "165"
        wrong = await submit(town.slack_door, sent(form, voice_rate="1000"))
        assert "between 80 and 450" in wrong["errors"]["voice_rate"]
        number = len(town.slack.said()) + 1
        assert await submit(town.slack_door, sent(form, voice="Scottish woman", voice_rate="120")) == {}
        told = (await town.slack.heard(number=number))["text"]
        assert told.startswith("Set: voice Scottish, a woman’s, 120 words a minute.")
        assert "Scottish, a woman’s, 120 words" in (await town.slack_says("what are my settings?"))["text"]
        await town.slack_says("undo")
        config = (await town.house.core.query(GetPerson("owner"))).config
        assert (config["voice"], config.get("voice_rate")) == ("en-gb", None)
        number = len(town.slack.said()) + 1
        assert await submit(town.slack_door, sent(form, voice="American man", voice_rate="")) == {}
        assert "voice American, 165 words" in (await town.slack.heard(number=number))["text"]


async def test_where_there_is_one_voice_only_its_rate_is_asked(tmp_path: Path) -> None:
    async with open_town(tmp_path, voice={"synthesizer": "openai", "server": "http://127.0.0.1:9/v1"}) as town:
        await town.link()
        assert {"voice", "voice_rate"} & set(_names(await _from_home(town, "Settings"))) == {"voice_rate"}


async def test_a_form_is_for_whoever_was_asked_and_a_late_press_is_told(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        asked = await town.slack_says("what are my settings?")
        number = len(town.slack.said()) + 1
        await town.slack_door.interaction(press(asked, "Fill in a form", user="U9"))
        assert (await town.slack.heard(number=number))["text"] != ""
        assert town.slack.said("views.open") == []
        town.slack.refusing["views.open"] = "expired_trigger_id"
        await town.slack_door.interaction(press(asked, "Fill in a form"))
        assert "once more" in (await town.slack.heard(number=number + 1))["text"]


async def test_a_form_opens_while_an_answer_takes_its_time(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        asked = await town.slack_says("what are my settings?")
        async with town.house.engine._locks["owner/home"]:  # as long as a turn is worked on
            await town.slack_door.event(message("hello"))
            await _pressed(town, asked, "Fill in a form")


async def test_a_form_that_was_cut_off_while_it_was_taken_is_not_taken_twice(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        await town.link()
        view = {"type": "modal", "callback_id": "make_task", "blocks": []}
        values = {"title": {"title": {"type": "plain_text_input", "value": "Call Ben"}}}
        form = {**sent(view), "view": {**sent(view)["view"], "state": {"values": values}}}
        heard = read(form)
        assert heard
        inbox = town.slack_channel._inbox
        await inbox.take(heard.key, form)
        assert await inbox.begin(heard.key)
        number = len(town.slack.said()) + 1
        town.slack_channel._begin(replace(heard, again=True))  # as at the start of the next process
        assert "cut off" in (await town.slack.heard(number=number))["text"]
        assert (await town.house.core.query(ListTasks("owner"))).items == ()
