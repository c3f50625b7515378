"""The words of a recognizer on disk: dictionary, live names as classes, and the control file that joins them."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.voice.corpus import CLASSES
from bot.voice.ports import Phrase
from bot.voice.pronunciations import Pronunciations
from bot.voice.words import said_words

MOST_NAMES = 2000  # of one kind: beyond, what is heard gets slow and wrong

_BASIC: dict[str, tuple[str, ...]] = {  # a class without a member cannot be read, and new houses have no names
    "twin": ("lamp", "thermostat"),
    "place": ("kitchen", "living room"),
    "task": ("the report",),
    "event": ("the meeting",),
    "person": ("anna",),
}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What is on disk; `names` are the entries of names with how they are written."""

    control: Path
    dictionary: Path
    names: dict[str, str]

    def text(self, entries: Iterable[str]) -> str:
        """Recognised entries as a text: variants and classes have gone, names are as they are written."""
        plain = (re.sub(r"\(\d+\)$", "", entry) for entry in entries)
        return " ".join(self.names.get(word, word) for word in plain if not word.startswith(("<", "[", "+")))

    def classed(self, entries: Iterable[str]) -> tuple[str, ...]:
        """Recognised entries as words, each name as its class, which is written `[twin]`."""
        plain = (re.sub(r"\(\d+\)$", "", entry) for entry in entries)
        words = (word for word in plain if not word.startswith(("<", "[", "+")))
        return tuple(f"[{word.rpartition('__')[2]}]" if word in self.names else word for word in words)


def write_lexicon(
    folder: Path, model: Path, words: Iterable[str], phrases: Iterable[Phrase], sounds: Pronunciations
) -> Lexicon:
    """Writes the files that one decoder reads. A name is an entry of its own, however many words it has."""
    found = members(phrases)
    sounds.prepare(word for rows in found.values() for text in rows for word in said_words(text))
    dictionary = {word: sounds.of([word]) for word in words}
    names: dict[str, str] = {}
    classes = []
    for kind, texts in found.items():
        entries = {}
        for text in texts:
            if heard := sounds.of(said_words(text)):
                entries[f"{'_'.join(said_words(text))}__{kind}"] = text
                dictionary[f"{'_'.join(said_words(text))}__{kind}"] = heard
        names |= entries
        share = 1 / len(entries)
        classes += [f"LMCLASS [{kind}]", *(f"{entry} {share:.8f}" for entry in entries), f"END [{kind}]"]
    (folder / "classes.def").write_text("\n".join((*classes, "")), encoding="utf-8")
    (folder / "words.dict").write_text("\n".join((*_entries(dictionary), "")), encoding="utf-8")
    listed = " ".join(f"[{kind}]" for kind in found)
    control = f"{{ {folder / 'classes.def'} }}\n{model} main {{ {listed} }}\n"
    (folder / "lm.ctl").write_text(control, encoding="utf-8")
    return Lexicon(folder / "lm.ctl", folder / "words.dict", names)


def members(phrases: Iterable[Phrase]) -> dict[str, list[str]]:
    """The names of each class, without doubles; sounding alike counts as the same. Where there are none, some usual."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for phrase in phrases:
        if phrase.kind in CLASSES and (words := said_words(phrase.text)):
            found[phrase.kind].setdefault(" ".join(words), phrase.text)
    return {kind: list(found[kind].values())[:MOST_NAMES] or list(_BASIC[kind]) for kind in CLASSES}


def _entries(dictionary: dict[str, list[str]]) -> Iterable[str]:
    for word in sorted(dictionary):
        for at, sound in enumerate(dictionary[word], start=1):
            yield f"{word} {sound}" if at == 1 else f"{word}({at}) {sound}"
