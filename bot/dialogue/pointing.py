"""A thing that is pointed at by a word of its name alone: "the tv too", "now the right one". Pure."""

import re
from dataclasses import replace

from bot.dialogue.decision import NEEDS
from bot.dialogue.mentions import Mentioned, about_twins
from bot.dialogue.reference import World, told_apart
from bot.dialogue.state import DialogueState
from bot.dialogue.targets import unread
from bot.ports import Parse

_FEW = 4  # so many may share the word and be asked about
_FRAGMENTS = frozenset({"inform", "out_of_scope", "correct"})
_EXCEPT = re.compile(
    r"\W*(?:and |but |well |oh )*(?:except(?: for)?|but not|apart from|just not)(?: (?:the|my))?\b", re.IGNORECASE
)
_THE = re.compile(
    r"\bthe ([\w'’-]+)(?: ones?)?(?=\W*$| (?:too|as well|also|instead|please|then|now|again|back|on|off|to|up|down)\b)",
    re.IGNORECASE,
)


def pointed(parse: Parse, m: Mentioned, state: DialogueState, world: World) -> Mentioned:
    """What is mentioned, with the thing that its words can only mean though they are less than its name."""
    if m.excluded is None and (cut := _EXCEPT.match(parse.text)) and not about_twins(m):
        left_out = _named_by(_words(parse.text[cut.end() :]), replace(m, slots={}), world)
        return replace(m, excluded=left_out) if left_out.slots.get("twins") else m
    if m.slots.get("twins") or m.choices or m.other or m.ordinal is not None or m.counted:
        return m
    if m.unknown:
        return _named_by(_words(m.unknown), m, world)
    if about_twins(m) or (parse.intent not in NEEDS and parse.intent not in _FRAGMENTS):
        return m
    if (found := _THE.search(parse.text)) and (marked := _of_those_in_focus(found[1], state, world)):
        return _meaning(m, marked)
    if found and parse.intent == "correct" and (named := _named_by([found[1]], m, world)) is not m:
        return named  # "I meant the monitor"
    words = unread(m)
    return _named_by(words, m, world) if words and not m.pronoun else m


def _named_by(words: list[str], m: Mentioned, world: World) -> Mentioned:
    fits = world.containing(words)
    if len(fits) == 1:
        return _meaning(m, fits[0].id)
    return replace(m, choices=tuple(t.id for t in fits), unknown="") if 1 < len(fits) <= _FEW else m


def _of_those_in_focus(word: str, state: DialogueState, world: World) -> str:
    """The one of the kind spoken of, nearest first, whose name alone has the word."""
    focus = [t for i in state.twins if (t := world.twin(i))]
    if not focus:
        return ""
    alike = world.select(types=sorted({t.type for t in focus}))
    near = [t for t in alike if t.place in {f.place for f in focus}]
    for several in (near, alike):
        if len(marked := told_apart(several, word)) == 1:
            return marked[0]
    return ""


def _meaning(m: Mentioned, twin: str) -> Mentioned:
    return replace(m, slots={**m.slots, "twins": (twin,)}, unknown="", choices=())


def _words(said: str) -> list[str]:
    return re.findall(r"\w+", said)
