"""Taking back the last change, whatever its kind."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.dialogue.buttons import APPROVE, NO, REJECT, YES
from bot.dialogue.state import Effect, Pending, Request, Reversal
from bot.replies.phrases import capital
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.commands import EditTwin, EraseTwin, MoveTwin, ReopenConcern, SetDesired
from twin_core.contract.errors import NotFound
from twin_core.contract.views import ApprovalView, ChangeView

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
    waiting: ChangeView | None = None
    for reversal in reversed(effect.reversals):
        try:
            change = await _REVERSE[reversal.kind](reversal, turn)
        except NotFound:
            gone.append(reversal.subject)
        else:
            waiting = change if change and change.status == "waiting" else waiting
    if waiting and waiting.approval:
        return _asks(waiting, waiting.approval, effect, turn)
    note = f" {', '.join(gone)} is no longer there, so nothing was changed on it." if gone else ""
    subjects = tuple(r.subject for r in effect.reversals if turn.services.registry.twin(r.subject))
    return Outcome((say(f"Taken back: {effect.title}.{note}"),), twins=subjects, forget_effects=1)


def _asks(change: ChangeView, approval: ApprovalView, effect: Effect, turn: Turn) -> Outcome:
    """Going back is a risk of its own, such as starting a pump: it waits for a yes like any other."""
    request = Request("approve_action", {"twins": (change.twin.id,)})
    question = f"May I take back “{effect.title}”?"
    pending = Pending(turn.cause.trace, "approval", request, question, approval=approval.id)
    consequence = change.verdict.consequence.rstrip(".")
    text = (
        f"Taking back “{effect.title}” needs your approval. {capital(consequence)}{'.' if consequence else ''} Shall I?"
    )
    reply = say(" ".join(text.split()), APPROVE, REJECT)
    return Outcome((reply,), twins=(change.twin.id,), pending=pending, forget_effects=1)


async def _desired(reversal: Reversal, turn: Turn) -> ChangeView | None:
    values = {p: v for p, v in reversal.values.items() if v is not None}
    return await turn.execute(SetDesired(reversal.subject, values)) if values else None


async def _concern(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(ReopenConcern(reversal.subject))


async def _moved(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(MoveTwin(reversal.subject, reversal.values["to"]))


async def _edited(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(EditTwin(reversal.subject, **reversal.values))


async def _created(reversal: Reversal, turn: Turn) -> None:
    await turn.execute(EraseTwin(reversal.subject))


_REVERSE: Mapping[str, Callable[[Reversal, Turn], Awaitable[ChangeView | None]]] = {
    "desired": _desired,
    "concern": _concern,
    "twin": _moved,
    "edit": _edited,
    "created": _created,
}
