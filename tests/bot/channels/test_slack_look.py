"""How Pollux looks in Slack: the answers in sight, what only steers behind “⋯”, nothing said or offered twice."""

from pathlib import Path
from typing import Any

from bot.channels.slack.blocks import messages
from bot.channels.slack.forms import _headline
from bot.dialogue.buttons import answers, says
from bot.ports import Button, Reply
from tests.bot.channels.scripted import CARD, CARD_TEXT
from tests.bot.channels.town import Town, open_town
from twin_core.contract.commands import CreateTwin
from twin_core.contract.telemetry import Reading, RecordTelemetry

STEERING = {
    "back": "Back",
    "skip": "Skip",
    "take the defaults for the rest": "Defaults for the rest",
    "later": "Later",
    "cancel": "Cancel",
}


def _rows(reply: Reply) -> list[list[Any]]:
    """The titles of what can be pressed, by rows; of a menu a list."""
    (message,) = messages(reply, "U1")
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [
        [e["text"]["text"] if e["type"] == "button" else [o["text"]["text"] for o in e["options"]] for e in row]
        for row in rows
    ]


def _question(*titles: str) -> Reply:
    chosen = [answers("interview_1.on", title.lower(), title) for title in titles]
    return Reply(
        "Can it be dimmed?", (*chosen, *(answers("interview_1.on", *each) for each in STEERING.items())), form="i:1"
    )


def test_a_question_shows_its_answers_and_hides_what_steers() -> None:
    more = ["Back", "Skip", "Defaults for the rest", "Later", "Cancel"]
    assert _rows(_question("Yes", "No")) == [["Yes", "No", "Fill in a form", more]]
    assert _rows(_question()) == [["Skip", "Fill in a form", ["Back", "Defaults for the rest", "Later", "Cancel"]]]
    many = [f"Room {n}" for n in range(8)]
    assert _rows(_question(*many)) == [[many, "Fill in a form", more]]
    assert _rows(Reply("Shall I?", (Button("yes:q1", "Yes"), Button("cancel", "Cancel")))) == [["Yes", "Cancel"]]


def test_what_an_item_of_a_list_offers_is_not_offered_below_again() -> None:
    buttons = (Button("ack:c1", "Acknowledge"), Button("snooze:c1", "Snooze"), says("why?", "Why?"))
    assert _rows(Reply(CARD_TEXT, buttons, card=CARD)) == [["Why?"]]


def test_what_leads_to_a_list_stands_above_it_and_what_follows_below() -> None:
    (message,) = messages(Reply(CARD_TEXT, card=CARD), "U1")
    told = [block["text"]["text"].splitlines()[0] for block in message.blocks]
    items = ["🔴 Garage freezer", "🟠 Hall thermostat"]
    assert told == ["Most critical now", "Two things need you.", *items, "Shall I remind you in an hour?"]


def test_a_preview_stands_in_columns_and_is_said_once() -> None:
    items = [{"title": f"label {n}", "detail": f"value {n} (default)"} for n in range(12)]
    told = "; ".join(f"{item['title']}: {item['detail']}" for item in items)
    text = f"A new light: {told}. Shall I create it?"
    (message,) = messages(Reply(text, card={"kind": "preview", "title": "The new twin", "items": items}), "U1")
    kinds = [len(block.get("fields", ())) or block.get("text", {}).get("text") for block in message.blocks]
    assert kinds == ["The new twin", 10, 2, "Shall I create it?"]
    assert message.text == text


def test_a_title_made_of_a_message_has_no_marks_of_formatting() -> None:
    assert _headline("check the *pump* _before_ `Friday`, 2*3*4\nThanks") == "check the pump before Friday, 2*3*4"


async def _home(town: Town) -> list[str]:
    number = len(town.slack.said("views.publish")) + 1
    await town.slack_door.event({"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home"})
    blocks = (await town.slack.heard("views.publish", number))["view"]["blocks"]
    return [block["text"]["text"] for block in blocks if "text" in block]


async def test_home_names_what_waits_for_a_decision_once_and_as_people_do(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        assert not [text for text in await _home(town) if "`" in text]  # the step of linking
        twin = await town.house.core.execute(CreateTwin("lock", "front door", place="hall"))
        await town.house.core.execute(RecordTelemetry((Reading(twin.id, "locked", True),)))
        await town.link()
        await town.slack_says("unlock the front door")
        shown = await _home(town)
        assert not [text for text in shown if "lock.front_door" in text or "False" in text]
        named = [text for text in shown if text.startswith("Front door waits")]
        assert len(named) == 1
        assert named[0].endswith("The door is open to anybody until it is locked again.")
