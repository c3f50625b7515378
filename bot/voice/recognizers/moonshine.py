"""Moonshine, a small transformer, held against what is said to this house. Works without a network; English only.

Every utterance is read twice: as any words, and as a sentence of the house's grammar with the names there are. A
sentence that explains the sound about as well as any words do, or that sounds nearly like them, is what was said.
Otherwise the free words are, and they are sure where they are clear and usual here. What is not sure is listened to
again, as of an accent and at other speeds: what is heard alike twice is sure. What leaves out the end of the sound is
never sure.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import speech_recognition as sr

from bot.nlu.training_data import read_training_data
from bot.voice.alike import renamings
from bot.voice.beam import NAME_BONUS, Reading, Search, carry_out, scored
from bot.voice.corpus import ANYTHING, CLASSES, GENERAL, fillers, shapes
from bot.voice.grammar import Grammar
from bot.voice.judging import CLEAR, FARTHEST, NEAR, TIE, WORDS, Judge, same
from bot.voice.language_model import Trigrams
from bot.voice.lexicon import members
from bot.voice.listenings import Listenings
from bot.voice.ports import MADE_OUT, RATE_HZ, Guess, Hearing, Phrase
from bot.voice.pronunciations import DICTIONARY, Pronunciations
from bot.voice.sentences import Sentence
from bot.voice.signal import at_speed, levelled, pieces, speech
from bot.voice.transcriber import END, Decoding, Transcriber
from bot.voice.wav import Samples, from_pcm
from bot.voice.weights import find_weights
from bot.voice.words import said_words
from twin_core.contract.errors import Rejected, Unavailable

EXAMPLE: Mapping[str, Any] = {"nlu_folder": "nlu_data"}

_FREE, _BOUND, _WIDE = 4, 12, 32  # beginnings that are followed, of any words and of the grammar's; there, if unsure
_CLOSE = 7.0  # log-probability behind the likeliest beginning, of those that are followed at first
_LEAST_PART = 0.6  # of the tokens that the words have: what ends early is likelier than all that goes on
_LONGEST_S = 20.0  # of a command; the encoder's time and memory grow with the square of it
_NOTHING = 0.98  # probability that nothing was said, above which it is believed
_MOST_RANKED = 8
_MOST_RENAMED = 3
_MOST_NAMES = 300  # that are looked for in any words: each is held against each part of them
_USUAL_TAIL = 1.0  # weight of what is usual against what is heard
_RUN_ON = re.compile(r"(?<=[a-z])\.(?=\d)")  # “thermostat.22”
_END_S = 0.7  # of the sound: the last word or two, and the quiet behind them
_LEAST_BEFORE_S = 0.8  # that there has to be before it
_BY_CHANCE = 0.1  # log-probability by which a reading may be likelier without it
_UNSAID = 4.0  # … where no longer one is likely: a last word that goes without saying, such as "percent", makes some
_UNLIKELY = 3.0  # log-probability that it is behind then
_LISTENINGS = ((1.0, False), (1.0, True), (0.93, True), (1.08, True))  # at which speeds, and whether for an accent


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
        self._judge = Judge(Trigrams(shapes(data, known.__contains__)), known, self._text)
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
        self._judge.learn(self._names)
        self._phrases = phrases

    def recognize(self, audio: sr.AudioData) -> Hearing:
        """Readings of what was said, best first. Where they are not sure, they are made for an accent."""
        samples = speech(from_pcm(audio.get_raw_data(convert_rate=RATE_HZ, convert_width=2)))
        if len(samples) > _LONGEST_S * RATE_HZ:
            return self._dictated(samples)
        heard = Listenings(self._judge)
        for speed, accented in _LISTENINGS if len(samples) else ():
            guesses = self._guesses(at_speed(samples, speed), accented=accented)
            if not guesses:
                break
            if heard.settled_by(guesses):
                return Hearing(tuple(guesses))
        return heard.unsettled

    def _dictated(self, samples: Samples) -> Hearing:
        """Words of what is longer than a command, part by part; never sure."""
        read = [self._words(self._transcriber.listen(levelled(part, 0.0))) for part in pieces(samples, _LONGEST_S)]
        text = " ".join(self._text(words) for words in read if words)
        return Hearing((Guess(text, WORDS),)) if text else Hearing()

    def _guesses(self, samples: Samples, *, accented: bool) -> list[Guess]:
        """Readings, best first; none where nothing was said."""
        sound = self._transcriber.listen(levelled(samples), accented=accented)
        if (words := self._words(sound, Search(_BOUND, self._grammar, within=_CLOSE))) is None:
            return []
        guesses, reading = self._read(sound, words)
        if not accented:
            guesses = self._judge.at_first(guesses, reading)
        if not guesses or guesses[0].confidence < MADE_OUT:
            return guesses
        before = self._before_end(samples, accented=accented)
        if before is None or _gain(sound, before, reading) <= _BY_CHANCE:
            return guesses
        return self._with_end(sound, before, words, guesses, reading)

    def _with_end(
        self, sound: Decoding, before: Decoding, words: Reading, guesses: list[Guess], reading: Reading
    ) -> list[Guess]:
        """What says the end, too, of which the reading leaves something out; unsure, where there is no such."""
        shortest = len(reading.tokens) + 1
        more = self._words(sound, shortest=shortest)
        longer, whole = self._read(sound, more or words, shortest)
        other = bool(longer) and not same([guesses[0], longer[0]])
        if other and longer[0].confidence >= MADE_OUT and _gain(sound, before, whole) <= _BY_CHANCE:
            return longer
        unlikely = more is None or more.score < reading.score - _UNLIKELY
        if _gain(sound, before, reading) <= _UNSAID and (unlikely or not other):
            return guesses
        return [Guess(guess.text, min(guess.confidence, NEAR)) for guess in (*longer, *guesses)]

    def _read(self, sound: Decoding, words: Reading, shortest: int = 1) -> tuple[list[Guess], Reading]:
        """What was said if these are the words, best first, and which reading the best is of."""
        for width in (_BOUND, _WIDE):
            sentences = self._bound(sound, words, width, shortest)
            guesses = list(self._judge.judged(words, sentences[0] if sentences else None))
            if any(guess.confidence >= CLEAR for guess in guesses):
                break
        if all(guess.confidence < CLEAR for guess in guesses):
            guesses += self._judge.judged_renamed(words, self._renamed(sound, self._text(words)))
        elif self._judge.undecided(sentences):
            guesses = [Guess(guess.text, min(guess.confidence, NEAR)) for guess in guesses]
        guesses.sort(key=lambda guess: -guess.confidence)
        of_sentence = bool(sentences and guesses) and guesses[0].text == self._text(sentences[0])
        return guesses, sentences[0] if of_sentence else words

    def _bound(self, sound: Decoding, words: Reading, width: int, shortest: int) -> list[Reading]:
        """Sentences of the house, best first: those that are about as long as the words, if there are such.

        Of any words at their end, what is usual counts, too.
        """
        shortest, least = max(shortest, int(_LEAST_PART * len(words.tokens))), words.score - FARTHEST
        said = said_words(self._text(words))
        for within in (_CLOSE, math.inf):
            bound = Search(width, self._grammar, shortest=shortest, least=least, within=within)
            carry_out(sound, sound.longest, bound)
            readings = [reading for reading in bound.found if self._judge.as_long(reading, words)]
            if readings and not readings[0].dictated:
                ranked = sorted(readings[:_MOST_RANKED], key=lambda reading: -self._judge.rank(reading, said))
                if min(ranked[0].score, self._judge.rank(ranked[0], said)) - TIE >= bound.left:
                    return ranked
        if (readings := readings or bound.found) and readings[0].dictated:
            return sorted(readings, key=lambda reading: -reading.score - _USUAL_TAIL * self._judge.usualness(reading))
        return sorted(readings[:_MOST_RANKED], key=lambda reading: -self._judge.rank(reading, said))

    def _before_end(self, samples: Samples, *, accented: bool) -> Decoding | None:
        """The sound without its end; None where hardly anything would be left."""
        before = samples[: -int(_END_S * RATE_HZ)]
        if len(before) < _LEAST_BEFORE_S * RATE_HZ:
            return None
        return self._transcriber.listen(levelled(before), accented=accented)

    def _words(self, sound: Decoding, *beside: Search, shortest: int = 1) -> Reading | None:
        """What was said as any words; None where nothing was. What is searched for beside costs little more now."""
        free = Search(_FREE, shortest=shortest, within=_CLOSE)
        carry_out(sound, sound.longest, free, *beside)
        if not free.found or free.left > free.found[0].score:
            free = Search(_FREE, shortest=shortest)
            carry_out(sound, sound.longest, free)
        return free.found[0] if free.found and sound.nothing <= _NOTHING else None

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

    def _text(self, reading: Reading) -> str:
        return written(self._transcriber.text(reading.tokens))


def _gain(sound: Decoding, before: Decoding, reading: Reading) -> float:
    """How much likelier the reading is of what comes before the end; above 0, it leaves out what is said there."""
    whole, part = (scored(one, [reading.tokens])[0].score for one in (sound, before))
    return part - whole


def written(text: str) -> str:
    """As it would stand within a sentence: a stop could be taken for a part of a name."""
    text = _RUN_ON.sub(" ", text.rstrip(" .!?,"))
    first = text.partition(" ")[0]
    return text if first.startswith(("I'", "I’")) or first == "I" else text[:1].lower() + text[1:]
