"""From the answers of an interview to the fields and the configuration of a twin."""

from collections.abc import Mapping
from typing import Any

from interview.prompts import preview_lines
from interview.questions import default_of, question_for
from interview.session import Session
from twin_core.contract.template import TwinType

_FIELDS = ("name", "place", "importance")


def values(session: Session, type: TwinType) -> dict[str, Any]:
    """Every slot's value: what was said or found, else the default of what was to be asked."""
    return {
        line.slot: session.answers[line.slot]
        if line.slot in session.answers
        else default_of(session, type, question_for(type, line.slot))
        for line in preview_lines(session, type)
        if line.origin != "unset"
    }


def twin_fields(session: Session, type: TwinType) -> dict[str, Any]:
    """`name`, `place`, `importance` and `config`, as CreateTwin and EditTwin take them."""
    filled = values(session, type)
    fields: dict[str, Any] = {slot: filled[slot] for slot in _FIELDS if slot in filled}
    config: dict[str, Any] = {}
    for slot, value in filled.items():
        if slot not in _FIELDS:
            _put(config, slot, value, said=slot in session.answers)
    if "price" not in config.get("tariff", ("price",)):
        del config["tariff"]  # a currency alone is no tariff
    fields["config"] = {**config, "fidelity": session.fidelity}
    return fields


def _put(config: dict[str, Any], slot: str, value: Any, *, said: bool) -> None:
    """Files a value under its path: `limits.temperature.high`. A price is a whole tariff, whatever its slot."""
    path = slot.split(".")
    if isinstance(value, Mapping) and path[-1] == "price":
        path = path[:-1] or ["tariff"]
    at = config
    for key in path[:-1]:
        at = at.setdefault(key, {})
    if isinstance(value, Mapping):
        at[path[-1]] = {**at.get(path[-1], {}), **value}
    elif said or path[-1] not in at:  # the default currency gives way to the one said with the price
        at[path[-1]] = value
