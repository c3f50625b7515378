"""Typed answers: from what a person says to the value of a slot, or the reason why it does not fit."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from rapidfuzz import fuzz, process

from interview.choices import choice_said, choices_said, titled
from interview.hours import read_hours
from interview.money import currency_of, price_text, read_price
from interview.numbers import find_numbers, known_unit
from interview.phrases import phrases
from twin_core.contract.errors import Rejected
from twin_core.contract.template import Question
from twin_core.contract.units import Quantity, convert, quantity_text, same_kind

MAX_TEXT = 80  # a name or place longer than this is a story

_YES = re.compile(
    phrases(r"""
        yes|yep|yeah|yup|sure|of course|certainly|correct|right|true|affirmative|on|definitely|absolutely|please do
        i do|we do|it (?:does|is|has|can)|there (?:is|are)
    """)
    + r"\b",
    re.IGNORECASE,
)
_NO = re.compile(
    phrases(r"""
        no|nope|nah|not|never|false|negative|off|none|without
        (?:i|we|it|there|they) (?:do|does|is|has|are|can)(?:n'?t| not| no)
        (?:i|we|it|they) can'?t
    """)
    + r"\b",
    re.IGNORECASE,
)
_NAME_LEAD = re.compile(
    "^"
    + phrases(r"""
        (?:please )?(?:call|name|label) (?:it|him|her|them|this|that|me)
        (?:please )?rename (?:it|that)(?: (?:to|as|into))?
        (?:it(?:'s| is| should be| will be)|i(?:'m| am)|that(?:'s| is))(?: (?:called|named|known as))?
        (?:we|people|everybody) calls? it
        (?:(?:my|its|the|his|her) )?(?:full )?name(?: (?:is|should be|will be|to)|:|\s*=)?(?: called)?
        called|named|known as
    """)
    + r"\s+",
    re.IGNORECASE,
)
_PLACE_LEAD = re.compile(
    "^(?:"
    + phrases(r"""
        it(?:'s| is| stands| hangs| sits| lives| stays| will be| goes)
        (?:i|we) (?:put|have|keep|installed|work|live|sit)(?: it)?
        (?:(?:its|the|my) )?(?:place|room|location)(?: (?:is|should be|to)|:|\s*=)
        put it|located|standing|installed|mounted|that(?:'s| is)
        (?:move|set|change) it to
    """)
    + r"\b\s*)?(?:(?:down|up|over|out|just|right|also|actually)\s+)*(?:(?:in|on|at|inside|into|to|from)\s+)?"
    r"(?:(?:the|my|our|a|an)\s+)?",
    re.IGNORECASE,
)
_TIME = re.compile(r"\b([01]?\d|2[0-3])(?:[:.h]([0-5]\d))?\s*(?:o'?clock\s*)?([ap])?\.?m?\b", re.IGNORECASE)
_NO_NAME = re.compile(r"[\W_]*", re.UNICODE)


class Misfit(Exception):
    """An answer that does not fit, and the sentence that says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def tidy(text: str) -> str:
    """One line without control characters, typographic quotes and doubled spaces."""
    shown = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs") else c for c in text[:2000])
    return " ".join(shown.replace("’", "'").split())


def read_answer(question: Question, text: str, before: Any = None) -> Any:
    """The value that a text gives to a question. Raises Misfit with the reason.

    `before` is the answer that this one takes the place of: a new price keeps its currency.
    """
    if is_price(question):
        return _price(question, text, before)
    if question.unit == "time":
        return _time(text)
    if question.unit == "hours":
        return _hours(question, text)
    if question.slot == "timezone":
        return _timezone(text)
    match question.kind:
        case "number":
            return _number(question, text)
        case "boolean":
            return _boolean(text)
        case "choice":
            return _choice(question, text)
        case "choices":
            return _choices(question, text)
        case "place":
            return _words(text, _PLACE_LEAD, "place")
        case "text":
            return _words(
                text, _NAME_LEAD if question.slot == "name" else None, "name" if question.slot == "name" else "answer"
            )


def value_text(question: Question, value: Any) -> str:
    """A slot's value as a person reads it."""
    if isinstance(value, Mapping):
        return price_text(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(map(titled, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return quantity_text(float(value), question.unit, 3)
    return str(value)


def is_price(question: Question) -> bool:
    """Whether the slot is money per unit, which is stored as a tariff."""
    path = question.slot.split(".")
    return question.kind in ("number", "text") and (path == ["tariff"] or path[-1] == "price")


def range_text(question: Question) -> str:
    """`between 5 and 30 °C`, `at least 0 %`; empty without a range."""
    low, high = question.minimum, question.maximum
    if low is not None and high is not None:
        return f"between {quantity_text(low, None)} and {quantity_text(high, question.unit)}"
    if low is not None:
        return f"at least {quantity_text(low, question.unit)}"
    return f"at most {quantity_text(high, question.unit)}" if high is not None else ""


def _number(question: Question, text: str) -> float:
    numbers = find_numbers(text)
    fitting = [n for n in numbers if n.unit and question.unit and same_kind(n.unit, question.unit)]
    if len(fitting) == 1:
        numbers = fitting
    if len(numbers) != 1:
        what = "several numbers" if numbers else "no number"
        raise Misfit(f"I need one number{_in_unit(question)} here; I heard {what}.")
    said = numbers[0]
    try:
        value = convert(said.value, said.unit, question.unit)
    except Rejected:
        asked = question.unit or "a bare number"
        raise Misfit(f"{Quantity(said.value, said.unit)} cannot be turned into {asked}.") from None
    if question.unit is None and said.unit is not None:
        value = said.value
    return _in_range(question, round(value, 9))


def _in_range(question: Question, value: float) -> float:
    low, high = question.minimum, question.maximum
    if (low is not None and value < low) or (high is not None and value > high) or abs(value) > 1e15:
        allowed = range_text(question) or "a number of a sensible size"
        raise Misfit(f"{quantity_text(value, question.unit)} is out of range: it has to be {allowed}.")
    return value


def _in_unit(question: Question) -> str:
    return f" in {question.unit}" if question.unit else ""


def _price(question: Question, text: str, before: Any) -> Mapping[str, Any]:
    per = known_unit((question.unit or "").partition("/")[2])
    currency = before["currency"] if isinstance(before, Mapping) else currency_of(question.unit)
    try:
        price = read_price(text, currency, per)
    except Rejected as error:
        raise Misfit(str(error)) from None
    if price is None:
        raise Misfit(f"I need the price as a number, like 0.25 euros{f' per {per}' if per else ''}.")
    if price["price"] < 0 or price["price"] > 1e9:
        raise Misfit("A price cannot be below zero." if price["price"] < 0 else "That price is too high to be true.")
    _in_range(question, price["price"])
    return price


def _boolean(text: str) -> bool:
    plain = tidy(text).lower().lstrip("\"'( ")
    if _NO.match(plain):
        return False
    if _YES.match(plain):
        return True
    if re.search(r"\b(?:not|no|n't|never)\b|n't\b", plain):
        return False
    raise Misfit("Please answer yes or no.")


def _choice(question: Question, text: str) -> str:
    said = choice_said(question, tidy(text))
    if said is None:
        raise Misfit(f"Please choose one of: {', '.join(map(titled, question.choices))}.")
    return said


def _choices(question: Question, text: str) -> list[str]:
    said = choices_said(question, tidy(text))
    if said is None:
        raise Misfit(f"Please name some of: {', '.join(map(titled, question.choices))}; or none.")
    return said


def _time(text: str) -> str:
    match = _TIME.search(tidy(text))
    if not match:
        raise Misfit("I need a time of day, like 8:30.")
    hour, minute = int(match.group(1)), int(match.group(2) or 0)
    if match.group(3) and hour <= 12:
        hour = hour % 12 + (12 if match.group(3).lower() == "p" else 0)
    return f"{hour:02d}:{minute:02d}"


def _hours(question: Question, text: str) -> str:
    hours = read_hours(tidy(text), str(question.default))
    if hours is None:
        raise Misfit(f"I need two times of day, like {question.default or '22:00-06:00'}.")
    return hours


def _timezone(text: str) -> str:
    """The zone's own name, from it or from its city: `Berlin` is Europe/Berlin."""
    said = re.sub(r"^(?:i live in|i'm in|in|it's|the time in)\s+", "", tidy(text).strip(" .!"), flags=re.IGNORECASE)
    plain = said.lower().replace(" ", "_")
    zones = _zones()
    if plain in zones:
        return zones[plain]
    near = process.extractOne(plain, zones.keys(), scorer=fuzz.ratio, score_cutoff=80)
    if near is None:
        raise Misfit("I do not know that time zone; name it like Europe/Berlin, or its largest city.")
    return zones[near[0]]


@cache
def _zones() -> dict[str, str]:
    names = sorted(available_timezones())
    cities = {name.rpartition("/")[2].lower(): name for name in names if not name.startswith("Etc/")}
    return {**cities, **{name.lower(): name for name in names}}


def _words(text: str, lead: re.Pattern[str] | None, what: str) -> str:
    """A name or place without its lead-in, quotes and full stop."""
    said = tidy(text).strip()
    if said.endswith("?"):
        raise Misfit(f"That sounds like a question; I need a {what} here.")
    if lead is not None:
        said = lead.sub("", said, count=1)
    said = re.sub(r",?\s*(?:please|thanks|thank you|i think|i guess)[.!]*$", "", said, flags=re.IGNORECASE)
    said = said.strip(" \t,;:.!\"'“”„«»`")
    if what == "name":
        said = re.sub(r"^(?:the|my|our)\s+(?=\S)", "", said, flags=re.IGNORECASE)
    if _NO_NAME.fullmatch(said):
        raise Misfit(f"I did not hear a {what} in that.")
    if len(said) > MAX_TEXT:
        raise Misfit(f"That is too long for a {what}: at most {MAX_TEXT} characters.")
    return said
