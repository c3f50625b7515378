"""What a new task or event is called: the sentence without what only asks for it. Pure."""

import re
from collections.abc import Sequence

from twin_core.contract.tasks import Priority

Span = Sequence[object]  # kind, start, end

_CUT = "¦"  # where a time stood: a title does not reach over it
_TIMES = ("time", "duration", "recurrence")
_BEFORE_A_TIME = re.compile(
    r"(?:[,;(]\s*)?(?:\b(?:sometime|some time|anytime|any time|"
    r"for|on|at|by|until|till|til|from|in|due|to|before|starting|beginning|every|this|the|around|"
    r"about|takes?|needs?|lasting|is|are|comes?|no later than|deadline)\s+){0,4}$",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“\"„]([^”\"“]{2,200})[”\"“]|(?<!\w)[‘']([^’']{2,200})[’'](?!\w)")
_CALLED = re.compile(r"\b(?:called|named|titled|entitled)\s+(.+)$", re.IGNORECASE)
_POLITE = (
    r"(?:ok(?:ay)?|hey|hi|so|now|also|and|then|well|yes|pollux|please|kindly|can you|could you|would you|will you|"
    r"can i|i want to|i'd like to|i would like to|i wanna|let's|let us|you can|just|go ahead and)[,\s]+"
)
_CALENDAR = (
    r"(?:my|the|our)\s+(?:own\s+)?(?:(?:work|home|private|personal|family|office|team|shared|main|company|business)\s+)?"
    r"(?:calendar|calender|calandar|diary|agenda|schedule|planner)(?:\s+(?:please|now))?"
)
_LIST = r"(?:my|the|our)\s+(?:(?:to-?\s?do|task|shopping|work)s?\s*)?(?:list|tasks?|to-?\s?dos?|todos?|chores|backlog)"
_WHERE = re.compile(rf"\s*[,;]?\s*\b(?:in|into|to|on|onto|for|at|from)\s+(?:{_CALENDAR}|{_LIST})\b", re.IGNORECASE)
_TAIL = re.compile(
    r"[,;.!?\s¦]*(?:\b(?:please|thanks|thank you|as a task|as an? event|for me|and remind me|"
    r"(?:and\s+)?(?:put|add|write|note|jot|enter|get|make|stick|pop)\s+(?:it|that|this|something|one)"
    r"(?:\s+(?:down|in|on|up|a task|to it|there|as a task))*|"
    r"(?:is|are)?\s*(?:free|off)|(?:is|due|by|on|at|for|until|till|from|to|and|with|about|takes?|in))\b)?[,;.!?\s¦-]*$",
    re.IGNORECASE,
)
_EVENT_NOUN = r"(?:calendar\s+)?(?:entry|event|appointment|meeting|invite|invitation|slot|booking|reservation)"
_TASK_NOUN = r"(?:to-?\s?do|todo|task|chore|job|item|work order|ticket|action item)(?:\s+item)?"
_ARTICLE = r"(?:an?|the|my|our|another|some|one|new|a new|me|us)"
_EVENT_VERB = (
    r"(?:put me down for|sign me up for|put|add|schedule|shedule|book|create|creat|make|set up|set|arrange|organi[sz]e|"
    r"plan|enter|note(?: down)?|record|pencil in|pencil|block(?: out| off)?|reserve|log|slot in|squeeze in|keep|stick|"
    r"get me|give me|have|insert|save|register|send out an? invite for|send an? invit(?:e|ation) (?:to|for)|"
    r"remember|mark)"
)
_TASK_VERB = (
    r"(?:add|put|create|creat|make|open|log|enter|jot down|write down|note(?: down)?|stick|set up|give me|record|"
    r"remember|assign|schedule|have|register|save|raise|file)"
)
_EVENT_LEAD = re.compile(
    rf"^(?:{_POLITE}|(?:i\s+was\s+(?:just\s+)?(?:thinking|wondering)(?:\s+(?:that|of))?|i\s+think|guess\s+what)[\s,]+|(?:i\s+have|i\s+got|i've\s+got|i\s+got|we\s+have|there\s+is|there's|there\s+will\s+be|i'm\s+having|"
    rf"i\s+need|i'm|i\s+am)\s+|{_EVENT_VERB}\s+|(?:in\s+{_CALENDAR}\s+)|that\s+|down\s+|free\s+|¦\s*|[,:;-]\s*|"
    rf"(?:{_ARTICLE}\s+)*{_EVENT_NOUN}s?\s*(?::|,|\bcalled\b|\bnamed\b|\bfor\b|\bto\b|¦(?!\s*with\b))\s*|"
    rf"(?:of|for|to|with\s+the\s+title)\s+|(?:me|us)\s+(?=an?\b)|new\s+(?:event|entry)\s+|new\s+(?={_EVENT_NOUN}))",
    re.IGNORECASE,
)
_TASK_LEAD = re.compile(
    rf"^(?:{_POLITE}|(?:remember|note|make sure|write down|don't\s+(?:let\s+me\s+)?forget)(?:\s+that)?\s+(?:i|we)\s+|"
    r"(?:i|we)?\s*(?:really\s+)?(?:have\s+to|need\s+to|must|should(?:\s+really)?|'?ve\s+got\s+to|got\s+to|gotta|"
    r"ought\s+to|want\s+to)\s+|i\s+(?=\w)|(?:don't\s+(?:let\s+me\s+)?forget|remember|make\s+sure)\s+to\s+|"
    rf"{_TASK_VERB}(?:\s+|\s*[:,]\s*)|that\s+|down\s+|(?:for\s+)?me\s*[:,]?\s+|need\s+(?=an?\s+{_TASK_NOUN})|something\s*:\s*|(?:to|into)\s+{_LIST}\s*[:,]?\s*|"
    rf"(?:{_ARTICLE}\s+)*{_TASK_NOUN}s?(?:\s+please)?\s*(?::|,|-|\bcalled\b|\bnamed\b|\bfor me to\b|\bto\b|\bfor\b|"
    r"\babout\b|\bthat\b|\bsaying\b|¦|(?=\s))\s*|¦\s*|[,:;-]\s*|to\s+)",
    re.IGNORECASE,
)
_PUT_DOWN = re.compile(rf"^(?P<what>(?:{_POLITE})*(?:put|get|pencil|mark)\s+(?!me\b).*)\s+down[\s¦]*$", re.IGNORECASE)
_SAME = re.compile(r"\b(?:at\s+)?(?:the\s+)?same\s+(?:time|hour|place)\b", re.IGNORECASE)
# "Parents' evening", "quiz night": the last word of a name, and no time of the day by itself.
_PART_OF_A_NAME = re.compile(r"(?:evening|night|morning|afternoon|lunch|breakfast|dinner)\b", re.IGNORECASE)
_NO_NAME = re.compile(
    r"\b(?:an?|the|this|that|my|our|in|at|on|for|by|every|each|during|late|early|next|last|tomorrow|today|yesterday|and|"
    r"to|of|\w+day|mon|tue|wed|thu|fri|sat|sun|from|until|till|before|after|all|per)\s*$|^\s*$|[,;:.!?-]\s*$",
    re.IGNORECASE,
)
# "I have to file the taxes": the verb is what is to be done, and not what is asked of the list.
_MUST = re.compile(
    rf"^(?:{_POLITE})*(?:i|we)\s+(?:really\s+|still\s+|also\s+)?(?:have\s+to|need\s+to|must|'?ve\s+got\s+to|got\s+to|gotta|"
    r"ought\s+to)\s+(?P<what>\w.*)$",
    re.IGNORECASE,
)
_ADDS = re.compile(
    rf"{_TASK_VERB}\s+(?:{_ARTICLE}\s+)*(?:{_TASK_NOUN}|it|that|this)\b|remember\b|{_TASK_VERB}\s*:", re.IGNORECASE
)
_A_LIST = re.compile(r"\blists?\b", re.IGNORECASE)
_AND = re.compile(r"\s*,\s*(?:and\s+)?|\s+(?:and|plus|&)\s+", re.IGNORECASE)
_WORDS_OF_AN_ITEM = 3
_SEVERAL = re.compile(
    r"\b(?:two|three|four|five|six|several|some|these|the following|\d)\s+(?:new\s+|more\s+)?"
    r"(?:tasks|to-?\s?dos|todos|items|things|chores)\b[^:]{0,40}:\s*(.+)$",
    re.IGNORECASE,
)
_PRIORITY = re.compile(
    r"[,;\s]*\b(?:(?:with\s+|at\s+|of\s+|it'?s\s+)?(?:a\s+)?(?P<level>high|top|low|normal|medium)(?:est)?[\s-]+priority|"
    r"(?:priority|prio)[:\s]+(?P<named>high|low|normal|medium)|"
    r"(?:it'?s\s+)?(?P<urgent>urgent(?:ly)?|asap|very important))\b",
    re.IGNORECASE,
)
_LEVELS: dict[str, Priority] = {"high": "high", "top": "high", "low": "low", "normal": "normal", "medium": "normal"}
_EFFORT = re.compile(
    r"[,;(\s]*\b(?:it\s+)?(?:(?:that\s+)?(?:will\s+)?(?:takes?|needs?|lasts?|costs?)|estimated(?:\s+at)?|should\s+take)"
    r"(?:\s+me)?(?:\s+about|\s+around|\s+roughly|\s+some)?\s*¦\s*\)?",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    rf"^(?:{_ARTICLE}\s+)*(?:{_EVENT_NOUN}|{_TASK_NOUN}|it|that|this|something|calendar|list|diary|new|one|put|add|"
    r"book|block|reserve|schedule|create|plan|make|keep|time|some time)?s?$",
    re.IGNORECASE,
)
_ARTICLES = re.compile(r"^(?:an?|the|my|our|another|some)\s+(?=\S)", re.IGNORECASE)
_INVITES = re.compile(r"^invite\s+(?P<who>.+?)\s+(?:to|for)\s+(?P<what>.+)$", re.IGNORECASE)


def event_title(text: str, spans: Sequence[Span]) -> str:
    """ "put a dentist appointment in my calendar for Thursday" is a "Dentist appointment"; empty where nothing says."""
    if named := _named(text):
        return named
    said = _TAIL.sub("", _WHERE.sub(" ", _SAME.sub(" ", _without_times(text, spans))))
    said = _PUT_DOWN.sub(r"\g<what>", said)
    if invites := _INVITES.match(said):
        said = f"{_ARTICLES.sub('', invites['what'])} with {invites['who']}"
    return _title(_ARTICLES.sub("", _stripped(said, _EVENT_LEAD)))


def task_title(text: str, spans: Sequence[Span]) -> str:
    """ "add a task to send the invoice by Friday" is "Send the invoice"; empty where nothing says."""
    if named := _named(text):
        return named
    said = _PRIORITY.sub(" ", _EFFORT.sub(" ", _without_times(text, spans)))
    said = _TAIL.sub("", _WHERE.sub(" ", said))
    if (must := _MUST.match(" ".join(said.split()))) and not _ADDS.match(must["what"]):
        return _title(" ".join(must["what"].replace(_CUT, " ").split()).strip(" ,;:.!?-"))
    return _title(_ARTICLES.sub("", _stripped(said, _TASK_LEAD)))


def listed(text: str, title: str) -> list[str]:
    """ "Milk, bread and eggs", put on a list, are three; empty where no list is spoken of, or one thing is."""
    parts = [part for part in _AND.split(title) if part] if _A_LIST.search(text) and "," in title else []
    few_words = all(len(part.split()) <= _WORDS_OF_AN_ITEM for part in parts)
    return [_title(part) for part in parts] if len(parts) > 2 and few_words else []


def several(text: str) -> list[str]:
    """The titles of "three tasks: vacuum, dust and mop"; none where one task is meant."""
    found = _SEVERAL.search(text)
    parts = re.split(r"\s*[,;]\s*(?:and\s+)?|\s+and\s+", found[1].strip(" .!")) if found else []
    return [_title(part) for part in parts if part.strip()]


def priority(text: str) -> Priority | None:
    """The priority that was said, if any."""
    found = _PRIORITY.search(text)
    if found is None:
        return None
    level = found["level"] or found["named"]
    return _LEVELS[level.lower()] if level else "high"


def takes_effort(text: str, spans: Sequence[Span]) -> bool:
    """Whether the length that was said is how much work it is: "takes about 40 minutes"."""
    return bool(_EFFORT.search(_without_times(text, spans)))


def without_times(text: str, spans: Sequence[Span]) -> str:
    """The text without the times in it and the prepositions before them."""
    return " ".join(_without_times(text, spans).replace(_CUT, " ").split())


def _named(text: str) -> str:
    if quoted := _QUOTED.search(text):
        return _title(quoted[1] or quoted[2])
    return ""


def _without_times(text: str, spans: Sequence[Span]) -> str:
    for a, b in reversed(_stretches(spans)):
        if (name := _PART_OF_A_NAME.match(text[a:b])) and not _NO_NAME.search(text[:a]):
            a += name.end()
        before = text[:a]
        if found := _BEFORE_A_TIME.search(before):
            effort = re.search(r"\b(?:takes?|needs?|about|lasting)\b", found[0], re.IGNORECASE)
            before = before if effort else before[: found.start()]
        text = f"{before} {_CUT} {text[b:]}"
    return text.strip()


def _stretches(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Where times stand; one within another (the length in "in 20 minutes") counts once."""
    found: list[tuple[int, int]] = []
    for a, b in sorted((int(str(s[1])), int(str(s[2]))) for s in spans if s[0] in _TIMES):
        if found and a < found[-1][1]:
            found[-1] = (found[-1][0], max(b, found[-1][1]))
        else:
            found.append((a, b))
    return found


def _stripped(said: str, lead: re.Pattern[str]) -> str:
    """Without what leads up to the title, as long as something is left."""
    said = " ".join(said.split()).strip(" ,;:.!?-")
    if called := _CALLED.search(said):
        said = called[1]
    while found := lead.match(said):
        if not found.end():
            break
        said = said[found.end() :].lstrip()
    said = _TAIL.sub("", said)
    return " ".join(said.replace(_CUT, " ").split()).strip(" ,;:.!?-")


def _title(said: str) -> str:
    said = " ".join(said.split())
    if _NOTHING.match(said):
        return ""
    return said[:1].upper() + said[1:200]
