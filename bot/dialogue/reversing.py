"""Taking effects back, and making one effect of a command and its correction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.dialogue.buttons import taking_back
from bot.dialogue.state import Effect, Reversal
from bot.dialogue.transition import revised
from bot.replies.phrases import capital, listed, value_text
from bot.turn import Outcome, Turn, say
from twin_core.contract.errors import NotFound
from twin_core.contract.ids import new_id
from twin_core.contract.views import ChangeView


@dataclass(slots=True)
class TakenBack:
    """What came of it: what is no longer there, what is as it was, and what needs an approval first."""

    gone: list[str] = field(default_factory=list)
    changed: list[ChangeView] = field(default_factory=list)
    waiting: list[ChangeView] = field(default_factory=list)


async def take_back(reversals: Sequence[Reversal], turn: Turn) -> TakenBack:
    """Reverses the parts of an effect, the newest first."""
    result = TakenBack()
    for reversal in reversed(reversals):
        try:
            change = await turn.services.reversals[reversal.kind](reversal, turn)
        except NotFound:
            result.gone.append(reversal.subject)
        else:
            if change:
                (result.waiting if change.status == "waiting" else result.changed).append(change)
    return result


def with_own_undo(outcome: Outcome) -> Outcome:
    """The Undo button of what was changed is about that change, however late it is pressed."""
    if outcome.effect is None:
        return outcome
    effect = replace(outcome.effect, id=new_id("fx"))
    return replace(outcome, effect=effect, replies=tuple(taking_back(reply, effect.id) for reply in outcome.replies))


def as_before(change: ChangeView, turn: Turn) -> str:
    """What was taken back, as it is now: `hall lamp is on again`, `hall thermostat is back at 19 °C`."""
    parts = []
    for name, value in change.values.items():
        said = value_text(turn.services.registry.spec(change.twin, name), value)
        parts.append(f"{said} again" if isinstance(value, (bool, str)) else f"back at {said}")
    return f"{change.twin.name} is {listed(parts)}"


async def step_back(earlier: Effect, turn: Turn) -> None:
    """Before a step is corrected: "one degree warmer", "no, two" counts from what was before the first."""
    if isinstance(turn.request.get("value"), Mapping) and isinstance(earlier.request.get("value"), Mapping):
        await take_back(earlier.reversals, turn)


async def settle(earlier: Effect, outcome: Outcome, turn: Turn) -> Outcome:
    """The outcome of a correction: what it no longer means is taken back, and both become one effect.

    The corrected wish has been carried out before this, so that one which is refused leaves all as it was.
    """
    now = {(r.kind, r.subject) for r in outcome.effect.reversals} if outcome.effect else set()
    still = {r.subject for r in earlier.reversals} & set(turn.request.twins)
    kept = frozenset((r.kind, r.subject) for r in earlier.reversals if (r.kind, r.subject) in now or r.subject in still)
    back = await take_back([r for r in earlier.reversals if (r.kind, r.subject) not in kept], turn)
    replies = outcome.replies
    if back.changed:
        said = say(f"{capital(listed([as_before(c, turn) for c in back.changed]))}.")
        replies = (*replies[:-1], said, *replies[-1:])  # a question stays the last
    effect = revised(earlier, outcome.effect, kept)
    return replace(outcome, replies=replies, effect=effect, forget_effects=1)
