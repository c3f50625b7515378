"""Alerts of one twin: which rules hold, since when, and what became of it.

Everything is decided in the readings' own time, so the same readings give the same alerts whenever they
are replayed. A number's sample that is out of line with those before it is in doubt: it raises and clears
nothing until the next sample agrees with it, or until it has stood long enough. Hazards are never in doubt.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from twin_core.contract.clock import instant_text
from twin_core.contract.events import NewEvent
from twin_core.contract.template import AlertRule, Value
from twin_core.domain.plan import AlertPlan
from twin_core.domain.signal import Doubt, Signal
from twin_core.domain.values import value_text

_FRESH_S = 900.0  # at least so long a number stands for the present
_NOTHING: tuple[NewEvent, ...] = ()


class AlertMonitor:
    """Watches one twin. Feed it readings with `observe`, and let `tick` run at `due_at`."""

    __slots__ = ("_last", "_raised", "_signals", "_since", "name", "plan")

    def __init__(self, plan: AlertPlan, name: str, raised: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """`raised` are the alerts the twin's state holds: rule -> data of alert.raised."""
        self.plan = plan
        self.name = name
        self._last: dict[str, tuple[Value, float]] = {}
        self._signals: dict[str, Signal] = {}
        self._since: dict[str, float] = {}
        self._raised: dict[str, str] = {rule: str(data.get("since", "")) for rule, data in (raised or {}).items()}

    def replay(self, readings: Iterable[tuple[str, Value, datetime]]) -> None:
        """Recent readings again, oldest first, after a restart: what was pending is pending again."""
        held = dict(self._raised)
        for name, value, at in readings:
            self.observe(name, value, at)
        for rule, since in self._raised.items():
            if rule not in held:
                self._since[rule] = datetime.fromisoformat(since).timestamp()
        self._raised = held

    def observe(self, name: str, value: Value, at: datetime) -> Sequence[NewEvent]:
        """One reading. One older than the property's newest only refines its trend."""
        rules = self.plan.by_property.get(name)
        if rules is None:
            return _NOTHING
        now = at.timestamp()
        if name in self.plan.windows and not isinstance(value, (bool, str)):
            return self._observe_number(name, float(value), now, rules)
        last = self._last.get(name)
        if last is not None and now < last[1]:
            return _NOTHING
        self._last[name] = (value, now)
        return self._judge(rules, now)

    def tick(self, now: datetime) -> list[NewEvent]:
        """What time alone brings about: a condition has held for long enough, a doubtful sample has stood."""
        at = now.timestamp()
        events: list[NewEvent] = []
        for name, number in self._signals.items():
            sample = number.settle(at)
            if sample is not None:
                self._last[name] = (sample[1], sample[0])
                events += self._judge(self.plan.by_property[name], sample[0])
        for rule_name in list(self._since):
            due = self._due(rule_name)
            if due is not None and due <= at:
                rule = self.plan.rules[rule_name]
                signal = self._signals.get(rule.property)
                doubt = signal.doubt if signal else None
                events.append(self._raise(rule, due, doubt.value if doubt else self._last[rule.property][0]))
        for rule_name in [rule for rule in self._raised if rule not in self.plan.rules]:
            events.append(self._gone(rule_name, at))
        return events

    @property
    def due_at(self) -> datetime | None:
        """When `tick` has something to do, if nothing is reported before."""
        dues = [due for rule in self._since if (due := self._due(rule)) is not None]
        dues += [signal.doubt.until for signal in self._signals.values() if signal.doubt is not None]
        return _instant(min(dues)) if dues else None

    def rate_per_h(self, name: str) -> float | None:
        """How fast a watched number changes, where that can be told."""
        signal = self._signals.get(name)
        return signal.rate_per_h() if signal else None

    def _observe_number(self, name: str, value: float, now: float, rules: Sequence[AlertRule]) -> Sequence[NewEvent]:
        signal = self._signals.get(name)
        if signal is None:
            memory_s = self.plan.memories.get(name)
            signal = self._signals[name] = Signal(self.plan.specs[name], self.plan.windows[name], memory_s)
        events: Sequence[NewEvent] = _NOTHING
        for at, believed in signal.offer(now, value):
            self._last[name] = (believed, at)
            judged = self._judge(rules, at)
            events = [*events, *judged] if judged else events
        doubt = signal.doubt
        return [*events, *self._judge_doubt(name, doubt, rules)] if doubt is not None else events

    def _judge_doubt(self, name: str, doubt: Doubt, rules: Sequence[AlertRule]) -> Sequence[NewEvent]:
        """A doubtful sample clears nothing, and raises only hazards, and what is critical unless it is wild.

        It does interrupt what had to last without a break.
        """
        waiting = [rule for rule in rules if rule.name not in self._raised]
        if not waiting:
            return _NOTHING
        before = self._last.get(name)
        self._last[name] = (doubt.value, doubt.at)
        believed = [rule for rule in waiting if _is_grave(rule, doubt) or not self._holds(rule, raised=False)]
        events = self._judge(believed, doubt.at)
        if before is not None:
            self._last[name] = before
        return events

    def _judge(self, rules: Sequence[AlertRule], now: float) -> Sequence[NewEvent]:
        events: list[NewEvent] | None = None
        for rule in rules:
            raised = rule.name in self._raised
            holds = self._holds(rule, raised)
            if holds is None or holds == raised:
                if not raised and self._since:
                    self._since.pop(rule.name, None)
                continue
            if not holds:
                event = self._clear(rule, now)
            else:
                since = self._since.setdefault(rule.name, now)
                if now - since < rule.for_s:
                    continue
                event = self._raise(rule, now, self._last[rule.property][0])
            events = events or []
            events.append(event)
        return _NOTHING if events is None else events

    def _holds(self, rule: AlertRule, raised: bool) -> bool | None:
        """Whether the rule's condition holds now (once raised: whether it has not cleared yet); None: unknown."""
        last = self._last.get(rule.property)
        if last is None:
            return None
        if not all(self._is(name, wanted) for name, wanted in rule.only.items()):
            return False
        if any(self._is(name, wanted) for name, wanted in rule.unless.items()):
            return False
        value = last[0]
        if rule.kind == "is":
            return value == rule.limit
        if isinstance(value, str) or isinstance(rule.limit, str):
            return None
        if rule.kind in ("above", "below"):
            limit = rule.clear if raised and rule.clear is not None else rule.limit
            base = self._base(rule)
            if base is None:
                return None
            return value - base >= limit if rule.kind == "above" else value - base <= limit
        if rule.kind == "unusual":
            return self._is_unusual(rule, float(value), raised)
        rate = self.rate_per_h(rule.property)
        if rate is None:
            return None
        limit = (rule.clear if rule.clear is not None else rule.limit / 2) if raised else rule.limit
        return (rate if rule.kind == "rising" else -rate) >= limit

    def _is(self, name: str, wanted: Value) -> bool:
        """Whether a property has this value; of a number, at least so much."""
        last = self._last.get(name)
        if last is None:
            return False
        if isinstance(wanted, (bool, str)) or isinstance(last[0], (bool, str)):
            return last[0] == wanted
        return last[0] >= wanted

    def _base(self, rule: AlertRule) -> float | None:
        """What the limit counts from; None while that is unknown."""
        if rule.baseline is None:
            return 0.0
        last = self._last.get(rule.baseline)
        return None if last is None or isinstance(last[0], (bool, str)) else float(last[0])

    def _is_unusual(self, rule: AlertRule, value: float, raised: bool) -> bool | None:
        signal = self._signals.get(rule.property)
        usual = signal.usual() if signal else None
        if usual is None:
            return None
        times = float(rule.limit) if not raised else rule.clear or float(rule.limit) / 2
        return value >= max(times * usual, rule.floor or 0.0)

    def _due(self, rule_name: str) -> float | None:
        """When a pending rule is raised by time alone; None where only a reading can tell."""
        rule = self.plan.rules[rule_name]
        due = self._since[rule_name] + rule.for_s
        signal = self._signals.get(rule.property)
        if signal is None or self.plan.specs[rule.property].on_change:
            return due
        if signal.doubt is not None:
            return due if _is_grave(rule, signal.doubt) else None
        fresh_s = max(_FRESH_S, 2 * (signal.usual_interval_s() or 0.0))
        return due if due <= self._last[rule.property][1] + fresh_s else None

    def _raise(self, rule: AlertRule, at: float, value: Value) -> NewEvent:
        since = self._since.pop(rule.name, at)
        self._raised[rule.name] = instant_text(_instant(since))
        spec = self.plan.specs[rule.property]
        limit = self._limit(rule)
        data: dict[str, Any] = {
            "rule": rule.name,
            "property": rule.property,
            "kind": rule.kind,
            "value": value,
            "unit": spec.unit,
            "limit": limit,
            "severity": severity_at(rule, value),
            "since": instant_text(_instant(since)),
            "text": rule.text.format(twin=self.name, value=value_text(spec, value), limit=value_text(spec, limit)),
            "consequence": rule.consequence,
            "consequence_in_s": rule.consequence_in_s,
            "escalates_at": rule.escalates_at,
            "hazard": rule.hazard,
        }
        if rule.baseline is not None:
            data["baseline"] = rule.baseline
        if rule.kind == "unusual":
            data["usual"] = self._signals[rule.property].usual()
        rate = self.rate_per_h(rule.property)
        if rate is not None:
            data["rate_per_h"] = round(rate, 6)
        return NewEvent("alert.raised", data, _instant(at))

    def _limit(self, rule: AlertRule) -> Value:
        """The limit as it stands now, in the property's own unit."""
        if rule.baseline is not None and not isinstance(rule.limit, (bool, str)):
            return round((self._base(rule) or 0.0) + rule.limit, 3)
        if rule.kind == "unusual" and not isinstance(rule.limit, (bool, str)):
            usual = self._signals[rule.property].usual()
            return round(max(rule.limit * (usual or 0.0), rule.floor or 0.0), 3)
        return rule.limit

    def _clear(self, rule: AlertRule, at: float) -> NewEvent:
        value = self._last[rule.property][0]
        raised_at = self._raised.pop(rule.name)
        data = {"rule": rule.name, "property": rule.property, "value": value, "raised_at": raised_at}
        return NewEvent("alert.cleared", data, _instant(at))

    def _gone(self, rule_name: str, at: float) -> NewEvent:
        """The rule of a raised alert exists no more: a limit or the type of the twin was changed."""
        data = {"rule": rule_name, "property": None, "value": None, "raised_at": self._raised.pop(rule_name)}
        return NewEvent("alert.cleared", data, _instant(at))


def _is_grave(rule: AlertRule, doubt: Doubt) -> bool:
    """Whether a rule does not wait for a second sample."""
    return rule.hazard or (rule.severity == "critical" and not doubt.wild)


def severity_at(rule: AlertRule, value: Value) -> str:
    """The severity of a rule at a value: a warning is critical from `escalates_at` on."""
    edge = rule.escalates_at
    if edge is None or isinstance(value, str):
        return rule.severity
    return "critical" if (value >= edge if rule.kind == "above" else value <= edge) else rule.severity


def _instant(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
