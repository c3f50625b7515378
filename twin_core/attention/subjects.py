"""What is known of a twin that concerns somebody: its name, newest values and trends."""

from collections.abc import Mapping
from datetime import datetime

from twin_core.contract.clock import seconds
from twin_core.contract.commands import GetHistory, GetState, GetTwin
from twin_core.contract.ports import TwinCore
from twin_core.contract.template import AlertRule, PropertySpec, TwinType, Value
from twin_core.contract.views import TwinView
from twin_core.domain import Signal, rules_of, value_text
from twin_core.templates import Library

_TREND_S = 3 * 3600.0
_SLOW_TREND_S = 12 * 3600.0  # of a number that is reported too seldom for the shorter window
_FEWEST_SAMPLES = 3
_NOISE = 5  # resolutions
_MOST_SAMPLES = 1000


class Subject:
    """A twin as its concerns see it. Values come by `take`; trends are kept of what has an alert."""

    def __init__(self, view: TwinView, twin_type: TwinType) -> None:
        self.view = view
        self.twin_type = twin_type
        self._rules = {rule.name: rule for rule in rules_of(twin_type, view.config)}
        self._values: dict[str, tuple[Value, datetime]] = {}
        self._signals: dict[str, Signal] = {}

    def take(self, values: Mapping[str, tuple[Value, datetime]]) -> None:
        """Newest values, as they were reported."""
        for name, (value, at) in values.items():
            known = self._values.get(name)
            if known is None or at >= known[1]:
                self._values[name] = (value, at)
            signal = self._signals.get(name)
            if signal is not None and not isinstance(value, (bool, str)):
                signal.offer(at.timestamp(), float(value))

    async def follow(self, name: str, core: TwinCore) -> None:
        """Keeps the trend of a number from now on, beginning with its recent history."""
        spec, known = self.spec(name), self._values.get(name)
        if spec is None or spec.kind != "number" or known is None or name in self._signals:
            return
        start, end = known[1] - seconds(_SLOW_TREND_S), known[1] + seconds(1e-3)
        history = await core.query(GetHistory(self.view.id, name, start, end, limit=_MOST_SAMPLES))
        recent = known[1] - seconds(_TREND_S)
        enough = sum(sample.at >= recent for sample in history.samples) >= _FEWEST_SAMPLES
        signal = self._signals[name] = Signal(spec, _TREND_S if enough else _SLOW_TREND_S)
        for sample in history.samples:
            if not isinstance(sample.last, (bool, str)):
                signal.offer(sample.at.timestamp(), float(sample.last))

    def spec(self, name: str) -> PropertySpec | None:
        return self.twin_type.property(name)

    def rule(self, name: str) -> AlertRule | None:
        """The rule of this name, with the twin's own limits; None where it exists no more."""
        return self._rules.get(name)

    def value(self, name: str) -> tuple[Value, datetime] | None:
        return self._values.get(name)

    def rate_per_h(self, name: str) -> float | None:
        """The change an hour, where over its window it is more than the sensor's noise."""
        signal, spec = self._signals.get(name), self.spec(name)
        rate = signal.rate_per_h() if signal else None
        if signal is None or spec is None or rate is None:
            return None
        return rate if abs(rate) * signal.window_s / 3600 >= _NOISE * spec.resolution else None

    def text(self, name: str, value: Value) -> str:
        """A value of a property as a person reads it."""
        spec = self.spec(name)
        return value_text(spec, value) if spec else str(value)

    def label(self, name: str) -> str:
        spec = self.spec(name)
        return spec.label if spec else name.replace("_", " ")


async def load_subject(core: TwinCore, library: Library, twin: str) -> Subject:
    """Raises NotFound for a twin, or a type, that is gone."""
    view = await core.query(GetTwin(twin))
    subject = Subject(view, library[view.type])
    state = await core.query(GetState(twin))
    subject.take({name: (known.value, known.at) for name, known in state.reported.items()})
    return subject
