"""What must hold for the sentences that the assistant learns from."""

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import yaml

from bot.nlu.data_folder import languages
from bot.nlu.training_data import TrainingData, read_training_data
from tests.services import SHARED_CASES, shared_cases

DATA = Path(__file__).resolve().parents[2] / "nlu_data"
FEWEST = 60  # sentences of an English intent
FORMULA = 3  # words: "undo that" is what everybody says, wherever it is written down
_SIGNS = re.compile(r"[^\w ]")


@pytest.fixture(scope="module", params=languages(DATA))
def data(request: pytest.FixtureRequest) -> TrainingData:
    return read_training_data(DATA, request.param)


def test_the_domain_lists_the_intents_and_entities_of_the_sentences_and_no_others() -> None:
    domain = yaml.safe_load((DATA / "domain.yml").read_text(encoding="utf-8"))
    examples = read_training_data(DATA).examples
    assert sorted(domain["intents"]) == sorted({e.intent for e in examples})
    assert sorted(domain["entities"]) == sorted({s.kind for e in examples for s in e.spans})


def test_every_other_language_knows_only_intents_and_entities_of_the_domain(data: TrainingData) -> None:
    domain = yaml.safe_load((DATA / "domain.yml").read_text(encoding="utf-8"))
    assert set(data.intents) <= set(domain["intents"])
    assert {s.kind for e in data.examples for s in e.spans} <= set(domain["entities"])


def test_a_sentence_stands_in_one_intent_and_once(data: TrainingData) -> None:
    intents = defaultdict(list)
    for example in data.examples:
        intents[_folded(example.text) or example.text].append(example.intent)
    assert {text: said for text, said in intents.items() if len(said) > 1} == {}


def test_every_english_intent_is_said_in_many_ways() -> None:
    counts = Counter(e.intent for e in read_training_data(DATA).examples)
    assert {intent: count for intent, count in counts.items() if count < FEWEST} == {}


def test_what_is_tested_with_is_never_trained_on() -> None:
    tested = {_folded(case["text"]) for case in yaml.safe_load((shared_cases() / "utterances.yml").read_text())}
    for path in sorted(SHARED_CASES.glob("dialogues/*.yml")):
        tested |= {_folded(turn["user"]) for turn in yaml.safe_load(path.read_text())["turns"] if "user" in turn}
    known = {_folded(e.text) for lang in languages(DATA) for e in read_training_data(DATA, lang).examples}
    assert [text for text in sorted(known & tested) if len(text.split()) > FORMULA] == []


def _folded(text: str) -> str:
    return " ".join(_SIGNS.sub("", text.casefold()).split())
