"""How words sound, in the phonemes of the acoustic model: CMU's dictionary, and espeak-ng for what it does not hold.

Phonemes are those of ARPAbet without stress. espeak-ng writes IPA; see its docs/phonemes.md.
"""

import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import pocketsphinx

DICTIONARY = Path(pocketsphinx.get_model_path()) / "en-us" / "cmudict-en-us.dict"
VARIANTS = 3  # of one word
TOGETHER = 4  # of a name of several words

_VARIANT = re.compile(r"\(\d+\)$")
_BREAKS = re.compile(r"[_\s]+")
_TIMEOUT_S = 20
_BATCH = 200

_IPA = {
    ipa: arpabet
    for arpabet, spellings in {
        "IY": "i iː", "IH": "ɪ ᵻ ɨ", "EY": "e eɪ eː", "EH": "ɛ ɛː", "AE": "æ a aː ææ", "AA": "ɑː ɑ ɒ", "AO": "ɔ ɔː oː",
        "OW": "oʊ o əʊ", "UH": "ʊ", "UW": "uː u", "AH": "ʌ ə ɐ ɐɐ", "ER": "ɜː ɚ ɜ", "AH L": "əl l̩", "AH N": "n̩",
        "AY": "aɪ", "AW": "aʊ", "OY": "ɔɪ", "AO R": "oːɹ ɔːɹ oɹ", "AA R": "ɑːɹ", "EH R": "ɛɹ eə", "IH R": "ɪɹ ɪə",
        "UH R": "ʊɹ ʊə", "AY ER": "aɪɚ", "AY AH": "aɪə", "IY AH": "iə", "B": "b", "D": "d", "F": "f", "G": "ɡ g",
        "HH": "h ç", "Y": "j", "K": "k x", "L": "l ɬ", "M": "m", "N": "n", "NG": "ŋ", "P": "p", "R": "ɹ r ʁ", "S": "s",
        "SH": "ʃ", "T": "t ɾ ʔ", "TH": "θ", "DH": "ð", "V": "v", "W": "w", "Z": "z", "ZH": "ʒ", "CH": "tʃ", "JH": "dʒ",
        "N Y": "ɲ", "UW AH": "yː y", "ER AH": "øː œ",
    }.items()
    for ipa in spellings.split()
}  # fmt: skip

# Where espeak-ng is absent: letters and pairs, the longest first. Rough, and heard all the same more often than not.
_LETTERS = {
    "tch": "CH", "igh": "AY", "sch": "SH", "ch": "CH", "sh": "SH", "th": "TH", "ph": "F", "ck": "K", "ng": "NG",
    "qu": "K W", "ee": "IY", "ea": "IY", "oo": "UW", "ou": "AW", "ow": "OW", "oa": "OW", "ai": "EY", "ay": "EY",
    "oi": "OY", "oy": "OY", "au": "AO", "aw": "AO", "er": "ER", "ir": "ER", "ur": "ER", "ar": "AA R", "or": "AO R",
    "a": "AE", "b": "B", "c": "K", "d": "D", "e": "EH", "f": "F", "g": "G", "h": "HH", "i": "IH", "j": "JH", "k": "K",
    "l": "L", "m": "M", "n": "N", "o": "AA", "p": "P", "q": "K", "r": "R", "s": "S", "t": "T", "u": "AH", "v": "V",
    "w": "W", "x": "K S", "y": "IY", "z": "Z",
}  # fmt: skip
_SPELLING = re.compile("|".join(sorted(_LETTERS, key=len, reverse=True)))


class Pronunciations:
    """Looks words up; `dictionary` is in CMU's format."""

    def __init__(self, dictionary: Path) -> None:
        self._known = _read(dictionary)
        self._guessed: dict[str, str] = {}

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def of(self, words: Sequence[str]) -> list[str]:
        """How these words sound one after another: a few variants, the most likely first; none if nothing is known."""
        sounds = [""]
        for word in words:
            variants = self._known.get(word, ())[:VARIANTS] or tuple(filter(None, (self._guess(word),)))
            if not variants:
                return []
            sounds = [f"{before} {sound}".strip() for before in sounds for sound in variants][:TOGETHER]
        return sounds

    def prepare(self, words: Iterable[str]) -> None:
        """Guesses the unknown ones of many words at once, which is much quicker than one by one."""
        unknown = sorted({w for w in words if w not in self._known and w not in self._guessed})
        for start in range(0, len(unknown), _BATCH):
            self._guessed.update(_sounds(unknown[start : start + _BATCH]))

    def _guess(self, word: str) -> str:
        if word not in self._guessed:
            self.prepare([word])
        return self._guessed.get(word, "")


def _sounds(words: list[str]) -> Mapping[str, str]:
    program = shutil.which("espeak-ng")
    if program is not None:
        command = [program, "-v", "en-us", "-q", "--ipa=1", "--sep=_", "--stdin"]
        try:
            done = subprocess.run(  # noqa: S603  a program of the system, and words of letters only
                command, input="\n".join(words), capture_output=True, text=True, check=True, timeout=_TIMEOUT_S
            )
            lines = [line for line in done.stdout.splitlines() if line.strip()]
            if len(lines) == len(words):
                return {word: _arpabet(line) for word, line in zip(words, lines, strict=True)}
        except (subprocess.SubprocessError, OSError):
            pass  # as good as absent
    return {word: " ".join(_LETTERS[part] for part in _SPELLING.findall(word)) for word in words}


def _arpabet(ipa: str) -> str:
    parts = (part.strip("ˈˌ") for part in _BREAKS.split(ipa.strip()))
    return " ".join(_IPA[part] for part in parts if part in _IPA)


@cache
def _read(dictionary: Path) -> Mapping[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in dictionary.read_text(encoding="utf-8").splitlines():
        word, _, sound = line.partition(" ")
        found[_VARIANT.sub("", word)].append(sound.strip())
    return {word: tuple(sounds) for word, sounds in found.items()}
