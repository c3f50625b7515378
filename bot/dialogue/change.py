"""From what was said to the properties that are to change: pure."""

import re
from collections.abc import Mapping
from typing import Any

from twin_core.contract.errors import Rejected
from twin_core.contract.template import PropertySpec, TwinType, Value
from twin_core.contract.units import Quantity, canonical_unit, convert_difference, same_kind

# What a verb asks for, as the state that it leads to.
_LEADS_TO = {
    "lock": "locked",
    "unlock": "unlocked",
    "open": "open",
    "close": "closed",
    "shut": "closed",
    "start": "on",
    "stop": "off",
    "run": "on",
    "turn on": "on",
    "switch on": "on",
    "turn off": "off",
    "switch off": "off",
    "shut down": "off",
    "raise": "open",
    "lower": "closed",
    "enable": "on",
    "disable": "off",
    "activate": "on",
    "deactivate": "off",
    "heat": "on",
    "plug in": "on",
    "unplug": "off",
}
_STEPS = {"dim": -20.0, "brighten": 20.0, "warm up": 1.0, "heat up": 1.0, "cool down": -1.0}
# What is too much or too little is a wish for a step the other way.
_TOO = re.compile(r"\btoo (dark|bright|cold|cool|chilly|hot|warm)\b", re.IGNORECASE)
_WARMS = re.compile(r"\b(?:(?P<up>(?:warm|heat)(?: \w+){0,4}? up)|cool(?: \w+){0,4}? down)\b", re.IGNORECASE)
_REMEDIES: dict[str, Mapping[str, Any]] = {
    **{word: {"steps": 1, "property": "temperature"} for word in ("cold", "cool", "chilly")},
    **{word: {"steps": -1, "property": "temperature"} for word in ("hot", "warm")},
    "dark": {"steps": 1, "property": "brightness"},
    "bright": {"steps": -1, "property": "brightness"},
}
# Verbs that mean a step with "a bit", and of what has no position always; without, they go all the way.
_STEPPING = {"raise": 1, "open": 1, "brighten": 1, "lower": -1, "close": -1, "dim": -1}
_A_BIT = re.compile(
    r"\b(?:a (?:little |tiny )?bit|a little|slightly|somewhat|a touch|a tad|a notch|more|further)\b", re.IGNORECASE
)
_OF_DOORS = {"open": "unlocked", "closed": "locked"}
_LEVELS = {
    "half": 50.0,
    "halfway": 50.0,
    "quarter": 25.0,
    "full": 100.0,
    "fully": 100.0,
    "max": 100.0,
    "maximum": 100.0,
}
_LEVELS |= {"open": 100.0, "closed": 0.0, "up": 100.0, "down": 0.0, "on": 100.0, "off": 0.0, "half open": 50.0}


def plan(kind: TwinType, slots: Mapping[str, Any], current: Mapping[str, Value]) -> tuple[dict[str, Value], str | None]:
    """The values to ask for, and the unit they are given in. `current` is desired, else reported.

    Raises Rejected when the type cannot do what was said.
    """
    wanted: Any = slots.get("value")
    unit = _unit(slots.get("unit"))
    action = str(slots.get("action") or "").lower()
    if isinstance(wanted, Quantity):
        wanted, unit = wanted.value, wanted.unit or unit
    if wanted is None and not action and (complaint := _TOO.search(str(slots.get("text") or ""))):
        wanted = _REMEDIES[complaint.group(1).lower()]
        slots = {k: v for k, v in slots.items() if k != "property"}
    if wanted is None and (steps := _steps(kind, action, str(slots.get("text") or ""))):
        wanted = {"steps": steps}
    if wanted is None and action in _STEPS:
        wanted = {"delta": _STEPS[action]}
    if wanted is None:
        wanted = _LEADS_TO.get(action)
    if wanted is None:
        raise Rejected(
            f"I don't know what to do with a {kind.title} here.",
            code="no_value",
            hint=f"You can change its {_writable_labels(kind)}.",
        )
    said = slots.get("property") or (wanted.get("property") if isinstance(wanted, Mapping) else None)
    named = _named(kind, said)
    if said and named is None and not isinstance(wanted, (bool, str)):
        raise _cannot(kind, f"another {str(said).replace('_', ' ')}")  # "warmer" never means the brightness of a lamp
    if isinstance(wanted, Mapping) and "min" in wanted:
        raise Rejected("I can set one value at a time.", code="one_value", hint="Name the one to aim for.")
    if isinstance(wanted, Mapping):
        return _step(kind, named, wanted, unit, current)
    if isinstance(wanted, (bool, str)):
        return _state_with_level(kind, named, wanted, slots, unit)
    spec = named if named and named.kind == "number" else _measured_in(kind, unit)
    if spec is None:
        raise _cannot(kind, f"{wanted:g}{f' {unit}' if unit else ''}")
    return {spec.name: float(wanted)}, unit


def remedy(text: str) -> Mapping[str, Any] | None:
    """The step that a complaint or a verb without a size asks for: "it's too cold", "warm it up a little"."""
    if complaint := _TOO.search(text):
        return _REMEDIES[complaint.group(1).lower()]
    if warms := _WARMS.search(text):
        return {"steps": 1 if warms["up"] else -1, "property": "temperature"}
    return None


def complains(text: str) -> bool:
    """ "It's too hot": says what is to be done, though it names no value."""
    return _TOO.search(text) is not None


def _state_with_level(
    kind: TwinType, named: PropertySpec | None, wanted: bool | str, slots: Mapping[str, Any], unit: str | None
) -> tuple[dict[str, Value], str | None]:
    """A state; "on at 20 percent" is one with the level that it is to have."""
    numbers = [v for v in slots.get("values", ()) if isinstance(v, int | float) and not isinstance(v, bool)]
    spec = _measured_in(kind, unit) if wanted is True and len(numbers) == 1 else None
    if spec is None:
        return _state(kind, named, wanted), None
    return {**_state(kind, None, wanted), spec.name: float(numbers[0])}, unit


def _steps(kind: TwinType, action: str, text: str) -> int:
    """How many steps a verb asks for: "raise it a bit" one up, of a thermostat "raise it" too."""
    moves = kind.property("position") is not None
    only_steps = action in ("raise", "lower") and not moves
    return _STEPPING.get(action, 0) if only_steps or _A_BIT.search(text) else 0


def can_do(kind: TwinType, slots: Mapping[str, Any]) -> bool:
    """Whether a thing of this type can do what was said, whatever its values are now."""
    try:
        plan(kind, slots, {})
    except Rejected as refusal:
        return refusal.code == "unknown_value"
    return True


def is_switched(kind: TwinType) -> bool:
    """Whether it is on or off; what only moves, such as a blind, is not."""
    return any(
        s.writable and (s.name == "on" or (s.kind == "choice" and "off" in s.choices)) for s in kind.properties.values()
    )


def knows_state(kind: TwinType, word: str) -> bool:
    """Whether a thing of this type can be so: open, locked, wet."""
    word = word.lower()
    flags = (s for s in kind.properties.values() if s.kind == "boolean" and not s.private)
    moved = kind.property("position") is not None and word in ("open", "closed")
    return moved or any(word in (s.true_word.lower(), s.false_word.lower()) for s in flags)


def _step(
    kind: TwinType,
    named: PropertySpec | None,
    wanted: Mapping[str, Any],
    unit: str | None,
    current: Mapping[str, Value],
) -> tuple[dict[str, Value], str | None]:
    """A change by so much: counted from what is asked for now, else from what is reported."""
    unit = _unit(wanted.get("unit")) or unit
    spec = named if named and named.kind == "number" else _measured_in(kind, unit)
    if spec is None:
        raise _cannot(kind, "more or less")
    before = current.get(spec.name)
    if before is None or isinstance(before, (bool, str)):
        raise Rejected(
            f"I don't know the {spec.label} now, so I can't change it by a step.",
            code="unknown_value",
            hint="Give the value you want.",
        )
    if "steps" in wanted:  # ten percent, or one of anything else
        delta = wanted["steps"] * (10.0 if spec.unit == "%" else 1.0)
    else:
        share = spec.unit == "%" and unit is None and abs(float(wanted["delta"])) < 1  # "by a third"
        delta = convert_difference(float(wanted["delta"]) * (100 if share else 1), unit or spec.unit, spec.unit)
    value = float(before) + delta
    if spec.unit == "%":  # a step past the end means the end; a set-point past its range is refused
        value = min(100.0, max(0.0, value))
    return {spec.name: value}, None


def _unit(said: Any) -> str | None:
    """The unit that was said; bare degrees are those of the property."""
    unit = canonical_unit(str(said)) if said else None
    return None if unit in ("degree", "degrees") else unit


def _state(kind: TwinType, named: PropertySpec | None, wanted: bool | str) -> dict[str, Value]:
    word = ("on" if wanted else "off") if isinstance(wanted, bool) else wanted.lower().strip()
    word = _LEADS_TO.get(word, word)
    specs = [named] if named else [s for s in kind.properties.values() if s.writable]
    for spec in specs:
        if spec.kind == "boolean" and word in (spec.true_word.lower(), spec.false_word.lower()):
            return {spec.name: word == spec.true_word.lower()}
    for spec in specs:
        if spec.kind == "boolean" and word in ("on", "off") and (named or spec.name == "on"):
            return {spec.name: word == "on"}
        if spec.kind == "choice" and word in spec.choices:
            return {spec.name: word}
    for spec in specs:
        if spec.kind == "choice" and word == "on" and "off" in spec.choices:
            return {spec.name: next(c for c in ("heat", "auto", *spec.choices) if c in spec.choices and c != "off")}
    for spec in specs:
        if spec.kind == "number" and spec.unit == "%" and word in _LEVELS:
            return {spec.name: _LEVELS[word]}
    if word in _OF_DOORS and any(s.kind == "boolean" and s.true_word == "locked" for s in specs):
        return _state(kind, named, _OF_DOORS[word])  # what opens a door here is its lock
    raise _cannot(kind, word)


def _named(kind: TwinType, name: Any) -> PropertySpec | None:
    """The writable property that was named; a measured one stands for the one that steers it."""
    spec = kind.property(str(name)) if name else None
    if spec is None or spec.writable:
        return spec
    return next(
        (s for s in kind.properties.values() if s.writable and s.kind == spec.kind and s.unit == spec.unit and s.unit),
        None,
    )


def _measured_in(kind: TwinType, unit: str | None) -> PropertySpec | None:
    """The writable number that a unit fits best; without a unit the first one of the type."""
    numbers = [s for s in kind.properties.values() if s.writable and s.kind == "number"]
    if unit is None:
        return numbers[0] if numbers else None
    return next((s for s in numbers if same_kind(unit, s.unit)), None)


def _writable_labels(kind: TwinType) -> str:
    labels = [
        f"{s.label} ({s.true_word} or {s.false_word})" if s.kind == "boolean" else s.label
        for s in kind.properties.values()
        if s.writable
    ]
    return ", ".join(labels) or "name and place, nothing on the device"


def _cannot(kind: TwinType, what: str) -> Rejected:
    return Rejected(
        f"A {kind.title} can't be set to {what}.",
        code="cannot_do",
        hint=f"You can change its {_writable_labels(kind)}.",
    )
