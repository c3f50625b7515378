"""How far apart two texts sound, by their phonemes: "desk lamp" is nearer to "guest lamp" than to "floor lamp".

A weighted edit distance. What accents and bad microphones confuse costs little: vowels with vowels, voiced sounds with
their voiceless partners, an r that is not spoken.
"""

from collections.abc import Iterable, Iterator, Sequence

from bot.voice.pronunciations import Pronunciations
from bot.voice.words import said_words

Sounds = Sequence[str]

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


def _costs() -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for cost, groups in _KINDS:
        for group in groups:
            for one in group.split():
                for other in group.split():
                    found.setdefault((one, other), cost)
    return found


_COSTS = _costs()


def apart(said: Sequence[str], meant: Sequence[str], sounds: Pronunciations) -> float:
    """The distance between these words a phoneme of the longer ones; 0 where they sound the same."""
    one = [variant.split() for variant in sounds.of(said)]
    other = [variant.split() for variant in sounds.of(meant)]
    return min((_distance(a, b) / max(len(a), len(b), 1) for a in one for b in other), default=1.0)


def renamings(text: str, names: Iterable[Sequence[str]], sounds: Pronunciations) -> Iterator[tuple[float, str, str]]:
    """The text with a name in place of what sounds like it: how far apart they are, the new text, and the name."""
    words = text.split()
    for name in names:
        for size in range(max(1, len(name) - 1), len(name) + 2):
            for at in range(len(words) - size + 1):
                said = said_words(" ".join(words[at : at + size]))
                if said and not set(name) <= set(said) and (far := apart(said, name, sounds)) <= _NAMESAKES:
                    yield far, " ".join((*words[:at], *name, *words[at + size :])), " ".join(name)


def _distance(one: Sounds, other: Sounds) -> float:
    row = [0.0]
    for sound in other:
        row.append(row[-1] + _WEAK.get(sound, _LOST))
    for a in one:
        before, row[0] = row[0], row[0] + _WEAK.get(a, _LOST)
        for j, b in enumerate(other, 1):
            changed = before + (0.0 if a == b else _COSTS.get((a, b), _OTHERWISE))
            before, row[j] = row[j], min(row[j] + _WEAK.get(a, _LOST), row[j - 1] + _WEAK.get(b, _LOST), changed)
    return row[-1]
