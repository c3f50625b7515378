"""Taking back the last change, whatever its kind."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.dialogue.buttons import NO, YES
from bot.dialogue.state import Pending, Reversal
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.commands import EditTwin, EraseTwin, MoveTwin, ReopenConcern, SetDesired
from twin_core.contract.errors import NotFound

EXAMPLE: Mapping[str, Any] = {}


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"undo": undo}


async def undo(turn: Turn) -> Outcome:
    """Reverses the newest effect of this conversation; the one before it is then the newest."""
    if not turn.state.effects:
        return Outcome((say("There is nothing of yours to take back in this conversation."),))
    effect = turn.state.effects[-1]
    made = [r for r in effect.reversals if r.kind == "created"]
    if len(made) > 1 and not turn.request.get("confirmed"):
        question = f"Delete {effect.title}?"
        pending = Pending(turn.cause.trace, "confirm", turn.request, question)
        text = f"Taking that back deletes {effect.title} with all that they have recorded; that cannot be undone."
        return Outcome((say(f"{text} Shall I?", YES, NO),), pending=pending)
    gone: list[str] = []
    for reversal in reversed(effect.reversals):
        try:
            await _REVERSE[reversal.kind](reversal, turn)
        except NotFound:
            gone.append(reversal.subject)
    note = f" {', '.join(gone)} is no longer there, so nothing was changed on it." if gone else ""
    subjects = tuple(r.subject for r in effect.reversals if turn.services.registry.twin(r.subject))
    return Outcome((say(f"Taken back: {effect.title}.{note}"),), twins=subjects, forget_effects=1)


async def _desired(reversal: Reversal, turn: Turn) -> None:
    values = {p: v for p, v in reversal.values.items() if v is not None}
    if values:
        await turn.execute(SetDesired(reversal.subject, values))


async def _concern(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(ReopenConcern(reversal.subject))


async def _moved(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(MoveTwin(reversal.subject, reversal.values["to"]))


async def _edited(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(EditTwin(reversal.subject, **reversal.values))


async def _created(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(EraseTwin(reversal.subject))


_REVERSE: Mapping[str, Callable[[Reversal, Turn], Awaitable[None]]] = {
    "desired": _desired,
    "concern": _concern,
    "twin": _moved,
    "edit": _edited,
    "created": _created,
}
