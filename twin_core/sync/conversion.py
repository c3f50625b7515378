"""Values on their way between a device's signal and a twin's property."""

from twin_core.contract import units
from twin_core.contract.template import PropertySpec, Value
from twin_core.contract.views import SignalView

_KELVIN_MIRED = 1_000_000.0
# Devices' words for a choice that twin types call otherwise.
_CHOICES = {"heat_cool": "auto", "heating": "heat", "cooling": "cool"}


def convertible(signal: SignalView, spec: PropertySpec) -> bool:
    """Whether values of the signal can be read as values of the property."""
    if signal.kind == "choice" and spec.kind == "number":
        return spec.unit == "%" and spec.name in _folded(signal.choices)
    if signal.kind != spec.kind:
        return False
    if signal.kind != "number" or signal.unit is None or spec.unit is None:
        return True
    return _reciprocal(signal.unit, spec.unit) or units.same_kind(signal.unit, spec.unit)


def to_property(value: Value, signal: SignalView, spec: PropertySpec) -> tuple[Value, str | None]:
    """A reported value and the unit it now has, for the twin service to check and to convert."""
    if signal.kind == "choice" and isinstance(value, str):
        word = value.casefold()
        if spec.kind == "number":  # a device that says only whether it heats: all or nothing
            return (100.0 if word == spec.name else 0.0), spec.unit
        known = _folded(spec.choices)
        return (known.get(word) or known.get(_CHOICES.get(word, word)) or value), None
    if spec.kind != "number" or isinstance(value, (bool, str)):
        return value, None
    if _reciprocal(signal.unit, spec.unit):
        return (_KELVIN_MIRED / value if value else 0.0), spec.unit
    if span := _scaled(signal, spec):
        low, high = span
        return (value - low) / (high - low) * 100.0, spec.unit
    return value, signal.unit


def to_signal(value: Value, signal: SignalView, spec: PropertySpec) -> Value | None:
    """A desired value in the signal's own unit and words, within its range; None where it has no word for it."""
    if signal.kind == "choice":
        choices = _folded(signal.choices)
        if not choices:
            return value
        word = str(value).casefold()
        theirs = next((own for own, ours in _CHOICES.items() if ours == word and own in choices), word)
        return choices.get(word) or choices.get(theirs)
    if signal.kind != "number" or isinstance(value, (bool, str)):
        return value
    if _reciprocal(signal.unit, spec.unit):
        told = float(round(_KELVIN_MIRED / value)) if value else 0.0
    elif span := _scaled(signal, spec):
        low, high = span
        told = float(round(low + value / 100.0 * (high - low)))
    else:
        told = units.convert(value, spec.unit, signal.unit)
    if signal.minimum is not None:
        told = max(told, signal.minimum)
    if signal.maximum is not None:
        told = min(told, signal.maximum)
    return told


def _reciprocal(unit: str | None, other: str | None) -> bool:
    return {units.canonical_unit(unit), units.canonical_unit(other)} == {"mired", "K"}


def _scaled(signal: SignalView, spec: PropertySpec) -> tuple[float, float] | None:
    """The range of a bare number that stands for per cent, such as a brightness from 0 to 254."""
    if spec.unit != "%" or signal.unit is not None or signal.maximum is None:
        return None
    low = signal.minimum or 0.0
    return (low, signal.maximum) if signal.maximum > low and (low, signal.maximum) != (0.0, 100.0) else None


def _folded(choices: tuple[str, ...]) -> dict[str, str]:
    return {choice.casefold(): choice for choice in choices}
