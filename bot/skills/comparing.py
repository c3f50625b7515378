"""Things side by side: which is warmest, which uses most."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogue.metering import meter_of
from bot.dialogue.registry import named_property
from bot.dialogue.state import Listing, Request
from bot.replies.phrases import capital, listed, value_text
from bot.skills._periods import compare_periods, compared_property, two_periods
from bot.skills._usual import asks_what_is_usual, compare_with_usual
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.commands import GetState
from twin_core.contract.errors import NotFound
from twin_core.contract.template import PropertySpec
from twin_core.contract.units import quantity_text
from twin_core.contract.views import PropertyValue, TwinView

EXAMPLE: Mapping[str, Any] = {}
FACTS = 4  # so many values are told
_WARMTH = re.compile(r"\b(?:warm|hot|cold|cool)", re.IGNORECASE)
_OF_THEM = re.compile(r"\b(?:which (?:one|of)|them|those|these|the two|either)\b", re.IGNORECASE)
_LEAST = re.compile(
    r"\b(?:cold|cool|low|small|weak|slow|dri|dark|quiet|few)est\b|\bleast\b|\bwhich\b.*\bless\b|\b(?:colder|cooler|lower)\b",
    re.IGNORECASE,
)
_MOST = re.compile(
    r"\b(?!(?:interest|nearest|request|latest|test|rest|best|guest|west|nest|forest|protest|suggest|honest)\b)\w{2,}est\b"
    r"|\bmost\b|\bwhich\b.*\bmore\b|\bworse\b|\bworst\b|\b(?:warmer|hotter|higher)\b",
    re.IGNORECASE,
)
_APART = re.compile(r"\bhow much\b|\bby how\b|\bdifference\b|\bcompared?\b", re.IGNORECASE)
_VESSELS = re.compile(
    r"\b(?:tank|vessel|vat|pipe|pipework|oven|furnace|kiln|silo|hopper|bearing|flow|return|supply|outdoors?|outside|pool|"
    r"aquarium|fridge|freezer|chiller|buffer|cylinder|reactor)s?\b(?! (?:room|house|hall))",
    re.IGNORECASE,
)
_STEM = 6  # letters that tell a word: "vibrates" speaks of vibration
_HABITABLE = 60.0  # °C: what is hotter is no room


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"compare_twins": compare_twins}


async def compare_twins(turn: Turn) -> Outcome:
    """The same property of several twins side by side, the highest first; of one thing, two stretches of time."""
    if (periods := two_periods(turn)) and (one := _compared_with_itself(turn)):
        return await compare_periods(one, compared_property(one, turn), periods, turn)
    if asks_what_is_usual(turn) and (one := _compared_with_itself(turn)):
        return await compare_with_usual(one, compared_property(one, turn), turn)
    return await _side_by_side(turn)


async def _side_by_side(turn: Turn) -> Outcome:
    registry = turn.services.registry
    twins = [t for i in turn.request.twins if (t := registry.twin(i))]
    wanted = turn.request.get("property")
    wanted = _property_in(turn.request, (*turn.request.twins, *turn.state.twins), turn) or wanted
    if wanted is None and _WARMTH.search(str(turn.request.get("text", ""))):
        wanted = "temperature"
    types = [t for t in turn.request.get("types", ()) if t != "place"]  # "the warmest room" compares what is in it
    named = types or turn.request.get("places") or "place" in turn.request.get("types", ())
    if not twins and not named and len(focus := _spoken_of(turn)) > 1:
        twins = [t for i in focus if (t := registry.twin(i))]
        before = turn.state.property  # "which one's worse?", after their vibration
        wanted = wanted or (before if before and all(registry.spec(t, before) for t in twins) else None)
    if len(twins) < 2:
        pools = _by_place(wanted, turn)
        twins = [t for pool in pools for t in pool] or registry.select(types=types or _of_rooms(turn), property=wanted)
        if _of_rooms(turn) and not types:
            twins = [t for t in twins if not _VESSELS.search(t.name)]
        if wanted == "power" and not types:  # what uses most is no meter, which only counts
            twins = [t for t in twins if not t.type.endswith("_meter")]
    if len(twins) < 2:
        raise NotFound("I need two twins to compare.", hint="Name both, such as “compare pump 1 with pump 2”.")
    rows = await _comparable(twins, wanted, turn)
    if _of_rooms(turn) and wanted == "temperature":
        rows = [row for row in rows if float(row[2].value) <= _HABITABLE] or rows
    if len(turn.request.get("places", ())) > 1:  # one that has something to say speaks for its place
        rows = list({row[0].place: row for row in reversed(rows)}.values())
    if len(rows) < 2:
        raise NotFound("They have no value in common that I could compare now.")
    rows.sort(key=lambda row: -float(row[2].value))
    shown = rows if len(rows) <= FACTS else [*rows[: FACTS - 1], rows[-1]]
    parts = [f"{t.name} {value_text(spec, value.value)}" for t, spec, value in shown]
    if hidden := len(rows) - len(shown):
        parts.insert(-1, f"{hidden} more in between")
    return _compared(rows, parts, turn)


def _property_in(request: Request, ids: Sequence[str], turn: Turn) -> str | None:
    """ "Which vibrates more?": the property whose words begin like one of the text, where none was said as it is."""
    text = str(request.get("text", ""))
    if any(span[0] == "property" for span in request.get("spans", ())):
        return None
    said = [word[:_STEM] for word in re.findall(r"[a-z]+", text.lower()) if len(word) >= _STEM]
    registry = turn.services.registry
    kinds = (registry.types[twin.type] for i in ids if (twin := registry.twin(i)))
    specs = (spec for kind in kinds for spec in kind.properties.values() if spec.kind == "number")
    return next((s.name for s in specs if any(w[:_STEM].lower() in said for w in (s.name, s.label, *s.words))), None)


def _by_place(wanted: str | None, turn: Turn) -> list[list[TwinView]]:
    """What can be compared in each place that was named. Raises NotFound for one that holds nothing."""
    registry, places = turn.services.registry, turn.request.get("places", ())
    if len(places) > 1 and (nothing := [p for p in places if not registry.select(place=p)]):
        known = f"I know {listed(registry.places()[:FACTS])}." if registry.places() else "Make a twin there first."
        raise NotFound(f"There is nothing of yours in “{nothing[0]}” that I could compare.", hint=known)
    return [registry.select(place=p, property=wanted) for p in places]


def _compared(
    rows: Sequence[tuple[TwinView, PropertySpec, PropertyValue]], parts: Sequence[str], turn: Turn
) -> Outcome:
    """The one that was asked for first, which is then in focus; else how far they are apart."""
    order = tuple(t.id for t, _, _ in rows)
    label, ends = capital(rows[0][1].label), (rows[0], rows[-1])
    alike = len({value_text(spec, value.value) for _, spec, value in ends}) == 1
    asked = str(turn.request.get("text", ""))
    listing = Listing("twin", order)
    least, far = _LEAST.search(asked), _APART.search(asked)
    if alike or far or not (least or _MOST.search(asked)):
        told = [f"{label}: {listed(parts)}.", "They are alike." if alike else _gap(rows)]
        text = " ".join(reversed(told) if far else told)
        return Outcome((say(text),), twins=order, property=rows[0][1].name, listing=listing)
    one, spec, value = rows[-1 if least else 0]
    text = f"{capital(one.name)} is {'lowest' if least else 'highest'}, {value_text(spec, value.value)}. "
    text += f"{label}: {listed(parts)}."
    return Outcome((say(text),), twins=(one.id,), place=one.place, property=spec.name, listing=listing)


def _gap(rows: Sequence[tuple[TwinView, PropertySpec, PropertyValue]]) -> str:
    """How far the highest and the lowest are apart."""
    gap = float(rows[0][2].value) - float(rows[-1][2].value)
    return f"{capital(rows[0][0].name)} is higher by {quantity_text(gap, rows[0][1].unit)}."


def _compared_with_itself(turn: Turn) -> TwinView | None:
    """The one thing whose values are compared over time: named, the meter of what is used, or spoken of last."""
    registry, request = turn.services.registry, turn.request
    place, types = request.get("place"), request.get("types", ())
    named = [t for i in request.twins if (t := registry.twin(i))]
    if not named and (types or place):
        named = registry.select(types=types, place=place, property=request.get("property"))
    if named or types or place:
        return named[0] if len(named) == 1 else None
    focus = registry.twin(turn.state.twins[0]) if len(turn.state.twins) == 1 else None
    return meter_of(str(request.get("text", "")), registry) or focus


def _spoken_of(turn: Turn) -> tuple[str, ...]:
    """ "Which one is warmer?": of those in focus, with those spoken of just before where one alone is in focus."""
    state = turn.state
    offered = state.pending.options if state.pending and state.pending.slot == "twins" else ()
    if len(offered) > 1 and _OF_THEM.search(str(turn.request.get("text", ""))):
        return tuple(option for option, _ in offered)
    if len(state.twins) != 1 or not _OF_THEM.search(str(turn.request.get("text", ""))):
        return state.twins
    return tuple(dict.fromkeys((*state.others, *state.twins)))


def _of_rooms(turn: Turn) -> tuple[str, ...]:
    """What tells of a room: "the warmest room" is not the one with the hottest motor."""
    return ("thermostat", "sensor") if "place" in turn.request.get("types", ()) else ()


async def _comparable(
    twins: Sequence[TwinView], wanted: str | None, turn: Turn
) -> list[tuple[TwinView, PropertySpec, PropertyValue]]:
    rows = []
    for twin in twins:
        kind = turn.services.registry.types[twin.type]
        asked = wanted or kind.main_property
        spec = named_property(kind, asked) if asked else None
        state = await turn.query(GetState(twin.id, person=turn.user))
        value = state.reported.get(spec.name) if spec else None
        if spec and value and not isinstance(value.value, (bool, str)):
            rows.append((twin, spec, value))
    return rows
