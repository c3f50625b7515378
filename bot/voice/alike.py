"""How far apart two texts sound, by their phonemes: "desk lamp" is nearer to "guest lamp" than to "floor lamp".

A weighted edit distance. What accents and bad microphones confuse costs little: vowels with vowels, voiced sounds with
their voiceless partners, an r that is not spoken.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, product

from bot.voice.pronunciations import Pronunciations
from bot.voice.words import said_words

_VOWELS = frozenset("AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW".split())
_KINDS = (  # of sounds that are taken for each other, and what that costs
    (0.2, ("P B", "T D", "K G", "F V", "TH DH", "S Z", "SH ZH", "CH JH", "AH ER", "AA AO", "IH IY", "AH IH", "UH UW")),
    (0.4, ("M N NG", "L R W", "TH F S", "DH V D", "SH CH S", "W V", " ".join(sorted(_VOWELS)))),
    (0.6, ("P T K B D G", "F V TH DH S Z SH ZH HH CH JH", "L R W Y", "M B", "N D L")),
)
_OTHERWISE = 1.0
_WEAK = {"AH": 0.4, "R": 0.4, "HH": 0.4, "T": 0.5, "D": 0.5, "Y": 0.4, "IH": 0.5}  # what is easily lost or made up
_LOST = 0.8
_NAMESAKES = 0.4  # a phoneme: what may be a name
_MOST_REMEMBERED = 2048  # pairs of texts: readings of an utterance are held against each other more than once


def _costs() -> Mapping[str, Mapping[str, float]]:
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for cost, groups in _KINDS:
        for group in groups:
            for one in group.split():
                for other in group.split():
                    found[one].setdefault(other, cost)
    return dict(found)


_COSTS = _costs()


def apart(said: Sequence[str], meant: Sequence[str], sounds: Pronunciations) -> float:
    """The distance between these words a phoneme of the longer ones; 0 where they sound the same."""
    ways = product(sounds.of(said), sounds.of(meant))
    return min((_distance(a, b) / max(len(a.split()), len(b.split()), 1) for a, b in ways), default=1.0)


def renamings(text: str, names: Iterable[Sequence[str]], sounds: Pronunciations) -> Iterator[tuple[float, str, str]]:
    """The text with a name in place of what sounds like it: how far apart they are, the new text, and the name."""
    words = text.split()
    for name in names:
        for size in range(max(1, len(name) - 1), len(name) + 2):
            for at in range(len(words) - size + 1):
                said = said_words(" ".join(words[at : at + size]))
                if said and not set(name) <= set(said) and (far := apart(said, name, sounds)) <= _NAMESAKES:
                    yield far, " ".join((*words[:at], *name, *words[at + size :])), " ".join(name)


@lru_cache(_MOST_REMEMBERED)
def _distance(one: str, other: str) -> float:
    """Between two texts as phonemes."""
    sounds = other.split()
    lost = [_WEAK.get(sound, _LOST) for sound in sounds]
    row = list(accumulate(lost, initial=0.0))
    for sound in one.split():
        mine, costs = _WEAK.get(sound, _LOST), _COSTS.get(sound, {})
        before, here = row[0], row[0] + mine
        row[0] = here
        for j, b in enumerate(sounds, 1):
            above = row[j]
            changed = before if b == sound else before + costs.get(b, _OTHERWISE)
            here = min(above + mine, here + lost[j - 1], changed)
            before, row[j] = above, here
    return row[-1]
