"""Values as people give them to a thing: numbers with units, steps ("two degrees warmer"), states, verbs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.nlu.measures import Measure, Span, read_measure, read_span
from bot.nlu.text import Token
from bot.nlu.units import DEGREES, money_before, unit_at

# A step without a number, in the unit of the property it moves: "a bit brighter" is ten percent. Where no
# property was said ("a bit higher") it is one, for a degree too many does more harm than a percent too few.
_SMALL_STEP = {"brightness": 10.0, "speed": 10.0}
_OTHER_STEP = 1.0

_STEPS = {
    word: (property_name, sign)
    for property_name, sign, line in (
        ("temperature", 1, "warmer hotter cosier cozier toastier snugger"),
        ("temperature", -1, "cooler colder chillier"),
        ("brightness", 1, "brighter lighter"),
        ("brightness", -1, "dimmer darker"),
        (None, 1, "higher more up"),
        (None, -1, "lower less down"),
        ("speed", 1, "faster"),
        ("speed", -1, "slower"),
    )
    for word in line.split()
}
_SMALL = (("a", "little", "bit"), ("a", "tiny", "bit"), ("a", "bit"), ("a", "little"), ("a", "touch"), ("a", "tad"))
_SMALL_WORDS = frozenset({"slightly", "somewhat", "bit", "little"})
_LARGE_WORDS = frozenset({"much", "lot", "way"})

_STATES: dict[str, Any] = {}
for _value, _line in (
    (True, "on"),
    (False, "off out"),
    ("open", "open opened"),
    ("closed", "closed shut"),
    ("locked", "locked"),
    ("unlocked", "unlocked"),
    ("heat", "heat"),
    ("cool", "cool"),
    ("auto", "auto automatic"),
    ("eco", "eco"),
    ("high", "high"),
    ("low", "low"),
    ("normal", "normal medium"),
    ("max", "max maximum full"),
    ("min", "min minimum"),
    ("half", "half halfway"),
    ("up", "up"),
    ("down", "down"),
):
    _STATES.update(dict.fromkeys(_line.split(), _value))

STATE_WORDS = frozenset(_STATES)  # never a misspelt name: "halfway" is no hallway

# The verb of a command, by its canonical name. Two words stand for a verb with its particle.
_ACTIONS = {
    spelling: action
    for action, line in {
        "lock": "lock|lock up|locking|bolt",
        "unlock": "unlock|unlocking|unbolt",
        "dim": "dim|dimming",
        "brighten": "brighten",
        "open": "open|open up|opening",
        "close": "close|close up|closing|shut|pull down",
        "stop": "stop|stopping|halt|shut down|shutting down|shutdown|shut off",
        "start": "start|starting|start up|fire up|run",
        "restart": "restart|restarting|reboot|power cycle",
        "reset": "reset",
        "raise": "raise|increase|bump|bump up|turn up|crank up|put up|raising|increasing",
        "lower": "lower|decrease|reduce|turn down|bring down|crank down|lowering|reducing",
        "pause": "pause|pausing",
        "resume": "resume",
        "charge": "charge",
        "toggle": "toggle|flip",
        "switch on": "switch on|turn on|put on|power on|power up",
        "switch off": "switch off|turn off|put off|power off|power down",
    }.items()
    for spelling in line.split("|")
}
_AFTER_VERB = frozenset(
    {"the", "it", "that", "this", "all", "both", "my", "our", "them", "those", "every", "everything"}
)
_AFTER_ON = frozenset(["", *"and , . ! ? at in please again now for every daily then until when from ;".split()])
_MOVING = frozenset("turn turning crank bring put move pull push take".split())
_AFTER_PARTICLE = frozenset(["", *"in and , . ! a by to please the now then at".split()])
_TIMES = frozenset(
    """tomorrow today tonight this next every all on monday tuesday wednesday thursday friday saturday sunday weekdays
    weekends""".split()
)
_SWITCHED_APART = frozenset("turn turning switch switching flick flip".split())
_APART = 7  # so many words back the verb may stand
_SWITCHING = frozenset("turn turning turned switch switching switched put leave flick flip".split())
_DOWNWARD = frozenset("lower down decrease reduce less cut".split())
_BEFORE_VERB = frozenset(
    """please and then could can would you to just now also don't dont not should must let's i'll will ok okay , . ;
    never""".split()
)


@dataclass(frozen=True, slots=True)
class Found:
    """Something found between two tokens; `last` is exclusive."""

    kind: str
    first: int
    last: int
    value: Any
    score: float = 1.0


def find_quantities(tokens: Sequence[Token], taken: Sequence[bool]) -> Iterator[Found]:
    """Values and units. `taken` marks tokens that are part of a name or a time: no values there."""
    at = 0
    while at < len(tokens):
        found, at = ([], at + 1) if taken[at] else _value_at(tokens, at, taken)
        yield from found


def find_actions(tokens: Sequence[Token], taken: Sequence[bool]) -> Iterator[Found]:
    """Verbs of commands, where they stand as verbs: at the beginning, after "please", "and", "to" …"""
    for at, token in enumerate(tokens):
        if taken[at] or not token.is_word:
            continue
        pair = f"{token.norm} {tokens[at + 1].norm}" if at + 1 < len(tokens) else ""
        if pair in _ACTIONS:
            yield Found("action", at, at + 2, _ACTIONS[pair])
        elif token.norm == "shut" and _shuts_down(tokens, at):
            yield Found("action", at, at + 1, "stop")
        elif token.norm in ("up", "down") and _has_verb_before(tokens, at):
            yield Found("action", at, at + 1, "raise" if token.norm == "up" else "lower")
        elif token.norm in _ACTIONS and _is_verb(tokens, at):
            yield Found("action", at, at + 1, _ACTIONS[token.norm])


def canonical_state(word: str) -> Any:
    """The state a word means: `off` is False, `eco` is eco. None for a word that is no state."""
    return _STATES.get(word.casefold())


def canonical_action(words: str) -> str | None:
    """The verb that these words are a form of."""
    return _ACTIONS.get(words.casefold())


def _value_at(tokens: Sequence[Token], at: int, taken: Sequence[bool]) -> tuple[list[Found], int]:
    """What begins at this token, and the token to go on with."""
    span = read_span(tokens, at)
    if span is not None and not any(taken[at : span.most.end]):
        return _between(span), span.most.end
    measure = read_measure(tokens, at)
    if measure is not None and not any(taken[at : measure.number_end]) and not _counts_nothing(tokens, at, measure):
        return _measured(tokens, at, measure)
    small = _small_step(tokens, at)
    if small is not None:
        return [small], small.last
    norm = tokens[at].norm
    if norm in _STATES and _is_state(tokens, at):
        return [Found("value", at, at + 1, _STATES[norm])], at + 1
    return [], at + 1


def _between(span: Span) -> list[Found]:
    value = {"min": _whole(span.least.value), "max": _whole(span.most.value)}
    found = [Found("value", span.first, span.most.number_end, value)]
    if (unit := span.most.unit) is not None:
        found.append(Found("unit", span.most.unit_first, unit.end, unit.unit))
    return found


def _measured(tokens: Sequence[Token], at: int, measure: Measure) -> tuple[list[Found], int]:
    end, after, unit = measure.number_end, measure.end, measure.unit
    more = end < len(tokens) and tokens[end].norm in ("more", "less", "extra", "further")
    if more and unit is None:
        unit = unit_at(tokens, end + 1)
        after = max(unit.end if unit else end, end + 1)
    value: Any = _whole(measure.value)
    name = unit.unit if unit else None
    # A bare "degrees" leaves the scale to the property: a step in it has the property's own unit.
    scale = None if name == DEGREES else name
    if more:
        value = {"delta": -value if tokens[end].norm == "less" else value, "unit": scale}
    elif after < len(tokens) and tokens[after].norm in _STEPS and (unit or _names_property(tokens[after].norm)):
        value = _step(tokens[after].norm, float(value), scale)
        after += 1
    elif at > 0 and tokens[at - 1].norm == "by":
        sign = -1 if any(t.norm in _DOWNWARD for t in tokens[:at]) else 1
        value = {"delta": sign * value, "unit": scale}
    elif unit is None and measure.spoken and 0 < measure.value < 1:
        value = "half" if measure.value == 0.5 else round(100 * measure.value)
    found = [Found("value", at, end, value, 1.0 if unit else 0.9)]
    if unit is not None:
        found.append(Found("unit", end + 1 if more else measure.unit_first, unit.end, name))
    elif money := money_before(tokens, at):
        per = [t.norm for t in tokens[end : end + 2]]
        is_price = per in (["per", "kwh"], ["a", "kwh"], ["/", "kwh"])
        found.append(Found("unit", at - 1, at, f"{money}/kWh" if is_price else money))
        after = end + 2 if is_price else after
    return found, after


def _step(word: str, size: float, unit: str | None) -> dict[str, Any]:
    property_name, sign = _STEPS[word]
    return {"delta": sign * size, "unit": unit} | ({"property": property_name} if property_name else {})


def _names_property(word: str) -> bool:
    return _STEPS[word][0] is not None


def _small_step(tokens: Sequence[Token], at: int) -> Found | None:
    """`a bit brighter`, `slightly warmer`, `much cooler`, or only `warmer`."""
    start, factor = at, 1.0
    for words in _SMALL:
        if tuple(t.norm for t in tokens[at : at + len(words)]) == words:
            at += len(words)
            break
    else:
        if tokens[at].norm in _SMALL_WORDS:
            at += 1
        elif tokens[at].norm in _LARGE_WORDS and not (at and tokens[at - 1].norm == "the"):  # "all the way down"
            at, factor = at + 1, 2.0
    if at >= len(tokens) or tokens[at].norm not in _STEPS:
        return None
    property_name, _ = _STEPS[tokens[at].norm]
    if property_name is None and start == at:
        return None  # a bare "up" or "more" says too little
    size = factor * _SMALL_STEP.get(property_name or "", _OTHER_STEP)
    return Found("value", start, at + 1, _step(tokens[at].norm, size, None), 0.8)


def _is_state(tokens: Sequence[Token], at: int) -> bool:
    norm = tokens[at].norm
    following = tokens[at + 1].norm if at + 1 < len(tokens) else ""
    before = tokens[at - 1].norm if at else ""
    if norm == "on":  # a state where no place, day or topic follows it
        if following in _TIMES:  # "turn it on tomorrow", and not "turn it off on Friday"
            return before in _SWITCHING or _is_switched_apart(tokens, at)
        return following in _AFTER_ON or (before in _SWITCHING and following not in ("it", "me"))
    if norm == "out":
        return before in ("light", "lights", "lamp", "lamps") and not following
    if norm in ("up", "down"):  # of blinds: "bedroom blinds down"
        return before.rstrip("s") in ("blind", "shutter", "shade", "curtain", "awning", "way") and following not in (
            "by",
            "to",
        )
    if norm in ("open", "shut", "cool", "heat", "low", "high"):
        return at > 0 and not _is_verb(tokens, at)
    return True


def _is_switched_apart(tokens: Sequence[Token], at: int) -> bool:
    """ "Turn the lamp on": the verb stands before the thing, and no other state between."""
    before = [t.norm for t in tokens[max(0, at - _APART) : at]]
    verbs = [n for n, word in enumerate(before) if word in _SWITCHED_APART]
    return bool(verbs) and not _STATES.keys() & set(before[verbs[-1] :])


def _is_verb(tokens: Sequence[Token], at: int) -> bool:
    following = tokens[at + 1].norm if at + 1 < len(tokens) else ""
    return (at == 0 and following != "") or tokens[at - 1].norm in _BEFORE_VERB or following in _AFTER_VERB


def _has_verb_before(tokens: Sequence[Token], at: int) -> bool:
    """ "turn the heating down": the verb stands apart from its particle, which ends the clause."""
    after = tokens[at + 1].norm if at + 1 < len(tokens) else ""
    apart = any(t.norm in _MOVING for t in tokens[max(0, at - 6) : at - 1])
    return apart and after in _AFTER_PARTICLE


def _shuts_down(tokens: Sequence[Token], at: int) -> bool:
    """ "shut pump 1 down": of one clause, in whose particle the verb is that of stopping and not of closing."""
    for i, token in enumerate(tokens[at + 1 : at + 8], at + 1):
        if token.norm in ("down", "off"):
            return tokens[i + 1].norm in _AFTER_PARTICLE if i + 1 < len(tokens) else True
        if token.norm in ("and", "then", ",", ".", ";", "?", "!"):
            return False
    return False


def _counts_nothing(tokens: Sequence[Token], at: int, measure: Measure) -> bool:
    """ "one" of "the second one" and "that one" is no number."""
    return tokens[at].norm == "one" and measure.number_end == at + 1 and at > 0 and measure.unit is None


def _whole(value: float) -> float | int:
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else value
