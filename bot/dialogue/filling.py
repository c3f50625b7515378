"""What a message says to a question that left something open ("when?", "what is it?"): pure."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.dialogue.decision import Decision
from bot.dialogue.mentions import Mentioned, about_twins
from bot.dialogue.moments import is_bare_clock
from bot.dialogue.state import Pending
from bot.ports import Parse

# Intents of words that answer rather than ask for something.
_TELLING = frozenset({"inform", "out_of_scope", "correct", "affirm", "deny"})
_NO = frozenset({"deny", "cancel", "reject_action"})
_CERTAIN = 0.7  # from here on another wish is another wish, and no answer
_LIKELY = 0.4  # a question need not be that certain
_QUESTION = re.compile(r"\?\s*$", re.IGNORECASE)
_CLOCK = re.compile(r"(\d\d):(\d\d)$")
_BARE = re.compile(
    r"(?:(?:at|around|about|say|maybe|ok|yes)[\s,]+)*([1-9]|1\d|2[0-3])(?:[:.]?([0-5]\d))?(?:\s+(?:please|then))*[.!]*",
    re.IGNORECASE,
)
# "It's the tax adviser": the answer without what leads up to it.
_ITS_NAME = re.compile(
    r"^(?:(?:oh|well|um+|uh+|ok|okay|sorry|just|please|let'?s)[,\s]+)*"
    r"(?:(?:it|that|this)(?:['’]s| is| will be| should be)"
    r"(?: (?:called|named|titled|about|to))?|(?:please )?(?:call|name|title) it|called|named|its (?:name|title) is|"
    r"the (?:name|title) is)\s+(?=\S)",
    re.IGNORECASE,
)
_EARLY = 7  # before this hour the afternoon is meant
_GOES_ON = re.compile(r"^(?:and|also|what about|how about|same|both|all of them)\b", re.IGNORECASE)
_LEAVES = re.compile(
    r"^(?:no|nope|nothing|never ?mind|forget (?:it|about it)|cancel|stop|leave it|that'?s all|no thanks?)"
    r"(?:[\s,]+(?:it|that|this|please|then|thanks|for now|now))*[\s.!]*$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\?\s*$|^(?:wh?at'?s?|what’s|when|where|who|how|why|which|is|are|do|does|did|am|have|show|list|move|cancel|undo)\b",
    re.IGNORECASE,
)


def fill(pending: Pending, parse: Parse, m: Mentioned) -> Decision | None:
    """The wish with what was asked for; None where the message is about something else."""
    if pending.skippable and parse.intent == "skip":
        return Decision("do", pending.request.having(skipped=True))
    told = {k: v for k, v in m.slots.items() if k in ("time", "times", "duration", "recurrence")}
    if pending.slot == "title" and told and (pending.request.get("times") or _is_all(parse, m)):
        told = {}  # "lunch" is a name, and the Friday of before stays
    if pending.slot == "time" and not told and (hour := _hour_said(pending, parse, m)):
        told = {"time": hour, "times": [hour]}
    if not told and _turns_away(pending, parse, m):
        return None
    anew = parse.intent not in _TELLING | _NO | {pending.request.intent} and parse.confidence >= _CERTAIN
    if not told and (parse.intent in _NO or _LEAVES.search(parse.text)):
        return Decision("drop", pending.request)
    if pending.slot == "title" and parse.intent == pending.request.intent and told and not _is_short(parse):
        return None  # "put the dentist in my calendar on Friday at 3", asked for the name of another one
    if anew and not (pending.slot == "time" and told and _is_short(parse)):
        return None
    if pending.slot == "time" and parse.intent == pending.request.intent and _names_other(pending, m):
        return None
    if told.get("times") and is_bare_clock(told["time"]):  # "at noon" goes with the Friday that was said before
        told["times"] = [*pending.request.get("times", ())[:1], told["time"]]
    if pending.slot == "time":
        if re.search(r"\b(?:all|whole) day\b", parse.text, re.IGNORECASE):
            told["all_day"] = True
        return Decision("do", pending.request.having(**told)) if told else _again(pending)
    text = _ITS_NAME.sub("", parse.text.strip(' .!?"“”'), count=1)
    return Decision("do", pending.request.having(**{**told, pending.slot: text})) if text else _again(pending)


def _turns_away(pending: Pending, parse: Parse, m: Mentioned) -> bool:
    """Whether a message that tells no time is about something else, though it is no request by itself: a question, or
    "and the right one", "both to 80", which go on with what came in between.
    """
    likely = parse.intent not in _TELLING | _NO | {pending.request.intent} and parse.confidence >= _LIKELY
    if _QUESTION.search(parse.text) and likely:
        return True
    points = m.ordinal is not None or m.counted or m.other or _GOES_ON.match(parse.text)
    spoken_of = about_twins(m) or "value" in m.slots or points
    return pending.slot == "time" and bool(spoken_of) and parse.intent not in _NO | {pending.request.intent}


def _names_other(pending: Pending, m: Mentioned) -> bool:
    """ "Remind me to feed the cat", said where it was asked when to remind of the rent: a wish of its own."""
    known = str(pending.request.get("text", "")).casefold()
    return any(str(name).casefold() not in known for kind in ("task", "event", "topic") for name in _texts(m, kind))


def _texts(m: Mentioned, kind: str) -> tuple[object, ...]:
    said = m.slots.get(kind, ())
    return tuple(said) if isinstance(said, (list, tuple)) else (said,)


def _again(pending: Pending) -> Decision:
    return Decision("ask_again", pending.request, pending=pending)


def _hour_said(pending: Pending, parse: Parse, m: Mentioned) -> dict[str, Any] | None:
    """ "7", or "the first one" of the hours that were offered, where the hour of a day was asked for."""
    days = pending.request.get("times", ())
    if not days or not days[0].get("start"):
        return None
    day, options = datetime.fromisoformat(str(days[0]["start"])), pending.options
    if m.ordinal is not None and -len(options) <= m.ordinal < len(options):
        found = _CLOCK.search(options[m.ordinal][0])
        return _clock(day, [int(found[1])], int(found[2])) if found else None
    said = _BARE.fullmatch(parse.text.strip())
    if said is None:
        return None
    hour, minute = int(said[1]), int(said[2] or 0)
    return _clock(day, [hour] if hour > 12 else [hour % 12, hour % 12 + 12], minute)


def _clock(day: datetime, hours: Sequence[int], minute: int) -> dict[str, Any]:
    """A time of that day as the message would have said it; with two readings the later one of a small hour."""
    told = [day.replace(hour=hour, minute=minute).isoformat() for hour in hours]
    options = [{"start": at, "end": None, "grain": "minute"} for at in told]
    likelier = options[-1 if hours[0] < _EARLY else 0]
    return {**likelier, "text": f"at {hours[0] or 12}:{minute:02}", "options": options}


def _is_all(parse: Parse, m: Mentioned) -> bool:
    """Whether a time is all that was said."""
    spans = [s for s in m.slots.get("spans", ()) if s[0] == "time"]
    return bool(spans) and int(spans[0][2]) - int(spans[0][1]) >= len(parse.text.strip(" .!?"))


def _is_short(parse: Parse) -> bool:
    """ "Tomorrow at nine" is an answer, whatever else it may be taken for; a question is none."""
    return len(parse.text.split()) <= 6 and not _ASKS.search(parse.text)
