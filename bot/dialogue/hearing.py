"""What was heard, and what was heard unclearly: that is asked about, and done once a yes confirms it. Pure."""

import re
import unicodedata
from dataclasses import replace

from bot.dialogue.answering import NO, YES
from bot.dialogue.buttons import NO as NO_BUTTON
from bot.dialogue.buttons import YES as YES_BUTTON
from bot.dialogue.buttons import bound
from bot.dialogue.questions import asked_unasked
from bot.dialogue.state import DialogueState, Heard, Pending, Request
from bot.ports import Parse, Reply
from bot.turn import say
from twin_core.contract.ids import new_id

_UNSEEN = (0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x206A), 0xFEFF)
_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}  # ＡＢＣ, as some keyboards write them
_AS_SEEN = _WIDE | dict.fromkeys(_UNSEEN)
_LONG_WORDS, _LONG_CHARS = 40, 300  # what is longer is talk more often than a wish, and nobody can check it by ear
_SPOKEN_WORDS = 8
_NO = re.compile(r"\s*(?:no|nope|wrong)\b", re.IGNORECASE)
_FRAGMENTS = NO | {
    "correct",
    "inform",
    "later",
    "snooze",
    "postpone_task",
}  # behind a "no"; what is a whole sentence is none
AGAIN = say("All right. Say it once more, in other words.")


def legible(text: str) -> str:
    """The text as it looks: without halves of a surrogate pair, control characters, and signs that nobody sees."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore").translate(_AS_SEEN)
    return "".join(sign if sign in "\n\t" or unicodedata.category(sign) != "Cc" else " " for sign in whole)


def doubted(text: str, parse: Parse, state: DialogueState) -> tuple[tuple[Reply, ...], DialogueState]:
    """Asks whether this was said. An unclear yes or no to that question leaves it open, and so does long talk: a yes
    would do what was never repeated.
    """
    if len(text.split()) > _LONG_WORDS or len(text) > _LONG_CHARS:
        return (_long(text),), state
    asked = _open(state)
    if asked is None or parse.intent not in YES | NO:
        asked = Pending(new_id("q"), "heard", Request("heard", {"text": text}), f"Did you say “{text}”?")
    question = say(f"I am not sure that I heard you right. {asked.question}", YES_BUTTON, NO_BUTTON)
    return (bound(question, asked),), asked_unasked(state, asked)


def confirmed(text: str, parse: Parse, state: DialogueState) -> tuple[str, DialogueState]:
    """The words that are meant, empty after a no, and the state without that question, whatever was said to it.

    The question before it is open again. "No, to 22" corrects what was not taken up yet: it is to be said whole, as
    alone it would be about something else.
    """
    asked = _open(state)
    if asked is None:
        return text, state
    state = replace(state, pending=state.waiting[0] if state.waiting else None, waiting=state.waiting[1:])
    if parse.intent in _FRAGMENTS and _NO.match(text):
        return "", state
    if parse.entities or parse.intent not in YES | NO:
        return text, state
    return str(asked.request.slots["text"]) if parse.intent in YES else "", state


def heard(parse: Parse) -> Heard:
    """What a message was taken for, to be learnt from."""
    spans = tuple((e.kind, e.start, e.end) for e in parse.entities if e.end > e.start)
    return Heard(parse.text, parse.intent, round(parse.confidence, 4), parse.alternatives, spans)


def _long(text: str) -> Reply:
    """Only how it began, and how to be heard."""
    heard = "I heard something long and am not sure of it, so I did nothing. It began with"
    again = "Say it once more, in one short sentence at a time."
    spoken = " ".join(text.split()[:_SPOKEN_WORDS])[:_LONG_CHARS]
    return say(f"{heard} “{text[:_LONG_CHARS].rstrip()} …”. {again}", speech=f"{heard} “{spoken} …”. {again}")


def _open(state: DialogueState) -> Pending | None:
    return state.pending if state.pending and state.pending.kind == "heard" else None
