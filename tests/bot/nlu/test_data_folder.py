from pathlib import Path

import pytest

from bot.nlu.cases import read_cases
from bot.nlu.data_folder import test_files as files_for_testing
from bot.nlu.data_folder import training_files
from bot.nlu.training_data import content_hash, read_training_data
from tests.bot.nlu.conftest import DATA

LAYOUTS = {
    "as nlu_data": ("nlu/en/greet.yml", "test/en/greet.yml"),
    "train beside test": ("train/greet.yml", "test/greet.yml"),
    "two files": ("train.yml", "test.yml"),
    "as Rasa splits": ("train_test_split/training_data.yml", "train_test_split/test_data.yml"),
    "a Rasa project": ("data/nlu.yml", "tests/nlu.yml"),
    "two files in nlu": ("nlu/train.yml", "nlu/test.yml"),
}


def write(path: Path, *sentences: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"      - {s}\n" for s in sentences)
    path.write_text(f'version: "3.1"\nnlu:\n  - intent: greet\n    examples: |\n{lines}', encoding="utf-8")


@pytest.mark.parametrize(("train", "test"), LAYOUTS.values(), ids=list(LAYOUTS))
def test_what_is_tested_on_is_never_learnt_from(tmp_path: Path, train: str, test: str) -> None:
    write(tmp_path / train, "hello")
    write(tmp_path / test, "good day")
    write(tmp_path / "val.yml", "hey")
    learnt = [e.text for e in read_training_data(tmp_path).examples]
    assert learnt == ["hello"]
    assert [c.text for c in read_cases(tmp_path)] == ["good day"]


def test_a_new_test_sentence_asks_for_no_training(tmp_path: Path) -> None:
    write(tmp_path / "nlu/en/greet.yml", "hello")
    before = content_hash(tmp_path)
    write(tmp_path / "test/en/greet.yml", "good day")
    assert content_hash(tmp_path) == before


def test_a_folder_without_a_test_part_is_all_tests_when_it_is_named_as_one(tmp_path: Path) -> None:
    write(tmp_path / "greet.yml", "hello")
    assert [c.text for c in read_cases(tmp_path)] == ["hello"]


def test_an_intent_may_be_called_as_it_likes(tmp_path: Path) -> None:
    write(tmp_path / "nlu/en/test_alarm.yml", "hello")
    assert [p.name for p in training_files(tmp_path)] == ["test_alarm.yml"]


def test_the_held_out_sentences_cover_every_intent_and_are_not_among_the_training_data() -> None:
    cases = read_cases(DATA)
    learnt = read_training_data(DATA)
    assert {c.intent for c in cases} == set(learnt.intents)
    assert {p.parent for p in files_for_testing(DATA)} == {DATA / "test" / "en"}
    seen = {_plain(e.text) for e in learnt.examples}
    assert [c.text for c in cases if _plain(c.text) in seen] == []


def _plain(text: str) -> str:
    return " ".join("".join(c for c in text.casefold() if c.isalnum() or c.isspace()).split())
