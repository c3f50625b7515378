"""Moonshine, a small transformer, held against what is said to this house. Works without a network; English only.

Every utterance is read twice: as any words, and as a sentence of the house's grammar with the names there are. A
sentence that explains the sound about as well as any words do, or that sounds nearly like them, is what was said.
Otherwise the free words are, and they are sure where they are clear and usual here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import speech_recognition as sr

from bot.nlu.training_data import read_training_data
from bot.voice.alike import apart, renamings
from bot.voice.beam import NAME_BONUS, Reading, scored, search
from bot.voice.corpus import ANYTHING, CLASSES, GENERAL, fillers, shapes
from bot.voice.grammar import Grammar
from bot.voice.language_model import Trigrams
from bot.voice.lexicon import members
from bot.voice.ports import RATE_HZ, Guess, Hearing, Phrase
from bot.voice.pronunciations import DICTIONARY, Pronunciations
from bot.voice.sentences import Sentence, classed, shape
from bot.voice.signal import at_speed, levelled, pieces, speech
from bot.voice.transcriber import END, Decoding, Transcriber
from bot.voice.wav import Samples, from_pcm
from bot.voice.weights import find_weights
from bot.voice.words import ONES, TENS, said_words
from twin_core.contract.errors import Rejected, Unavailable

EXAMPLE: Mapping[str, Any] = {"nlu_folder": "nlu_data"}

SENTENCE, ALIKE, DICTATED, CLEAR, NEAR, WORDS = 0.95, 0.9, 0.85, 0.8, 0.5, 0.4  # certainty; see benchmarks/voice.py
_FREE, _BOUND, _WIDE = 4, 12, 32  # beginnings that are followed, of any words and of the grammar's; there, if unsure
_VECTORS_A_TOKEN = 5  # 41 a second: nobody speaks faster, and what is longer is made up
_LEAST_TOKENS = 6
_LEAST_PART = 0.6  # of the tokens that the words have: what ends early is likelier than all that goes on
_LONGEST_S = 20.0  # of a command; the encoder's time and memory grow with the square of it
_NOTHING = 0.98  # probability that nothing was said, above which it is believed
_GAP = 3.0  # log-probability that a sentence of the house may be behind any words
_GAP_OF_A_WORD = 1.0  # … for each of its words: there is little to tell a short one by
_FAR = 6.5  # … where they have a word that nobody says here, or no name where it has one; beyond, it is not asked about
_ALIKE = 0.15  # a phoneme: sentences that sound so much like the words are what was said, however …
_FARTHEST = 9.0  # … the transcriber likes its own
_RELATED = 0.3  # … what is heard at another speed, and surely, to what was heard before; and a sentence to the words
_SIMILAR = 0.2  # … a sentence that is far behind them
_UNLIKE = 25.0  # log-probability, for being as unlike the words as can be
_MOST_RANKED = 8
_MOST_RENAMED = 3
_MOST_NAMES = 300  # that are looked for in any words: each is held against each part of them
_MOST_OF_AN_ANSWER = 3  # words: "twenty five minutes"
_IN_NUMBERS = frozenset((*ONES, *TENS, "hundred", "thousand", "million", "point", "and"))
_LEAST_ALIKE = 3  # words of such a sentence: short ones sound like much
_FITS = -2.0  # log-probability a token
_SOUNDS_APART, _PART_APART = 2, 0.25  # phonemes that a sentence has more or less: a short one fits a part of much
_CLEAR = -1 / 3  # log-probability a token of words that were made out clearly
_PLAIN = -0.25  # … that are kept as they are: what a task is called
_AT_HOME = -1.5  # base-10 log-probability a word of what is asked here
_USUAL = -1.1  # … of what was made of other words
_USUAL_TAIL = 1.0  # weight of what is usual against what is heard
_TIE = 1.0  # log-probability between two sentences that are as likely
_DECISIVE = frozenset((*"on off up down open close start stop lock unlock yes no a p".split(), *ONES, *TENS))
_ANSWERS = ("yes", "no", "stop")  # likelier than what else is one word: “yo”
_RUN_ON = re.compile(r"(?<=[a-z])\.(?=\d)")  # “thermostat.22”
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
        self._usual = Trigrams(shapes(data, known.__contains__))
        classes = (*CLASSES, *GENERAL, ANYTHING)
        usual = fillers(data, known.__contains__, (*GENERAL, "event", "person"))
        sentences = shapes(data, known.__contains__, classes)
        self._grammar = Grammar(sentences, self._transcriber.tokens, END, usual)
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
        read = [self._words(self._transcriber.listen(levelled(part, 0.0))) for part in pieces(samples, _LONGEST_S)]
        text = " ".join(self._text(words) for words in read if words)
        return Hearing((Guess(text, WORDS),)) if text else Hearing()

    def _guesses(self, samples: Samples) -> list[Guess]:
        """Readings, best first; none where nothing was said."""
        sound = self._transcriber.listen(samples)
        if (words := self._words(sound)) is None:
            return []
        for width in (_BOUND, _WIDE):
            sentences = self._bound(sound, words, width)
            guesses = list(self._judged(words, sentences[0] if sentences else None))
            if any(guess.confidence >= CLEAR for guess in guesses):
                break
        if all(guess.confidence < CLEAR for guess in guesses):
            guesses += self._judged_renamed(words, self._renamed(sound, self._text(words)))
        elif self._undecided(sentences):
            guesses = [Guess(guess.text, min(guess.confidence, NEAR)) for guess in guesses]
        return sorted(guesses, key=lambda guess: -guess.confidence)

    def _bound(self, sound: Decoding, words: Reading, width: int) -> list[Reading]:
        """Sentences of the house, best first: those that are about as long as the words, if there are such.

        Of any words at their end, what is usual counts, too.
        """
        shortest, least = max(1, int(_LEAST_PART * len(words.tokens))), words.score - _FARTHEST
        found = search(sound, width, _most_tokens(sound), self._grammar, shortest=shortest, least=least)
        readings = [reading for reading in found if self._as_long(reading, words)] or found
        if readings and readings[0].dictated:
            readings.sort(key=lambda reading: -reading.score - _USUAL_TAIL * self._usualness(reading))
            return readings
        said = said_words(self._text(words))
        return sorted(readings[:_MOST_RANKED], key=lambda reading: -self._rank(reading, said))

    def _rank(self, reading: Reading, said: list[str]) -> float:
        """Its score, less where it sounds unlike the words: the transcriber likes usual words better than the right."""
        text = self._text(reading)
        answer = _TIE if text in _ANSWERS else 0.0
        return reading.score + answer - _UNLIKE * apart(said, said_words(text), self._sounds)

    def _as_long(self, reading: Reading, words: Reading) -> bool:
        text = self._text(reading)
        one, other = (self._length(said_words(said)) for said in (text, self._text(words)))
        return abs(one - other) <= max(_SOUNDS_APART, _PART_APART * max(one, other)) and not bare_number(text)

    def _length(self, words: list[str]) -> int:
        """In phonemes."""
        return len(next(iter(self._sounds.of(words)), "").split())

    def _undecided(self, sentences: list[Reading]) -> bool:
        """Whether another sentence is as likely, and does the opposite, or the same with another number."""
        texts = [self._text(s) for s in sentences if s.score >= sentences[0].score - _TIE]
        return any(contradict(texts[0], text) for text in texts[1:])

    def _usualness(self, reading: Reading) -> float:
        """The base-10 logarithm of the probability of its words here."""
        said = self._classed(self._text(reading))
        return self._usual.usual(said) * (len(said) + 1)

    def _words(self, sound: Decoding) -> Reading | None:
        """What was said as any words; None where nothing was."""
        words = search(sound, _FREE, _most_tokens(sound))
        return words[0] if words and sound.nothing <= _NOTHING else None

    def _judged(self, words: Reading, sentence: Reading | None) -> Iterator[Guess]:
        """The sentence, sure where it explains the sound about as well as the words; they, where they are clear."""
        text = self._text(words)
        said = self._classed(text)
        known = all(map(self._usual.knows, said))
        clear = known and words.clarity >= _CLEAR and self._usual.usual(said) >= _AT_HOME
        if sentence is not None:
            behind, meant = words.score - sentence.score, self._text(sentence)
            count = len(said_words(meant))
            alike = self._as_long(sentence, words)
            distance = apart(said_words(text), said_words(meant), self._sounds)
            misheard = not known or _names(self._classed(meant)) > _names(said)
            if (
                alike
                and (distance <= _RELATED or behind <= 0)
                and behind <= min(_FAR if misheard and distance <= _SIMILAR else _GAP, count * _GAP_OF_A_WORD)
                and sentence.clarity >= (_PLAIN if sentence.dictated else _FITS)
            ):
                yield Guess(meant, DICTATED if sentence.dictated else SENTENCE)
            elif (
                (misheard or not clear)
                and not sentence.dictated
                and behind <= _FARTHEST
                and count >= _LEAST_ALIKE
                and distance <= _ALIKE
            ):
                yield Guess(meant, ALIKE)
            elif (alike or distance <= _RELATED) and behind <= _FAR:
                clear = clear and distance > _ALIKE  # … as what is asked here, and is something else
                yield Guess(meant, NEAR)
        if said:
            yield Guess(text, CLEAR if clear else WORDS)

    def _judged_renamed(self, words: Reading, renamed: Reading | None) -> Iterator[Guess]:
        """The words with a name that they sound like: sure where that is usual here."""
        if renamed is None:
            return
        meant, text = self._text(renamed), self._text(words)
        said = self._classed(meant)
        behind, count = words.score - renamed.score, len(said_words(meant))
        usual = all(map(self._usual.knows, said)) and self._usual.usual(said) >= _USUAL
        alike = count >= _LEAST_ALIKE and apart(said_words(text), said_words(meant), self._sounds) <= _ALIKE
        if usual and alike and behind <= _FARTHEST and renamed.clarity >= _FITS:
            yield Guess(meant, CLEAR)
        elif behind <= _FAR:
            yield Guess(meant, NEAR)

    def _renamed(self, sound: Decoding, text: str) -> Reading | None:
        """The words with what sounds like a name of this house as that name, where there is such."""
        if len(self._names) > _MOST_NAMES:
            return None
        likeliest = sorted(renamings(text, self._names, self._sounds))[:_MOST_RENAMED]
        written = [(f"{text[:1].upper()}{text[1:]}.", name) for _, text, name in likeliest]
        tokens = self._transcriber.tokens
        readings = scored(sound, [tokens(text) for text, _ in written]) if written else []
        bonus = [NAME_BONUS * min(3, len(tokens(name))) for _, name in written]
        rated = [Reading(r.tokens, r.score + more) for r, more in zip(readings, bonus, strict=True)]
        return max(rated, key=lambda reading: reading.score, default=None)

    def _goes_with(self, heard: list[Guess], guess: Guess) -> bool:
        """Whether what is sure only now sounds like something that was heard before."""
        words = said_words(guess.text)
        return len(words) > 1 and any(apart(said_words(h.text), words, self._sounds) <= _RELATED for h in heard)

    def _classed(self, text: str) -> Sentence:
        return shape(classed(said_words(text), self._names))

    def _text(self, reading: Reading) -> str:
        return written(self._transcriber.text(reading.tokens))


def bare_number(text: str) -> bool:
    """Whether it is a large number and hardly more: nothing is answered so, and much noise sounds so."""
    words = said_words(text)
    return len(words) > _MOST_OF_AN_ANSWER and sum(word not in _IN_NUMBERS for word in words) <= 1


def written(text: str) -> str:
    """As it would stand within a sentence: a stop could be taken for a part of a name."""
    text = _RUN_ON.sub(" ", text.rstrip(" .!?,"))
    first = text.partition(" ")[0]
    return text if first.startswith(("I'", "I’")) or first == "I" else text[:1].lower() + text[1:]


def contradict(text: str, other: str) -> bool:
    """Whether they differ in nothing but what turns an action around, or a number."""
    one, two = said_words(text), said_words(other)
    differing = {*one} ^ {*two}
    return len(one) == len(two) and bool(differing) and differing <= _DECISIVE


def _names(sentence: Sentence) -> int:
    return sum(word.startswith("[") for word in sentence)


def _most_tokens(sound: Decoding) -> int:
    return _LEAST_TOKENS + sound.length // _VECTORS_A_TOKEN
