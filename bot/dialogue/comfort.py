"""What somebody says of how a room is to be in, and what that asks for: "I'm cold". Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.dialogue.decision import Decision
from bot.dialogue.mentions import Mentioned
from bot.dialogue.reference import Target, World
from bot.dialogue.state import DialogueState, Request
from bot.ports import Parse

_ROOM = r"(?:the (?:\w+ ){1,3}|my (?:\w+ ){1,2}|this room |(?:in )?here )"
_WHO = (
    r"(?:i['’]?m|i am|we['’]?re|we are|i feel|we feel|feeling|it['’]?s(?: getting)?|it is|it feels|it got|"
    rf"(?:the )?(?:kids|children|baby|wife|husband|guests?) (?:is|are)|{_ROOM}(?:is|feels|are))"
)
_DEGREE = (
    r"(?:(?:really|so|very|too|a bit|a little|still|quite|rather|pretty|far|way|much|getting|terribly|bloody|just|"
    r"again|now|kind of|awfully) )*"
)
_FELT = {
    "cold": "cold|freezing(?: cold)?|chilly|shivering|frozen|nippy|freezing to death|icy",
    "hot": "hot|boiling|roasting|sweating|sweltering|melting|baking|(?<=too )warm|(?<=so )warm",
    "dark": "dark|gloomy|dim",
    "stuffy": "stuffy|stale|smelly",
}
_COMPLAINT = re.compile(
    rf"(?:^|[,.!;]\s*|\b(?:and|but|because|since|as|oh|hmm|now) ){_WHO} {_DEGREE}"
    + "(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _FELT.items())
    + r")\b",
    re.IGNORECASE,
)
_CANNOT_SEE = re.compile(
    r"\bi (?:can['’]?t|cannot|can barely|can hardly) see (?:a thing|anything|much|a damn thing)\b", re.IGNORECASE
)
_SHIVER = re.compile(r"^\W*br+\b\W*", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"\b(?:outside|outdoors|out there|today|tomorrow|tonight|soup|tea|coffee|food|water)\b|"
    r"\bnot\b|\benough\b|n['’]t\b(?! it\b)",
    re.IGNORECASE,
)
_MOST = 8  # so many may be offered


@dataclass(frozen=True, slots=True)
class Complaint:
    """What would help: things of the types, brought by a command with the slots; or the value to be told."""

    types: tuple[str, ...]
    slots: Mapping[str, Any]
    asks: str = ""


_REMEDIES = {
    "cold": Complaint(("thermostat",), {"value": {"steps": 1, "property": "temperature"}}, "temperature"),
    "hot": Complaint(("thermostat",), {"value": {"steps": -1, "property": "temperature"}}, "temperature"),
    "dark": Complaint(("light",), {"value": True}),
    "stuffy": Complaint((), {}, "co2"),
}


def complaint(text: str) -> Complaint | None:
    """What would help whoever says this; None where it is no complaint about a room."""
    if _SHIVER.search(text):
        rest = _SHIVER.sub("", text)
        return _REMEDIES["cold"] if not rest or _named(rest) in (None, "cold") else None
    name = "dark" if _CANNOT_SEE.search(text) else _named(text)
    return _REMEDIES[name] if name else None


def _named(text: str) -> str | None:
    found = _COMPLAINT.search(text)
    if (
        found is None
        or _ELSEWHERE.search(text)
        or (text.rstrip().endswith("?") and not re.search(r"n['’]t it\W*$", text))
    ):
        return None
    return next(name for name in _FELT if found[name])


def relief(state: DialogueState, parse: Parse, m: Mentioned, world: World) -> Decision | None:
    """What is offered to whoever complains, for the room that was named or spoken of; None where nothing helps."""
    named = any(m.slots.get(k) for k in ("twins", "unknown", "action", "value", "task")) or m.choices
    felt = None if named else complaint(parse.text)
    place = m.slots.get("place")
    if felt is None or (
        place and parse.intent == "control_device" and re.search(r"\btoo\b", parse.text, re.IGNORECASE)
    ):
        return None
    where = place or state.place
    slots = {"text": parse.text, **({"place": place} if place else {})}
    if not felt.types:
        return _told(felt, slots, where, world)
    helpful = world.select(types=felt.types, place=where) if where else []
    if not helpful and place:
        return _told(felt, slots, place, world)
    helpful = helpful or world.select(types=felt.types)
    ids = tuple(t.id for t in helpful)
    if len(ids) == 1:
        return Decision("do", Request("offer_change", {**felt.slots, "twins": ids, "asks": felt.asks}))
    return (
        Decision("choose", Request("control_device", felt.slots), Target(choices=ids))
        if ids and len(ids) <= _MOST
        else None
    )


def _told(felt: Complaint, slots: Mapping[str, Any], where: str | None, world: World) -> Decision | None:
    measured = world.select(property=felt.asks, place=where) if felt.asks else []
    ids = tuple(t.id for t in measured)
    request = Request("ask_status", {**slots, "twins": ids, "property": felt.asks})
    return Decision("do", request) if ids and len(ids) <= _MOST else None
