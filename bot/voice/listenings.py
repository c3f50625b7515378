"""What is heard of one utterance, listening after listening: when it is settled."""

from bot.voice.judging import CLEAR, NEAR, Judge, contradict, numbers, same
from bot.voice.ports import MADE_OUT, Guess, Hearing
from bot.voice.words import said_words


class Listenings:
    """The readings so far, of each listening."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._heard: list[list[Guess]] = []

    def settled_by(self, guesses: list[Guess]) -> bool:
        """Whether no more has to be listened: the best of these readings is sure. What is not is kept.

        It goes with what was heard first, and contradicts nothing that was made out; or another listening was as
        sure, and it is not short, as what noise sounds like. Words that were made out at first may be made out again.
        """
        best, heard = guesses[0], self._heard
        bests = [each[0] for each in heard]
        if best.confidence >= CLEAR:
            contradicted = any(b.confidence >= MADE_OUT and _is_other(b.text, best.text) for b in bests)
            settled = not heard or (not contradicted and self._judge.goes_with(heard[0], best))
            again = any(b.confidence >= CLEAR and same([b, best]) for b in bests)
            settled |= again and self._judge.is_long(best)
        else:
            settled = bool(heard) and best.confidence == MADE_OUT and same([best, bests[0]])
        self._heard.append(guesses)
        return settled

    @property
    def unsettled(self) -> Hearing:
        """All readings as what is to be asked about, best first, each text once."""
        doubted = [Guess(guess.text, min(guess.confidence, NEAR)) for guesses in self._heard for guess in guesses]
        kept: dict[tuple[str, ...], Guess] = {}
        for guess in sorted(doubted, key=lambda guess: -guess.confidence):
            kept.setdefault(tuple(said_words(guess.text)), guess)
        return Hearing(tuple(kept.values()))


def _is_other(text: str, other: str) -> bool:
    return contradict(text, other) or numbers(text) != numbers(other)
