"""What the very words ask of plans, whatever intent they were taken for: pure."""

import re
from collections.abc import Mapping
from typing import Any

from bot.dialogue import plan_words as words
from bot.dialogue.mentions import Mentioned, about_twins
from bot.dialogue.state import DialogueState, Request
from bot.ports import Parse

_MISTAKEN = frozenset(
    """ask_history ask_status ask_prediction ask_energy_cost ask_scenario out_of_scope inform describe_twin list_twins
    ask_why compare_twins ask_collaboration log_skill ask_skills create_twin ask_agenda""".split()
)
_FINE = ("second", "minute", "hour")
_MOST_WORDS = 7
_SURE = 0.6


def of_plans(state: DialogueState, parse: Parse, m: Mentioned) -> Request | None:
    """The request for a plan of the person, where its words say so by themselves or of what was spoken of last."""
    text = parse.text.strip()
    kind = state.subject.kind if state.subject else ""
    if about_twins(m) and kind not in ("event", "task", "reminder"):
        return None
    if words.CLOCK.search(text):
        return Request("tell_time", m.slots)
    if parse.intent == "later" and kind == "reminder" and any(reply.nudge for reply in state.said):
        return Request("snooze", m.slots)
    if ends_a_reminder(state, text):
        return Request("cancel_reminder", m.slots)
    if found := _of_subject(state, kind, text, m):
        return found
    if found := _by_itself(parse, text, m):
        return found
    if words.BLOCKS.search(text):
        return Request("create_event", {**m.slots, "of": kind})
    return Request("create_event", m.slots) if _names_an_appointment(parse, m) else None


def _by_itself(parse: Parse, text: str, m: Mentioned) -> Request | None:
    """What needs nothing that was said before."""
    besides, time, asks = without_spans(m, text), m.slots.get("time"), text.endswith("?")
    of_twins = about_twins(m)
    of_things = of_twins or "property" in m.slots
    by_then = isinstance(time, Mapping) and time.get("edge") in ("by", "before", "until")
    spare = parse.intent in ("cancel", "dismiss", "deny")
    said = (
        ("tell_last_change", words.LAST_CHANGE.search(text)),
        ("tell_date", time and words.DATE_OF.fullmatch(besides)),
        ("ask_agenda", time and words.WHATS_ON.fullmatch(besides)),
        ("ask_agenda", words.SUMMARY.search(text) and not words.STOPPED.search(text)),
        ("ask_tasks", words.DUE.search(text) and not m.pronoun and not about_twins(m)),
        ("cancel_event", spare and not of_things and words.CALLS_OFF.search(text)),
        ("create_event", time and not asks and not of_things and words.IS_ON.search(text)),
        ("create_event", _is_hour(time) and parse.confidence < _SURE and not of_twins and words.HAVE_A.search(text)),
        ("ask_agenda", not of_things and words.STILL_ON.search(text)),
        ("ask_agenda", not of_things and words.CLASHES.search(text) and words.ASKS.search(text)),
        ("set_preference", not of_things and not asks and words.WORKS.search(text)),
        ("create_task", by_then and not of_things and not _is_new(parse) and words.HAVE_TO.search(text)),
    )
    return next((Request(intent, m.slots) for intent, fits in said if fits), None)


def _is_hour(time: object) -> bool:
    return isinstance(time, Mapping) and bool(time.get("start")) and time.get("grain") in _FINE and not time.get("edge")


def _is_new(parse: Parse) -> bool:
    return parse.intent.startswith("create_")


def ends_a_reminder(state: DialogueState, text: str) -> bool:
    """ "Stop these", said of a reminder, whether it has just come or was just made."""
    return state.subject is not None and state.subject.kind == "reminder" and words.STOP_THESE.search(text) is not None


def _of_subject(state: DialogueState, kind: str, text: str, m: Mentioned) -> Request | None:
    slots: Mapping[str, Any] = m.slots
    asked = state.last is not None and state.last.intent == "list_reminders" and "duration" in slots
    if kind in _ASKED_OF and (words.REMINDS_BEFORE.search(text) or (asked and words.ENDS_BEFORE.search(text))):
        return Request("create_reminder", slots)
    if kind == "task" and (rated := words.PRIORITY.search(text)):
        return Request("prioritize_task", {**slots, "level": (rated["level"] or rated["other"]).lower()})
    done = state.effects[-1].request.intent if state.effects else ""
    if done in words.GONE and words.KEEPS.search(text):
        return Request("undo", {"text": text})
    if kind in words.NAMED_KINDS and (named := words.RENAMES.search(text)) and "time" not in slots:
        return Request("rename_plan", {**slots, "kind": kind, "title": named["title"] or named["other"]})
    if kind == "event" and (found := _of_event(text, slots)):
        return found
    if kind in _ASKED_OF and words.THAT_DAY.search(text) and words.ASKS.search(text):
        return Request("ask_agenda", {**slots, "that_day": True})
    if kind == "task" and words.ON_THE_LIST.search(text):
        return Request("ask_tasks", {"text": text})
    if kind in _ASKED_OF and (words.ASKS_OF_IT.search(text) or (kind == "event" and words.WHO_COMES.search(text))):
        return Request(_ASKED_OF[kind], {**slots, "of_it": True})
    timed = "time" in slots or "duration" in slots
    retimed = words.SHOULD_BE.search(text) or (kind == "event" and words.RETIMES.search(text))
    if timed and retimed and not text.endswith("?"):
        return Request("move_event", slots)
    return None


def _of_event(text: str, slots: Mapping[str, Any]) -> Request | None:
    if words.WHOLE_SERIES.search(text):
        return Request("cancel_event", slots)
    if "time" in slots and words.FROM_NOW_ON.search(text):
        return Request("move_event", slots)
    if (found := words.INVITES.search(text)) and "time" not in slots:
        return Request("invite_to_event", {**slots, "who": found["who"]})
    if (found := words.FILES.search(text)) and (
        named := found["calendar"] or found["other"]
    ).lower() not in words.OWN_CALENDAR:
        return Request("file_event", {**slots, "calendar": named})
    if words.SKIPS.search(text):
        return Request("skip", slots)
    return None


_ASKED_OF = {"event": "ask_agenda", "task": "ask_tasks", "reminder": "list_reminders"}


def without_spans(m: Mentioned, text: str) -> str:
    """What was said besides the times."""
    spans = [(int(s[1]), int(s[2])) for s in m.slots.get("spans", ()) if s[0] in ("time", "duration")]
    return "".join(c for i, c in enumerate(text) if not any(a <= i < b for a, b in spans)).strip()


def _names_an_appointment(parse: Parse, m: Mentioned) -> bool:
    """ "Parents' evening on the 17th at half seven": a name and an hour to come, and nothing that is done or asked."""
    time = m.slots.get("time")
    mistaken = parse.intent in _MISTAKEN or (parse.intent == "create_reminder" and not words.REMINDS.search(parse.text))
    if not mistaken or not isinstance(time, Mapping) or about_twins(m) or m.unknown:
        return False
    timed = time.get("start") and time.get("grain") in _FINE and not time.get("edge") and not time.get("rolling")
    said = without_spans(m, parse.text)
    own = [w for w in re.findall(r"[^\W\d_][\w'’-]*", said) if len(w) > 2]
    measured = any(k in m.slots for k in ("value", "property", "action", "energy", "stress", "mood", "scenario"))
    return bool(timed) and not measured and 0 < len(own) <= _MOST_WORDS and not words.SENTENCE.search(parse.text)
