"""Moonshine, a small transformer, held against what is said to this house. Works without a network; English only.

Every utterance is read twice: as any words, and as a sentence of the house's grammar with the names there are. A
sentence that explains the sound about as well as any words do, or that sounds nearly like them, is what was said.
Otherwise the free words are, and they are sure where they are clear and usual here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import speech_recognition as sr

from bot.nlu.training_data import read_training_data
from bot.voice.alike import apart
from bot.voice.beam import Reading, search
from bot.voice.corpus import ANYTHING, CLASSES, GENERAL, Sentence, corpus, fillers
from bot.voice.grammar import Grammar
from bot.voice.language_model import Trigrams
from bot.voice.lexicon import members
from bot.voice.ports import RATE_HZ, Guess, Hearing, Phrase
from bot.voice.pronunciations import DICTIONARY, Pronunciations
from bot.voice.sentences import classed, shape
from bot.voice.signal import at_speed, levelled, pieces, speech
from bot.voice.transcriber import END, Floats, Transcriber
from bot.voice.wav import Samples, from_pcm
from bot.voice.weights import find_weights
from bot.voice.words import ONES, TENS, said_words
from twin_core.contract.errors import Rejected, Unavailable

EXAMPLE: Mapping[str, Any] = {"nlu_folder": "nlu_data"}

SENTENCE, ALIKE, CLEAR, NEAR, WORDS = 0.95, 0.9, 0.8, 0.5, 0.4  # certainty; see benchmarks/voice.py
_FREE, _BOUND = 4, 12  # beginnings that are followed, of any words and of the grammar's
_VECTORS_A_TOKEN = 5  # 41 a second: nobody speaks faster, and what is longer is made up
_LEAST_TOKENS = 6
_LONGEST_S = 20.0  # of a command; the encoder's time and memory grow with the square of it
_NOTHING = 0.98  # probability that nothing was said, above which it is believed
_GAP = 3.0  # log-probability that a sentence of the house may be behind any words
_GAP_OF_A_WORD = 1.0  # … for each of its words: there is little to tell a short one by
_FAR = 6.5  # … where they have a word that nobody says here, or no name where it has one; beyond, it is not asked about
_ALIKE = 0.15  # a phoneme: sentences that sound so much like the words are what was said, however …
_FARTHEST = 9.0  # … the transcriber likes its own
_RELATED = 0.3  # … what is heard at another speed, and surely, to what was heard before
_MOST_OF_AN_ANSWER = 3  # words: "twenty five minutes"
_IN_NUMBERS = frozenset((*ONES, *TENS, "hundred", "thousand", "million", "point", "and"))
_LEAST_ALIKE = 3  # words of such a sentence: short ones sound like much
_FITS = -2.0  # log-probability a token
_WORDS_APART = 1  # in number: a short sentence fits many a part of a long one
_CLEAR = -1 / 3  # log-probability a token of words that were made out clearly
_AT_HOME = -2.0  # base-10 log-probability a word of what is asked here
_SPEEDS = (1.0, 0.93, 1.08)  # at which it is listened to


@dataclass(frozen=True, slots=True)
class MoonshineOptions:
    """`weights` is the folder of the model; by default where `make` puts it."""

    nlu_folder: Path
    taught: Path | None = None
    cache: Path | None = None
    weights: Path | None = None


def build(options: Mapping[str, Any]) -> "MoonshineRecognizer":
    """The recognizer. Raises Rejected for an unknown option, Unavailable where the weights are missing."""
    try:
        return MoonshineRecognizer(MoonshineOptions(**options))
    except TypeError as error:
        raise Rejected(f"The moonshine recognizer does not know this option: {error}.", code="bad_options") from None


class MoonshineRecognizer:
    """Hears what SpeechRecognition records, and knows this house. One thread at a time."""

    def __init__(self, options: MoonshineOptions) -> None:
        if (weights := find_weights(options.weights)) is None:
            hint = '`make ears` fetches it; recognizer = "sphinx" does without.'
            raise Unavailable("The speech model Moonshine is not installed.", code="no_hearing", hint=hint)
        self._transcriber = Transcriber(*weights)
        known = self._sounds = Pronunciations(DICTIONARY)
        data = read_training_data(Path(options.nlu_folder), taught=options.taught)
        self._usual = Trigrams({shape(sentence) for sentence in corpus(data, known.__contains__)})
        classes = (*CLASSES, *GENERAL, ANYTHING)
        self._grammar = Grammar(
            corpus(data, known.__contains__, classes),
            self._transcriber.tokens,
            END,
            fillers(data, known.__contains__, GENERAL),
        )
        self._phrases: tuple[Phrase, ...] | None = None
        self._names: dict[Sentence, str] = {}
        self.learn(())

    def learn(self, phrases: tuple[Phrase, ...]) -> None:
        """From now on these names are heard."""
        if phrases == self._phrases:
            return
        self._grammar.learn(phrases)
        self._names = {tuple(said_words(t)): kind for kind, texts in members(phrases).items() for t in texts}
        self._phrases = phrases

    def recognize(self, audio: sr.AudioData) -> Hearing:
        """Readings of what was said, best first. Where they are not sure, it is played slower and quicker."""
        samples = speech(from_pcm(audio.get_raw_data(convert_rate=RATE_HZ, convert_width=2)))
        if len(samples) > _LONGEST_S * RATE_HZ:
            return self._dictated(samples)
        heard: list[Guess] = []
        for speed in _SPEEDS if len(samples) else ():
            guesses = self._guesses(levelled(at_speed(samples, speed)))
            if not guesses:
                break
            if guesses[0].confidence >= CLEAR and (not heard or self._goes_with(heard, guesses[0])):
                return Hearing(tuple(guesses))
            heard += guesses
        unsure = [Guess(guess.text, min(guess.confidence, NEAR)) for guess in heard]
        kept: dict[tuple[str, ...], Guess] = {}
        for guess in sorted(unsure, key=lambda guess: -guess.confidence):
            kept.setdefault(tuple(said_words(guess.text)), guess)
        return Hearing(tuple(kept.values()))

    def _dictated(self, samples: Samples) -> Hearing:
        """Words of what is longer than a command, part by part; never sure."""
        read = [self._words(self._transcriber.encode(levelled(part, 0.0))) for part in pieces(samples, _LONGEST_S)]
        text = " ".join(self._text(words) for words in read if words)
        return Hearing((Guess(text, WORDS),)) if text else Hearing()

    def _guesses(self, samples: Samples) -> list[Guess]:
        """Readings, best first; none where nothing was said."""
        sound = self._transcriber.encode(samples)
        if (words := self._words(sound)) is None:
            return []
        sentences = search(self._transcriber.decode(sound), _BOUND, _most_tokens(sound), self._grammar)
        guesses = self._judged(words, sentences[0] if sentences else None)
        return sorted(guesses, key=lambda guess: -guess.confidence)

    def _words(self, sound: Floats) -> Reading | None:
        """What was said as any words; None where nothing was."""
        decoding = self._transcriber.decode(sound)
        words = search(decoding, _FREE, _most_tokens(sound))
        return words[0] if words and decoding.nothing <= _NOTHING else None

    def _judged(self, words: Reading, sentence: Reading | None) -> Iterator[Guess]:
        """The sentence, sure where it explains the sound about as well as the words; they, where they are clear."""
        text = self._text(words)
        said = self._classed(text)
        known = all(map(self._usual.knows, said))
        if sentence is not None:
            behind, meant = words.score - sentence.score, self._text(sentence)
            count = len(said_words(meant))
            alike = abs(count - len(said_words(text))) <= _WORDS_APART
            misheard = not known or _names(self._classed(meant)) > _names(said)
            if (
                alike
                and not bare_number(meant)
                and behind <= min(_FAR if misheard else _GAP, count * _GAP_OF_A_WORD)
                and sentence.clarity >= _FITS
            ):
                yield Guess(meant, SENTENCE)
            elif behind <= _FARTHEST and count >= _LEAST_ALIKE and self._sound_alike(text, meant):
                yield Guess(meant, ALIKE)
            elif alike and behind <= _FAR:
                yield Guess(meant, NEAR)
        if said:
            clear = known and words.clarity >= _CLEAR and self._usual.usual(said) >= _AT_HOME
            yield Guess(text, CLEAR if clear else WORDS)

    def _goes_with(self, heard: list[Guess], guess: Guess) -> bool:
        """Whether what is sure only now sounds like something that was heard before."""
        words = said_words(guess.text)
        return len(words) > 1 and any(apart(said_words(h.text), words, self._sounds) <= _RELATED for h in heard)

    def _sound_alike(self, text: str, meant: str) -> bool:
        return apart(said_words(text), said_words(meant), self._sounds) <= _ALIKE

    def _classed(self, text: str) -> Sentence:
        return shape(classed(said_words(text), self._names))

    def _text(self, reading: Reading) -> str:
        """As it would stand within a sentence: a stop could be taken for a part of a name."""
        text = self._transcriber.text(reading.tokens).rstrip(" .!?,")
        first = text.partition(" ")[0]
        return text if first.startswith(("I'", "I’")) or first == "I" else text[:1].lower() + text[1:]


def bare_number(text: str) -> bool:
    """Whether it is a large number and hardly more: nothing is answered so, and much noise sounds so."""
    words = said_words(text)
    return len(words) > _MOST_OF_AN_ANSWER and sum(word not in _IN_NUMBERS for word in words) <= 1


def _names(sentence: Sentence) -> int:
    return sum(word.startswith("[") for word in sentence)


def _most_tokens(sound: Floats) -> int:
    return _LEAST_TOKENS + int(sound.shape[1]) // _VECTORS_A_TOKEN
