"""Which tokens may come next in what is said to a house. A token is a character here; `$` ends a text."""

import pytest

from bot.voice.grammar import Grammar
from bot.voice.ports import Phrase

SENTENCES = [
    ("turn", "on", "[twin]"),
    ("set", "[twin]", "to", "{number}", "percent"),
    ("yes", "please"),
    ("is", "it", "on", "in", "[place]"),
    ("remind", "me", "[time]", "please"),
    ("add", "[words]"),
    ("snooze", "it", "for", "[duration]"),
]
USUAL = (
    Phrase("two hours", "duration"),
    Phrase("tomorrow", "time"),
    Phrase("at 7 pm", "time"),
    Phrase("in ten minutes", "time"),
)
NAMES = (Phrase("hall", "twin"), Phrase("hall lamp", "twin"), Phrase("pump 3", "twin"), Phrase("attic", "place"))


def spelled(text: str) -> tuple[int, ...]:
    """As the real tokenizer does, a space in front of each word belongs to it."""
    return tuple(map(ord, "".join(f" {word}" for word in text.split())))


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    grammar = Grammar(SENTENCES, spelled, ord("$"), USUAL)
    grammar.learn(NAMES)
    return grammar


def allows(grammar: Grammar, text: str) -> bool:
    state = grammar.start
    for token in (*spelled(text), ord("$")):
        after = grammar.after(state)
        at = [i for i, other in enumerate(after.tokens) if other == token]
        if not at:
            return False
        state = after.states[at[0]]
    return True


@pytest.mark.parametrize(
    "text",
    [
        "turn on hall",
        "Turn on hall lamp.",
        "turn on pump 3",
        "turn on pump three",
        "set hall lamp to 30%",
        "set hall to thirty five percent",
        "set hall to 20.5 percent",
        "set hall to 20 and a half percent",
        "set hall to twenty five and a half percent",
        "Yes, please!",
        "is it on in Attic?",
        "Remind me at 11:30 p.m. please",
        "remind me in twenty five minutes, please",
        "Snooze it for 12 hours.",
    ],
)
def test_a_sentence_is_allowed_as_it_may_be_written(grammar: Grammar, text: str) -> None:
    assert allows(grammar, text)


@pytest.mark.parametrize(
    "text",
    [
        "turn on",
        "turn on lamp",
        "turn on attic",
        "turn on hall lamp lamp",
        "set hall to percent",
        "set hall to and a half percent",
        "set hall to 12345 percent",
        "yes,, please",
        "yes please. yes please",
        ". yes please",
        "remind me at tomorrow please",
        "remind me in 5 minutes",
        "",
    ],
)
def test_nothing_else_is(grammar: Grammar, text: str) -> None:
    assert not allows(grammar, text)


def test_names_that_have_gone_are_not_said_any_more() -> None:
    grammar = Grammar(SENTENCES, spelled, ord("$"))
    grammar.learn(NAMES)
    assert allows(grammar, "turn on pump 3")
    grammar.learn(NAMES[:1])
    assert not allows(grammar, "turn on pump 3")
    assert allows(grammar, "turn on hall")


def test_anything_may_follow_where_any_words_may_stand(grammar: Grammar) -> None:
    state = grammar.start
    for token in spelled("add"):
        after = grammar.after(state)
        assert not after.free
        state = after.states[list(after.tokens).index(token)]
    assert grammar.after(state).free
