"""One concern in full: why it is there, what helps, what happens if nothing is done, since when."""

from bot.attention.choosing import place_in_list
from bot.attention.telling import focus
from bot.dialogue.buttons import of_concern
from bot.replies.phrases import capital, listed, when_text
from bot.turn import Outcome, Turn, say
from twin_core.contract.views import ConcernView


def explained(turn: Turn, concern: ConcernView) -> Outcome:
    """All of its reasons."""
    reasons = ". ".join(capital(w.rstrip(".")) for w in concern.why)
    ignored = f" If nothing is done: {concern.if_ignored.rstrip('.')}." if concern.if_ignored else ""
    helps = f" What helps: {concern.remedy.rstrip('.')}." if concern.remedy else ""
    return told_of(turn, concern, f"{concern.title}. {reasons}.{helps}{ignored}{_since(concern, turn)}")


def what_to_do(turn: Turn, concern: ConcernView) -> Outcome:
    """What helps, and what can be said to me about it."""
    helps = f"{capital(concern.remedy.rstrip('.'))}. " if concern.remedy else ""
    said = listed([f"“{action.title.lower()}”" for action in concern.actions], "or")
    answers = f"You can tell me {said}." if said else ""
    return told_of(turn, concern, f"{concern.title}. {helps}{answers}".rstrip())


def told_of(turn: Turn, concern: ConcernView, text: str) -> Outcome:
    """Something said of a concern, with what can be done about it; it is spoken of from now on."""
    reply = say(text, *of_concern(concern.actions))
    return Outcome((reply,), twins=focus(concern), listing=place_in_list(turn, concern.id))


def _since(concern: ConcernView, turn: Turn) -> str:
    """When it came up; what is to be done at a time is told by that time."""
    if concern.opened_at is None or concern.kind in ("task", "event"):
        return ""
    when = when_text(concern.opened_at, turn.now, turn.services.zone)
    return f" Since {when.removeprefix('at ').removeprefix('on ')}."
