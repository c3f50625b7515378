"""What is heard of one utterance, listening after listening: when it is settled."""

from bot.voice.judging import CLEAR, DICTATED, NEAR, Judge, contradict, numbers, same
from bot.voice.ports import MADE_OUT, Guess, Hearing
from bot.voice.words import said_words


class Listenings:
    """The readings so far, of each listening."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._heard: list[list[Guess]] = []

    def settled_by(self, guesses: list[Guess]) -> bool:
        """Whether no more has to be listened: the best of these readings is sure. What is not is kept.

        It goes with what was heard first, and contradicts nothing that was made out; or it is heard again. Words that
        were made out at first may be made out again.
        """
        best, heard = guesses[0], self._heard
        if best.confidence >= CLEAR:
            settled = not heard or (self._judge.goes_with(heard[0], best) and not self._is_contradicted(best))
            settled |= self._is_heard_again(best)
        else:
            settled = bool(heard) and best.confidence == MADE_OUT and same([best, heard[0][0]])
        self._heard.append(guesses)
        return settled

    def _is_contradicted(self, guess: Guess) -> bool:
        return any(contradict(text, guess.text) or numbers(text) != numbers(guess.text) for text in self._made_out())

    def _is_heard_again(self, guess: Guess) -> bool:
        """Whether another listening was as sure of it. Noise sounds like much that is short; numbers do not vanish."""
        again = any(each[0].confidence >= CLEAR and same([each[0], guess]) for each in self._heard)
        lost = not numbers(guess.text) and any(map(numbers, self._made_out()))
        if not again or lost or not self._judge.is_long(guess):
            return False
        return guess.confidence != DICTATED or self._judge.goes_with(self._heard[0], guess, again=True)

    def _made_out(self) -> list[str]:
        return [each[0].text for each in self._heard if each[0].confidence >= MADE_OUT]

    @property
    def unsettled(self) -> Hearing:
        """All readings as what is to be asked about, best first, each text once."""
        doubted = [Guess(guess.text, min(guess.confidence, NEAR)) for guesses in self._heard for guess in guesses]
        kept: dict[tuple[str, ...], Guess] = {}
        for guess in sorted(doubted, key=lambda guess: -guess.confidence):
            kept.setdefault(tuple(said_words(guess.text)), guess)
        return Hearing(tuple(kept.values()))
