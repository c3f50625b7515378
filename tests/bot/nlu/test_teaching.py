"""Taught sentences: proper training data, read beside the project's own."""

from pathlib import Path

import pytest

from bot.nlu.teaching import marked, teach
from bot.nlu.training_data import Example, Span, content_hash, read_training_data
from twin_core.contract.errors import Rejected


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / "data" / "nlu" / "en" / "greet.yml"
    file.parent.mkdir(parents=True)
    file.write_text('version: "3.1"\nnlu:\n  - intent: greet\n    examples: |\n      - hello\n', encoding="utf-8")
    return tmp_path / "data"


def test_what_was_taught_is_learnt_with_its_marks(data: Path, tmp_path: Path) -> None:
    taught = tmp_path / "taught"
    before = content_hash(data, "en", taught)
    teach(taught, "greet", marked("ahoy pollux", ()))
    teach(taught, "control_device", marked("kill the desk lamp", [("action", 0, 4), ("twin", 9, 18), ("twin", 14, 18)]))
    assert content_hash(data, "en", taught) != before
    assert content_hash(data, "en") == before
    learnt = read_training_data(data, "en", taught).examples
    assert Example("kill the desk lamp", "control_device", (Span("action", 0, 4), Span("twin", 9, 18))) in learnt
    assert {e.text for e in learnt if e.intent == "greet"} == {"hello", "ahoy pollux"}


def test_the_same_sentence_is_taught_once(tmp_path: Path) -> None:
    for _ in range(2):
        path = teach(tmp_path, "greet", "ahoy")
    assert path.read_text(encoding="utf-8").count("ahoy") == 1


@pytest.mark.parametrize(
    "text",
    [
        "- dash: and colon",
        "[not](a mark)",
        'quo"te #hash',
        "two\nlines\u0007",
        "שלום \u202eעולם",
        "  spaces  ",
        "| > & *",
    ],
)
def test_odd_text_stays_one_readable_line(data: Path, tmp_path: Path, text: str) -> None:
    taught = tmp_path / "taught"
    teach(taught, "greet", marked(text, ()))
    assert len(read_training_data(data, "en", taught).examples) == 2


def test_what_is_no_intent_or_no_longer_readable_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Rejected):
        teach(tmp_path, "../greet", "hi")
    path = teach(tmp_path, "greet", "hi")
    path.write_text("nlu: [", encoding="utf-8")
    with pytest.raises(Rejected, match=r"greet\.yml"):
        teach(tmp_path, "greet", "ahoy")
