"""What a correction of the last change starts from: not what that change left, but what was before it. Pure."""

from bot.dialogue.state import Reversal
from bot.turn import Turn


def before_correction(turn: Turn, kind: str, subject: str) -> Reversal | None:
    """How the change that is corrected now would be taken back; None where nothing is corrected."""
    effects = turn.state.effects
    if not effects or turn.request.get("correction") is None:
        return None
    if effects[-1].request.get("text") != turn.request.get("text"):
        return None
    return next((r for r in effects[-1].reversals if (r.kind, r.subject) == (kind, subject)), None)
