"""Many intents of other people's: beside the usual recipe on the same sentences, and how long big sets take to learn.

The recipe is TF-IDF of words and letters, the embedding of the same weights, and logistic regression. Where SLURP lies
beside the project both learn its own intents. Banking77 and CLINC150 are not here: sets of their size are made up.
"""

import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from benchmarks.report import Report
from bot.nlu.embedded import EmbeddedNlu, NluOptions, load_embedded, train
from bot.nlu.intents import OUT_OF_SCOPE
from bot.nlu.outside_sets import read_rows
from bot.nlu.sentence_encoder import find_weights, load_encoder
from bot.nlu.text import tokenize
from bot.nlu.training_data import read_training_data
from twin_core.contract.clock import SystemClock

_DATA = Path(__file__).resolve().parents[1] / "nlu_data"
_SLURP = Path(__file__).resolve().parents[2] / "shared" / "data" / "slurp_asr"
_LEARNT, _ASKED = "devel_text.jsonl.gz", "test_quarter_with_asr.jsonl.gz"
_SIZES = (("Banking77", 10_003, 77), ("CLINC150", 15_000, 150))
_STRENGTHS = (5.0, 20.0)  # C of the logistic regression: the better one on the test itself is taken
_SCALE = 3.0  # of its embedding against TF-IDF
_TYPICAL = 30  # words that an intent of a made-up set is known by

Said = Mapping[str, Sequence[str]]  # an intent's sentences


async def run(report: Report) -> None:
    """Accuracy side by side, and seconds of training."""
    with tempfile.TemporaryDirectory(prefix="pollux-intents-") as folder:
        if _SLURP.is_dir():
            await _beside_the_recipe(report, Path(folder) / "slurp", Path(folder) / "kept")
        else:
            report.skip(f"SLURP is not here: it would lie in {_SLURP}")
        words = _vocabulary()
        for name, sentences, intents in _SIZES:
            data = Path(folder) / name
            _write(data / "train", _made_up(words, sentences, intents))
            began, worked = time.perf_counter(), time.process_time()
            await train(data, Path(folder) / f"{name}-kept")
            title = f"learning {sentences:,} sentences, {intents} intents ({name})"
            report.row(title, time.perf_counter() - began, None, "s")
            report.row("… of which the processor worked, all cores together", time.process_time() - worked, None, "s")


async def _beside_the_recipe(report: Report, data: Path, cache: Path) -> None:
    learnt = _by_intent(read_rows(_SLURP / _LEARNT))
    asked = {intent: said for intent, said in _by_intent(read_rows(_SLURP / _ASKED)).items() if intent in learnt}
    _write(data / "train", learnt)
    began = time.perf_counter()
    engine = await load_embedded(NluOptions(data, cache, now=SystemClock().now))
    took = time.perf_counter() - began
    understood = _understood(engine, asked)
    right = sum(intent == found for intent, found in understood) / len(understood)
    recipe, recipe_took = _recipe(learnt, asked, cache)
    report.row(f"SLURP's {len(learnt)} intents, {len(understood)} sentences", right, recipe, "right")
    report.row("learning them", took, recipe_took, "s")
    report.row("rejected, with nothing to reject", sum(found == OUT_OF_SCOPE for _, found in understood), None, "times")


def _understood(engine: EmbeddedNlu, asked: Said) -> list[tuple[str, str]]:
    return [(intent, engine.parse_now(text)[0].intent) for intent, said in asked.items() for text in said]


def _recipe(learnt: Said, asked: Said, cache: Path) -> tuple[float, float]:
    """How much it understands, and the seconds that one training takes it."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_union

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    both = make_union(words, letters)
    weights = find_weights()
    encoder = load_encoder(weights, cache) if weights else None

    def features(texts: list[str], tfidf: Any) -> Any:
        return hstack([tfidf, csr_matrix(encoder.encode(texts) * np.float32(_SCALE))]).tocsr() if encoder else tfidf

    began = time.perf_counter()
    known, intents = _columns(learnt)
    matrix = features(known, both.fit_transform(known))
    prepared_s, fitted_s, rights = time.perf_counter() - began, [], []
    texts, expected = _columns(asked)
    questions = features(texts, both.transform(texts))
    for strength in _STRENGTHS:
        began = time.perf_counter()
        model = LogisticRegression(C=strength, max_iter=300).fit(matrix, intents)
        fitted_s.append(time.perf_counter() - began)
        rights.append(float((model.predict(questions) == np.array(expected)).mean()))
    return max(rights), prepared_s + min(fitted_s)


def _columns(said: Said) -> tuple[list[str], list[str]]:
    pairs = [(text, intent) for intent, texts in said.items() for text in texts]
    return [text for text, _ in pairs], [intent for _, intent in pairs]


def _by_intent(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    said: dict[str, dict[str, None]] = defaultdict(dict)
    for row in rows:
        said[row["intent"]].setdefault(row["text"])
    return {intent: list(texts) for intent, texts in said.items()}


def _write(folder: Path, said: Said) -> None:
    """A set as Rasa YAML, a file an intent."""
    folder.mkdir(parents=True)
    for intent, texts in said.items():
        section = {"intent": intent, "examples": [f"- {text}" for text in texts]}
        content = yaml.safe_dump({"version": "3.1", "nlu": [section]}, allow_unicode=True)
        (folder / f"{intent}.yml").write_text(content, encoding="utf-8")


def _vocabulary() -> list[str]:
    examples = read_training_data(_DATA).examples
    return sorted({t.norm for e in examples for t in tokenize(e.text) if t.is_word})


def _made_up(words: Sequence[str], sentences: int, intents: int) -> Said:
    """Sentences of eight to sixteen words, every second one of those that the intent is known by."""
    chance = random.Random(7)
    typical = [chance.sample(words, _TYPICAL) for _ in range(intents)]
    said: dict[str, list[str]] = defaultdict(list)
    for n in range(sentences):
        pools = (words, typical[n % intents])
        said[f"intent_{n % intents}"].append(
            " ".join(chance.choice(pools[i % 2]) for i in range(chance.randint(8, 16)))
        )
    return said
