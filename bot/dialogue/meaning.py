"""What a request means after the turns before it: fragments, carried slots, the thing in focus. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.dialogue.change import complains
from bot.dialogue.mentions import Mentioned, about_twins
from bot.dialogue.plan_fragments import begins_anew, has_its_time, is_hour_of, planned_before, same_day
from bot.dialogue.state import DialogueState, Request
from bot.dialogue.subject import moves_a_reminder, of_subject, of_time, retimed
from bot.dialogue.targets import unread
from bot.ports import Parse

SURE = 0.55  # below this a parse only counts if the conversation makes sense of it

# What an elliptical request ("and the kitchen?", "same for the hall") takes over from the one before.
CARRIES: Mapping[str, tuple[str, ...]] = {
    "control_device": ("value", "values", "unit", "action", "property", "types"),
    "ask_scenario": ("value", "values", "unit", "action", "property", "types"),
    "ask_status": ("property", "types"),
    "ask_history": ("property", "time", "types"),
    "ask_since": ("value", "property", "types"),
    "ask_prediction": ("property", "time", "types"),
    "ask_energy_cost": ("time", "types"),
    "list_twins": ("types",),
}
# Questions about a time, which "and tomorrow?" asks again about another one.
_TIMED = frozenset(
    """ask_history ask_prediction ask_energy_cost ask_agenda ask_tasks ask_capacity find_free_time plan_day
    ask_critical""".split()
)
_CONTENT: Mapping[str, tuple[str, ...]] = {
    "control_device": ("value", "action"),
    "ask_scenario": ("value", "action"),
    "list_twins": ("types",),
    "ask_since": ("value",),
}
# What belongs to one wish alone: the thing that it turned out to be about, and what was answered about it.
_OF_ONE = frozenset("text correction correction_spans task event title start keep confirmed recurrence kind".split())
_FRAGMENTS = frozenset({"inform", "out_of_scope", "affirm", "correct"})
_ELLIPSIS = re.compile(
    r"^(?:(?:ok|okay|now|so|well|yes|and|please|oh|ah|hm+|um+|uh|er|right|then|alright)[,\s.]+)*"
    r"(?:and|what about|how about|same|the same|likewise|also|or|as well as)\b"
    r"(?:\s+(?:also|for|with|in|at|to|goes|thing|about))*",
    re.IGNORECASE,
)
_VERBS = re.compile(
    r"^\s*(?:how|what|when|where|which|who|why|is|are|was|were|does|do|did|can|could|will|would|turn|switch|set|put|"
    r"make|dim|lock|unlock|open|close|shut|start|stop|raise|lower|tell|show|list|remind|add|create|delete|remove|"
    r"archive|cancel|move|undo|explain|compare|heat|cool|warm|brighten|run|let|give|restore|hibernate|wake|rename|erase|pause|resume)\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"^(?:and |now |please |ok,? )*(?:(?:do|make) )?"
    r"(?:it|that|this|the same(?: thing)?|same(?: thing)?|once more|one more time|even)?\s*"
    r"(?:(?P<again>again|once more|one more time)|a bit more|a little more|more|further)"
    r"(?:,? please)?[.!]*$",
    re.IGNORECASE,
)
_ONE = re.compile(r"\bones?\b", re.IGNORECASE)
_REJECTS = re.compile(
    r"\bnot (?:that|this|it)(?: one)?\W*$|\b(?:that|this)(?: one)?(?:'s| is| was) (?:the )?wrong"
    r"|\bwrong (?:one|thing|device)\b",
    re.IGNORECASE,
)
_OF_PLANS = frozenset({"complete_task", "postpone_task", "delete_task", "move_event", "cancel_event"})
_OF_ALL = re.compile(r"^(?:is|are|what|which)\b.*\b(?:any\w*|something|everything|all)\b", re.IGNORECASE)
_CLOSING = frozenset({"resolve", "dismiss", "acknowledge", "snooze"})
_SPOKEN = re.compile(r"\b(?:say|said|repeat|pardon|sentence|hear|heard|answer|message)\b", re.IGNORECASE)

# "Tell me more about the second one" is about whatever was listed.
_ABOUT_AN_ITEM = frozenset(
    {"describe_twin", "ask_status", "ask_why", "ask_critical", "inform", "create_twin", "out_of_scope"}
)
_OF_LISTED = {
    "concern": "ask_why",
    "candidate": "create_twin",
    "twin": "describe_twin",
    "task": "ask_tasks",
    "event": "ask_agenda",
}

_TAKES_ALL = re.compile(
    r"^(?:(?:yes|ok|okay|please|just|and|can you|could you|you can|i want|i'd like)[,\s]+)*"
    r"(?:(?:set|make|add|create|take|do|use|include|have|bring)(?:\s+\w+){0,3}?\s+)?"
    r"(?:all(?: (?:of )?(?:them|these|those)| (?:the )?devices)?|every(?:thing| one|one)?|each of them|them(?: all)?"
    r"|both(?: of them)?|these|those|the lot)"
    r"(?:\s+(?:up|in|on|twins|as twins|into twins|please|now|too|then))*[\s.!]*$",
    re.IGNORECASE,
)

_MADE = re.compile(r"^(?:(?:no|actually|sorry|ok|okay|better)[,\s]+)*(?:make|set|change) (?:it|that)\b", re.IGNORECASE)
_ALSO = re.compile(r"\balso\b", re.IGNORECASE)  # another one, with a time of its own or none
_WHEN_SAID = frozenset({"time", "times", "duration", "spans"})
_BETTER = re.compile(
    r"\b(?:would be|is|works?|suits me)\s+(?:good|better|best|great|perfect|fine|nicer|ideal)\b[^?]*$", re.IGNORECASE
)
_PLANNED = frozenset({"create_reminder", "create_event"})
_RELATIVE = re.compile(r"\b(?:later|earlier|sooner|longer|shorter)\b", re.IGNORECASE)
_WHEN = ("time", "duration", "recurrence")
_ON_VALUES = frozenset({"ask_status", "ask_history", "compare_twins"})  # the same value may be meant in each
_TOO = re.compile(
    r"\b(?:too|as well|also|likewise)(?:[,\s]+(?:then|please|thanks|now|obviously|while you'?re at it))*\W*$",
    re.IGNORECASE,
)
# A bare name after one of these asks the same of another thing; after a command it is not enough to act.
_ASKING = frozenset({"ask_status", "ask_since", "ask_history", "ask_prediction", "describe_twin"})


@dataclass(frozen=True, slots=True)
class Meaning:
    """The intent of a request in its conversation, and the slots it takes over."""

    intent: str
    carried: Mapping[str, Any]


def meaning(state: DialogueState, parse: Parse, m: Mentioned, kinds: tuple[str, ...]) -> Meaning:
    """The intent, as the turns before make it, and what it leaves unsaid. `kinds`: types that were spoken of last."""
    last = state.last
    intent = _intent(state, parse, m)
    if last is None:
        return Meaning(intent, {})
    if is_elliptic(parse, m) and intent == last.intent and intent not in CARRIES and not begins_anew(parse):
        gone = _WHEN_SAID if intent.startswith("create_") and _ALSO.search(parse.text) else frozenset()
        kept = {k: v for k, v in last.slots.items() if k not in _OF_ONE | gone and k not in m.slots}
        if intent in _PLANNED and (time := same_day(last, m)):
            kept |= {"time": time, "times": [time]}
        return Meaning(intent, kept)
    carried = _carried(last, intent, m) if _leans_on_last(parse, m) else {}
    placed = m.slots.get("place") and not any(k in m.slots for k in ("twins", "types", "property"))
    one = _ONE.search(parse.text) or (is_elliptic(parse, m) and "property" not in carried)
    unlike = "value" in m.slots and "value" not in last.slots  # "to 20" is not said of a lock that was unlocked
    if kinds and placed and one and intent in CARRIES and not (m.choices or m.all or unlike):
        carried["types"] = kinds  # "the study one" is one of the kind spoken of
    if intent == "control_device" == last.intent and is_elliptic(parse, m) and not any(k in m.slots for k in _WHEN):
        carried |= {k: last.slots[k] for k in (*_WHEN, "times") if k in last.slots}  # "and the den": at the same time
    return Meaning(intent, carried)


def is_elliptic(parse: Parse, m: Mentioned) -> bool:
    """ "And the kitchen?", "what about tomorrow": names a thing or a time, and not what is asked of it."""
    found = _ELLIPSIS.search(parse.text)
    if _TOO.search(parse.text) and not _VERBS.search(parse.text) and "action" not in m.slots:
        return True
    return found is not None and not _VERBS.search(parse.text[found.end() :]) and "action" not in m.slots


def repeated(state: DialogueState, parse: Parse) -> Request | None:
    """ "The same again" is the last command once more; "a bit more" a step in its direction."""
    last, said = state.last, _AGAIN.search(parse.text.strip())
    if said is None or last is None or last.intent != "control_device" or not last.twins:
        return None
    if _SPOKEN.search(parse.text):
        return None
    step = said["again"] or isinstance(last.get("value"), Mapping) or not last.get("action")
    return last if step else last.having(value=None, values=None, text=parse.text)


def _leans_on_last(parse: Parse, m: Mentioned) -> bool:
    """Whether a request leaves something to be taken over; "how is the blind?" asks all by itself."""
    whole = parse.intent.startswith("ask_") and parse.confidence >= SURE and about_twins(m)
    of_all = "value" in m.slots and _OF_ALL.search(parse.text) is not None
    return not (whole or of_all) or m.pronoun or is_elliptic(parse, m)


def _intent(state: DialogueState, parse: Parse, m: Mentioned) -> str:
    last, listing = state.last, state.listing
    if rejects(m):
        return "correct" if last is None or last.twins else "feedback"  # "that was wrong", of an answer
    if _acts_on_focus(state, parse, m):
        return "control_device"
    if moves_a_reminder(parse, m):
        return "snooze"
    if m.ordinal is not None and listing and not m.slots.get("twins") and parse.intent in _ABOUT_AN_ITEM:
        return _OF_LISTED.get(listing.kind, parse.intent)
    if listing and listing.kind == "candidate" and _TAKES_ALL.search(parse.text) and not about_twins(m):
        return "skip"  # all devices that were shown become twins
    if only_names(m) and parse.intent != "correct" and not is_elliptic(parse, m):
        if parse.intent == "ask_status" and parse.text.rstrip().endswith("?"):
            return "ask_status"  # "freezer?"
        return last.intent if last and last.intent in _ASKING else "inform"
    if last is None:
        return parse.intent
    if is_elliptic(parse, m) and not begins_anew(parse) and (elliptic := _of_ellipsis(planned_before(state, last), m)):
        return elliptic
    return _going_on(state, last, parse, m) or of_time(state, parse, m) or of_subject(state, parse, m)


def _going_on(state: DialogueState, last: Request, parse: Parse, m: Mentioned) -> str | None:
    """What a fragment means after the last request: it asks it of another thing, goes on from it, or corrects it."""
    fragment = parse.intent in _FRAGMENTS or parse.confidence < SURE
    guessed = last.intent != "control_device" or not unread(m)
    if last.intent in CARRIES and fragment and guessed and parse.intent != "correct" and about_twins(m):
        return last.intent
    if timed := retimed(state, last, parse, m, fragment=fragment or _MADE.search(parse.text) is not None):
        return timed
    remade = _MADE.search(parse.text) and not _RELATIVE.search(parse.text)
    if (remade or _BETTER.search(parse.text)) and has_its_time(last, m) and any(k in m.slots for k in _WHEN):
        return "correct"
    unmade = not state.effects or state.effects[-1].request != last  # it was refused, as it could not be so
    if unmade and last.intent in _PLANNED and parse.intent in ("inform", "out_of_scope") and not about_twins(m):
        return "correct" if "time" in m.slots and not unread(m) else None
    loose = parse.intent == "out_of_scope" and last.intent == "control_device" and not unread(m)  # "ok, 25 then"
    hour = parse.intent == "control_device" and is_hour_of(last, m)
    if "value" not in m.slots or not (loose or hour or parse.intent in ("inform", "correct")):
        return None
    if last.intent == "control_device" and _MADE.search(parse.text) and is_hour_of(last, m):
        return "correct"  # "make it eleven", of what was switched on until ten
    if last.intent == "control_device" and m.plural:
        return "control_device"  # "both to 80" goes on; it corrects nothing
    if parse.intent == "correct":
        return None
    if last.intent == "inform" and state.twins:
        return "control_device"  # "the hall thermostat", then "21"
    if last.intent == "control_device":
        return "control_device" if is_step(m) else "correct"
    return None


def _acts_on_focus(state: DialogueState, parse: Parse, m: Mentioned) -> bool:
    """ "Close it" is said to the blind in focus, not to a concern, and "raise it a bit" is no small talk."""
    points = m.pronoun or m.other or m.ordinal is not None
    if not points or "action" not in m.slots or not state.twins:
        return False
    unlikely = parse.intent in ("out_of_scope", "inform", "correct") or parse.confidence < SURE
    return unlikely or (parse.intent in _CLOSING and state.subject is not None and state.subject.kind == "twin")


def rejects(m: Mentioned) -> bool:
    """ "Not that one": says what is not meant, and nothing else."""
    text = str(m.slots.get("text", ""))
    return bool(_REJECTS.search(text)) and not about_twins(m) and "value" not in m.slots and not m.other


def only_names(m: Mentioned) -> bool:
    """ "The hall lamp": a thing is named, and not what about it."""
    says_more = any(k in m.slots for k in ("value", "action", "property", "time", "duration", "recurrence", "scenario"))
    verb = _VERBS.search(str(m.slots.get("text", "")))
    named = bool(m.slots.get("twins") or m.choices)
    return named and not (says_more or verb or m.excluded or unread(m))


def is_step(m: Mentioned) -> bool:
    """Whether the value is a change by so much: "a bit warmer" goes on from what was done."""
    return isinstance(m.slots.get("value"), Mapping)


def _of_ellipsis(last: Request, m: Mentioned) -> str | None:
    """What "and …?" asks after the last request."""
    only_time = "time" in m.slots and not about_twins(m) and "property" not in m.slots
    text = str(m.slots.get("text", ""))
    relative = _RELATIVE.search(text) or text.rstrip().endswith("?")  # "what about Tuesday?" plans nothing
    if last.intent in _PLANNED and not about_twins(m) and not relative and any(k in m.slots for k in _WHEN):
        return last.intent  # "and her eye drops at noon", "and on Friday at 8"
    if last.intent == "create_task" and not about_twins(m) and not relative and unread(m):
        return last.intent  # "and eggs, by tomorrow"
    if only_time:
        if last.intent in _TIMED:
            return last.intent
        return "ask_history" if last.intent == "ask_status" else None
    if last.intent == "control_device" and "property" in m.slots and "value" not in m.slots:
        return "ask_status"
    if last.intent == "create_task" and (not about_twins(m) or "task" in m.slots):
        return last.intent  # "and bread"
    points = about_twins(m) or m.other or m.ordinal is not None
    if last.intent in CARRIES and (points or "property" in m.slots or "value" in m.slots):
        return last.intent
    if last.intent in ("ask_critical", "list_twins") and m.slots.get("place"):
        return last.intent
    if last.intent in _OF_PLANS and not about_twins(m):
        return last.intent  # "and the quote too"
    names_other = not about_twins(m) and not any(k in m.slots for k in ("property", "value", "time", "duration"))
    return "ask_why" if last.intent in ("ask_critical", "ask_why") and names_other else None


def _carried(last: Request, intent: str, m: Mentioned) -> dict[str, Any]:
    """What a request of the same kind that leaves its content out takes over."""
    if intent not in CARRIES or (last.intent != intent and not {last.intent, intent} <= _ON_VALUES):
        return {}
    content = _CONTENT.get(intent, ("property", "time"))
    said = any(c in m.slots for c in content) or (
        intent == "control_device" and complains(str(m.slots.get("text", "")))
    )
    if last.intent == intent and said:
        if intent in ("ask_history", "ask_prediction") and "property" not in m.slots and not about_twins(m):
            return {k: last.slots[k] for k in ("property", "types") if k in last.slots}
        return {}
    carries = [s for s in CARRIES[intent] if s in last.slots and s not in m.slots]
    if last.intent != intent:
        carries = [s for s in carries if s == "property"]
    if m.slots.get("twins"):  # a thing that is named has its own kind
        carries = [s for s in carries if s != "types"]
    return {s: last.slots[s] for s in carries}
