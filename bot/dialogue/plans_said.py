"""What the very words ask of plans, whatever intent they were taken for: pure."""

import re
from collections.abc import Mapping
from typing import Any

from bot.dialogue.mentions import Mentioned, about_twins
from bot.dialogue.state import DialogueState, Request
from bot.ports import Parse

_POLITE = (
    r"^(?:(?:ok|okay|oh|and|also|now|so|then|please|pollux|actually|no|sorry|wait|hm+|well|can you|could you|would you|"
    r"will you|you can|let'?s|i want to|i'd like to)[,\s]+)*"
)
_IT = r"(?:it|that|this|that one|this one|the (?:meeting|appointment|event|call|one))"
_INVITES = re.compile(
    rf"{_POLITE}(?:invite|bring|include|add)\s+"
    r"(?P<who>(?!(?:it|that|this|them|an?|the|my|to)\b)[\w'’-]+(?:(?:,|\s+and|\s)\s*"
    r"(?!(?:to|too|as|in|for|please)\b)[\w'’-]+){0,4}?)"
    r"(?:\s+(?:to|in)\s+(?:it|that|this)|\s+too|\s+as well|\s+please)*\W*$",
    re.IGNORECASE,
)
_FILES = re.compile(
    rf"{_POLITE}(?:put|move|save|add|enter|file|write|keep|have|make)\s+{_IT}\s+(?:in|into|to|on|onto)\s+(?:my|the|our)\s+"
    r"(?P<calendar>[\w'’-]+(?:\s[\w'’-]+)?)\s+(?:calendar|diary|agenda)(?:\s+(?:instead|please|rather))*\W*$"
    rf"|{_POLITE}(?:in|into|to|on)\s+(?:my|the|our)\s+(?P<other>[\w'’-]+)\s+(?:calendar|diary|agenda)"
    r"(?:,?\s+(?:instead|please|rather))*\W*$",
    re.IGNORECASE,
)
_OWN_CALENDAR = frozenset("own main normal usual same default".split())
_SUMMARY = re.compile(
    r"\b(?:summar(?:y|ise|ize)|overview|rundown|run-down|recap|briefing|brief)\b.*"
    r"\b(?:to(?:day|morrow|night)|day|week|morning|afternoon|evening|agenda|calendar|schedule|plans?|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)
_WHATS_ON = re.compile(
    r"(?:(?:so|ok|okay|and|hey)[\s,]+)*(?:what(?:'?s|’s| is)|wh?ats|anything|something)"
    r"(?:\s+(?:on|up|happening|planned|going on|there|else|for|in|my|the|calendar|schedule|agenda|plan))*[\s?.!]*",
    re.IGNORECASE,
)
_RETIMES = re.compile(
    rf"\b(?:make|let|have|get|want)\s+{_IT}\s+(?:end|finish|last|start|begin|run|go on)\b|"
    rf"^(?:(?:no|actually|sorry|oh|wait|and|but)[\s,]+)*{_IT}\s+"
    r"(?:ends?|finishes|lasts|starts?|begins?|goes on|runs|takes)\b|"
    rf"\b(?:extend|shorten|lengthen|prolong)\s+{_IT}\b",
    re.IGNORECASE,
)
_STOPPED = re.compile(r"\b(?:stop|no|never|don'?t|without|turn off|switch off|mute|fewer|less)\b", re.IGNORECASE)
_BLOCKS = re.compile(
    rf"{_POLITE}(?:block|reserve|book|keep|schedule|set aside|free up|find)\s+.*\bfor\s+{_IT}\b",
    re.IGNORECASE,
)
_DUE = re.compile(r"^(?:(?:and|so)\s+)?(?:(?:by )?when|what (?:day|date|time)|how long)\b.*\bdue\b", re.IGNORECASE)
_ASKS_OF_IT = re.compile(
    rf"^(?:(?:and|so|ok|okay)[,\s]+)*(?:how long|(?:at )?what time|(?:until |till )?when|(?:on )?(?:what|which) day)\s+"
    rf"(?:is|was|does|do|will|are)\s+{_IT}\b(?!\s+(?:due|my|the|your))",
    re.IGNORECASE,
)
_SHOULD_BE = re.compile(
    rf"{_POLITE}(?P<what>(?:the|my|our|that)\s+[\w'’\s-]{{2,40}}?|{_IT})\s+"
    r"(?:should(?: really)? be|is supposed to be|was supposed to be|has to be|needs to be|must be|is actually|"
    r"ought to be|is really)\s+(?:at|on|from|in|to)\b",
    re.IGNORECASE,
)
_THAT_DAY = re.compile(
    r"\b(?:(?:on|in|during|for) )?(?:that|the same) (?:day|morning|afternoon|evening|night|week)\b", re.IGNORECASE
)
_ASKS = re.compile(r"^(?:(?:and|so|ok)[,\s]+)*(?:what|what's|whats|is|are|do|am|anything|have)\b|\?\s*$", re.IGNORECASE)
_STOP_THESE = re.compile(
    r"^(?:(?:ok|okay|please|pollux|can you|could you|just|now)[,\s]+)*(?:stop|end|drop|no more(?: of)?)\s+"
    r"(?:(?:all\s+)?(?:these|those|this|that|it|them)|reminding me(?: (?:of|about) (?:it|that|this))?)"
    r"(?:\s+(?:reminders?|alarms?|one))?(?:[,\s]+(?:please|now|thanks))*\W*$",
    re.IGNORECASE,
)
_SKIPS = re.compile(
    rf"{_POLITE}(?:skip|leave out|drop|miss|not)\s+(?:it|that|this|(?:the|this|that|just the)\s+(?:next|coming|one)"
    r"(?:\s+\w+)?)\b",
    re.IGNORECASE,
)
# A verb makes a sentence of what would be the name of an appointment.
_SENTENCE = re.compile(
    r"\?|^(?:what|when|where|who|why|how|which|is|are|was|were|do|does|did|can|could|will|would|should|has|have|i|we|it|"
    r"no|not|yes|ok|okay|same|and|but|if|tell|show|give|set|turn|switch|move|push|shift|put|make|change|cancel|delete|remove|"
    r"remind|stop|start|skip|snooze|wake|let|please|thanks?|good|hi|hello|from|at|on|by|until|in|for|every|all|any|"
    r"tomorrow|today|tonight|yesterday|actually|sorry|oh|nothing|something|everything|never|also|then|only|just|maybe|"
    r"undo|postpone|done|finished|quiet|silence|mute|energy|stress|mood)\b"
    r"|\b(?:is|are|was|were|been|am|i'm|it's|has|had|did|does|do|will|won't|can't|cannot|don't|didn't|went|got|gets|"
    r"remind|ago|yesterday|last|since)\b",
    re.IGNORECASE,
)
_MISTAKEN = frozenset(
    """ask_history ask_status ask_prediction ask_energy_cost ask_scenario out_of_scope inform describe_twin list_twins
    ask_why compare_twins ask_collaboration log_skill ask_skills create_twin check_in set_preference
    ask_agenda""".split()
)
_FINE = ("second", "minute", "hour")
_MOST_WORDS = 7


def of_plans(state: DialogueState, parse: Parse, m: Mentioned) -> Request | None:
    """The request for a plan of the person, where its words say so by themselves or of what was spoken of last."""
    text = parse.text.strip()
    kind = state.subject.kind if state.subject else ""
    if about_twins(m) and kind not in ("event", "task", "reminder"):
        return None
    if ends_a_reminder(state, text):
        return Request("cancel_reminder", m.slots)
    if found := _of_subject(kind, text, m):
        return found
    if _BLOCKS.search(text):
        return Request("create_event", {**m.slots, "of": kind})
    if "time" in m.slots and _WHATS_ON.fullmatch(without_spans(m, text)):
        return Request("ask_agenda", m.slots)
    if _SUMMARY.search(text) and not _STOPPED.search(text):
        return Request("ask_agenda", m.slots)
    if _DUE.search(text) and not m.pronoun and not about_twins(m):
        return Request("ask_tasks", m.slots)
    return Request("create_event", m.slots) if _names_an_appointment(parse, m) else None


def ends_a_reminder(state: DialogueState, text: str) -> bool:
    """ "Stop these", said of a reminder, whether it has just come or was just made."""
    return state.subject is not None and state.subject.kind == "reminder" and _STOP_THESE.search(text) is not None


def _of_subject(kind: str, text: str, m: Mentioned) -> Request | None:
    slots: Mapping[str, Any] = m.slots
    if kind == "event":
        if (found := _INVITES.search(text)) and "time" not in slots:
            return Request("invite_to_event", {**slots, "who": found["who"]})
        if (found := _FILES.search(text)) and (
            named := found["calendar"] or found["other"]
        ).lower() not in _OWN_CALENDAR:
            return Request("file_event", {**slots, "calendar": named})
        if _SKIPS.search(text):
            return Request("skip", slots)
        if _THAT_DAY.search(text) and _ASKS.search(text):
            return Request("ask_agenda", {**slots, "that_day": True})
    if kind in _ASKED_OF and _ASKS_OF_IT.search(text):
        return Request(_ASKED_OF[kind], {**slots, "of_it": True})
    timed = "time" in slots or "duration" in slots
    if timed and not text.endswith("?") and (_SHOULD_BE.search(text) or (kind == "event" and _RETIMES.search(text))):
        return Request("move_event", slots)
    return None


_ASKED_OF = {"event": "ask_agenda", "task": "ask_tasks", "reminder": "list_reminders"}


def without_spans(m: Mentioned, text: str) -> str:
    """What was said besides the times."""
    spans = [(int(s[1]), int(s[2])) for s in m.slots.get("spans", ()) if s[0] in ("time", "duration")]
    return "".join(c for i, c in enumerate(text) if not any(a <= i < b for a, b in spans)).strip()


def _names_an_appointment(parse: Parse, m: Mentioned) -> bool:
    """ "Parents' evening on the 17th at half seven": a name and an hour to come, and nothing that is done or asked."""
    time = m.slots.get("time")
    if parse.intent not in _MISTAKEN or not isinstance(time, Mapping) or about_twins(m) or m.unknown:
        return False
    timed = time.get("start") and time.get("grain") in _FINE and not time.get("edge") and not time.get("rolling")
    said = without_spans(m, parse.text)
    words = [w for w in re.findall(r"[^\W\d_][\w'’-]*", said) if len(w) > 2]
    measured = any(k in m.slots for k in ("value", "property", "action", "energy", "stress", "mood", "scenario"))
    return bool(timed) and not measured and 0 < len(words) <= _MOST_WORDS and not _SENTENCE.search(parse.text)
