"""From a device that announced itself to an invitation, in which the first question already stands."""

from typing import Any

from interview import flow, prompts
from interview.prompts import Prompt
from twin_core.contract.template import TwinType
from twin_core.contract.views import CandidateView


def answers_from(candidate: CandidateView) -> dict[str, Any]:
    """What the announcement answers already: name and place."""
    known = {"name": candidate.name.strip(), "place": (candidate.place or "").strip()}
    return {slot: value for slot, value in known.items() if value}


def invitation(candidate: CandidateView, type: TwinType) -> Prompt:
    """Offers a twin of a device; answering it is answering the first question.

    Nothing is opened yet: a person who ignores it leaves nothing behind.
    """
    step = flow.start(type, id="", person="", answers=answers_from(candidate), candidate=candidate.id)
    first = step.prompts[0]
    where = f" in the {candidate.place}" if candidate.place else ""
    maker = " ".join(part for part in (candidate.manufacturer, candidate.model) if part)
    seen = f"I see a new {type.title}{where}: “{candidate.name}”{f' ({maker})' if maker else ''}."
    return Prompt(
        kind="invitation",
        text=f"{seen} To make its twin: {prompts.as_text((first,))}",
        short=f"Shall I make a twin of “{candidate.name}”?",
        slot=first.slot,
        default=first.default,
        choices=first.choices,
        lines=first.lines,
        steering=first.steering,
    )
