"""PocketSphinx with what is said to this house: its training sentences, and the live names of what is in it.

Works without a network and without a model of its own; English only. SpeechRecognition's own `recognize_sphinx`
builds a decoder for each call and its grammars crash with PocketSphinx 5, so the decoder is driven from here.
"""

import hashlib
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
from bot.voice.pronunciations import DICTIONARY, Pronunciations
from bot.voice.sentences import Sentences
from bot.voice.signal import prepared, speech
from bot.voice.wav import from_pcm
from twin_core.contract.errors import Rejected

EXAMPLE: Mapping[str, Any] = {"nlu_folder": "nlu_data", "cache": None}

_MODEL = Path(pocketsphinx.get_model_path()) / "en-us"
SENTENCE, WORDS = 0.95, 0.4  # certainty of a whole sentence and of some words; see benchmarks/voice.py
_WARPS = (1.0, 0.95, 1.05)  # of the frequencies: the speaker's throat
_LM_WEIGHT = 8.5
_VERSION = "2"  # of how the language model is made


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

    The language model allows any order of words, so it makes words of any noise. What it hears is sure where it is a
    whole sentence that is said here; where it is none, a voice with a longer and one with a shorter throat are assumed
    (Lee and Rose, IEEE Trans. Speech Audio Process. 6(1), 1998).
    """

    def __init__(self, options: SphinxOptions) -> None:
        self._options = options
        self._sounds = Pronunciations(DICTIONARY)
        self._folder = tempfile.TemporaryDirectory(prefix="pollux-voice-")
        weakref.finalize(self, self._folder.cleanup)
        self._model, self._words, self._sentences = self._language_model()
        self._phrases: tuple[Phrase, ...] | None = None
        self._decoders: list[Any] = []
        self._lexicon: Lexicon
        self.learn(())

    def learn(self, phrases: tuple[Phrase, ...]) -> None:
        """Builds the decoders anew where names have changed; some tenths of a second."""
        if phrases == self._phrases:
            return
        self._lexicon = write_lexicon(Path(self._folder.name), self._model, self._words, phrases, self._sounds)
        self._decoders = [
            pocketsphinx.Decoder(
                hmm=str(_MODEL / "en-us"),
                dict=str(self._lexicon.dictionary),
                lm=None,
                lmctl=str(self._lexicon.control),
                lmname="main",
                lw=_LM_WEIGHT,
                fwdflatlw=_LM_WEIGHT,
                warp_type="inverse_linear",
                warp_params=str(warp),
                loglevel="FATAL",
            )
            for warp in _WARPS
        ]
        self._phrases = phrases

    def recognize(self, audio: sr.AudioData) -> Hearing:
        """Readings of what was said, best first."""
        samples = speech(from_pcm(audio.get_raw_data(convert_rate=RATE_HZ, convert_width=2)))
        if not len(samples):
            return Hearing()
        frames = prepared(samples)
        heard: list[str] = []
        for decoder in self._decoders:
            entries = _decoded(decoder, frames)
            text = self._lexicon.text(entries)
            if self._lexicon.classed(entries) in self._sentences:
                return Hearing((Guess(text, SENTENCE),))
            heard.append(text)
        return Hearing(tuple(Guess(text, WORDS) for text in dict.fromkeys(heard) if text))

    def _language_model(self) -> tuple[Path, tuple[str, ...], Sentences]:
        """The model's file, its words and its sentences, from the cache where they are the same as before."""
        options = self._options
        told = f"{_VERSION} {content_hash(options.nlu_folder, taught=options.taught)} {everyday()}"
        name = f"en-{hashlib.sha256(told.encode()).hexdigest()[:16]}"
        folder = options.cache or Path(self._folder.name)
        model, kept = folder / f"{name}.arpa", folder / f"{name}.sentences"
        if not kept.exists():
            folder.mkdir(parents=True, exist_ok=True)
            data = read_training_data(options.nlu_folder, taught=options.taught)
            made = corpus(data, self._sounds.__contains__)
            _replace(model, arpa(made))
            _replace(kept, "\n".join(sorted({" ".join(sentence) for sentence in made})))
        sentences = [tuple(line.split()) for line in kept.read_text(encoding="utf-8").splitlines()]
        words = sorted({word for sentence in sentences for word in sentence if not word.startswith("[")})
        return model, tuple(words), Sentences(sentences)


def _decoded(decoder: Any, frames: bytes) -> list[str]:
    """The entries of the dictionary that were made out."""
    decoder.reinit_feat()  # forgets what it learned of the sound before: an utterance is heard alike whenever it comes
    decoder.start_utt()
    decoder.process_raw(frames, no_search=False, full_utt=True)
    decoder.end_utt()
    best = decoder.hyp()
    return [] if best is None else str(best.hypstr).split()


def _replace(path: Path, text: str) -> None:
    """Whole or not at all: another process may be reading."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        file.write(text)
    Path(file.name).replace(path)
