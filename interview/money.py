"""A price as people say it: "0.25 euros per kWh", "25 ct", "$0.18 a kWh", "250 € per MWh"."""

import re
from collections.abc import Mapping
from typing import Any

from interview.numbers import find_numbers, known_unit
from twin_core.contract.currencies import BY_WORD, HUNDREDTHS
from twin_core.contract.errors import Rejected
from twin_core.contract.units import convert, number_text

_TOKEN = re.compile(r"[€$£¥₹¢]|[a-z]+", re.IGNORECASE)
_PER = re.compile(r"(?:\bper\b|\beach\b|\ban?\b|/)\s*((?:[^\s,;!?]+\s*){1,3})", re.IGNORECASE)


def read_price(text: str, currency: str, per: str | None) -> Mapping[str, Any] | None:
    """The price as `{price, currency, per}` in the given unit; None where the text holds no single number.

    Raises Rejected when the price is for a unit of another kind.
    """
    numbers = find_numbers(text)
    if len(numbers) != 1:
        return None
    price = numbers[0].value
    for token in _TOKEN.findall(text):
        word = token.lower()
        if word in BY_WORD:
            currency = BY_WORD[word]
        elif word in HUNDREDTHS:
            price, currency = price / 100, HUNDREDTHS[word] or currency
    said_per = _unit_after_per(text)
    if said_per and per and said_per != per:
        price = price / _units_in(said_per, per)
    return {"price": round(price, 9), "currency": currency, "per": per or said_per}


def price_text(price: Mapping[str, Any]) -> str:
    """`0.25 EUR per kWh`."""
    per = f" per {price['per']}" if price.get("per") else ""
    return f"{number_text(float(price['price']), 4)} {price.get('currency', '')}{per}"


def currency_of(unit: str | None, otherwise: str = "EUR") -> str:
    """The currency that a unit such as EUR/kWh or ct/kWh begins with."""
    head = (unit or "").partition("/")[0].strip().lower()
    return BY_WORD.get(head, otherwise)


def _units_in(said: str, per: str) -> float:
    """How many `per` one `said` holds: 1000 for a MWh in kWh."""
    size = convert(1.0, said, per)
    if size <= 0:
        raise Rejected(f"A price per {said} cannot be turned into one per {per}.", code="wrong_unit")
    return size


def _unit_after_per(text: str) -> str | None:
    for match in _PER.finditer(text):
        words = match.group(1).split()
        for count in range(len(words), 0, -1):
            if unit := known_unit(" ".join(words[:count])):
                return unit
            singular = known_unit(" ".join(words[:count]) + "s")
            if singular:
                return singular
    return None
