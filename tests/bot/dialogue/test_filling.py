"""What a message says to an open "when?" or "what is it?"."""

import pytest

from bot.dialogue.filling import fill
from bot.dialogue.mentions import mentioned
from bot.dialogue.state import Pending, Request
from bot.ports import Entity, Parse

NINE = {"start": "2026-03-03T09:00:00+01:00", "end": None, "grain": "hour"}
WISH = Request("create_event", {"text": "add an appointment"})


def pending(slot: str) -> Pending:
    return Pending("q1", "fill", WISH, "When is it?", slot=slot)


def parse(text: str, intent: str = "inform", confidence: float = 0.6, time: str = "") -> Parse:
    at = text.find(time)
    entities = (Entity("time", time, at, at + len(time), NINE),) if time else ()
    return Parse(text, intent, confidence, entities)


def answered(slot: str, said: Parse) -> tuple[str, dict[str, object]] | None:
    decision = fill(pending(slot), said, mentioned(said))
    return None if decision is None else (decision.verb, dict(decision.request.slots))


def test_a_time_is_filled_in_with_its_words() -> None:
    decision = answered("time", parse("tomorrow at nine", "find_free_time", 0.9, time="tomorrow at nine"))
    assert decision is not None
    verb, slots = decision
    assert (verb, slots["text"]) == ("do", "add an appointment")
    assert slots["time"] == {**NINE, "text": "tomorrow at nine", "options": []}


def test_a_text_is_filled_in_as_it_was_said() -> None:
    assert answered("title", parse("“Dentist”.")) == ("do", {**WISH.slots, "title": "Dentist"})


def test_all_day_is_a_time_too() -> None:
    assert answered("time", parse("all day")) == ("do", {**WISH.slots, "all_day": True})


@pytest.mark.parametrize("said", [parse("never mind", "cancel", 0.9), parse("nothing"), parse("no thanks", "deny")])
def test_a_no_leaves_it(said: Parse) -> None:
    assert answered("title", said) == ("drop", dict(WISH.slots))


def test_another_wish_is_no_answer() -> None:
    assert answered("title", parse("turn the lamp off", "control_device", 0.97)) is None


def test_what_holds_no_time_is_asked_for_again() -> None:
    assert answered("time", parse("whenever you like")) == ("ask_again", dict(WISH.slots))


@pytest.mark.parametrize(
    ("slot", "said"),
    [
        ("time", parse("what's it like in the cellar?", "ask_status", 0.5)),
        ("title", parse("what's it like in the cellar?", "ask_status", 0.5)),
        ("time", parse("and the right one", "out_of_scope", 0.4)),
        ("time", parse("both of them", "inform", 0.9)),
    ],
)
def test_what_goes_on_with_something_else_is_no_answer(slot: str, said: Parse) -> None:
    assert answered(slot, said) is None
