"""Which of the choices of a question a text says: one of them, or several."""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz, process

from interview.phrases import phrases
from twin_core.contract.template import Question

_IMPORTANCE = {
    "high": "very important|critical|essential|vital|crucial|important|urgent|top|highest",
    "low": "unimportant|not (?:so |very |that |really |at all )?important|minor|trivial|lowest|little|doesn'?t matter",
    "normal": "medium|average|standard|ordinary|regular|middling|usual|moderate",
}
_ALL = re.compile(
    "^" + phrases(r"(?:all|both|every one)(?: (?:of )?(?:them|these|those))?|everything") + r"\b", re.IGNORECASE
)
_NONE = re.compile(
    "^"
    + phrases(
        r"not at all|off|never|"
        r"(?:no|none|neither|nothing)(?: (?:of (?:them|these|those)|yet|special|in particular|thanks?))?"
    )
    + "$",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"\b(?:but not|but|except(?: for)?|apart from|without|not)\b", re.IGNORECASE)
_ALIKE = 85  # of 100: a word misspelt


def titled(choice: str) -> str:
    """A choice as people read it."""
    return choice.replace("_", " ")


def choice_said(question: Question, said: str) -> str | None:
    """The one choice that a tidy text says; None where it says none, or more than one."""
    said = said.lower().strip(" .!\"'")
    choices = {titled(choice).lower(): choice for choice in question.choices}
    if said in choices:
        return choices[said]
    inside = [choice for plain, choice in choices.items() if re.search(rf"(?<!\w){re.escape(plain)}(?!\w)", said)]
    if question.slot == "importance" and not inside:
        inside = _importance(said, question)
    if len(inside) == 1 and not re.search(rf"\bnot\s+(?:\w+\s+)?{re.escape(inside[0].lower())}\b", said):
        return inside[0]
    core = re.sub(r"^(?:it'?s|it is|the|a|an|i'd say|rather|quite|very|about)\s+", "", said)
    scored = sorted(((fuzz.ratio(core, plain), choice) for plain, choice in choices.items()), reverse=True)
    if not inside and scored and scored[0][0] >= 75 and (len(scored) == 1 or scored[0][0] - scored[1][0] >= 8):
        return scored[0][1]
    return None


def choices_said(question: Question, said: str) -> list[str] | None:
    """The choices that a tidy text says, in the order of the question: [] of "none", None where it says nothing."""
    said = said.strip(" .!\"'")
    if _NONE.match(said):
        return []
    wanted, *others = _EXCEPT.split(said, maxsplit=1)
    named = set(question.choices) if _ALL.match(wanted.strip()) else _named(question, wanted)
    left_out = _named(question, others[0]) if others else set()
    return [choice for choice in question.choices if choice in named - left_out] if named else None


def _named(question: Question, text: str) -> set[str]:
    """Those whose name, or another word for it, stands in the text; a single misspelt word counts, too."""
    words = {word.lower(): choice for choice in question.choices for word in _words(question, choice)}
    found = {
        choice for word, choice in words.items() if re.search(rf"(?<!\w){_spelled(word)}s?(?!\w)", text, re.IGNORECASE)
    }
    if found:
        return found
    near = (process.extractOne(word, words.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE) for word in _parts(text))
    return {words[match[0]] for match in near if match}


def _words(question: Question, choice: str) -> Iterable[str]:
    return (titled(choice), *question.choice_words.get(choice, ()))


def _parts(text: str) -> list[str]:
    """What is named one after the other: between commas, and each word."""
    return [part.strip().lower() for part in (*re.split(r",|\band\b", text), *text.split()) if len(part.strip()) > 3]


def _spelled(word: str) -> str:
    return r"\s+".join(re.escape(part) for part in word.removesuffix("s").split())


def _importance(said: str, question: Question) -> list[str]:
    for level in ("low", "high", "normal"):  # "not important" holds "important"
        if level in question.choices and re.search(rf"\b(?:{_IMPORTANCE[level]})\b", said):
            return [level]
    return []
