"""What a sentence wishes of what is told unasked, and how its topics are spoken of: pure."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.ports import Parse

# The first that fits.
_TOPICS: Mapping[str, re.Pattern[str]] = {
    topic: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for topic, words in {
        "digest": r"digests?|(?:daily )?summar(?:y|ies)",
        "break": r"breaks?|pauses",
        "preparation": r"prepar\w*",
        "travel": r"travel\w*|when to leave|leaving",
        "slot": r"(?:free )?slots?|room for tasks",
        "upkeep": r"upkeep|maintenance|filters?|wear",
        "tariff": r"tariffs?|cheap\w*|electricity prices?",
        "approval": r"approvals?",
        "sync": r"connections?|silent (?:devices|sensors)|offline|sync\w*",
        "event": r"meetings?|appointments?|events?|clash\w*|calendar",
        "task": r"tasks?|to-?dos?|deadlines?",
        "meter": r"meters?|consumption",
        "person": r"workload|overload|how full my days are",
        "asset": r"plant|pumps?|motors?|machines?|boilers?|hvac",
        "device": r"devices?|sensors?|lights?|lamps?|freezers?|gadgets?",
    }.items()
}
_AGAIN = re.compile(
    r"^(?:(?:ok|okay|please|pollux|you (?:may|can|could|should)|can you|could you|start|and|now)[,\s]+)*"
    r"(?:tell|telling|warn|warning|notify|inform|alert|message|ping|nudge|write to|talk to)\s+me\s+(?:about|of|on)\s+"
    r"(?!(?:my|this|that|it|what)\b|the (?!plant\b|\w+s\b))(?P<what>[\w' -]+?)\s+again(?:,? please)?\W*$",
    re.IGNORECASE,
)

_ONCE_MORE = re.compile(
    r"^(?:(?:ok|okay|please|pollux|can you|could you|and|now)[,\s]+)*(?:tell|show)\s+me\s+(?:about\s+)?(?:my|our)\b"
    r".*\b(?:again|once more)(?:,? please)?\W*$",
    re.IGNORECASE,
)

# "Not a sound between ten and six": corrects nothing, as it says of what there is to be none.
_NOT_A_SOUND = re.compile(
    r"^(?:(?:ok|okay|please|and|no)[,\s]+)*not (?:a|one|any|another|even a)(?: single)? "
    r"(?!hours?\b|minutes?\b|days?\b)\w+\b(?: \w+){0,5}? "
    r"(?:between|from|until|till?|after|before|during|at|on|for|all|this|tonight|today|tomorrow)\b",
    re.IGNORECASE,
)

_NO_MORE = re.compile(
    r"^(?:(?:ok|okay|please|pollux|can you|could you|just)[,\s]+)*"
    r"(?:stop|mute|no more|enough)(?: of)?(?: with)?(?: all)?(?: of)? (?:these|those)"
    r"(?: (?:messages|nudges|notifications|pings|alerts|things))?(?:,? (?:please|now|thanks))*[\s.!]*$",
    re.IGNORECASE,
)

_NO_ONE = r"(?:nobody|no[- ]?one|(?:have|has|do|does|did)(?: not|n['’]?t))"
_TAKEN_ON = r"(?:acknowledg|react|answer|respond|tak(?:es?|en) (?:it |this |that )?(?:on|over)\b|is on it\b)"
_NOBODY = re.compile(
    rf"\b(?:if|in case|should)\b.*\b{_NO_ONE}\b.*\b{_TAKEN_ON}|\bunless\b.*\b{_TAKEN_ON}", re.IGNORECASE
)
_TELL_ME = re.compile(r"\b(?:tell|remind|ping|nudge|warn|alert|message|call|wake|notify) me\b", re.IGNORECASE)


def topic_said(text: str) -> str | None:
    """A key of nudges.TOPICS."""
    return next((name for name, words in _TOPICS.items() if words.search(text)), None)


def wants_told_again(text: str) -> bool:
    """ "Tell me about tasks again": of what comes from now on; "about my tasks again" asks for the list once more."""
    found = _AGAIN.search(text)
    return found is not None and topic_said(found["what"]) is not None


def asks_once_more(parse: Parse) -> Parse:
    """ "Tell me about my tasks again": the list once more, and nothing that is set."""
    if parse.intent != "set_preference" or not parse.alternatives or not _ONCE_MORE.search(parse.text):
        return parse
    intent, confidence = parse.alternatives[0]
    return replace(parse, intent=intent, confidence=confidence)


def wants_no_more(text: str) -> bool:
    """ "Stop these": the like of what was just told is not wanted; it drops nothing that was asked."""
    return _NO_MORE.search(text) is not None


def wants_quiet(text: str) -> bool:
    """ "Not a sound out of you between ten and six"."""
    return _NOT_A_SOUND.search(text) is not None


def waits_for_nobody(text: str) -> bool:
    """ "Tell me again if nobody has acknowledged it in ten minutes": puts nothing off."""
    return _NOBODY.search(text) is not None and _TELL_ME.search(text) is not None
