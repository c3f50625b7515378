"""What the very words ask for, where it was taken for something else: pure."""

import re
from dataclasses import replace

from bot.dialogue.decision import NEEDS
from bot.dialogue.metering import EVERYWHERE
from bot.dialogue.state import DialogueState
from bot.ports import Parse

_LEAD = r"^(?:(?:ok|okay|so|well|and|now|please|oh|hmm|right|then|but|i think|cool|great|alright)[,\s]+)*"
_WISHED = re.compile(
    _LEAD + r"(?:(?:i|we)(?:['’]d| would)? (?:want|like|need|love|prefer)|(?:i|we)['’]ll have|let['’]?s have|make sure|"
    r"have|get|leave|keep)\b(?! to (?:know|see|hear|check|find|tell|ask|be told))(?!.*\?)",
    re.IGNORECASE,
)
_SINCE = re.compile(
    _LEAD + r"(?:(?:for )?how (?:long|many (?:hours|days|minutes)) (?:has|have|is|are|was|were)\b"
    r"(?!.*\b(?:until|till|left)\b)|since when\b)",
    re.IGNORECASE,
)
_STOPS = re.compile(
    _LEAD + r"(?:(?:no|yes|yeah)[,\s]+)?(?:(?:do|just)\s+)?(?:stop|start|run|shut down|lock|unlock|open|close|shut) "
    r"(?:it|them|both|that one|this one|those)(?: (?:again|then|now|please|after all|anyway))*\W*$",
    re.IGNORECASE,
)
_ARCHIVES_IT = re.compile(_LEAD + r"(?:rather |just |better )?archive (?:it|that|this)\b", re.IGNORECASE)
_RUNS = re.compile(
    _LEAD + r"(?:run|start|stop)\b(?!.*\b(?:when|cheap\w*|prices?|best|solar|sun|power is)\b)(?!.*\?)", re.IGNORECASE
)
_USES = re.compile(
    r"\b(?:what|which)\b.*\b(?:uses?|using|draws?|drawing|consumes?|consuming|needs?|takes?|eats?|eating) (?:up )?"
    r"(?:the )?(?:most|least)\b(?! time)",
    re.IGNORECASE,
)
_MORE_THAN_USUAL = re.compile(
    r"\b(?:us(?:e|ed|ing)|consum\w+|draw(?:n|ing)?|burn(?:t|ing)?)\b.*\b(?:more|less|as much|much|lots?)\b.*"
    r"\b(?:usual(?:ly)?|normal(?:ly)?|average|typical(?:ly)?|mostly)\b",
    re.IGNORECASE,
)
_STILL_SO = re.compile(
    _LEAD
    + r"(?=.*\b(?:else|still)\b)(?:(?:what|which (?:ones?|others?))(?: else)?(?:['’]?s| is| are)(?: else)?(?: still)?|"
    r"any(?:thing|one) else) (?:on|running|open|unlocked|locked|closed|off)\b",
    re.IGNORECASE,
)
_ANY = re.compile(
    _LEAD + r"(?:is |are )?(?:there )?any(?:thing|one|body)? (?:\w+ )?(?:still |left )*(?:on|open|unlocked|running)\b",
    re.IGNORECASE,
)
_SET_TO = re.compile(
    _LEAD + r"what(?:['’]?s| is| are) (?:they|it|those|that|both)(?: all)? (?:now )?(?:set|at)\b", re.IGNORECASE
)
_WITHIN = re.compile(
    _LEAD + r"(?:is|are) (?:it|that|this|they|those|these)(?: still| all)* "
    r"(?:within|inside|below|under|ok|okay|fine|safe|healthy|alarming|bad)\b",
    re.IGNORECASE,
)
_BACK_TO = re.compile(_LEAD + r"(?:go |put (?:it|them) )?back (?:up |down )?to [-−\d]", re.IGNORECASE)
_HOW = re.compile(_LEAD + r"how(?:['’]?s| is| are) (?:the|my|our|that|it)\b", re.IGNORECASE)
_WHOLE_HOUSE = re.compile(
    _LEAD
    + r"how(?:['’]?s| is| are) (?:everything|it all|things|(?:the|my|our) (?:"
    + "|".join(sorted(EVERYWHERE - {"here"}))
    + r"))(?: (?:doing|looking|going|at home|in the house|here|right now|now))*\W*$",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"^(?:\w+[,\s]+)??(?:what|which(?: ones?)?|which \w+) (?:did|have) you (?:just )?(?:do(?:ne)?|change|turn|switch|"
    r"set|clos|open|lock|unlock|stop|start|dim|rais|lower|undo|undone|mov|renam)\w*\b",
    re.IGNORECASE,
)
_MOVES = re.compile(
    _LEAD + r"move (?:it|this|that|that one|this one) (?:back |over )*(?:in|into|to) (?:the |my )?\w", re.IGNORECASE
)
_WHO = re.compile(_LEAD + r"(?:who|whose|why)\b", re.IGNORECASE)
_SURE = 0.55  # below this what a sentence was taken for counts less than the verb that it begins with
_VERBS = frozenset({"lock", "unlock", "dim", "brighten", "open", "close", "switch on", "switch off"})
_CERTAIN = 0.95
_WISHES = frozenset({"edit_twin", "ask_status", "inform", "out_of_scope", "describe_twin", "control_device"})
_NAMES = frozenset({"twin", "twin_type", "place"})
_OF_TIME = frozenset({"ask_collaboration", "ask_capacity", "ask_agenda", "ask_tasks"})  # which meetings take most of it


def as_worded(parse: Parse, state: DialogueState) -> Parse:
    """The parse with the intent that its words can only mean."""
    if _ARCHIVES_IT.search(parse.text):
        rest = tuple(e for e in parse.entities if not e.text.lower().startswith("archive"))
        return replace(parse, intent="archive_twin", confidence=max(parse.confidence, _CERTAIN), entities=rest)
    intent = _of_words(parse, state) or _of_words_and_names(parse, state)
    if intent is None:
        return parse
    return replace(parse, intent=intent, confidence=max(parse.confidence, _CERTAIN))


def _of_words(parse: Parse, state: DialogueState) -> str | None:
    """What the words say by themselves, where the conversation is about things."""
    text, last = parse.text, state.last
    timed = any(e.kind == "time" for e in parse.entities)
    rules: tuple[tuple[re.Pattern[str], bool, str], ...] = (
        (_DONE, not timed, "ask_done"),
        (_STILL_SO, not timed, "ask_status"),  # "what else is on" is said of no calendar
        (_ANY, last is not None and last.intent in NEEDS, "ask_status"),
        (_SET_TO, bool(state.twins), "ask_status"),
        (_WITHIN, bool(state.twins) and state.pending is None, "ask_why"),
        (_USES, parse.intent not in _OF_TIME or parse.confidence < _SURE, "compare_twins"),
        (_MORE_THAN_USUAL, not timed, "compare_twins"),
        (_STOPS, bool(state.twins) and state.pending is None and _is_about_a_thing(state), "control_device"),
    )
    return next((intent for pattern, so, intent in rules if so and pattern.search(text)), None)


def _of_words_and_names(parse: Parse, state: DialogueState) -> str | None:
    """What the words say of what is named in them."""
    text, kinds = parse.text, {e.kind for e in parse.entities}
    named = bool(kinds & _NAMES)
    if _SINCE.search(text) and (named or state.twins) and not kinds & {"task", "event", "topic"}:
        return "ask_since"
    if _BACK_TO.search(text) and "value" in kinds and state.last is not None and state.last.intent == "control_device":
        return "control_device"
    if _WHOLE_HOUSE.search(text) and not kinds & {"twin", "place", "property", "value", "time"}:
        return "ask_critical"
    if parse.intent == "describe_twin" and _HOW.search(text):
        return "ask_status"
    if parse.intent == "list_twins" and "twin" in kinds and text.rstrip().endswith("?"):
        return "ask_status"  # "freezer?"
    if parse.intent in ("plan_load", "ask_prediction") and "twin" in kinds and _RUNS.search(text):
        return "control_device"  # "run the dryer for an hour" asks for no cheap hour
    commands = any(
        e.kind == "action" and e.value in _VERBS and not text[: e.start].strip(" ,.") for e in parse.entities
    )
    if commands and parse.confidence < _SURE and (named or state.twins):
        return "control_device"
    moved = state.subject is not None and state.subject.kind == "twin" and "place" in kinds and "time" not in kinds
    if moved and _MOVES.search(text):
        return "edit_twin"
    if parse.intent == "control_device" and _WHO.search(text):
        return "out_of_scope"  # "who can open it?" opens nothing
    if parse.intent in _WISHES and _WISHED.search(text) and named and _is_state(parse):
        return "control_device"
    return None


def _is_state(parse: Parse) -> bool:
    """Whether a state is all that is said of a thing."""
    return any(e.kind == "value" and isinstance(e.value, bool | str) for e in parse.entities)


def _is_about_a_thing(state: DialogueState) -> bool:
    return state.subject is None or state.subject.kind == "twin"
