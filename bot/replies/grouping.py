"""Which of several things are in a state: "which lights are on?"."""

from collections.abc import Mapping, Sequence

from bot.dialogue.state import Request
from bot.replies.phrases import capital, listed
from twin_core.contract.template import TwinType, Value
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
    answers = [(s, is_so(_reported(s), said, types[s.twin.type])) for s in states]
    told = [s for s, answer in answers if answer is not None and _is_to_change(s, answer, said, types[s.twin.type])]
    yes = [s.twin for s, answer in answers if answer and s not in told]
    no = [s.twin for s, answer in answers if answer is False and s not in told]
    ids = tuple(twin.id for twin in (*yes, *(s.twin for s in told), *no))
    so, others = [twin.name for twin in yes], [twin.name for twin in no]
    word = ("on" if said else "off") if isinstance(said, bool) else said.lower()
    if not ids:
        return None
    if told:
        return _with_orders(so, others, told, word, said), ids
    if not so:
        none = (
            f"{capital(others[0])} is not {word}." if len(others) == 1 else f"None of them is {word}: {listed(others)}."
        )
        return none, ids
    if not others:
        return f"{capital(listed(so))} {_verb(so)} {word}.", ids
    return f"{capital(listed(so))} {_verb(so)} {word}; {listed(others)} {_verb(others)} not.", ids


def _with_orders(
    so: Sequence[str], others: Sequence[str], told: Sequence[StateView], word: str, said: bool | str
) -> str:
    """What was asked of some of them is told apart: they have not confirmed it yet."""
    ordered = [s.twin.name for s in told]
    parts = [f"{listed(so)} {_verb(so)} {word}"] if so else []
    parts.append(
        f"{listed(ordered)} {'has' if len(ordered) == 1 else 'have'} just been told to change and did not confirm yet"
    )
    if others:
        parts.append(f"{listed(others)} {_verb(others)} not" + ("" if so else f" {word}"))
    return f"{capital('; '.join(parts))}."


def _reported(state: StateView) -> dict[str, Value]:
    return {name: value.value for name, value in state.reported.items()}


def _is_to_change(state: StateView, answer: bool, said: bool | str, kind: TwinType) -> bool:
    """Whether the thing was asked to be otherwise, and has not reported that yet."""
    wished = {**_reported(state), **{name: value.value for name, value in state.desired.items()}}
    return is_so(wished, said, kind) is not answer


def _verb(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def is_so(values: Mapping[str, Value], said: bool | str, kind: TwinType) -> bool | None:
    """Whether a thing with these values is in the state; None where it knows no such state, or has not told."""
    for spec in kind.properties.values():
        value = values.get(spec.name)
        if value is None or (spec.private and isinstance(said, str)):
            continue
        if spec.kind == "boolean" and isinstance(value, bool):
            if isinstance(said, bool) and spec.name == "on":
                return value is said
            if isinstance(said, str) and said.lower() in (spec.true_word.lower(), spec.false_word.lower()):
                return value is (said.lower() == spec.true_word.lower())
        if spec.name == "position" and isinstance(said, str) and said.lower() in ("open", "closed"):
            return (float(value) > 0) is (said.lower() == "open")
    return None
