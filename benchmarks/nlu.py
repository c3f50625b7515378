"""Understanding a sentence, with 10 and 10,000 names known, beside the bare prediction of its intent."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median

from benchmarks.report import Report
from bot.nlu.embedded import EmbeddedNlu, NluOptions, train
from bot.nlu.features import blocks
from bot.nlu.sentence_encoder import SentenceEncoder, find_weights, load_encoder
from bot.nlu.text import tokenize
from bot.ports import Name

_DATA = Path(__file__).resolve().parents[1] / "nlu_data"
_SIZES = (10, 10_000)
_ROUNDS = 40
_SENTENCES = (
    "turn the kitchen lamp 7 off",
    "how warm is it in the attic?",
    "what's most critical today?",
    "set the study blind 3 to forty percent tomorrow at 7",
    "is the garage pump 12 running",
    "remind me in twenty minutes to check the boiler",
    "undo that",
)


_FRESH = count(1000)
_ROOMS = ("kitchen", "attic", "study", "garage", "hall")


@dataclass
class _Names:
    """As many twins as asked for, in twenty places."""

    size: int
    version: int = 1

    def all(self) -> Sequence[Name]:
        places = [f"{a} {b}".strip() for a in ("", "north", "south", "upper") for b in _ROOMS]
        kinds = (("lamp", "light"), ("blind", "blind"), ("pump", "pump"), ("sensor", "sensor"))
        names = []
        for n in range(self.size):
            place, (word, kind) = places[n % len(places)], kinds[n // len(places) % len(kinds)]
            names.append(
                Name(f"{place} {word} {n // (len(places) * len(kinds)) + 1}", "twin", f"{kind}.{n}", kind, place)
            )
        return names


async def run(report: Report) -> None:
    """Milliseconds a sentence: everything (names, times, slots, intent) against the intent's matrix product alone."""
    with tempfile.TemporaryDirectory(prefix="pollux-bench-") as folder:
        await _measure(report, Path(folder), None)
        if (weights := find_weights()) is not None:
            await _measure(report, Path(folder), load_encoder(weights, Path(folder)))


async def _measure(report: Report, cache: Path, encoder: SentenceEncoder | None) -> None:
    with_embeddings = encoder is not None
    title = "with sentence embeddings" if with_embeddings else "words and letters"
    began = time.perf_counter()
    models = await train(_DATA, cache, embeddings=with_embeddings)
    report.row(f"training, {title}", time.perf_counter() - began, None, "s")
    model = models["en"].intents

    def bare(text: str) -> None:
        embedding = encoder.encode([text])[0] if encoder else None
        model.guess(model.margins(blocks(tokenize(text), ()), embedding))

    baseline = _typical(bare)
    for size in _SIZES:
        options = NluOptions(_DATA, cache, now=lambda: datetime(2026, 3, 2, 8, tzinfo=UTC), names=_Names(size))
        engine = EmbeddedNlu(models, options, encoder)
        engine.parse_now("hello")  # the index of names is built with the first sentence
        report.row(f"{size:,} names, {title}", _typical(lambda text, e=engine: e.parse_now(text)), baseline, "ms")  # type: ignore[misc]


def _typical(work: Callable[[str], object]) -> float:
    """The median of single runs, in milliseconds. No sentence comes twice: the encoder remembers the last ones."""
    took = []
    for _ in range(_ROUNDS):
        for sentence in _SENTENCES:
            text = f"{sentence} {next(_FRESH)}"
            began = time.perf_counter()
            work(text)
            took.append((time.perf_counter() - began) * 1000)
    return median(took)
