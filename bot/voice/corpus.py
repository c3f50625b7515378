"""What people may say, as sentences of words and classes: the training data, and everyday requests to any house.

A class stands for the live names of a kind: `[twin]` for each twin there is. `everyday.txt` holds what any house is
asked, also what Pollux does not do: heard as what it is, it is not taken for the nearest command; `requests.txt` what
Pollux is asked. `[words]` at the end
are any words: what a task is called, nobody knows beforehand.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bot.nlu.training_data import Example, TrainingData
from bot.voice.ports import Phrase
from bot.voice.sentences import NUMBER, Sentence, shape
from bot.voice.words import ONES, TENS, said_words

CLASSES = ("twin", "place", "task", "event", "person")
GENERAL = ("time", "duration", "recurrence", "property")  # alike in every house
ANYTHING = "words"
_FOR_EXAMPLE = {  # of what is general, for those who have no such class
    "time": ("today", "tomorrow", "this week"),
    "duration": ("an hour", "ten minutes"),
    "property": ("temperature", "humidity", "pressure"),
}
_ALSO_LITERAL = ("task", "event", "person")  # new ones are named that nobody knows yet
_DAYS = "today tomorrow Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_HOURS = (
    *("", " morning", " afternoon", " evening", " at 9", " at 9 am", " at 9 pm", " at 9:30", " at 9 o'clock"),
    *(" at half past 9", " at quarter past 9", " at quarter to 9", " at noon", " at 9 in the morning"),
)
_EVERYDAY, _REQUESTS = (Path(__file__).with_name(name) for name in ("everyday.txt", "requests.txt"))
_PART = re.compile(r"\((?P<one>[^()]*)\)|\[(?P<maybe>[^\[\]]*)\]|(?P<word>[^\s()\[\]]+)")
_CLASS = re.compile(r"\{(\w+)\}")
_NUMBERS = (
    *ONES[1:],
    *TENS[2:],
    *(f"{TENS[tens]} {ONES[ones]}" for tens, ones in ((2, 1), (2, 2), (2, 5), (3, 5), (4, 5))),
)


def corpus(data: TrainingData, known: Callable[[str], bool], classes: Sequence[str] = CLASSES) -> list[Sentence]:
    """Every sentence of the training data and of everyday whose words are all `known`: misspellings are never said.

    Numbers are written out in words, some of them.
    """
    sentences = [*_of_data(data, classes), *everyday(classes)]
    return [s for s in sentences if _is_said(s, known)]


def shapes(data: TrainingData, known: Callable[[str], bool], classes: Sequence[str] = CLASSES) -> set[Sentence]:
    """The same and all that Pollux is asked, each once: with `{number}` for every number.

    For ears that do not confuse more the more there is.
    """
    sentences = itertools.chain(_of_data(data, classes), everyday(classes, (NUMBER,)), requests(classes))
    return {shape(s) for s in sentences if _is_said(s, known)}


def everyday(classes: Sequence[str] = CLASSES, numbers: Sequence[str] = _NUMBERS) -> list[Sentence]:
    """The sentences of everyday, written out; with examples for what is none of the classes."""
    return list(_written_in(_EVERYDAY, classes, numbers))


def requests(classes: Sequence[str] = CLASSES) -> Iterator[Sentence]:
    """What Pollux is asked, written out but for its numbers."""
    return _written_in(_REQUESTS, classes, (NUMBER,))


def _is_said(sentence: Sentence, known: Callable[[str], bool]) -> bool:
    return bool(sentence) and all(word.startswith(("[", "{")) or known(word) for word in sentence)


def _of_data(data: TrainingData, classes: Sequence[str]) -> Iterator[Sentence]:
    return (sentence for example in data.examples for sentence in _of_example(example, classes))


def _written_in(file: Path, classes: Sequence[str], numbers: Sequence[str]) -> Iterator[Sentence]:
    lines = file.read_text(encoding="utf-8").splitlines()
    written = (s for line in lines if line.strip() and not line.startswith("#") for s in _written_out(line, numbers))
    return (s for sentence in written for s in _with_examples(sentence, classes))


def fillers(data: TrainingData, known: Callable[[str], bool], classes: Sequence[str]) -> list[Phrase]:
    """What stands for these classes in the training data, and usual times."""
    found = {(s.kind, e.text[s.start : s.end]) for e in data.examples for s in e.spans if s.kind in classes}
    if "time" in classes:
        found |= {("time", f"{before}{day}{behind}") for before in ("", "next ") for day in _DAYS for behind in _HOURS}
        found |= {("time", f"on {day}{behind}") for day in _DAYS[2:] for behind in _HOURS}
    bare = {("time", text) for _, text in found if text.isdigit()}  # any number would be a time: “to 400”
    return [Phrase(text, kind) for kind, text in sorted(found - bare) if all(map(known, said_words(text)))]


def _with_examples(sentence: Sentence, classes: Sequence[str]) -> Iterator[Sentence]:
    """The sentence with each class that is none of `classes` filled in; none where any words would have to be."""
    filled = [
        _FOR_EXAMPLE.get(word[1:-1], ()) if word.startswith("[") and word[1:-1] not in classes else (word,)
        for word in sentence
    ]
    for chosen in itertools.product(*filled):
        yield tuple(" ".join(chosen).split())


def _of_example(example: Example, classes: Sequence[str]) -> Iterator[Sentence]:
    spans = sorted((s for s in example.spans if s.kind in classes), key=lambda s: s.start)
    if any(s.kind in _ALSO_LITERAL for s in spans):
        yield tuple(said_words(example.text))
    words: list[str] = []
    at = 0
    for span in spans:
        words += [*said_words(example.text[at : span.start]), f"[{span.kind}]"]
        at = span.end
    yield (*words, *said_words(example.text[at:]))


def _written_out(line: str, numbers: Sequence[str]) -> Iterator[Sentence]:
    """Every choice; numbers of one sentence change together, since any is as good as another."""
    parts: list[list[str]] = []
    for match in _PART.finditer(line):
        if match["one"] is not None:
            parts.append([option.strip() for option in match["one"].split("|")])
        elif match["maybe"] is not None:
            parts.append(["", *(option.strip() for option in match["maybe"].split("|"))])
        else:
            parts.append([match["word"]])
    for chosen in itertools.product(*parts):
        words = " ".join(chosen).lower()  # also “I”: as the other sentences have it
        for number in numbers if NUMBER in words else ("",):
            written = words.replace(NUMBER, number)
            yield tuple(word if word == NUMBER else _CLASS.sub(r"[\1]", word) for word in written.split())
