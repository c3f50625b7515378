"""What a person says of themselves in a check-in, and nothing that they do not say. Pure."""

import re
from collections.abc import Mapping, Sequence

from interview.numbers import find_numbers
from twin_core.contract.numbers import numbers_in, words_of
from twin_core.contract.units import convert, same_kind

_NUMBER = r"(\d+(?:[.,]\d+)?)"
_SAID = {
    "energy": re.compile(rf"\benergy\b[^\d,;]*{_NUMBER}", re.IGNORECASE),
    "mood": re.compile(rf"\bmood\b[^\d,;]*{_NUMBER}", re.IGNORECASE),
    "stress": re.compile(rf"\bstress(?:ed)?\b[^\d,;]*{_NUMBER}", re.IGNORECASE),
    "sleep": re.compile(rf"\b(?:slept|sleep)\b[^\d,;]*{_NUMBER}", re.IGNORECASE),
}
_LEVELS: Mapping[str, float] = {"very low": 1, "low": 2, "medium": 3, "high": 4, "very high": 5}
# What a word says on the scale of 1 to 5.
_WORDS: Mapping[str, Mapping[str, float]] = {
    "energy": {
        **_LEVELS,
        "knackered": 1,
        "exhausted": 1,
        "worn out": 1,
        "not tired": 4,
        "tired": 2,
        "sleepy": 2,
        "ok": 3,
        "okay": 3,
        "fine": 3,
        "good": 4,
        "rested": 4,
        "great": 5,
        "full": 5,
    },
    "mood": {
        **_LEVELS,
        "awful": 1,
        "terrible": 1,
        "bad": 2,
        "sad": 2,
        "not good": 2,
        "not great": 2,
        "ok": 3,
        "okay": 3,
        "fine": 3,
        "not bad": 3,
        "good": 4,
        "great": 5,
        "happy": 5,
        "not happy": 2,
    },
    "stress": {
        **_LEVELS,
        "relaxed": 1,
        "calm": 1,
        "not at all": 1,
        "not stressed": 1,
        "not stressful": 1,
        "fine": 2,
        "a little": 2,
        "ok": 2,
        "okay": 2,
        "busy": 3,
        "stressed": 4,
        "stressful": 4,
        "very": 5,
        "very stressful": 5,
        "swamped": 5,
        "overwhelmed": 5,
    },
}


def self_reported(text: str, found: Mapping[str, object] | None = None) -> dict[str, float]:
    """By property. `found`: the words that the sentence has for one, by property."""
    figures = _in_figures(text)
    values = {n: float(f[1].replace(",", ".")) for n, p in _SAID.items() if (f := p.search(figures))}
    for name in _WORDS:
        said = (found or {}).get(name)
        if name not in values and said and (level := _level(name, str(said))) is not None:
            values[name] = level
    return values


def corrected(text: str, before: Mapping[str, float]) -> dict[str, float]:
    """ "No, six and a half hours": what is said otherwise now, of what was said before."""
    if values := self_reported(text):
        return values
    numbers = find_numbers(text)
    if len(numbers) != 1:
        return {}
    if numbers[0].unit and same_kind(numbers[0].unit, "h"):
        return {"sleep": convert(numbers[0].value, numbers[0].unit, "h")}
    return {next(iter(before)): numbers[0].value} if len(before) == 1 else {}


def _in_figures(text: str) -> str:
    """ "I slept seven hours and my mood is 4" with its 7, so that the sleep is not taken for the 4 of the mood."""
    words = words_of(text)
    for at, number in reversed(list(numbers_in(words))):
        if number.spoken:
            text = f"{text[: words[at].start]}{number.value:g}{text[words[number.end - 1].end :]}"
    return text


def answered(text: str, asked: Sequence[str]) -> dict[str, float]:
    """What an answer to the first of what is asked says, of that and of anything else that it names."""
    values = self_reported(text)
    first = asked[0]
    if first in values or (values and set(values) & set(asked)):
        return values
    if first in _WORDS and (level := _level(first, text)) is not None:
        return {**values, first: level}
    numbers = [] if values else find_numbers(text)
    if not numbers:
        return values
    number = numbers[0]
    in_hours = first == "sleep" and number.unit is not None and same_kind(number.unit, "h")
    return {first: convert(number.value, number.unit, "h") if in_hours else number.value}


def _level(name: str, text: str) -> float | None:
    """What the longest of the words says; a figure says it better."""
    if re.search(r"\d", text):
        return None
    words = _WORDS[name]
    hits = [word for word in words if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)]
    return words[max(hits, key=len)] if hits else None
