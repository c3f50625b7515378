"""A change tried on the twin before it touches the device: is it safe, and must a person say yes?"""

from twin_core.contract.template import PropertySpec, TwinType, Value
from twin_core.contract.units import quantity_text
from twin_core.contract.views import Verdict
from twin_core.domain import TwinState
from twin_core.domain.decide import Change

_FROST_C = 5.0  # below it water pipes are at risk when the heating goes
_OFF: tuple[Value, ...] = (False, "off")


def rehearse(state: TwinState, twin_type: TwinType, change: Change) -> Verdict:
    """Pure. Unsafe is what a person would want to know first; a device that is out of reach is said as well.

    Danger asks for an approval even where the template does not; a device out of reach does not: what was
    asked for is kept, and told to it when it is back.
    """
    dangers = [*_hazards(state), *_frost(state, twin_type, change)]
    out_of_reach = _out_of_reach(state)
    needed = change.approval_needed or bool(dangers)
    reasons = (*change.consequences, *dangers, *out_of_reach)
    return Verdict(
        safe=not reasons,
        reasons=reasons or change.reasons,
        approval_needed=needed,
        consequence="; ".join((*change.consequences, *dangers)),
        alternative=_inside_band(twin_type, change),
    )


def _hazards(state: TwinState) -> list[str]:
    return [str(data.get("text") or rule) for rule, data in state.alerts.items() if data.get("hazard")]


def _frost(state: TwinState, twin_type: TwinType, change: Change) -> list[str]:
    """Heating goes off, or nearly, while it is freezing where the twin is."""
    spec = twin_type.property("temperature")
    known = state.reported.get("temperature")
    if spec is None or spec.unit != "°C" or known is None or isinstance(known[0], (bool, str)):
        return []
    stops = any(
        value in _OFF or (name == "setpoint" and not isinstance(value, (bool, str)) and value <= _FROST_C)
        for name, value in change.values.items()
    )
    heats = any(name in twin_type.properties for name in ("setpoint", "heating")) or "water_heater" in (
        twin_type.components
    )
    if stops and heats and known[0] < _FROST_C:
        return [f"it is {quantity_text(known[0], '°C')} there: water pipes may freeze"]
    return []


def _out_of_reach(state: TwinState) -> list[str]:
    if "offline" in state.unavailable:
        return ["the device is offline: it will be told when it is back"]
    silent = sorted(str(data.get("property") or "") for key, data in state.unavailable.items() if "silent" in key)
    if silent:
        return ["the device has been silent for long: it may not hear this"]
    return []


def _inside_band(twin_type: TwinType, change: Change) -> dict[str, Value]:
    """For a number outside the band of its template: the nearest value that needs nobody's approval."""
    alternative: dict[str, Value] = {}
    for name, value in change.values.items():
        spec: PropertySpec | None = twin_type.property(name)
        band = spec.approval.band if spec else None
        if band is not None and not isinstance(value, (bool, str)) and not band[0] <= value <= band[1]:
            alternative[name] = min(max(value, band[0]), band[1])
    return alternative
