"""What was said, of what a transcriber takes it for: sentences of this house against any words.

Scores are log-probabilities. A sentence is sure where it explains the sound about as well as the words do, or sounds
nearly like them; words are where they are clear and usual here. Clear words that are not usual are made out: what they
mean has to tell whether they were meant.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.voice.alike import apart
from bot.voice.beam import Reading
from bot.voice.language_model import Trigrams
from bot.voice.ports import MADE_OUT, Guess
from bot.voice.pronunciations import Pronunciations
from bot.voice.sentences import Sentence, classed, shape
from bot.voice.words import ONES, TENS, said_words

SENTENCE, ALIKE, DICTATED, CLEAR, NEAR, WORDS = 0.95, 0.9, 0.85, 0.8, 0.5, 0.4  # certainty; see benchmarks/voice.py
_GAP = 3.0  # log-probability that a sentence of the house may be behind any words
_GAP_OF_A_WORD = 1.0  # … for each of its words: there is little to tell a short one by
_FAR = 6.5  # … where they have a word that nobody says here, or no name where it has one; beyond, it is not asked about
_ALIKE = 0.15  # a phoneme: sentences that sound so much like the words are what was said, however …
FARTHEST = 9.0  # … the transcriber likes its own; if it made those out clearly, …
_NEARLY = 0.1  # … they have to be as near as this
_RELATED = 0.3  # … what is heard at another speed, and surely, to what was heard before; and a sentence to the words
_HARDLY_APART = 0.04  # … any words that are heard again, to what was heard first
_SIMILAR = 0.2  # … a sentence that is far behind them
_UNLIKE = 25.0  # log-probability, for being as unlike the words as can be
_MOST_OF_AN_ANSWER = 3  # words: "twenty five minutes"
_IN_NUMBERS = frozenset((*ONES, *TENS, "hundred", "thousand", "million", "point", "and"))
_LEAST_ALIKE = 7  # phonemes of such a sentence: short ones sound like much
_FITS = -2.0  # log-probability a token
_SOUNDS_APART, _PART_APART = 2, 0.25  # phonemes that a sentence has more or less: a short one fits a part of much
_CLEAR = -1 / 3  # log-probability a token of words that were made out clearly
_PLAIN = -0.25  # … that are kept as they are: what a task is called
_PLAIN_AT_FIRST = -0.15  # … that are believed at once: "then the kitchen lamp" for "dim the kitchen lamp" is less so
_LEAST_MADE_OUT = 3  # words that are believed by what they mean: fewer mean too much
_AT_HOME = -1.5  # base-10 log-probability a word of what is asked here
_USUAL = -1.1  # … of what was made of other words
TIE = 1.0  # log-probability between two sentences that are as likely
_DECISIVE = frozenset((*"on off up down open close start stop lock unlock yes no a p".split(), *ONES, *TENS))
_ANSWERS = ("yes", "no", "stop")  # likelier than what else is one word: “yo”


class Judge:
    """Knows what is `usual` to say here and how it sounds. `text` are the words of a reading."""

    def __init__(self, usual: Trigrams, sounds: Pronunciations, text: Callable[[Reading], str]) -> None:
        self._usual = usual
        self._sounds = sounds
        self._text = text
        self._names: Mapping[Sentence, str] = {}

    def learn(self, names: Mapping[Sentence, str]) -> None:
        """From now on these are the names, each with its kind."""
        self._names = names

    def judged(self, words: Reading, sentence: Reading | None) -> Iterator[Guess]:
        """The sentence, sure where it explains the sound about as well as the words; they, where they are clear."""
        text = self._text(words)
        said = self._classed(text)
        known = all(map(self._usual.knows, said))
        made_out = words.clarity >= _CLEAR and len(said) >= _LEAST_MADE_OUT
        clear = known and words.clarity >= _CLEAR and self._usual.usual(said) >= _AT_HOME
        if sentence is not None:
            behind, meant = words.score - sentence.score, self._text(sentence)
            count = len(said_words(meant))
            alike = self.as_long(sentence, words)
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
                (misheard or words.clarity < _CLEAR or distance <= _NEARLY)
                and not sentence.dictated
                and behind <= FARTHEST
                and self.is_long(Guess(meant, ALIKE))
                and distance <= _ALIKE
            ):
                yield Guess(meant, ALIKE)
            elif (alike or distance <= _RELATED) and behind <= _FAR:
                clear = clear and distance > _ALIKE  # … as what is asked here, and is something else
                made_out = made_out and behind > _GAP and distance > _ALIKE
                yield Guess(meant, WORDS if sentence.dictated else NEAR)
        if said:
            yield Guess(text, CLEAR if clear else MADE_OUT if made_out else WORDS)

    def judged_renamed(self, words: Reading, renamed: Reading | None) -> Iterator[Guess]:
        """The words with a name that they sound like: sure where that is usual here."""
        if renamed is None:
            return
        meant, text = self._text(renamed), self._text(words)
        said = self._classed(meant)
        behind = words.score - renamed.score
        usual = all(map(self._usual.knows, said)) and self._usual.usual(said) >= _USUAL
        alike = (
            self._length(said_words(meant)) >= _LEAST_ALIKE
            and apart(said_words(text), said_words(meant), self._sounds) <= _ALIKE
        )
        if usual and alike and behind <= FARTHEST and renamed.clarity >= _FITS:
            yield Guess(meant, CLEAR)
        elif behind <= _FAR:
            yield Guess(meant, NEAR)

    def rank(self, reading: Reading, said: list[str]) -> float:
        """Its score, less where it sounds unlike the words: the transcriber likes usual words better than the right."""
        text = self._text(reading)
        answer = TIE if text in _ANSWERS else 0.0
        return reading.score + answer - _UNLIKE * apart(said, said_words(text), self._sounds)

    def as_long(self, reading: Reading, words: Reading) -> bool:
        """Whether it has about as many phonemes as the words: a short one fits a part of much."""
        text = self._text(reading)
        one, other = (self._length(said_words(said)) for said in (text, self._text(words)))
        return abs(one - other) <= max(_SOUNDS_APART, _PART_APART * max(one, other)) and not bare_number(text)

    def undecided(self, sentences: list[Reading]) -> bool:
        """Whether another sentence is as likely, and does the opposite, or the same with another number."""
        texts = [self._text(s) for s in sentences if s.score >= sentences[0].score - TIE]
        return any(contradict(texts[0], text) for text in texts[1:])

    def usualness(self, reading: Reading) -> float:
        """The base-10 logarithm of the probability of its words here."""
        said = self._classed(self._text(reading))
        return self._usual.usual(said) * (len(said) + 1)

    def at_first(self, guesses: list[Guess], reading: Reading) -> list[Guess]:
        """What is read of a sound that nobody was told the accent of: a number that is not clear, or words that are no
        sentence and are not as clear as what is kept, are only made out. No listening makes a short answer clearer.
        """
        if not guesses or guesses[0].confidence < CLEAR:
            return guesses
        best, *others = guesses
        words = best.confidence == CLEAR
        counts = best.confidence > DICTATED and bool(numbers(best.text)) and self.is_long(best)
        if reading.clarity < _PLAIN_AT_FIRST if words else counts and reading.clarity < _CLEAR:
            best = Guess(best.text, MADE_OUT)
        return [best, *others]

    def goes_with(self, heard: list[Guess], guess: Guess, *, again: bool = False) -> bool:
        """Whether what is sure only now sounds like what was heard before; if heard `again`, a little less."""
        words = said_words(guess.text)
        related = _RELATED
        if guess.confidence == DICTATED:  # any words are related to any others
            related = _HARDLY_APART if again else 0.0
        return len(words) > 1 and any(apart(said_words(h.text), words, self._sounds) <= related for h in heard)

    def is_long(self, guess: Guess) -> bool:
        """Whether it sounds like little else."""
        return self._length(said_words(guess.text)) >= _LEAST_ALIKE

    def _length(self, words: list[str]) -> int:
        """In phonemes."""
        return len(next(iter(self._sounds.of(words)), "").split())

    def _classed(self, text: str) -> Sentence:
        return shape(classed(said_words(text), self._names))


def bare_number(text: str) -> bool:
    """Whether it is a large number and hardly more: nothing is answered so, and much noise sounds so."""
    words = said_words(text)
    return len(words) > _MOST_OF_AN_ANSWER and sum(word not in _IN_NUMBERS for word in words) <= 1


def same(guesses: Sequence[Guess]) -> bool:
    """Whether they have the same words."""
    return len({tuple(said_words(guess.text)) for guess in guesses}) == 1


def contradict(text: str, other: str) -> bool:
    """Whether they differ in nothing but what turns an action around, or a number."""
    one, two = said_words(text), said_words(other)
    differing = {*one} ^ {*two}
    return len(one) == len(two) and bool(differing) and differing <= _DECISIVE


def numbers(text: str) -> tuple[str, ...]:
    """The words of its numbers."""
    return tuple(word for word in said_words(text) if word in _IN_NUMBERS and word != "and")


def _names(sentence: Sentence) -> int:
    return sum(word.startswith("[") for word in sentence)
