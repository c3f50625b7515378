"""What the whole house draws and uses: said without naming the meter that counts it. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.dialogue.mentions import Mentioned
from bot.dialogue.reference import World
from twin_core.contract.views import TwinView

# Everything that somebody answers for, unless a place of theirs is called so.
EVERYWHERE = frozenset(
    "plant factory house home building site works facility premises shop warehouse office company here flat apartment "
    "cottage villa bungalow farm".split()
)
_ASKING = frozenset({"ask_status", "ask_history"})
_WORDS: Mapping[str, re.Pattern[str]] = {
    "water_meter": re.compile(r"\bwater\b", re.IGNORECASE),
    "gas_meter": re.compile(r"\bgas\b", re.IGNORECASE),
    "electricity_meter": re.compile(
        r"\b(?:electricity|electric|power|energy|watts?|kilowatts?|kwh|us(?:e|ed|ing)|consum\w+|draw(?:ing|n)?)\b",
        re.IGNORECASE,
    ),
}
_PRESENT: Mapping[str, str] = {"water_meter": "flow", "gas_meter": "flow", "electricity_meter": "power"}


def without_whole_house(m: Mentioned, world: World) -> Mentioned:
    """ "Every light in the house" is every light, unless a place of theirs is called so."""
    place = str(m.slots.get("place") or m.unknown or "").lower()
    if place not in EVERYWHERE or place in (known.lower() for known in world.places()):
        return m
    slots = {key: value for key, value in m.slots.items() if key not in ("place", "places")}
    return replace(m, slots=slots, unknown="", all=True)


def metered(intent: str, m: Mentioned, world: World) -> tuple[str, str] | None:
    """The only meter that counts what is asked about, and its property; None where another thing is named."""
    if intent not in _ASKING or m.slots.get("twins") or m.choices or not _is_of_all(m, world):
        return None
    place = str(m.slots.get("place") or m.unknown or "").lower()
    if place and (place not in EVERYWHERE or place in (known.lower() for known in world.places())):
        return None
    meter = meter_of(str(m.slots.get("text", "")), world)
    if meter is None:
        return None
    return meter.id, _PRESENT[meter.type] if intent == "ask_status" else "reading"


def meter_of(text: str, world: World) -> TwinView | None:
    """The only meter that counts what a text speaks of."""
    kind = next((kind for kind, words in _WORDS.items() if words.search(text)), None)
    meters = world.select(types=(kind,)) if kind else []
    return meters[0] if len(meters) == 1 else None


def _is_of_all(m: Mentioned, world: World) -> bool:
    """Whether no kind is named; "the house" is read as one where no twin of a place is called so."""
    types = set(m.slots.get("types", ()))
    return not types or (types == {"place"} and not world.select(types=("place",)))
