"""Typing errors are mended where a word is none, and nowhere else."""

import pytest

from bot.nlu.embedded import EmbeddedNlu
from bot.nlu.slips import Slips
from bot.nlu.text import tokenize

SAID = {"the": 90, "kitchen": 12, "light": 30, "turn": 40, "switch": 20, "meter": 9, "hmm": 3, "won't": 1, "teh": 2}
LANGUAGE = {"hal", "steak", "turn", "of", "the", "light", "kitchen", "lights"}


@pytest.fixture
def slips() -> Slips:
    return Slips(SAID, LANGUAGE.__contains__)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("turn of teh kichen lihgt", "turn off the kitchen light"),
        ("SWICH hte light", "switch the light"),
        ("Kichen light", "kitchen light"),
    ],
)
def test_slips_are_mended(slips: Slips, said: str, meant: str) -> None:
    text, tokens = slips.mended(said, tokenize(said))
    assert text == meant
    assert [t.norm for t in tokens] == meant.lower().split()
    assert [said[t.start : t.end] for t in tokens] == said.split()


@pytest.mark.parametrize(
    "said",
    [
        "hal steak",  # words of the language that nobody says here, though "hall" and "speak" are near
        "the lights wont",  # of a right word, and a contraction without its apostrophe
        "mhm",  # short words are too near to one another
        "tell Metter",  # a name
        "zählt 5 P-101 ½ kịchen",
        "",
    ],
)
def test_right_words_are_left_as_they_are(slips: Slips, said: str) -> None:
    tokens = tokenize(said)
    text, same = slips.mended(said, tokens)
    assert text is said
    assert same is tokens


def test_what_names_a_thing_keeps_its_spelling(slips: Slips) -> None:
    said = "the kichen lihgt"
    assert slips.mended(said, tokenize(said), named={1})[0] == "the kichen light"


@pytest.mark.parametrize(
    ("text", "twin"),
    [("turn of teh kichen lmap", "light.kitchen_lamp"), ("switch teh hall lmap of", "light.hall_lamp")],
)
def test_several_slips_in_one_sentence(nlu: EmbeddedNlu, text: str, twin: str) -> None:
    (parse,) = nlu.parse_now(text)
    assert parse.intent == "control_device"
    assert {e.kind: e.value for e in parse.entities} == {"twin": twin, "value": False}


@pytest.mark.parametrize("text", ["it was built at the turn of the century", "turn of the year party", "of"])
def test_of_is_no_off_elsewhere(nlu: EmbeddedNlu, text: str) -> None:
    (parse,) = nlu.parse_now(text)
    assert not any(e.value is False for e in parse.entities)
