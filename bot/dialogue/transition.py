"""The conversation after an outcome: what is in focus, which question is open, what can be taken back. Pure."""

from dataclasses import replace

from bot.dialogue.state import DialogueState, Effect, Listing, Subject
from bot.turn import Outcome


def after(state: DialogueState, outcome: Outcome) -> DialogueState:
    """The state once an outcome is said. Its question, or none, takes the place of the one that was open."""
    moved = bool(outcome.twins) and outcome.twins != state.twins
    state = replace(
        state,
        others=state.twins if moved and state.twins else state.others,
        twins=outcome.twins or state.twins,
        place=outcome.place or state.place,
        property=outcome.property or state.property,
        listing=outcome.listing or (_named_together(outcome) if moved else None) or state.listing,
        subject=_subject(outcome) or state.subject,
        pending=outcome.pending,
        effects=state.effects[: len(state.effects) - outcome.forget_effects],
        undone=() if outcome.effect else state.undone,
    )
    state = replace(state, **outcome.changes)
    return state.with_effect(outcome.effect) if outcome.effect else state


def revised(earlier: Effect, now: Effect | None, kept: frozenset[tuple[str, str]]) -> Effect | None:
    """One effect of a command and its correction: what was so before the command is what undo goes back to.

    `kept` are the (kind, subject) of the earlier effect that were not taken back.
    """
    before = {(r.kind, r.subject): r for r in earlier.reversals if (r.kind, r.subject) in kept}
    if now is None:
        return replace(earlier, reversals=tuple(before.values())) if before else None
    later = tuple(r for r in now.reversals if (r.kind, r.subject) not in before)
    return replace(now, reversals=(*before.values(), *later))


def _named_together(outcome: Outcome) -> Listing | None:
    """Things that one command is about are a list, too: of "the hall light and the lamp" the lamp is the second one."""
    return Listing("twin", outcome.twins) if outcome.effect and len(outcome.twins) > 1 else None


def _subject(outcome: Outcome) -> Subject | None:
    if outcome.subject:
        return outcome.subject
    if listing := outcome.listing:
        return Subject(listing.kind, listing.ids[listing.current]) if listing.ids else None
    return Subject("twin", outcome.twins[0]) if outcome.twins else None
