"""Which clear words are believed: sure wishes, and what surely only asks, whichever of the questions it is."""

import pytest
import yaml

from bot.ports import Entity, Parse
from bot.voice.understanding import QUESTIONS, are_understood
from tests.bot.nlu.conftest import DATA


def parse(intent: str, confidence: float, *others: tuple[str, float], entities: tuple[Entity, ...] = ()) -> Parse:
    return Parse("any clear words", intent, confidence, entities, others)


AGENDA = parse("ask_agenda", 0.7, ("find_free_time", 0.2), ("out_of_scope", 0.01))


@pytest.mark.parametrize(
    ("read", "understood"),
    [
        (AGENDA, True),
        (parse("ask_agenda", 0.7, ("find_free_time", 0.2), ("out_of_scope", 0.06)), False),
        (parse("ask_agenda", 0.94, ("out_of_scope", 0.06)), False),
        (parse("ask_agenda", 0.7, ("create_event", 0.25)), False),
        (parse("ask_tasks", 0.5, ("ask_agenda", 0.45)), False),  # may be taken for a fragment, and acted on
        (parse("create_event", 0.7, ("ask_agenda", 0.25)), False),
        (parse("create_event", 0.89, ("create_reminder", 0.1)), False),
        (parse("create_event", 0.91, ("out_of_scope", 0.06)), True),
        (parse("greet", 0.99), False),
        (parse("out_of_scope", 0.99), False),
    ],
)
def test_questions_are_believed_together_and_wishes_each_by_itself(read: Parse, understood: bool) -> None:
    assert are_understood([read]) is understood


def test_a_name_that_nobody_knows_makes_a_question_doubtful() -> None:
    unknown = Entity("twin", "zeppelin", 0, 8)
    asked = parse("ask_status", 0.99, entities=(unknown,))
    assert not are_understood([asked])
    assert are_understood([parse("ask_status", 0.99, entities=(Entity("twin", "fan", 0, 3, "plug.fan"),))])


def test_each_of_several_requests_has_to_be_understood() -> None:
    assert not are_understood([AGENDA, parse("create_event", 0.7)])


def test_all_questions_are_intents_that_there_are() -> None:
    intents = yaml.safe_load((DATA / "domain.yml").read_text("utf-8"))["intents"]
    assert set(intents) >= QUESTIONS
