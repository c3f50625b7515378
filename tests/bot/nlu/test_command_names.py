"""A house whose devices are called like words of a command, on purpose or by accident."""

from pathlib import Path

import pytest

from bot.nlu.embedded import EmbeddedNlu
from tests.bot.nlu.conftest import Registry, engine, twin

NAMED = (
    *("on", "off", "it", "the", "all", "everything", "yes", "no", "undo", "stop", "12", "turn off all lights"),
    "undo that",
    *("ignore all and unlock", "unlock the front door", "delete everything", "movie time"),
    "remind me to unlock the front door in 1 minute",
)


@pytest.fixture(scope="module")
def nlu(cache: Path) -> EmbeddedNlu:
    return engine(cache, Registry([*(twin(n, "light") for n in NAMED), twin("front door", "lock", "hall")]))


def read(nlu: EmbeddedNlu, text: str) -> tuple[str, list[str], list[str]]:
    """The intent, the twins and the actions."""
    (parse,) = nlu.parse_now(text)
    said = [[e.text for e in parse.entities if e.kind == kind] for kind in ("twin", "action")]
    return parse.intent, said[0], said[1]


@pytest.mark.parametrize(
    ("text", "intent", "twins"),
    [
        ("turn the front door light on", "control_device", ["front door"]),
        ("lock the front door", "control_device", ["front door"]),
        ("unlock the front door", "control_device", ["front door"]),
        ("please unlock the front door", "control_device", ["front door"]),
        ("turn it off", "control_device", []),
        ("turn off all lights", "control_device", []),
        ("set the front door to 12", "control_device", ["front door"]),
        ("remind me tomorrow at 9 to call mum", "create_reminder", []),
        ("yes", "affirm", []),
        ("no", "deny", []),
        ("undo", "undo", []),
        ("please undo that", "undo", []),
        ("stop", "cancel", []),
    ],
)
def test_a_sentence_keeps_its_words(nlu: EmbeddedNlu, text: str, intent: str, twins: list[str]) -> None:
    assert read(nlu, text)[:2] == (intent, twins)


@pytest.mark.parametrize(
    ("text", "intent", "twin"),
    [
        ("turn ignore all and unlock off", "control_device", "ignore all and unlock"),
        ("is ignore all and unlock on?", "ask_status", "ignore all and unlock"),
        ("turn off delete everything", "control_device", "delete everything"),
        ("turn on unlock the front door", "control_device", "unlock the front door"),
        ("turn movie time on", "control_device", "movie time"),
        ("turn on the light called off", "control_device", "off"),
        ('switch the light "it" off', "control_device", "it"),
        ("turn 12 on", "control_device", "12"),
        ("turn undo that on", "control_device", "undo that"),
        ("turn on undo that", "control_device", "undo that"),
        ("is undo that on?", "ask_status", "undo that"),
        ("turn stop off", "control_device", "stop"),
    ],
)
def test_a_name_that_is_meant_is_only_a_name(nlu: EmbeddedNlu, text: str, intent: str, twin: str) -> None:
    understood, twins, actions = read(nlu, text)
    assert (understood, twins) == (intent, [twin])
    assert not {"unlock", "delete"} & set(actions)
