"""What a sentence wishes of the voice that speaks to a person: pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from twin_core.contract.numbers import digit_of

VOICE, RATE = "voice", "voice_rate"  # as the config of a person keeps them
SLOWEST, FASTEST = 80, 450  # words a minute
WOMAN = "+f3"  # espeak-ng's variant
ACCENTS: Mapping[str, str] = {  # espeak-ng's voices, and how they are called
    "en-us": "American",
    "en-gb": "British",
    "en-gb-scotland": "Scottish",
    "en-029": "Caribbean",
    "en-gb-x-rp": "received pronunciation",
    "en-gb-x-gbclan": "Lancashire",
    "en-gb-x-gbcwmd": "West Midlands",
    "en-us-nyc": "New York",
}
VOICES: Mapping[str, str] = {
    f"{code}{variant}": f"{name} {who}"
    for code, name in ACCENTS.items()
    for variant, who in (("", "man"), (WOMAN, "woman"))
}
# The first that fits. "English" alone is a language, and what is spoken anyway.
_ACCENT_WORDS: Mapping[str, re.Pattern[str]] = {
    code: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for code, words in {
        "en-us-nyc": "new york",
        "en-us": "american|us",
        "en-gb-scotland": "scottish|scots",
        "en-029": "caribbean|jamaican",
        "en-gb-x-rp": "received pronunciation|rp|posh",
        "en-gb-x-gbclan": "lancashire",
        "en-gb-x-gbcwmd": "west midlands?|birmingham",
        "en-gb": "british|uk",
    }.items()
}
_SLOW = re.compile(r"\bslow(?:er|ly)?\b", re.IGNORECASE)
_QUICK = re.compile(r"\b(?:fast|quick)(?:er|ly)?\b|\bspeed up\b", re.IGNORECASE)
_TURNED = re.compile(r"\btoo\b|\bnot so\b|\bless\b|\b(?:don['’]?t|do not)\b", re.IGNORECASE)
_MUCH = re.compile(r"\b(?:much|lot|far|way)\b", re.IGNORECASE)
_LOUD = re.compile(r"\b(?:loud(?:er|ly)?|quiet(?:er|ly)|soft(?:er|ly)|volume)\b|\b(?:speak|talk) up\b", re.IGNORECASE)
_USUAL = re.compile(r"\b(?:usual|normal|default|old|own|normally)\b", re.IGNORECASE)
_WOMAN = re.compile(r"\b(?:female|wom[ae]n|lady)(?:['’]s|s)?\b", re.IGNORECASE)
_MAN = re.compile(r"\b(?:male|m[ae]n)(?:['’]s|s)?\b", re.IGNORECASE)
_OTHER = re.compile(r"\b(?:another|different|other|change|new)\b", re.IGNORECASE)
_RATE = re.compile(r"\b(\d{2,3}) words\b", re.IGNORECASE)
_ASKS = re.compile(r"^(?:and )?(?:what|which|how)\b", re.IGNORECASE)
# A wish for the voice has one of these, and besides them none but the words below and those of the qualities above.
_HEAD = re.compile(
    r"\b(?:speak\w*|talk\w*|voices?|accents?)\b|\b(?:read|say)\b.*\b(?:slow|fast|quick|loud)(?:er|ly)\b"
    r"|^(?:please )?slow down(?: please)?\W*$",
    re.IGNORECASE,
)
_BESIDES = frozenset(
    """ok okay please pollux hey hi well no not and but now just sorry from on can could would will you your you're i
    i'd like want need prefer to me my speak speaks speaking talk talks talking read say it that them things everything
    answers out aloud voice voices accent accents english speed pace rate of a an the bit little lot tiny much more less
    far way even so too very quite again back use switch change set give take have choose with in at sound sounds is are
    was down up don't do does words minute per than then for other there able when while
    still also which what how thanks thank future can't cannot follow keep understand got it's let's try""".split()
)


@dataclass(frozen=True, slots=True)
class VoiceWish:
    """`steps` quicker, slower if below 0; or words a minute; or an accent, a code of ACCENTS; the usual voice again."""

    kind: Literal["pace", "voice", "usual", "loudness", "which", "asked"]
    steps: int = 0
    rate: int | None = None
    accent: str = ""
    woman: bool | None = None


def voice_wish(text: str) -> VoiceWish | None:
    """None for what is about something else, too."""
    if not _HEAD.search(text) or _left(text):
        return None
    if _ASKS.search(text.strip()):
        return VoiceWish("asked")
    if _LOUD.search(text):
        return VoiceWish("loudness")
    accent = next((code for code, words in _ACCENT_WORDS.items() if words.search(text)), "")
    woman = True if _WOMAN.search(text) else False if _MAN.search(text) else None
    if accent or woman is not None:
        return VoiceWish("voice", accent=accent, woman=woman)
    slow, quick = _SLOW.search(text), _QUICK.search(text)
    if said := _RATE.search(_in_digits(text)):
        return VoiceWish("pace", rate=int(said[1]))
    if _USUAL.search(text):
        return VoiceWish("usual")
    if slow or quick:
        steps = 1 if bool(quick) != bool(_TURNED.search(text)) else -1
        return VoiceWish("pace", steps=2 * steps if _MUCH.search(text) else steps)
    return VoiceWish("which") if _OTHER.search(text) else None


def _left(text: str) -> bool:
    """Whether words are left that are about something else."""
    for known in (*_ACCENT_WORDS.values(), _SLOW, _QUICK, _LOUD, _USUAL, _WOMAN, _MAN, _OTHER):
        text = known.sub(" ", text)
    words = re.findall(r"[^\W\d_]+(?:'[a-z]+)?", text.replace("’", "'").casefold())
    return any(word not in _BESIDES and digit_of(word) == word for word in words)


def _in_digits(text: str) -> str:
    return re.sub(r"[A-Za-z]+", lambda word: digit_of(word[0].lower()), text)
