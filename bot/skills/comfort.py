"""Helping whoever is cold, hot or in the dark: the change is offered, with how it is now."""

from collections.abc import Mapping
from typing import Any

from bot.dialogue.buttons import NO, YES
from bot.dialogue.change import plan
from bot.dialogue.state import Pending, Request
from bot.replies.phrases import capital, listed, reported_text, value_text
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.commands import GetState, SetDesired

EXAMPLE: Mapping[str, Any] = {}


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    return {"offer_change": offer_change}


async def offer_change(turn: Turn) -> Outcome:
    """Asks whether the thing in the room shall be set otherwise; a yes does it. Raises Rejected past its range."""
    twin, registry = turn.twin(), turn.services.registry
    state = await turn.query(GetState(twin.id))
    current = {name: value.value for name, value in (*state.reported.items(), *state.desired.items())}
    values, _ = plan(registry.types[twin.type], turn.request.slots, current)
    change = await turn.execute(SetDesired(twin.id, values, dry_run=True))
    asks = str(turn.request.get("asks") or "")
    spec = registry.spec(twin, asks) if asks else None
    measured = state.reported.get(spec.name) if spec else None
    now = f"{capital(twin.name)}: {spec.label} {reported_text(spec, measured, turn.now)}. " if spec and measured else ""
    said = {name: value_text(registry.spec(twin, name), value) for name, value in change.values.items()}
    if change.status == "unchanged":
        return Outcome((say(f"{now}{capital(twin.name)} is {listed(list(said.values()))} already."),), twins=(twin.id,))
    [(name, value)] = list(change.values.items())[:1]
    wish = Request("control_device", {"twins": (twin.id,), "property": name, "value": value})
    question = f"Shall I {_how(twin.name, current.get(name), value, said[name])}?"
    pending = Pending(turn.cause.trace, "confirm", wish, question)
    return Outcome((say(f"{now}{question}", YES, NO),), twins=(twin.id,), place=twin.place, pending=pending)


def _how(name: str, before: Any, after: Any, said: str) -> str:
    """`raise the hall thermostat to 21 °C`, `turn the hall lamp on`."""
    if isinstance(after, bool | str):
        return f"turn the {name} {said}"
    higher = before is None or float(after) > float(before)
    return f"{'raise' if higher else 'lower'} the {name} to {said}"
