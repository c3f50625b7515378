import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from bot.nlu.cases import Case, read_cases
from bot.nlu.embedded import EmbeddedNlu
from bot.nlu.evaluation import calibration_error, evaluate, same_span
from bot.nlu.evaluation_report import evaluation_json, evaluation_report
from bot.nlu.parse_json import parse_lines
from bot.ports import Entity, Parse
from twin_core.contract.errors import NotFound, Rejected


class Parrot:
    """Answers what it was told to, so that the figures can be reckoned by hand."""

    def __init__(self, answers: dict[str, Parse]) -> None:
        self._answers = answers

    async def parse(self, text: str, lang: str = "en") -> list[Parse]:
        return [self._answers[text]]


def parse(text: str, intent: str, confidence: float, *entities: tuple[str, str]) -> Parse:
    spans = tuple(Entity(k, t, text.find(t), text.find(t) + len(t)) for k, t in entities)
    return Parse(text, intent, confidence, spans)


async def test_the_figures_are_those_reckoned_by_hand() -> None:
    cases = [
        Case("a lamp", "x", {"twin": ("lamp",)}),
        Case("b hall", "x", {"twin": ("hall",)}, also=("y",)),
        Case("c", "y"),
        Case("d", "out_of_scope"),
    ]
    engine = Parrot(
        {
            "a lamp": parse("a lamp", "x", 0.9, ("twin", "lamp"), ("place", "a")),
            "b hall": parse("b hall", "y", 0.8, ("place", "hall")),
            "c": parse("c", "out_of_scope", 0.6),
            "d": parse("d", "out_of_scope", 1.0),
        }
    )
    result = await evaluate(engine, cases)
    assert result.accuracy == 0.75
    assert result.confusions == (("y", "out_of_scope", 1),)
    assert result.out_of_scope_recall == 1.0
    assert result.false_rejects == pytest.approx(1 / 3)
    assert (result.slots["twin"].hits, result.slots["twin"].missed, result.slots["twin"].surplus) == (1, 1, 0)
    assert result.slot_score.f1 == pytest.approx(2 / 3)
    assert result.calibration_error == pytest.approx((0.1 + 0.2 + 0.6 + 0.0) / 4)
    assert result.in_scope_accuracy == pytest.approx(2 / 3)
    assert result.same_answers is None
    assert json.loads(json.dumps(evaluation_json(result)))["intents"]["y"]["recall"] == 0


async def test_the_best_guess_counts_where_the_right_intent_was_rejected() -> None:
    rejected = Parse("c", "out_of_scope", 0.7, (), (("y", 0.3), ("x", 0.1)))
    result = await evaluate(Parrot({"c": rejected}), [Case("c", "y")])
    assert (result.in_scope_accuracy, result.best_guess_accuracy) == (0, 1)


async def test_the_same_said_twice_should_get_the_same_answer() -> None:
    said = {t: parse(t, intent, 0.9) for t, intent in (("a", "x"), ("uh a", "x"), ("b", "x"), ("uh b", "y"))}
    result = await evaluate(Parrot(said), [Case("a", "x", again="uh a"), Case("b", "x", again="uh b")])
    assert result.same_answers == 0.5
    assert result.accuracy == 1


@pytest.mark.parametrize(
    ("said", "expected", "same"),
    [
        ("the Hall lamp", "hall lamp", True),
        ("Nina's desk lamp", "nina desk lamp", True),
        ("old hall lamp", "hall lamp", True),
        ("big old hall lamp", "hall lamp", False),
        ("hall", "kitchen", False),
        ("lamp", "lamp post light", False),
    ],
)
def test_spans_are_compared_loosely(said: str, expected: str, same: bool) -> None:
    assert same_span(said, expected) is same


def test_an_honest_engine_has_no_calibration_error() -> None:
    assert calibration_error([(0.75, True), (0.75, True), (0.75, True), (0.75, False)]) == 0
    assert calibration_error([(1.0, False)]) == 1


async def test_lines_become_objects_with_every_request(nlu: EmbeddedNlu) -> None:
    (answer,) = await parse_lines(nlu, ["kitchen lamp off, hall lamp on\n"])
    assert answer["text"] == "kitchen lamp off, hall lamp on"
    assert answer["intent"] == "control_device"
    assert answer["entities"][0]["value"] == "light.kitchen_lamp"
    assert [m["text"] for m in answer["more"]] == ["hall lamp on"]


async def test_the_report_can_be_shown(nlu: EmbeddedNlu) -> None:
    result = await evaluate(nlu, [Case("hello", "greet"), Case("hello", "goodbye")])
    console = Console(width=100, file=io.StringIO(), record=True)
    console.print(evaluation_report(result))
    assert result.accuracy == 0.5
    assert "taken for" in console.export_text()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1", "no list"),
        ("- {text: x}", "Item 1"),
        ("- {text: x, intent: y, entities: [z]}", "Item 1"),
        ("- {text: x, intent: y, also: z}", "Item 1"),
        ("- [", "not YAML"),
        pytest.param("[" * 5_000, "too deeply", id="nested without end"),
    ],
)
def test_a_broken_file_of_cases_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "cases.yml"
    path.write_text(text)
    with pytest.raises(Rejected, match=said):
        read_cases(path)
    with pytest.raises(NotFound):
        read_cases(tmp_path / "nothing.yml")
