"""What the words of a request say of its things beside their names: the state asked of, the step wished. Pure."""

import re
from dataclasses import replace

from bot.dialogue.being import being, slots_of, without_states
from bot.dialogue.change import remedy
from bot.dialogue.mentions import Mentioned, about_twins, mentioned
from bot.ports import Parse

_STATE = re.compile(r"\b(running|stopped|on|off|open|opened|closed|shut|locked|unlocked)\b", re.IGNORECASE)
_RUNS = re.compile(r"\b(?:is|are|still|what|which|any\w*)\b.*\b(running|stopped)\b", re.IGNORECASE)
_DID = re.compile(
    r"\b(?:did|have) (?:i|we|you|anyone|anybody|somebody) (?:\w+ )?"
    r"(?P<verb>lock|unlock|close|shut|open|turn|switch)(?:ed)?\b",
    re.IGNORECASE,
)
_LEFT_SO = {"lock": "locked", "unlock": "unlocked", "close": "closed", "shut": "closed", "open": "open"}
_PARTICLE = re.compile(r"\b(?:put|turn|switch|turned|switched)\b.*?\b(on|off)\b", re.IGNORECASE)
_LOCKS_UP = re.compile(
    r"\block up(?: (?:everything|now|please|then|for the night|the (?:house|place)))*\W*$", re.IGNORECASE
)
_SAME = {"opened": "open", "shut": "closed"}
_MOST = re.compile(r"\b(?:most|least)\b", re.IGNORECASE)
_SET_TO = re.compile(
    r"\bwhat(?:['’]?s| is| are) (?:they|it|those|that|both)(?: all)? (?:now )?(?:set|at)\b", re.IGNORECASE
)


def told(parse: Parse, m: Mentioned) -> Mentioned:
    """With the state that tells the things apart, the one that is asked about, or the step that is wished."""
    match parse.intent:
        case "ask_since":
            return _since(parse, m)
        case "ask_status":
            return _asked(parse, m)
        case "control_device":
            return _wished(parse, m)
        case "compare_twins" if "property" not in m.slots and _MOST.search(parse.text):
            return replace(m, slots={**m.slots, "property": "power"})
        case _:
            return m


def _since(parse: Parse, m: Mentioned) -> Mentioned:
    m = m if about_twins(m) else replace(m, pronoun=True)  # "since when?" asks of what was spoken of
    if not (found := list(_STATE.finditer(parse.text))):
        return m
    word = found[-1][1].lower()
    return replace(m, slots={**m.slots, "value": _SAME.get(word, word)})


def _asked(parse: Parse, m: Mentioned) -> Mentioned:
    text = parse.text
    if "value" not in m.slots and (runs := _RUNS.search(text)):
        return replace(m, slots={**m.slots, "value": runs[1].lower()})
    if "value" not in m.slots and (did := _DID.search(text)):
        particle = _PARTICLE.search(text)
        so = _LEFT_SO.get(did["verb"].lower()) or (particle[1].lower() == "on" if particle else None)
        slots = {k: v for k, v in m.slots.items() if k != "action"}
        if _LOCKS_UP.search(text) and not about_twins(m):
            return replace(m, slots={**slots, "value": "locked", "types": ("lock",)}, all=True)
        return replace(m, slots=slots if so is None else {**slots, "value": so})
    if _SET_TO.search(text):
        return replace(m, pronoun=True, slots={**m.slots, "property": m.slots.get("property", "setpoint")})
    return m


def _wished(parse: Parse, m: Mentioned) -> Mentioned:
    text = parse.text
    if found := being(text):
        again = mentioned(replace(parse, entities=without_states(parse.entities, found)))
        if {"value", "action"} & set(again.slots):
            every = again.all or (about_twins(again) and "one" not in slots_of(found))
            return replace(again, slots={**again.slots, **slots_of(found)}, all=every, choices=m.choices)
    if not {"value", "action"} & set(m.slots):
        particle = _PARTICLE.search(text)
        wish = remedy(text) or (particle[1].lower() == "on" if particle else None)
        return m if wish is None else replace(m, slots={**m.slots, "value": wish})
    if _LOCKS_UP.search(text) and not about_twins(m) and not m.pronoun:
        return replace(m, slots={**m.slots, "types": ("lock",)}, all=True)
    return m
