"""Self-repair inside one message."""

import pytest

from bot.nlu.embedded import EmbeddedNlu
from bot.nlu.repairs import mend
from bot.ports import Parse


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("set the desk lamp to 60 percent, no wait, 45", "set the desk lamp to 45 percent"),
        ("switch the kitchen lamp off, I mean on", "switch the kitchen lamp on"),
        ("turn the hall lamp on no off", "turn the hall lamp off"),
        ("switch off the desk lamp, sorry, the hall lamp", "switch off the hall lamp"),
        ("dim the hall uh the kitchen lamp to 30 percent", "dim the kitchen lamp to 30 percent"),
        ("turn off the hall lamp, no, the kitchen", "turn off the kitchen lamp"),
        ("how warm is the study, I mean the garage freezer", "how warm is the garage freezer"),
        ("remind me for 10 minutes, no, 15", "remind me for 15 minutes"),
        ("open the study blind, hang on, close it", "close the study blind"),
        (
            "lock the front door and turn off the hall lamp, no wait, turn it on",
            "lock the front door and turn the hall lamp on",
        ),
        ("turn off the um hall lamp", "turn off the hall lamp"),
        (
            "turn off the desk lamp no sorry the hall lamp and lock the front door",
            "turn off the hall lamp and lock the front door",
        ),
    ],
)
def test_what_is_said_last_takes_the_place_of_what_it_repairs(nlu: EmbeddedNlu, said: str, meant: str) -> None:
    assert " ".join(p.text for p in nlu.parse_now(said)) in (meant, meant.replace(" and ", " "))


@pytest.mark.parametrize("said", ["turn off the hall lamp, never mind", "unlock the front door oh no wait"])
def test_a_wish_that_is_dropped_before_its_end_is_no_wish(nlu: EmbeddedNlu, said: str) -> None:
    (parse,) = nlu.parse_now(said)
    assert parse.intent == "cancel"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("hang on, how warm is the study?", "how warm is the study?"),
        ("ok, just a sec - turn off the hall lamp", "turn off the hall lamp"),
        ("hang on, not yet", "hang on, not yet"),
    ],
)
def test_a_hesitation_before_a_request_is_no_request(nlu: EmbeddedNlu, said: str, meant: str) -> None:
    assert mend(said, lambda text: nlu.parse_now(text)[0]) == meant


@pytest.mark.parametrize(
    "said",
    [
        "the garage freezer alarm was only the door, forget it",
        "it's just the cat, forget that",
        "no, I meant the kitchen",
        "no wait, the other one",
        "wait, turn off the hall lamp",
        "remind me to say no to the vendor",
        "add a task to say sorry to Bob",
        "turn on the hall lamp, sorry to bother you",
        "actually turn the hall lamp off",
        "don't turn off the hall lamp",
        "",
        "no",
    ],
)
def test_what_repairs_nothing_in_itself_stays_as_it_is(nlu: EmbeddedNlu, said: str) -> None:
    assert nlu.parse_now(said)[0].text.startswith(said.split(",")[0])
    assert mend(said, lambda text: nlu.parse_now(text)[0]) == said


def test_a_long_message_of_edit_terms_ends(nlu: EmbeddedNlu) -> None:
    nlu.parse_now("turn on " + "no wait, sorry, I mean " * 150)


@pytest.mark.parametrize("said", ["no, " * 900, "turn it on, no, wait, " * 150], ids=["no", "wait"])
def test_a_message_of_nothing_but_repairs_is_read_a_few_times_at_most(said: str) -> None:
    read: list[str] = []

    def parse(text: str) -> Parse:
        read.append(text)
        return Parse(text, "deny", 0.9)

    mend(said, parse)
    assert len(read) < 100
