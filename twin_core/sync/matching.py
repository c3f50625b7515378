"""Which twin type an announced device is, and which of its signals is which property.

Nothing here knows a type or a maker: everything is weighed from the templates' device classes,
components, units and words against what the device announces.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from twin_core.contract import ids
from twin_core.contract.template import PropertySpec, TwinType
from twin_core.contract.views import SignalView
from twin_core.sync.conversion import convertible

_ENOUGH = 3.0  # the score from which a signal is taken for a property
_FILLER = frozenset("current actual measured local value state status the of is sensor level now".split())


@dataclass(frozen=True, slots=True)
class Match:
    """How well a device fits a twin type."""

    type: str
    score: float
    properties: Mapping[str, str]  # twin property -> signal id


def match(types: Iterable[TwinType], signals: tuple[SignalView, ...], *words: str | None) -> Match:
    """The twin type that fits best; `words` are the device's name, model and the like.

    Raises ValueError when there are no types.
    """
    said = frozenset().union(*(_tokens(text) for text in words if text))
    return max((_fit(kind, signals, said) for kind in types), key=lambda fit: fit.score)


def assign(kind: TwinType, signals: tuple[SignalView, ...]) -> Mapping[str, str]:
    """Twin property -> signal id for a twin type that is already decided."""
    return {name: signal.id for name, (signal, _) in _assigned(kind, signals).items()}


def _fit(kind: TwinType, signals: tuple[SignalView, ...], said: frozenset[str]) -> Match:
    assigned = _assigned(kind, signals)
    score = sum(points for _, points in assigned.values())
    taken = {signal.id for signal, _ in assigned.values()}
    if any(signal.component in kind.components for signal, _ in assigned.values()):
        score += 3
    if kind.main_property and kind.main_property not in assigned:
        score -= 3
    writable = [name for name, spec in kind.properties.items() if spec.writable]
    if writable and not any(name in assigned for name in writable):
        score -= 2
    score -= 2 * sum(1 for signal in signals if signal.id not in taken and signal.category is None)
    if assigned:
        score += max((4.0 + len(phrase) for phrase in _type_phrases(kind) if phrase <= said), default=0.0)
    return Match(kind.name, score, {name: signal.id for name, (signal, _) in assigned.items()})


def _assigned(kind: TwinType, signals: tuple[SignalView, ...]) -> dict[str, tuple[SignalView, float]]:
    """The best pairs first; each property and each signal once."""
    pairs = [
        (points, spec.name, signal)
        for spec in kind.properties.values()
        for signal in signals
        if (points := _points(spec, signal)) >= _ENOUGH
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2].id))
    assigned: dict[str, tuple[SignalView, float]] = {}
    taken: set[str] = set()
    for points, name, signal in pairs:
        if name not in assigned and signal.id not in taken:
            assigned[name] = (signal, points)
            taken.add(signal.id)
    return {name: assigned[name] for name in kind.properties if name in assigned}


def _points(spec: PropertySpec, signal: SignalView) -> float:
    if signal.category == "config" or not convertible(signal, spec):
        return 0.0
    classes = {signal.device_class} | ({signal.component} if signal.kind == "boolean" else set())
    said_class = bool(classes.intersection(spec.device_classes))
    if signal.category == "diagnostic" and not said_class:
        return 0.0  # link quality, firmware and the like; a battery says what it is
    points = 4.0 * _likeness(spec, signal)
    if signal.kind != spec.kind:  # an action such as "heating" among its choices stands for a missing number
        points += _ENOUGH
    if said_class:
        points += 4
    elif signal.device_class and spec.device_classes and signal.kind == "number":
        points -= 3  # it says that it measures something else
    if spec.unit and signal.unit:
        points += 1
    elif signal.unit:
        points -= 2
    if spec.writable:
        points += 2 if signal.writable else -1
    elif signal.writable and signal.kind != "text":
        points -= 3
    return points if signal.readable or (spec.writable and signal.writable) else 0.0


def _likeness(spec: PropertySpec, signal: SignalView) -> float:
    """How much the signal's name says the property: 1.0 is one of its own words."""
    best = 0.0
    for said in _signal_phrases(signal.id, signal.name):
        for phrase in _property_phrases(spec):
            best = max(best, len(phrase & said) / len(phrase | said))
    return best


@lru_cache(maxsize=4096)
def _signal_phrases(id: str, name: str) -> tuple[frozenset[str], ...]:
    last = re.split(r"[.:]", id)[-1]
    return tuple(phrase for text in (id, last, name) if (phrase := _tokens(text) - _FILLER))


@lru_cache(maxsize=1024)
def _phrases(texts: tuple[str, ...], filler: frozenset[str]) -> tuple[frozenset[str], ...]:
    return tuple(phrase for text in texts if (phrase := _tokens(text) - filler))


def _property_phrases(spec: PropertySpec) -> tuple[frozenset[str], ...]:
    return _phrases((spec.name, spec.label, *spec.words), _FILLER)


def _type_phrases(kind: TwinType) -> tuple[frozenset[str], ...]:
    return _phrases((kind.name, kind.title, *kind.words), frozenset())


def _tokens(text: str) -> frozenset[str]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)  # BearingTemperature
    return frozenset(ids.slug(spaced).split("_"))
