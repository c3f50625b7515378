"""Short answers to what people say to a bot besides work; it never pretends to be more than one."""

import re

_SAID = (
    (
        r"\b(?:are|r) (?:you|u) (?:an? )?(?:real )?(?:human|person|robot|bot|machine|computer|ai|real|alive)\b"
        r"|\b(?:am i|is this) (?:talking|speaking|chatting)?(?: to| with)? ?(?:an? )?(?:human|person|robot|bot)\b",
        "I'm a bot, not a person. I look after your twins; say “talk to a human” to reach somebody.",
    ),
    (
        r"\bwho (?:are|made|built) you\b|\bwhat are you\b|\b(?:what'?s|what is) your name\b|\bwho am i talking to\b",
        "I'm Pollux, a bot. I keep a twin of each of your things and tell you what needs you.",
    ),
    (
        r"^(?:hey |hi |hello )?(?:pollux[, ]+)?how are you\b|\bhow do you do\b|\bhow(?:'s| is) it going\b",
        "Running fine, thank you. Ask me “what's most critical?” to hear what needs you.",
    ),
    (
        r"\b(?:tell me|know) (?:a|any|another|some) (?:jokes?|riddles?|stor(?:y|ies))\b|\bsing\b.*\bsong\b",
        "I leave that to people. What I can do is tell you what needs you today.",
    ),
    (
        r"\bi (?:love|like|hate) you\b|\bgood (?:bot|job)\b|\bwell done\b"
        r"|\byou(?:'re| are) (?:great|the best|stupid|useless|dumb)\b",
        "I stay with the work: “undo” takes back my last change, “help” says what I can do.",
    ),
    (r"\bdo you (?:sleep|dream|eat|have feelings)\b", "No, I'm a bot. I keep watching, day and night."),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), reply) for pattern, reply in _SAID)


def small_talk(text: str) -> str | None:
    """The answer to a remark that is no request; None when it is none that is known."""
    return next((reply for pattern, reply in _PATTERNS if pattern.search(text)), None)
