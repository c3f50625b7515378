"""What is asked of "it", by the kind of thing that it is: pure."""

import re
from collections.abc import Mapping

from bot.dialogue.mentions import Mentioned, about_twins
from bot.dialogue.state import DialogueState, Request
from bot.ports import Parse

# What is asked of "it" is told apart by what "it" is: putting off a task is postponing it.
_OF_SUBJECT: Mapping[str, Mapping[str, str]] = {
    "task": {
        "snooze": "postpone_task",
        "move_event": "postpone_task",
        "resolve": "complete_task",
        "cancel_event": "delete_task",
        "cancel_reminder": "delete_task",
        "delete_twin": "delete_task",
        "archive_twin": "delete_task",
    },
    "event": {
        "snooze": "move_event",
        "postpone_task": "move_event",
        "delete_task": "cancel_event",
        "cancel_reminder": "cancel_event",
        "delete_twin": "cancel_event",
        "archive_twin": "cancel_event",
    },
    "reminder": {
        "postpone_task": "snooze",
        "move_event": "snooze",
        "complete_task": "acknowledge",
        "resolve": "acknowledge",
        "delete_task": "cancel_reminder",
        "cancel_event": "cancel_reminder",
        "delete_twin": "cancel_reminder",
        "archive_twin": "cancel_reminder",
    },
    "concern": {"postpone_task": "snooze", "move_event": "snooze", "complete_task": "resolve"},
}
_ENDS_IN_ONE = re.compile(r"\bones?\W*$", re.IGNORECASE)
_CANCELLED = {"reminder": "cancel_reminder", "event": "cancel_event", "task": "delete_task"}  # "cancel that"
_PUT_OFF = {"event": "move_event", "task": "postpone_task"}
_MOVED_BY_TIME = {**_PUT_OFF, "reminder": "snooze"}
_TIMELESS = frozenset("rename_plan prioritize_task invite_to_event file_event edit_reminder".split())
_NAMES_ITS_KIND = re.compile(
    r"\b(?:tasks?|to-?dos?|meetings?|appointments?|events?|calendar|reminders?|alerts?|alarms?|concerns?|twins?)\b",
    re.IGNORECASE,
)

_POLITE = r"(?:(?:ok|okay|no|and|now|please|actually|pollux|can you|could you|would you|i want you to)[,\s]+)*"
_MOVES = re.compile(
    rf"(?:^|[,.;]\s*){_POLITE}(?:move|push|shift|bring|pull|reschedule|postpone|delay|defer|put|change|set|make|have|let)\b"
    r"|\b(?:earlier|later|sooner|instead)\b|\b(?:should|shall|can|is to|needs? to) (?:come|be|ring|go off)\b",
    re.IGNORECASE,
)
_NO = re.compile(r"^\W*(?:no|nope|not|sorry)\b", re.IGNORECASE)
_UNDERSTOOD, _SURE = 0.5, 0.75  # which kind of plan is called off, from here on; where no plan is named
_CALLS_OFF = re.compile(rf"^{_POLITE}(?:cancel|call off|scrap)\b", re.IGNORECASE)
# "Cancel the pick up Leo on Thursday" names what it is, though nothing in it was taken for a name.
_NAMES_IT = re.compile(
    rf"^{_POLITE}(?:cancel|call off|scrap)\s+(?:the|my|our)\s+(?!(?:whole|entire|rest|next|last|other)\b)"
    r"(?:(?!ones?\b)[\w'’-]+\s+){2,5}?(?:on|at|this|next|tomorrow|today|tonight)\b",
    re.IGNORECASE,
)
_A_REMINDER = re.compile(r"\b(?:the|that|this|my|our)\s+(?:[\w'’-]+\s+){0,5}?reminder\b", re.IGNORECASE)

_REWORDS = re.compile(
    rf"^{_POLITE}(?:(?:change|edit|rename|reword|rephrase)\s+(?:what\s+)?(?P<which>.*?\breminder\b.*?)\s+"
    r"(?:to say|says? to|says?|to|into)|(?P<named>.*?\breminder)\s+(?:should|shall) (?:say|read|be called))\s+"
    r"(?P<what>.+?)(?:\s+instead)?[\s.!]*$",
    re.IGNORECASE,
)


def reworded(text: str, m: Mentioned) -> Mapping[str, str] | None:
    """ "Change the tea reminder to buy coffee": which one, as `text`, and its new words as `title`."""
    found = _REWORDS.search(text)
    if found is None or any(k in m.slots for k in ("time", "duration", "recurrence")):
        return None
    return {"text": found["which"] or found["named"], "title": found["what"].strip("“”\"' ")}


def calls_off_a_plan(parse: Parse, m: Mentioned) -> bool:
    """ "Cancel the porch light": what is planned for it, whatever verb that was taken for."""
    named = any(kind in m.slots for kind in ("event", "task", "topic"))
    understood = parse.intent in _CANCELLED.values() and parse.confidence >= (_UNDERSTOOD if named else _SURE)
    misread = not understood and not _NAMES_ITS_KIND.search(parse.text)
    return misread and about_twins(m) and _CALLS_OFF.search(parse.text) is not None


def moves(text: str) -> bool:
    """Whether what is said to be later or at another time is to be moved from where it stands, and not put off from
    now on: "push it back an hour", not "snooze it for an hour".
    """
    return _MOVES.search(text) is not None


def of_kind(text: str, intent: str) -> Mapping[str, str]:
    """The kind of the thing as a slot, where the sentence itself says it."""
    return {"kind": "reminder"} if intent == "snooze" and _A_REMINDER.search(text) else {}


def moves_a_reminder(parse: Parse, m: Mentioned) -> bool:
    """ "Move the stand-up reminder to 10": a reminder is named, and not the event that it is called by."""
    timed = any(k in m.slots for k in ("time", "duration"))
    asks = parse.text.rstrip().endswith("?") and not _MOVES.match(parse.text)
    return timed and not asks and bool(_A_REMINDER.search(parse.text)) and moves(parse.text)


def of_time(state: DialogueState, parse: Parse, m: Mentioned) -> str | None:
    """What a bare time or length asks of an event or task: "half an hour longer", "push it back an hour"."""
    subject = state.subject
    if subject is None or subject.kind not in _PUT_OFF:
        return None
    just_made = bool(state.effects) and state.effects[-1].request == state.last
    if just_made and parse.intent == "deny" and "value" in m.slots and _NO.search(parse.text):
        return "correct"  # "no, 4": another hour
    if not ("time" in m.slots or "duration" in m.slots):
        return None
    refused = parse.intent in ("deny", "out_of_scope", "inform") and bool(
        re.search(r"^\W*(?:no|nope|not)\b", parse.text, re.IGNORECASE)
    )
    if refused and state.effects and state.effects[-1].request == state.last:
        return "correct"
    vague = parse.intent in ("inform", "out_of_scope", "undo") and not parse.text.rstrip().endswith("?")
    return _PUT_OFF[subject.kind] if vague and not about_twins(m) else None


def retimed(state: DialogueState, last: Request, parse: Parse, m: Mentioned, *, fragment: bool) -> str | None:
    """ "Actually Wednesday", right after a plan was given another name: the plan is moved, its name is right."""
    timed = "time" in m.slots or "duration" in m.slots
    # "Make that 90 minutes", after it was moved to another day: that day is right.
    of_length = last.intent == "move_event" and "duration" in m.slots and "time" not in m.slots
    right = last.intent in _TIMELESS or (of_length and bool(last.get("times")) and not last.get("duration"))
    if not right or state.subject is None or not timed or about_twins(m):
        return None
    return _MOVED_BY_TIME.get(state.subject.kind) if fragment or parse.intent == "correct" else None


def _is_of_list(state: DialogueState, parse: Parse) -> bool:
    """ "Cancel the coffee one", said of what was just listed."""
    listed = state.listing is not None and state.subject is not None and state.listing.kind == state.subject.kind
    return listed and bool(_ENDS_IN_ONE.search(parse.text))


def of_subject(state: DialogueState, parse: Parse, m: Mentioned) -> str:
    """The intent for the kind of thing that "it" is; a thing that is named says what it is."""
    subject = state.subject
    listing = state.listing
    if m.ordinal is not None and listing and listing.kind in _OF_SUBJECT and not _NAMES_ITS_KIND.search(parse.text):
        return _OF_SUBJECT[listing.kind].get(parse.intent, parse.intent)
    named = any(k in m.slots for k in ("twins", "task", "event", "topic")) or m.unknown
    if subject is None or (named and not _is_of_list(state, parse)):
        return parse.intent
    if _NAMES_ITS_KIND.search(parse.text) or (parse.intent == "cancel_event" and _NAMES_IT.search(parse.text)):
        return parse.intent
    if parse.intent == "cancel" and m.pronoun:
        return _CANCELLED.get(subject.kind, parse.intent)
    return _OF_SUBJECT.get(subject.kind, {}).get(parse.intent, parse.intent)
