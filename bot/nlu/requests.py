"""Several requests in one message: where it is cut, and what a later part takes over from the one before.

A joint ("and", "then", a comma) cuts only where both sides are requests: the right one opens like one ("…
and set …", "… then tell me …"), or it is elliptic and says both what and how ("… and the study blind to 70
percent"). Joints inside a name, a time or a topic never cut.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.nlu.intents import OUT_OF_SCOPE
from bot.ports import Entity, Parse

_MAX_PARTS = 7  # more than are worked on: then it can be said that there was more

# White space is bounded, so that a page of it costs no quadratic search.
_JOINT = re.compile(
    r"(?:[,;]\s{0,4})?\b(?P<then>(?:and\s{1,4})?(?:then|after\s{1,4}that|afterwards)|und\s{1,4}dann|danach|dann)\b[,\s]{1,4}"
    r"|(?P<stop>[;?!\n]|\.(?=\s))\s{0,4}(?=\S)"
    r"|(?:,\s{0,4}|(?<=\s))(?P<and>and(?:\s{1,4}also)?|plus|but|und|&)\s{1,4}"
    r"|(?P<comma>,)\s{0,4}",
    re.IGNORECASE,
)
_OPENERS = frozenset(
    """turn switch set put make dim brighten lock unlock open close shut start stop restart reset raise lower increase
    decrease reduce pause resume run leave lift charge tell show give list check remind add create delete remove archive
    cancel move snooze acknowledge dismiss ignore undo explain compare find plan schedule book mark finish complete
    connect disconnect sync export ask let get keep warm heat cool turning
    what what's whats how how's hows is are was were did does do when where which who why can could will would should
    please don't dont i'd i'll i'm i
    schalte mach stell stelle setze öffne schließe schließ sperr zeig zeige sag wie was ist sind warum erinnere lösche
    """.split()
)
_LEAD = re.compile(r"^(?:(?:now|also|please|so|ok|okay|pollux|just|jetzt|bitte|auch)\b[\s,]*)+", re.IGNORECASE)
# One of these says a whole thought: what follows "and" in it is part of the condition or the topic.
_INDIVISIBLE = frozenset({"ask_scenario", "create_reminder", "correct", "inform", "deny", "set_preference"})
TARGETS = frozenset({"twin", "place", "twin_type"})
DIVISIBLE = "control_device"  # the intent that most messages of several requests hold
# What can only be meant for the assistant: whoever is to be reminded does not do this.
_FOR_US = re.compile(
    r"^(?:(?:now|also|please|so|ok|okay|then|can you|could you|would you|just)[\s,]+)*(?:"
    r"remind\s+me\b|wake\s+me\b|tell\s+me\b|show\s+me\b|let\s+me\s+know\b|"
    r"(?:add|create|make|set(?:\s+up)?|give\s+me|put|note|cancel|delete|remove)\s+(?:me\s+)?"
    r"(?:an?|another|the|my|all(?:\s+my)?)\s+(?:[\w'’-]+\s+){0,2}"
    r"(?:tasks?|to-?\s?dos?|reminders?|alarms?|timers?|events?|appointments?|meetings?|calendar entry)\b|"
    r"(?:add|put|enter|note|write|pencil)\b.{2,60}\b(?:in|into|to|on|onto)\s+my\s+(?:[\w'’-]+\s+)?"
    r"(?:calendar|diary|agenda|schedule|list|to-?\s?dos?|tasks)\b|"
    r"(?:move|push|shift|reschedule|postpone)\s+(?:the|my)\b.*\b(?:to|by|until)\b|"
    r"mark\b.*\b(?:done|complete[d]?|finished)\b|what(?:'s|\s+is|\s+do\s+i)\b|how\s+(?:is|warm|cold|many|much|long)\b)",
    re.IGNORECASE,
)
_INTO_THE_CALENDAR = re.compile(
    r"^(?:(?:please|can you|could you|just)[\s,]+)*(?:put|add|write|note|enter|save|jot|stick)\s+"
    r"(?:it|that|this|them|those)\s+(?:in|into|on|onto|to|down)\b"
    r"(?:\s+(?:my|the|our)\s+(?:calendar|diary|agenda|schedule|list|to-?do list|tasks))?"
    r"(?:\s+(?:please|then|for me))*[\s.!?]*$",
    re.IGNORECASE,
)
_SOUND = re.compile(r"(?:oh|hey|so|well|hm+|ah|um|uh|er|eh)(?:[\s,]+(?:and|so|well|then))*", re.IGNORECASE)
_AT_TO = re.compile(r"(?:then\s+)?(?:at|on|in|tomorrow|around)\b.*\bto\s+[a-z]", re.IGNORECASE)  # "at 10 to send it"
_ABOUT = re.compile(r"\b(?:to|about|of|that)\s+[a-z]", re.IGNORECASE)
_AN_EVENT = "create_event"
_ANOTHER = re.compile(
    r"(?:an?|another|one|my|the)\s+\w|(?:lunch|dinner|breakfast|coffee|drinks|call|meeting)\b", re.IGNORECASE
)
_PLANNED = frozenset({"create_event", "create_task", "create_reminder"})
# Said before a request, these ask for nothing.
_INTERJECTION = re.compile(
    r"(?:(?:cool|right|great|nice|ok|okay|fine|lovely|super|brilliant|perfect|oh|dear|my|goodness|gosh|well|hm+|um+|wow|"
    r"that['’]?s too (?:much|little)|too (?:much|little)|alright|good|excellent|"
    r"very well|i see|ah|aha|morning|so)[\s,.!]*)+$",
    re.IGNORECASE,
)
_NAMES_FIRST = re.compile(
    r"(?:(?:and|so|ok|okay|oh)[,\s]+)*(?:(?:what|how)\s+about\s+)?(?:the|my|our)\b", re.IGNORECASE
)
# "And the attic, is it still as cold?": the thing is named first, and then asked of.
_ASKS_OF_IT = re.compile(
    r"(?:is|are|was|were|does|do|did|has|have|how|what|when|why)\b"
    r"(?:\s+\w+){0,3}?\s+(?:it|they|that one|those|there)\b",
    re.IGNORECASE,
)
_STATEMENTS = re.compile(r"\b(?:is|are|was|were|if|when|ist|sind|wenn)\b", re.IGNORECASE)
_IT = re.compile(r"\b(?:it|them|that|this)\b", re.IGNORECASE)
_SURE = 0.35


@dataclass(frozen=True, slots=True)
class _Joint:
    start: int
    end: int
    kind: str  # then, stop, and, comma


def split_requests(text: str, parse: Callable[[str], Parse]) -> list[Parse]:
    """One parse a request, in the order said. `text` of each is its own part of the message."""
    whole = parse(text)
    joints = [j for j in _joints(text) if not _inside_entity(j, whole.entities)]
    if not joints:
        return [whole]
    parts: list[Parse] = []
    start = 0
    for i, joint in enumerate(joints):
        if len(parts) + 1 >= _MAX_PARTS:
            break
        until = joints[i + 1].start if i + 1 < len(joints) else len(text)
        left, right, rest = (
            text[start : joint.start].strip(),
            text[joint.end : until].strip(),
            text[joint.end :].strip(),
        )
        if not left or not rest or _SOUND.fullmatch(left):
            continue
        said = parse(left)
        if _cuts(joint, said, right, parts, parse):
            if whole.intent == DIVISIBLE and not _opens(right) and _is_whole(said):
                said = replace(said, intent=whole.intent)  # both sides share what the whole message asks for
            parts.append(_taking_over(said, parts))
            start = joint.end
    if not parts:
        return [whole]
    parts.append(_taking_over(parse(text[start:].strip()), parts))
    if whole.intent != OUT_OF_SCOPE and any(part.intent == OUT_OF_SCOPE for part in parts):
        return [whole]  # a part that is no request is a remark: "I bought a lamp, please add it"
    if len(parts) == 2 and whole.intent == parts[0].intent and _says_again(*parts):
        return [whole]
    if len(parts) > 1 and parts[-2].intent in _PLANNED and _INTO_THE_CALENDAR.search(parts[-1].text):
        return parts[:-1]  # "I'm away on Friday, put it in my calendar"
    return [part for part in parts if not _INTERJECTION.match(part.text)] or parts


def _says_again(remark: Parse, wish: Parse) -> bool:
    """ "We took it out of service, put it away": what was told is only then asked for, and is one request."""
    new = {e.kind for e in wish.entities if e.start < e.end} - {"value", "action"}
    return remark.intent == wish.intent and not _opens(remark.text) and not new and bool(_IT.search(wish.text))


def _joints(text: str) -> list[_Joint]:
    found = []
    for match in _JOINT.finditer(text):
        kind = match.lastgroup or ""
        if match.start() > 0 and match.end() < len(text):
            found.append(_Joint(match.start(), match.end(), kind))
    return found[: 4 * _MAX_PARTS]


def _inside_entity(joint: _Joint, entities: tuple[Entity, ...]) -> bool:
    return any(e.start < joint.end and joint.start < e.end for e in entities)


def _cuts(joint: _Joint, left: Parse, right: str, before: list[Parse], parse: Callable[[str], Parse]) -> bool:
    """Whether what stands on both sides of the joint are two requests."""
    if joint.kind in ("and", "comma") and left.intent in _PLANNED and left.entities and _FOR_US.search(right):
        return True
    if joint.kind == "and" and left.intent == _AN_EVENT and _is_timed(left) and _ANOTHER.match(right):
        return _is_timed(parse(right))
    if (
        joint.kind == "and"
        and left.intent == "create_reminder"
        and _is_timed(left)
        and _ABOUT.search(left.text)
        and _AT_TO.match(right)
    ):
        return _is_timed(parse(right))
    if joint.kind == "comma" and _only_names(left) and _ASKS_OF_IT.match(right):
        return False
    if left.intent in _INDIVISIBLE and joint.kind in ("and", "comma"):
        return False
    if _opens(right):
        if joint.kind == "comma" and not left.entities:  # "no, I meant …", "Pollux, turn …"
            return False
        return bool(left.entities) or left.confidence >= _SURE or joint.kind in ("then", "stop")
    if joint.kind in ("then", "stop"):
        return bool(parse(right).entities)
    return _is_whole(_taking_over(left, before)) and _is_elliptic(parse(right), right)


def _only_names(parse: Parse) -> bool:
    """ "And the attic": says what is spoken of, and nothing of it."""
    kinds = {e.kind for e in parse.entities}
    return bool(kinds & TARGETS) and not kinds - TARGETS and bool(_NAMES_FIRST.match(parse.text))


def _is_timed(parse: Parse) -> bool:
    return any(e.kind in ("time", "recurrence") and isinstance(e.value, Mapping) for e in parse.entities)


def _day_of(before: Parse) -> tuple[Entity, ...]:
    """The day of an event, for another one that is told with its hour alone."""
    time = next((e for e in before.entities if e.kind == "time" and isinstance(e.value, Mapping)), None)
    if time is None or not isinstance(time.value, Mapping) or not time.value.get("start"):
        return ()
    start = datetime.fromisoformat(str(time.value["start"]))
    day = start.replace(hour=0, minute=0, second=0)
    ends = (day + timedelta(days=1)).isoformat()
    value = {"start": day.isoformat(), "end": ends, "grain": "day"}
    return (Entity("time", f"{day:%Y-%m-%d}", 0, 0, value, 1.0),)


def _opens(part: str) -> bool:
    words = _LEAD.sub("", part).lower().replace("’", "'").split()
    return bool(words) and words[0].strip(".,!?") in _OPENERS


def _is_whole(parse: Parse) -> bool:
    """ "turn the desk lamp on", "turn it on", also "the desk lamp on": says what and how, and asks nothing."""
    kinds = {e.kind for e in parse.entities}
    asks = _STATEMENTS.search(parse.text) or parse.text.rstrip().endswith("?")
    return bool(kinds & TARGETS or _IT.search(parse.text)) and bool(kinds & {"value", "action"}) and not asks


def _is_elliptic(parse: Parse, said: str) -> bool:
    """ "the study blind to 70 percent": says what and how, but not that it is to be done."""
    kinds = {e.kind for e in parse.entities}
    return bool(kinds & TARGETS) and "value" in kinds and not _STATEMENTS.search(said)


def _taking_over(parse: Parse, before: list[Parse]) -> Parse:
    """The part with what it leaves out: the intent of an elliptic one, the kind of thing, the property."""
    if not before:
        return parse
    last = before[-1]
    kinds = {e.kind for e in parse.entities}
    opens = _opens(parse.text)
    if not opens and last.intent == "control_device" != parse.intent and _is_elliptic(parse, parse.text):
        others = tuple(a for a in ((parse.intent, parse.confidence), *parse.alternatives) if a[0] != last.intent)
        parse = replace(parse, intent=last.intent, confidence=last.confidence, alternatives=others[:4])
    if last.intent == "create_reminder" and not opens and _AT_TO.match(parse.text) and _is_timed(parse):
        return replace(parse, intent=last.intent, confidence=1.0, entities=(*_day_of(last), *parse.entities))
    if last.intent == _AN_EVENT and not opens and _ANOTHER.match(parse.text) and _is_timed(parse):
        return replace(parse, intent=_AN_EVENT, confidence=last.confidence, entities=(*_day_of(last), *parse.entities))
    if parse.intent != last.intent:
        return parse
    wanted = set()
    if "place" in kinds and not kinds & {"twin", "twin_type"}:
        wanted = {"twin_type"}
    if kinds & TARGETS and not kinds & {"property", "value", "action"}:
        wanted |= {"property"} if opens else {"property", "value", "action", "unit"}
    carried = tuple(replace(e, start=0, end=0) for e in last.entities if e.kind in wanted)
    return replace(parse, entities=(*parse.entities, *carried))
