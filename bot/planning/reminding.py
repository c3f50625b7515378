"""What a reminder is about, when it comes, and what it waits for: from the words of the request. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from rapidfuzz import fuzz

from bot.dialogue.moments import moment
from bot.planning.times import Open, event_slot, picked_time, rule_said, said_times
from bot.planning.titles import Span, without_times
from bot.turn import Turn
from twin_core.contract.clock import parse_instant
from twin_core.contract.reminders import Condition
from twin_core.contract.template import PropertySpec, Value
from twin_core.contract.units import Quantity, convert, same_kind

_POLITE = (
    r"(?:ok(?:ay)?|oh|hey|hi|so|now|also|and|then|well|yes|pollux|please|kindly|can you|could you|would you|will you|"
    r"i want you to|i'd like you to|i need you to|just|make sure you|make sure to)[,\s]+"
)
_LEAD = re.compile(
    rf"^(?:{_POLITE})*(?:"
    r"(?:remind|ping|nudge|alert|notify|warn|poke|prod|wake|tell|message|text)\s+me(?:\s+again)?(?:\s+please)?|"
    r"(?:i\s+(?:want|would like|need|wish|have)|i'd like|can i|could i)\s+(?:to\s+)?(?:be reminded|get reminded|"
    r"get a reminder|have a reminder)(?:\s+please)?|let me know|"
    r"give me a (?:nudge|shout|ping|reminder|heads[- ]up|buzz|call)|"
    r"(?:set|create|make|add|put|schedule)(?:\s+up)?\s+(?:me\s+)?(?:an?|the|another)?\s*(?:new\s+)?"
    r"(?:reminder|alarm|alert|nudge)(?:\s+for me)?|"
    r"(?:don't|do not|dont|never)\s+let me forget|"
    r"(?:i\s+)?(?:need|want|would like|'d like)\s+an?\s+reminder|reminder|remember"
    r")\b[\s:,]*",
    re.IGNORECASE,
)
_INNER = re.compile(
    r"\b(?:remind|ping|nudge|alert|notify)\s+me(?:\s+please)?\b|\b(?:set|create|make) (?:a|me a) reminder\b",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r"^(?:(?:that|to|about|of|for|so that|so|because|as)\s+"
    r"(?:i\s+(?:have|need|want|can|should|must|ought)(?:\s+to)?\s+)?|"
    r"i\s+(?:have|need|want|should|must)(?:\s+to)?\s+|again\b|please\b|me\b|[,;:.!-]+\s*)+",
    re.IGNORECASE,
)
_TAIL = re.compile(r"[\s,;:.!?-]*(?:\b(?:please|thanks|thank you|and)\b)?[\s,;:.!?-]*$", re.IGNORECASE)
_ALIKE = 72  # of a hundred: "remnd", "remid", "rimind"
_ASKS_US = re.compile(r"\b(?:could|can|would|will|grateful|kind|please|like|want|need|if|mind)\b", re.IGNORECASE)
_FILLERS = re.compile(r"^(?:(?:oh|and|also|again|plus|then|ok|okay|so)\b[\s,]*)+", re.IGNORECASE)
_SETS_ONE = re.compile(
    r"(?:set|start|make|run|give me|put on)\s+(?:me\s+)?(?:(?:an?|another|the|one|my)\s+)?(?:new\s+)?(?:alarm|timer)",
    re.IGNORECASE,
)
_ALARM = re.compile(r"\b(?:wake me|alarm|timer)\b", re.IGNORECASE)  # these need no name
# "The day before", said of the event that was spoken of.
_DAY_BEFORE = re.compile(
    r"\b(?:on\s+)?(?:the|that)\s+(?P<part>day|evening|night|morning|week)\s+(?:before|prior)\b(?!\s+(?:the|my|our)\s)"
    r"|\b(?:a|one)\s+(?P<one>day|week)\s+(?:before|ahead|in advance)(?:\s+(?:it|that))?(?=\s*(?:$|[,.!]))",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"(?:about |of |to |for )?(?:it|that|this|nothing(?: at all)?|anything|something|whatever)", re.IGNORECASE
)
_IF = re.compile(
    r"\b(?:when(?:ever)?|if|as soon as|once|the moment|should|in case)\b(?P<what>.*?)(?:,|$|\bso (?:that )?i\b)",
    re.IGNORECASE,
)
# A clause of what has to happen first, and not politeness ("if you can").
_WAITS = re.compile(
    r"\b(?:when(?:ever)?|once|as soon as|unless|until|till|if)\b"
    r"(?!\s+(?:you|possible|needed|necessary|more|again|i may|may i|that'?s|that is|it'?s (?:ok|okay|possible|not))\b)"
    r"\s+\w",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"\b(?:when(?:ever)?|as soon as|once|if|the (?:next|first) time|the moment)\s+(?:that\s+)?"
    r"i\s*(?:['\u2019]?m| am|['\u2019]ve| have| get| find| can find)\s+(?:next\s+|got\s+)?"
    r"(?:not busy|free|idle|some time|time|a (?:free |spare |quiet )?(?:moment|minute|hour|slot|gap|half[- ]hour)|"
    r"an hour(?: free)?|nothing (?:on|planned|else to do))\b"
    r"|\bin my next (?:free|spare) (?:moment|minute|hour|slot|half[- ]hour)\b",
    re.IGNORECASE,
)
_THEN_TELL = re.compile(
    r"[,\s]+(?:then\s+)?(?:please\s+)?(?:(?:tell|warn|notify|alert|ping|message|remind)\s+me|let me know)\b.*$",
    re.IGNORECASE,
)
_BEFORE_IT = re.compile(
    r"\b(?:before|ahead of)\s+(?:it|that|this|then|each(?: one| of them)?|every (?:one|time)|they|them)\b"
    r"|\b(?:before|beforehand|in advance|ahead of time)"
    r"(?:[\s,]+(?:please|each time|every time|thanks|as well|too))*[\s.!]*$",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    r"\b(?:above|over|more than|greater than|higher than|warmer than|hotter than|exceeds?|exceeding|rises?|"
    r"goes? up|past|beyond|reach(?:es)?|hits?|at least|climbs?|gets? (?:too )?(?:warm|hot|high))\b|>",
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"\b(?:below|under|less than|lower than|colder than|cooler than|drops?|falls?|sinks?|goes? down|beneath|"
    r"at most|down to|runs? low|gets? (?:too )?(?:cold|low))\b|<",
    re.IGNORECASE,
)


def topic(text: str, spans: Sequence[Span]) -> str:
    """ "remind me in 20 minutes to take the bread out" is about "take the bread out"; empty where nothing says."""
    text = _FREE.sub(lambda said: " " * len(said[0]), text)
    text = _DAY_BEFORE.sub(lambda said: " " * len(said[0]), text)
    said = " ".join(without_times(text, spans).split()).strip(" ,;:.!?")
    said = _spelled(said)
    for pattern in (_LEAD, _JOINT):
        said = pattern.sub("", said).strip()
    if inner := _INNER.search(said):  # "every Friday at nine remind me to …"
        before = "" if _ASKS_US.search(said[: inner.start()]) else said[: inner.start()]
        said = f"{before} {said[inner.end() :]}".strip()
    said = _JOINT.sub("", _FILLERS.sub("", said)).strip()
    while (shorter := _TAIL.sub("", said)) != said:
        said = shorter
    if _NOTHING.fullmatch(said) or _SETS_ONE.fullmatch(said):
        said = ""
    if not said and (alarm := _ALARM.search(text)):
        return "wake up" if alarm[0].lower().startswith("wake") else alarm[0].lower()
    return said


def _spelled(said: str) -> str:
    """With "remnd me" written as it is meant."""
    first, _, rest = said.partition(" ")
    return f"remind {rest}" if rest.startswith("me") and fuzz.ratio(first.casefold(), "remind") >= _ALIKE else said


def waits_for_time(text: str) -> bool:
    """Whether it is to come when the person has time, whenever that is: "when I'm free", "once I have a moment"."""
    return bool(_FREE.search(text))


def waits_for_something(text: str) -> bool:
    """Whether something has to happen first, and it is no politeness."""
    return bool(_WAITS.search(text))


def waits_for(text: str) -> str:
    """The clause that says what has to happen first; empty where none does."""
    found = _IF.search(text)
    return _THEN_TELL.sub("", found["what"]).strip(" ,.!?") if found else ""


def before_it(text: str) -> bool:
    """Whether it is to come so long before what was spoken of: "half an hour before it"."""
    return bool(_BEFORE_IT.search(text))


def days_before(text: str) -> tuple[int, int] | None:
    """How many days before what was spoken of, and at what hour, where "the evening before" or the like was said."""
    found = _DAY_BEFORE.search(text)
    if found is None:
        return None
    part = (found["part"] or found["one"]).lower()
    return (7 if part == "week" else 1), {"evening": 19, "night": 20, "morning": 8}.get(part, 9)


def condition(twin: str, spec: PropertySpec, slots: Mapping[str, Any], text: str) -> Condition | None:
    """What has to be reported; None where the words do not say."""
    if spec.kind == "number":
        number = next((v for v in _values(slots) if isinstance(v, (int, float)) and not isinstance(v, bool)), None)
        way = _way(text, slots)
        if number is None or way is None:
            return None
        unit = slots.get("unit")
        known = unit and spec.unit and unit not in ("degrees", "degree") and same_kind(str(unit), spec.unit)
        value: Value = convert(float(number), str(unit), spec.unit) if known and spec.unit else float(number)
        return Condition(twin, spec.name, way, value)
    words = text.lower()
    if spec.kind == "boolean":
        off = re.search(rf"\b(?:{re.escape(spec.false_word.lower())}\w*|closes?|stops?|turns? off|unlocked)\b", words)
        return Condition(twin, spec.name, "equal", not off)
    chosen = next((choice for choice in spec.choices if re.search(rf"\b{re.escape(choice.lower())}\b", words)), None)
    return Condition(twin, spec.name, "equal", chosen) if chosen else None


def _way(text: str, slots: Mapping[str, Any]) -> Literal["above", "below"] | None:
    if _ABOVE.search(text):
        return "above"
    if _BELOW.search(text):
        return "below"
    step = next((v for v in _values(slots) if isinstance(v, Mapping) and "delta" in v), None)
    return None if step is None else "above" if step["delta"] > 0 else "below"


def _values(slots: Mapping[str, Any]) -> tuple[Any, ...]:
    values = slots.get("values") or (slots.get("value"),)
    return tuple(value.value if isinstance(value, Quantity) else value for value in values)


def reminding_time(turn: Turn) -> tuple[datetime | None, str | None] | Open | None:
    """The instant and the rule, a question that is still open, or None where no time was said."""
    request = turn.request
    if picked := picked_time(request):
        return picked, None
    if isinstance(repeat := request.get("recurrence"), Mapping):
        slot = event_slot(request, turn.now, turn.services.zone)
        if isinstance(slot, Open) or not isinstance(slot.start, datetime):  # a day alone: in the morning
            at = moment(repeat) if repeat.get("at") else _morning(parse_instant(str(repeat["start"])), turn)
            return at, rule_said(repeat)
        return slot.start, rule_said(repeat)
    times = said_times(request)
    if not times:
        seconds = request.get("duration")
        known = isinstance(seconds, (int, float)) and not isinstance(seconds, bool)
        return (turn.now + timedelta(seconds=float(seconds)), None) if known and seconds else None
    if at := _named_instant(times[0]):
        return at, None
    slot = event_slot(request.having(duration=None), turn.now, turn.services.zone)
    if isinstance(slot, Open):
        if slot.stretch:
            at = moment(times[0]) or _morning(slot.stretch[0], turn)
            return (at if at > turn.now else slot.stretch[0] + (slot.stretch[1] - slot.stretch[0]) / 2), None
        return slot
    if isinstance(slot.start, datetime):
        return slot.start, None
    # A weekend says when to act on it; a day alone is its morning.
    acts = moment(times[0]) if times[0].get("at") and times[0].get("grain") == "hour" else None
    return acts or _morning(parse_instant(str(times[0]["start"])), turn), None


def _named_instant(time: Mapping[str, Any]) -> datetime | None:
    """ "In 20 minutes" is that very instant, whatever its grain."""
    return parse_instant(str(time["at"])) if time.get("at") and not time.get("end") else None


def _morning(day: datetime, turn: Turn) -> datetime:
    local = day.astimezone(turn.services.zone)
    return local.replace(hour=9, minute=0, second=0, microsecond=0)
