"""What a person wants to be told unasked, of a sentence, as the config of their twin keeps it. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.dialogue.unasked import topic_said
from interview.hours import clock_text, clocks_said
from twin_core.contract.nudges import EVERYTHING
from twin_core.contract.numbers import digit_of
from twin_core.contract.wall_time import times_of_day

MUTED, FEWER, A_DAY, DIGESTS = "muted", "fewer", "nudges_a_day", "digests"
DEFAULT_A_DAY: Final = 6
_MESSAGES = r"(?:nudg\w*|messag\w*|notif\w*|pings?|alerts?|things?)"
_THESE = re.compile(r"\b(?:these|those|this|that|such|them|it|of the kind|like this)\b", re.IGNORECASE)
_ALL = re.compile(rf"\b(?:anything|everything|all|any)\b|\b{_MESSAGES}\b", re.IGNORECASE)
_FEWER = re.compile(
    r"\b(?:fewer|less|not so (?:many|much|often)|too (?:many|much|often)|cut down|reduce)\b", re.IGNORECASE
)
_NONE = re.compile(
    r"\b(?:stop|no more|never|don'?t|do not|switch off|turn off|disable|mute|without|none|no)\b", re.IGNORECASE
)
_MORE = re.compile(
    r"\b(?:again|more(?! than)|turn on|switch on|resume|start|enable|unmute|proactive|back on)\b", re.IGNORECASE
)
_SPOKEN = re.compile(
    rf"\b(?:tell|told|telling|remind|nudg|messag|ping|notif|suggest|warn|alert|bother|hear|about|send|digest|{_MESSAGES})"
    r"|\b(?:fewer|less|more|stop|mute) (?:of )?(?:these|those|this|that|such|them)\b|\bproactive\b",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"(?:at most|no more than|not more than|maximum|max|only|just|up to|limit\w*|budget\w*|number)[^\d−-]*?(\d{1,2})\b"
    rf"|(?<![−-])\b(\d{{1,2}})\s*{_MESSAGES}\s*(?:a|per|each) day\b",
    re.IGNORECASE,
)
_BEFORE_DAWN = 6 * 60


def speaking_said(text: str, focus: str | None, config: Mapping[str, object]) -> dict[str, Any]:
    """Config by key; empty where nothing of it is said. `focus`: the topic of what was told last."""
    digits = re.sub(r"[A-Za-z]+", lambda word: digit_of(word[0].lower()), text)
    if re.search(r"\b(?:digests?|(?:daily )?summar(?:y|ies))\b", text, re.IGNORECASE):
        return _digest(digits, config)
    if (limit := _LIMIT.search(digits)) and re.search(rf"\b{_MESSAGES}\b|\b(?:a|per|each) day\b|\bbudget\b", digits):
        return {A_DAY: int(limit[1] or limit[2])}
    if not _SPOKEN.search(text):
        return {}
    topic = topic_said(text)
    if topic is None:
        topic = focus if _THESE.search(text) and focus else EVERYTHING if _ALL.search(text) else None
    if topic is None and not re.search(r"\bproactive\b", text, re.IGNORECASE):
        return {}
    return _changed(text, topic or EVERYTHING, config)


def wants_less_of_these(text: str) -> bool:
    """Of what was said last, whatever that was."""
    return bool((_FEWER.search(text) or _NONE.search(text)) and _THESE.search(text))


def topics(config: Mapping[str, object], key: str) -> list[str]:
    """The topics of a setting."""
    value = config.get(key)
    return [word for part in value.split(",") if (word := part.strip())] if isinstance(value, str) else []


def _changed(text: str, topic: str, config: Mapping[str, object]) -> dict[str, Any]:
    muted, fewer = topics(config, MUTED), topics(config, FEWER)
    a_day = config.get(A_DAY)
    budget = int(a_day) if isinstance(a_day, (int, float)) and not isinstance(a_day, bool) else DEFAULT_A_DAY
    if _FEWER.search(text):
        if topic == EVERYTHING:
            return {A_DAY: max(1, budget // 2)}
        if topic in fewer:  # they were fewer already
            return {MUTED: _text([*muted, topic]), FEWER: _text(t for t in fewer if t != topic)}
        return {FEWER: _text([*fewer, topic])}
    if _MORE.search(text) and not _NONE.search(text):
        if topic == EVERYTHING:
            return {MUTED: None, FEWER: None} if muted or fewer else {A_DAY: min(100, budget * 2)}
        return {MUTED: _text(t for t in muted if t != topic), FEWER: _text(t for t in fewer if t != topic)}
    return {MUTED: _text([*muted, topic])} if _NONE.search(text) else {}


def _digest(digits: str, config: Mapping[str, object]) -> dict[str, Any]:
    """Its times; off; or one of the two it usually has."""
    if at := _times(digits):
        return {DIGESTS: ",".join(at)}
    off = bool(_NONE.search(digits) or re.search(r"\boff\b", digits, re.IGNORECASE))
    for part, own, other in (("mornings?", "08:00", "18:00"), ("evenings?|nights?", "18:00", "08:00")):
        if re.search(rf"\b(?:{part})\b", digits, re.IGNORECASE):
            return {DIGESTS: other if off else own}
    if off:
        return {DIGESTS: "off"}
    wanted = _MORE.search(digits) or re.search(r"\bon\b", digits, re.IGNORECASE)
    return {DIGESTS: None} if wanted or times_of_day(config.get(DIGESTS)) == () else {}


def _times(text: str) -> list[str]:
    evening = bool(re.search(r"\bevening\b", text, re.IGNORECASE))
    readings = [clock.readings for clock in clocks_said(text) if clock.readings]
    return [
        clock_text(at)
        for at in sorted({each[-1] if evening or each[0] < _BEFORE_DAWN else each[0] for each in readings})
    ]


def _text(those: Iterable[str]) -> str | None:
    return ",".join(dict.fromkeys(those)) or None
