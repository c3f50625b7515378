"""`python -m benchmarks.accents FILE`: learns what bot/voice/accents.npz holds, in about an hour; wants JAX."""

import importlib.util
import random
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console

from benchmarks.accents.texts import sentences, ways_to_write
from benchmarks.accents.voices import any_voice, kept_out, reference, said
from bot.voice.signal import levelled, speech
from bot.voice.transcriber import Transcriber
from bot.voice.wav import Samples
from bot.voice.weights import find_weights

_DATA = Path(__file__).resolve().parents[2] / "nlu_data"
_LEAST = -14.0  # log-probability of a text by the voice that is heard best: less, and nobody hears it so
_REFERENCES = 0.5  # part of the utterances of that voice that are learned from, too
_MEASURED, _VOICES_EACH = 150, 2


def main(
    file: Annotated[Path, typer.Argument(help="Where to write what was learned (.npz).")],
    texts: Annotated[int, typer.Option(help="Sentences to learn from.")] = 1200,
    epochs: Annotated[int, typer.Option(help="How often each is learned.")] = 2,
) -> None:
    """Learns from sentences by many voices, and measures on voices and sentences that it did not learn from."""
    if importlib.util.find_spec("jax") is None:
        raise typer.BadParameter("JAX is not installed, and is needed here alone: `pip install jax` first.")
    if (weights := find_weights()) is None:
        raise typer.BadParameter("The speech model Moonshine is not installed: `make ears` fetches it.")
    _Teacher(weights[1], Transcriber(*weights)).teach(file, texts, epochs)


class _Teacher:
    def __init__(self, decoder: Path, transcriber: Transcriber) -> None:
        from benchmarks.accents import decoder as reimplemented
        from benchmarks.accents import learning

        self._learning = learning
        self._weights = reimplemented.read_weights(decoder)
        self._transcriber = transcriber
        self._random = random.Random(1)
        self._numbers = np.random.default_rng(1)
        self._console = Console()

    def teach(self, file: Path, count: int, epochs: int) -> None:
        said_texts = sentences(_DATA, self._random, count + _MEASURED)
        written = self._written(said_texts)
        measured = said_texts[count:]
        lessons = self._lessons([text for text in said_texts[:count] if text in written], written)
        tests = {
            voice: [
                lesson
                for text in measured
                if text in written
                for lesson in self._heard(said(text, voice, self._random), written[text])
            ]
            for voice in kept_out()
        }
        network = self._learning.untaught(lessons[0].sound.shape[1], self._numbers)
        self._measure("before", network, tests)
        for learned, loss in self._learning.learn(self._weights, network, lessons, epochs, self._numbers):
            self._measure(f"loss {loss:.3f}", learned, tests)
            parts = {name: np.asarray(part).astype(np.float16) for name, part in learned.items()}
            np.savez(file, a=parts["a"], b=parts["b"], c=parts["c"])

    def _lessons(self, texts: list[str], written: dict[str, tuple[int, ...]]) -> list[Any]:
        found: list[Any] = []
        for text in texts:
            if self._random.random() < _REFERENCES:
                found += self._heard(reference(text), written[text])
            for _ in range(_VOICES_EACH):
                found += self._heard(any_voice(text, self._random), written[text])
        return found

    def _heard(self, samples: Samples, tokens: tuple[int, ...]) -> list[Any]:
        """As a lesson; none where it is too long, or no voice is found in it."""
        if not len(samples := speech(samples)):
            return []
        sound = self._transcriber.encode(levelled(samples))[0].astype(np.float16)
        return [lesson for lesson in [self._learning.Lesson(sound, tokens)] if self._learning.fits(lesson)]

    def _written(self, texts: list[str]) -> dict[str, tuple[int, ...]]:
        """Each text as the transcriber likes to write it; those that it does not hear at all are left out."""
        ways = [(t, self._transcriber.tokens(way)) for t in texts for way in ways_to_write(t)]
        sounds = {text: self._heard(reference(text), ()) for text in texts}
        lessons = [(t, self._learning.Lesson(sounds[t][0].sound, tokens)) for t, tokens in ways if sounds[t]]
        lessons = [(text, lesson) for text, lesson in lessons if self._learning.fits(lesson)]
        network = self._learning.untaught(lessons[0][1].sound.shape[1], self._numbers)
        found = self._learning.scores(self._weights, network, [lesson for _, lesson in lessons])
        best: dict[str, tuple[float, tuple[int, ...]]] = {}
        for (text, lesson), score in zip(lessons, found, strict=True):
            best[text] = max(best.get(text, (_LEAST, ())), (float(score), lesson.text))
        return {text: tokens for text, (_, tokens) in best.items() if tokens}

    def _measure(self, title: str, network: Any, tests: dict[str, list[Any]]) -> None:
        for voice, lessons in tests.items():
            mean = self._learning.scores(self._weights, network, lessons).mean()
            self._console.print(f"{title}, {voice}: log-probability of what was said {mean:.2f}")


if __name__ == "__main__":
    typer.run(main)
