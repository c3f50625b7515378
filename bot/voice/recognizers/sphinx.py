"""PocketSphinx with what is said to this house: its training sentences, and the live names of what is in it.

Works without a network and without a model of its own; English only. SpeechRecognition's own `recognize_sphinx`
builds a decoder for each call and its grammars crash with PocketSphinx 5, so the decoder is driven from here.
"""

import hashlib
import math
import tempfile
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pocketsphinx
import speech_recognition as sr

from bot.nlu.training_data import content_hash, read_training_data
from bot.voice.corpus import corpus, everyday
from bot.voice.language_model import arpa
from bot.voice.lexicon import Lexicon, write_lexicon
from bot.voice.ports import RATE_HZ, Guess, Hearing, Phrase
from bot.voice.pronunciations import Pronunciations
from bot.voice.sentence_graph import graph
from bot.voice.signal import prepared, speech
from bot.voice.wav import from_pcm
from twin_core.contract.errors import Rejected

EXAMPLE: Mapping[str, Any] = {"nlu_folder": "nlu_data", "cache": None}

_MODEL = Path(pocketsphinx.get_model_path()) / "en-us"
AGREED, DISPUTED = 0.95, 0.4  # certainty: judged by a few dozen clips, not yet measured
_LM_WEIGHT = 8.5
_STRICTER = 0.01  # what the graph may sound worse and still be the likelier: it cannot bend to the sound
_VERSION = "1"  # of how the language model is made


@dataclass(frozen=True, slots=True)
class SphinxOptions:
    """`cache` keeps the language model; without it, it is made anew at each start, in some seconds."""

    nlu_folder: Path
    taught: Path | None = None
    cache: Path | None = None


def build(options: Mapping[str, Any]) -> "SphinxRecognizer":
    """The recognizer. Raises Rejected for an unknown option."""
    try:
        return SphinxRecognizer(SphinxOptions(**options))
    except TypeError as error:
        raise Rejected(f"The sphinx recognizer does not know this option: {error}.", code="bad_options") from None


class SphinxRecognizer:
    """Hears what SpeechRecognition records, and knows this house. One thread at a time.

    Two decoders hear each utterance: one by the language model, which allows any order of words, one by the graph of
    everyday sentences, which allows no other. Where both make out the same words they are right nearly always; each
    alone makes words of any noise.
    """

    def __init__(self, options: SphinxOptions) -> None:
        self._options = options
        self._sounds = Pronunciations(_MODEL / "cmudict-en-us.dict")
        self._folder = tempfile.TemporaryDirectory(prefix="pollux-voice-")
        weakref.finalize(self, self._folder.cleanup)
        self._model, self._words = self._language_model()
        self._graph = graph(s for s in everyday() if all(w.startswith("[") or w in self._sounds for w in s))
        self._phrases: tuple[Phrase, ...] | None = None
        self._free: Any = None
        self._strict: Any = None
        self._lexicon: Lexicon
        self.learn(())

    def learn(self, phrases: tuple[Phrase, ...]) -> None:
        """Builds the decoders anew where names have changed; some tenths of a second."""
        if phrases == self._phrases:
            return
        folder = Path(self._folder.name)
        self._lexicon = write_lexicon(folder, self._model, self._words, phrases, self._sounds)
        (folder / "everyday.fsg").write_text(self._graph.fsg(self._lexicon.classes()), encoding="utf-8")
        common = {
            "hmm": str(_MODEL / "en-us"),
            "lm": None,
            "dict": str(self._lexicon.dictionary),
            "loglevel": "FATAL",
        }
        self._free = pocketsphinx.Decoder(
            **common, lmctl=str(self._lexicon.control), lmname="main", lw=_LM_WEIGHT, fwdflatlw=_LM_WEIGHT
        )
        self._strict = pocketsphinx.Decoder(
            **common, fsg=str(folder / "everyday.fsg"), beam=1e-80, wbeam=1e-60, pbeam=1e-80, maxhmmpf=-1
        )
        self._phrases = phrases

    def recognize(self, audio: sr.AudioData) -> Hearing:
        """Readings of what was said, best first."""
        samples = speech(from_pcm(audio.get_raw_data(convert_rate=RATE_HZ, convert_width=2)))
        if not len(samples):
            return Hearing()
        frames = prepared(samples)
        free, free_score = self._decoded(self._free, frames)
        strict, strict_score = self._decoded(self._strict, frames)
        if free and free == strict:
            return Hearing((Guess(free, AGREED),))
        found = [(score, text) for score, text in ((free_score, free), (strict_score + _STRICTER, strict)) if text]
        return Hearing(tuple(Guess(text, DISPUTED) for _, text in sorted(found, reverse=True)))

    def _decoded(self, decoder: Any, frames: bytes) -> tuple[str, float]:
        """The words, and how well they sound like it: a logarithm for each frame."""
        decoder.start_utt()
        decoder.process_raw(frames, no_search=False, full_utt=True)
        decoder.end_utt()
        best = decoder.hyp()
        if best is None:
            return "", -math.inf
        score = sum(segment.ascore for segment in decoder.seg()) / max(1, decoder.n_frames())
        return self._lexicon.text(best.hypstr.split()), score

    def _language_model(self) -> tuple[Path, tuple[str, ...]]:
        """The model's file and its words, from the cache where the sentences are the same as before."""
        options = self._options
        told = f"{_VERSION} {content_hash(options.nlu_folder, taught=options.taught)} {everyday()}"
        name = f"en-{hashlib.sha256(told.encode()).hexdigest()[:16]}"
        folder = options.cache or Path(self._folder.name)
        model, words = folder / f"{name}.arpa", folder / f"{name}.words"
        if not words.exists():
            folder.mkdir(parents=True, exist_ok=True)
            sentences = corpus(read_training_data(options.nlu_folder, taught=options.taught), self._sounds.__contains__)
            _replace(model, arpa(sentences))
            _replace(words, "\n".join(sorted({w for s in sentences for w in s if not w.startswith("[")})))
        return model, tuple(words.read_text(encoding="utf-8").split())


def _replace(path: Path, text: str) -> None:
    """Whole or not at all: another process may be reading."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        file.write(text)
    Path(file.name).replace(path)
