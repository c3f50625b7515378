"""Things that are told apart by how they are: "whatever is still on", "the open one". Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.ports import Entity

_STATE = r"(?P<{}>on|off|open|closed|shut|locked|unlocked|running|stopped)"
_NOUN = r"(?:ones?|things?|lights?|lamps?|of (?:them|those|these)|(?!that\b|which\b|is\b|are\b|still\b)\w+(?: \w+)?)"
_STILL = r"(?:(?:still|left|currently|now|not) )*"
_THOSE = r"whichever|whatever|what|anything|everything|(?:the |any |all )?ones?|any|all|those|that"
_CLAUSE = re.compile(
    # "Whatever is still on" and "everything still on"; of a noun alone "is" tells something: "the window is open".
    rf"\b(?:(?:{_THOSE})(?: {_NOUN})?(?:(?: (?:that|which|is|are))*(?: |['’]s |['’]re )){_STILL}"
    rf"|(?:the|those|all|any|every) {_NOUN} (?:that|which)(?: is| are|['’]s|['’]re) {_STILL})"
    rf"{_STATE.format('state')}\b",
    re.IGNORECASE,
)
_ADJECTIVE = re.compile(
    rf"\b(?:the|any|all|every|that|those)(?: the)?(?: still)? (?!on\b|off\b){_STATE.format('state')} "
    r"(?:ones?|lights?|lamps?|doors?|locks?|blinds?|shutters?|windows?|pumps?|valves?|motors?)\b",
    re.IGNORECASE,
)
# "Switch that light off": the state is what is wished, unless something says that it is so.
_PARTICLE = re.compile(r"\b(?:switch|turn|put)\b.*\b(?:on|off)$", re.IGNORECASE)
_SO = re.compile(r"\b(?:which|is|are|still|left|currently|now|not)\b|['’](?:s|re)\b|\bthat \w+ that\b", re.IGNORECASE)
_CONDITION = re.compile(r"\b(?:if|when|once|unless|until|till|as soon as|in case)\b", re.IGNORECASE)
_SAME = {"shut": "closed"}
_NEGATED = {"on": "off", "off": "on", "open": "closed", "closed": "open", "locked": "unlocked", "unlocked": "locked"}
_NEGATED |= {"running": "stopped", "stopped": "running"}


def being(text: str) -> re.Match[str] | None:
    """The words that say how the things that are meant are."""
    if _CONDITION.search(text):
        return None
    clause = _CLAUSE.search(text)
    if clause and _PARTICLE.search(text, 0, clause.end()) and not _SO.search(clause.group()):
        clause = None
    return clause or _ADJECTIVE.search(text)


def slots_of(found: re.Match[str]) -> Mapping[str, Any]:
    """`being`: the state that is meant; `one`: that a single thing is."""
    state = found["state"].lower()
    state = _SAME.get(state, state)
    state = _NEGATED[state] if re.search(r"\bnot\b", found.group(), re.IGNORECASE) else state
    said = found.group().lower()
    alone = re.search(r"\bone\b", said) and not re.match(r"(?:any|every|all|those)", said)
    return {"being": state, **({"one": True} if alone else {})}


def without_states(entities: Sequence[Entity], found: re.Match[str]) -> tuple[Entity, ...]:
    """The entities without the state that only says which things are meant."""
    start = found.start("state")
    return tuple(e for e in entities if not (e.kind in ("value", "property") and e.start <= start < e.end))
