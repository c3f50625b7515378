"""Self-repair inside one message: "set it to 23, no wait, 21" is mended to "set it to 21" before it is read.

A repair is what was said first (the reparandum), a word of editing ("no wait", "I mean"), and what takes its
place. What is replaced is the last thing of the same kind; else what begins with the same word; else, after an
editing phrase that is never anything else, the last words. The terms are those of Shriberg (1994).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from bot.ports import Entity, Parse

_STRONG = (
    r"(?:(?:oh|oops|sorry|er|uh|um)[,\s]{1,3})?(?:no[,\s]{1,3})?(?:wait|hang on|hold on)(?:[,\s]{1,3}(?:no|sorry))?"
    r"(?:[,\s]{1,3}(?:make (?:that|it)|i (?:mean|meant)))?"
    r"|(?:(?:no|sorry|er|uh|um)[,\s]{1,3}){0,2}i (?:mean|meant)(?: to say)?"
    r"|(?:no[,\s]{1,3})?(?:scratch|strike|forget) that|correction|or rather"
)
_EDIT = r"(?:no|nope|sorry|oops|whoops|actually|rather|er|uh|um|make (?:that|it))"
_WEAK = rf"{_EDIT}(?:[,\s]{{1,3}}{_EDIT}){{0,2}}"
_BEFORE, _AFTER = r"[,;.:…–—-]{0,3}\s{1,3}", r"[,;.:…–—-]{1,3}\s{0,3}|\s{1,3}|$"
_MARK = re.compile(
    rf"(?P<before>{_BEFORE})(?:(?P<strong>{_STRONG})|(?P<weak>{_WEAK}))(?P<after>{_AFTER})", re.IGNORECASE
)
# Edit terms that are never anything else in the middle of a sentence need no comma: a recogniser writes none.
_UNPOINTED = re.compile(r"(?:(?:no|sorry|er|uh|um)[,\s]{0,3})+", re.IGNORECASE)
_PAUSE = re.compile(r"(?:(?:er|uh|um)[,\s]{0,3})+", re.IGNORECASE)
_DROPPED = re.compile(
    r"(?:[,;.…–—-]{1,3}\s{0,3}(?:actually )?(?:wait|don'?t)|"
    r"[,;.…–—-]{0,3}\s{1,3}(?:(?:oh|actually|no)[,\s]{1,3}){0,2}"
    r"(?:no wait|never ?mind|forget (?:it|that)|scratch that))[.!]{0,3}$",
    re.IGNORECASE,
)
# "It was only my toast, forget it" takes no wish back: it says why an alert is to be forgotten.
_EXPLAINED = re.compile(
    r"\b(?:was|were|is|it'?s|that'?s)(?: all)? (?:only|just|nothing|a false|a test|my own)\b|\bfalse alarm\b",
    re.IGNORECASE,
)
_HESITATION = re.compile(
    r"(?:(?:oh|um|uh|er|ok(?:ay)?)[,\s]{1,3})?(?:hang on|hold on|one (?:sec|second|moment|minute)|"
    r"(?:just )?a (?:sec|second|moment|minute)|wait a (?:sec|second|moment|minute))\s{0,2}[,;.!…–—-]{1,3}\s{0,3}",
    re.IGNORECASE,
)
# A pause between commas: without the comma after it, "um" is a word of German.
_FILLER = re.compile(r"(?<=\w)(?:[,;]\s*|\s+)(?:um+|uh+|uhm+|erm+)(?:,|\.\.\.|…)\s*", re.IGNORECASE)
_KINDS = {
    **dict.fromkeys(("twin", "place", "twin_type"), "thing"),
    **dict.fromkeys(("value", "mood", "energy", "stress"), "value"),
    **dict.fromkeys(("time", "recurrence"), "time"),
}
_LEADING = re.compile(r"(?:(?:the|a|an|my|in|at|on|to|for|by|with|it's|its|from|of)\s{1,3}){0,3}$", re.IGNORECASE)
_VERB = re.compile(
    r"(?:please |just )?(?:turn|switch|set|put|make|dim|brighten|lock|unlock|open|close|shut|start|stop|raise|lower|"
    r"leave|keep|tell|show|list|remind|add|create|delete|remove|archive|cancel|move|snooze|what|how|which|who|when|"
    r"where|is|are)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[-−]?\d+(?:[.,]\d+)?")
_IT = re.compile(r"\b(?:it|them|that)\b", re.IGNORECASE)
_LAST_REQUEST = re.compile(
    r"(?:,?\s(?:and then|and|then)\s|[;?!]\s|\.\s)(?!.*(?:\sand\s|\sthen\s|[;?!]\s))", re.IGNORECASE
)
MAX_REPAIRS = 4
MAX_MARKS = 8  # "no, no, no, …": both sides of each are read, and so many are no sentence that is mended


def mend(text: str, parse: Callable[[str], Parse]) -> str:
    """The message as it was meant; the same text where nothing was repaired."""
    if _DROPPED.search(text) and not text.lower().startswith(("no", "wait")) and not _EXPLAINED.search(text):
        return "never mind"
    text = _FILLER.sub(" ", _without_hesitation(text))
    for _ in range(MAX_REPAIRS):
        marks = list(islice(_MARK.finditer(text), MAX_MARKS + 1))
        if len(marks) > MAX_MARKS:
            return text
        mended = next((m for mark in marks if (m := _mended(text, mark, parse))), None)
        if mended is None:
            return text
        text = mended
    return text


def _without_hesitation(text: str) -> str:
    """ "hang on, what's its battery?" only asks: what is open before it is neither put off nor dropped."""
    found = _HESITATION.match(text)
    rest = text[found.end() :] if found else ""
    return rest if rest.rstrip().endswith("?") or _VERB.match(rest) else text


@dataclass(frozen=True, slots=True)
class _Sides:
    left: str
    right: str
    said: Parse  # the left side as it is read alone
    meant: Parse


def _mended(text: str, mark: re.Match[str], parse: Callable[[str], Parse]) -> str | None:
    left, right = text[: mark.start()].rstrip(" ,;"), text[mark.end() :].strip()
    if not left or not right or not re.search(r"\w", left):
        return None  # at its beginning a message repairs the one before
    strong = mark["strong"] is not None
    said = strong or bool(mark["before"].strip() or mark["after"].strip()) or _UNPOINTED.fullmatch(mark["weak"])
    sides = _Sides(left, right, parse(left), parse(right))
    if not said or not _is_request(sides.said):
        return None
    if _VERB.match(right):
        return _anew(sides)
    if (mended := _of_a_kind(sides)) is not None:
        return mended
    if not strong and _PAUSE.fullmatch(mark["weak"]):
        return f"{left} {right}"  # a pause, and nothing is taken back
    return _from_same_word(sides) or _last_words(sides) if strong else None


def _is_request(said: Parse) -> bool:
    """Whether there is something to be repaired: "yes, no wait" and "hello, I mean it" say nothing yet."""
    return bool(said.entities) or bool(_VERB.match(said.text))


def _anew(sides: _Sides) -> str:
    """The last request is said anew; "it" in it is still what was named."""
    before = _LAST_REQUEST.search(sides.left)
    kept = sides.left[: before.end()] if before else ""
    right = sides.right
    named = next((e for e in reversed(sides.said.entities) if e.kind == "twin"), None)
    it = _IT.search(right)
    if named and it and not any(_KINDS.get(e.kind) == "thing" and e.end <= it.start() for e in sides.meant.entities):
        right = _IT.sub(f"the {named.text}", right, count=1)
    return kept + right


def _of_a_kind(sides: _Sides) -> str | None:
    """The last thing of the kind that the repair begins with is replaced by it."""
    first = _leading(sides)
    if first is None:
        return None
    kind = _KINDS.get(first.kind, first.kind)
    old = next((e for e in reversed(_placed(sides.said)) if _KINDS.get(e.kind, e.kind) == kind), None)
    if old is None:
        return _number(sides) if kind in ("value", "time", "duration") else None
    tail = sides.right[first.end :]
    if old.kind in ("twin", "twin_type") and first.kind == "place" and (noun := _noun(old, sides)):
        return f"{sides.left[: old.start]}{first.text} {noun}{sides.left[old.end :]}{tail}"
    rest = sides.left[old.end :] if not re.search(r"\w", tail) else ""
    return f"{_joined(sides.left[: old.start], sides.right[: first.end])}{rest}{tail}".rstrip()


def _leading(sides: _Sides) -> Entity | None:
    entities = _placed(sides.meant)
    return next((e for e in entities if _LEADING.fullmatch(sides.right[: e.start])), None)


def _placed(parse: Parse) -> list[Entity]:
    return sorted((e for e in parse.entities if e.end > e.start), key=lambda e: (e.start, -e.end))


def _noun(old: Entity, sides: _Sides) -> str:
    """What the thing was called without its place: "hall lamp", then "the kitchen", is a lamp."""
    words = old.text.split()
    return words[-1] if len(words) > 1 or old.kind == "twin_type" else ""


def _number(sides: _Sides) -> str | None:
    """A bare number takes the place of the last one: "for 10 minutes, no, 15"."""
    numbers, new = list(_NUMBER.finditer(sides.left)), _NUMBER.match(sides.right)
    if not numbers or new is None:
        return None
    tail = sides.right[new.end() :].rstrip(".!")
    kept = "" if tail.strip() else sides.left[numbers[-1].end() :]
    return sides.left[: numbers[-1].start()] + new.group() + kept + tail


def _from_same_word(sides: _Sides) -> str | None:
    """The repair begins again with a word that was said: "what type of hermits I mean what type of …"."""
    opening = re.match(r"[\w'-]+", sides.right)
    if opening is None:
        return None
    said = list(re.finditer(rf"\b{re.escape(opening.group())}\b", sides.left, re.IGNORECASE))
    return sides.left[: said[-1].start()] + sides.right if said else None


def _last_words(sides: _Sides) -> str:
    """Nothing else is known of it: as many of the last words as the repair may stand for."""
    head = sides.left.rsplit(" ", 1)[0] if " " in sides.left else ""
    return _joined(f"{head} ", sides.right)


def _joined(left: str, right: str) -> str:
    """Both, without the little words that the repair says once more: "to the" + "the kitchen"."""
    words = right.split(" ")
    little = {"the", "a", "an", "my", "in", "at", "on", "to", "for", "by"}
    while words and words[0].lower() in little:
        if re.search(rf"\b{words[0]}\s*$", left, re.IGNORECASE):
            left = re.sub(rf"\b{words[0]}\s*$", "", left, flags=re.IGNORECASE)
        elif words[0].lower() in ("in", "at", "on", "to") and re.search(r"\b(?:in|at|on|to)\s(?:the\s)?$", left):
            left = re.sub(r"\b(?:in|at|on|to)\s(?:the\s)?$", "", left)
        break
    return f"{left.rstrip()} {right}".lstrip() if left.strip() else right
