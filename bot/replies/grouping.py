"""Which of several things are in a state: "which lights are on?"."""

from collections.abc import Mapping, Sequence

from bot.dialogue.state import Request
from bot.replies.phrases import capital, listed
from twin_core.contract.template import TwinType
from twin_core.contract.views import StateView


def in_state(
    states: Sequence[StateView], request: Request, types: Mapping[str, TwinType]
) -> tuple[str, tuple[str, ...]] | None:
    """Those that are so, then those that are not, and their ids in this order; None where no state was named, or none
    of them has it.
    """
    said = request.get("value")
    if not isinstance(said, (bool, str)):
        return None
    answers = [(s.twin, _is(s, said, types[s.twin.type])) for s in states]
    is_so = [twin for twin, answer in answers if answer]
    is_not = [twin for twin, answer in answers if answer is False]
    ids = tuple(twin.id for twin in (*is_so, *is_not))
    so, others = [twin.name for twin in is_so], [twin.name for twin in is_not]
    word = ("on" if said else "off") if isinstance(said, bool) else said.lower()
    if not ids:
        return None
    if not so:
        none = (
            f"{capital(others[0])} is not {word}." if len(others) == 1 else f"None of them is {word}: {listed(others)}."
        )
        return none, ids
    if not others:
        return f"{capital(listed(so))} {_verb(so)} {word}.", ids
    return f"{capital(listed(so))} {_verb(so)} {word}; {listed(others)} {_verb(others)} not.", ids


def _verb(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _is(state: StateView, said: bool | str, kind: TwinType) -> bool | None:
    """Whether a thing is in the state; None where it knows no such state, or has not told."""
    for spec in kind.properties.values():
        known = state.reported.get(spec.name)
        if known is None or (spec.private and isinstance(said, str)):
            continue
        if spec.kind == "boolean" and isinstance(known.value, bool):
            if isinstance(said, bool) and spec.name == "on":
                return known.value is said
            if isinstance(said, str) and said.lower() in (spec.true_word.lower(), spec.false_word.lower()):
                return known.value is (said.lower() == spec.true_word.lower())
        if spec.name == "position" and isinstance(said, str) and said.lower() in ("open", "closed"):
            return (float(known.value) > 0) is (said.lower() == "open")
    return None
