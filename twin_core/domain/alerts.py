"""Alerts of one twin: which rules hold, since when, and what became of it.

Everything is decided in the readings' own time, so the same readings give the same alerts whenever they
are replayed. A number's sample that is out of line with those before it is in doubt: it raises and clears
nothing until the next sample agrees with it, or until it has stood long enough. Hazards are never in doubt.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from twin_core.contract.clock import instant_text
from twin_core.contract.events import NewEvent
from twin_core.contract.template import AlertRule, PropertySpec, Value
from twin_core.domain.plan import AlertPlan
from twin_core.domain.trend import Series, Trend
from twin_core.domain.values import value_text

_LONGEST_DOUBT_S = 1800.0
_SHORTEST_DOUBT_S = 120.0
_FRESH_S = 900.0  # at least so long a number stands for the present
_NOTHING: tuple[NewEvent, ...] = ()


@dataclass(slots=True)
class _Doubt:
    """The newest sample of a number while it is out of line."""

    at: float
    value: float
    wild: bool
    until: float


@dataclass(slots=True)
class _Watched:
    """What is remembered of a number that has rules."""

    series: Series
    trend: Trend
    doubt: _Doubt | None = None


class AlertMonitor:
    """Watches one twin. Feed it readings with `observe`, and let `tick` run at `due_at`."""

    __slots__ = ("_last", "_numbers", "_raised", "_since", "name", "plan")

    def __init__(self, plan: AlertPlan, name: str, raised: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """`raised` are the alerts the twin's state holds: rule -> data of alert.raised."""
        self.plan = plan
        self.name = name
        self._last: dict[str, tuple[Value, float]] = {}
        self._numbers: dict[str, _Watched] = {}
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
        for name, watched in self._numbers.items():
            if watched.doubt is not None and watched.doubt.until <= at:
                events += self._accept(name, watched, self.plan.by_property[name])
        for rule_name in list(self._since):
            due = self._due(rule_name)
            if due is not None and due <= at:
                events.append(self._raise(self.plan.rules[rule_name], due))
        for rule_name in [rule for rule in self._raised if rule not in self.plan.rules]:
            events.append(self._gone(rule_name, at))
        return events

    @property
    def due_at(self) -> datetime | None:
        """When `tick` has something to do, if nothing is reported before."""
        dues = [due for rule in self._since if (due := self._due(rule)) is not None]
        dues += [watched.doubt.until for watched in self._numbers.values() if watched.doubt is not None]
        return _instant(min(dues)) if dues else None

    def rate_per_h(self, name: str) -> float | None:
        """How fast a watched number changes, where that can be told."""
        watched = self._numbers.get(name)
        return watched.trend.rate_per_h() if watched else None

    def _observe_number(self, name: str, value: float, now: float, rules: Sequence[AlertRule]) -> Sequence[NewEvent]:
        watched = self._numbers.get(name) or self._watch(name)
        last = self._last.get(name)
        if last is not None and now < last[1]:
            watched.trend.add(now, value)
            return _NOTHING
        events: list[NewEvent] = []
        if watched.doubt is not None:
            good = watched.series.last()
            if good is None or abs(value - watched.doubt.value) <= abs(value - good[1]):
                events += self._accept(name, watched, rules)
            watched.doubt = None
        if watched.series.is_odd(value):
            return events + self._doubt(name, watched, value, now, rules)
        watched.series.add(now, value)
        watched.trend.add(now, value)
        self._last[name] = (value, now)
        events.extend(self._judge(rules, now))
        return events

    def _doubt(
        self, name: str, watched: _Watched, value: float, now: float, rules: Sequence[AlertRule]
    ) -> list[NewEvent]:
        wait = 1.5 * (watched.series.usual_interval_s() or 0.0)
        until = now + min(max(wait, _SHORTEST_DOUBT_S), _LONGEST_DOUBT_S)
        watched.doubt = _Doubt(now, value, watched.series.is_wild(value), until)
        believed = [r for r in rules if r.hazard or (r.severity == "critical" and not watched.doubt.wild)]
        if not believed:
            return []
        before = self._last.get(name)
        self._last[name] = (value, now)
        events = self._judge(believed, now)
        if before is not None:
            self._last[name] = before
        return list(events)

    def _accept(self, name: str, watched: _Watched, rules: Sequence[AlertRule]) -> list[NewEvent]:
        doubt = watched.doubt
        if doubt is None:
            return []
        watched.doubt = None
        watched.series.add(doubt.at, doubt.value)
        watched.trend.add(doubt.at, doubt.value)
        self._last[name] = (doubt.value, doubt.at)
        return list(self._judge(rules, doubt.at))

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
                event = self._raise(rule, now)
            events = events or []
            events.append(event)
        return _NOTHING if events is None else events

    def _holds(self, rule: AlertRule, raised: bool) -> bool | None:
        """Whether the rule's condition holds now (once raised: whether it has not cleared yet); None: unknown."""
        last = self._last.get(rule.property)
        if last is None:
            return None
        for name, wanted in rule.only.items():
            other = self._last.get(name)
            if other is None or other[0] != wanted:
                return False
        value = last[0]
        if rule.kind == "is":
            return value == rule.limit
        if isinstance(value, str) or isinstance(rule.limit, str):
            return None
        if rule.kind in ("above", "below"):
            limit = rule.clear if raised and rule.clear is not None else rule.limit
            return value >= limit if rule.kind == "above" else value <= limit
        rate = self._numbers[rule.property].trend.rate_per_h() if rule.property in self._numbers else None
        if rate is None:
            return None
        limit = (rule.clear if rule.clear is not None else rule.limit / 2) if raised else rule.limit
        return (rate if rule.kind == "rising" else -rate) >= limit

    def _due(self, rule_name: str) -> float | None:
        """When a pending rule is raised by time alone; None where only a reading can tell."""
        rule = self.plan.rules[rule_name]
        due = self._since[rule_name] + rule.for_s
        watched = self._numbers.get(rule.property)
        if watched is None or self.plan.specs[rule.property].on_change:
            return due
        if watched.doubt is not None:
            return None
        fresh_s = max(_FRESH_S, 3 * (watched.series.usual_interval_s() or 0.0))
        return due if due <= self._last[rule.property][1] + fresh_s else None

    def _raise(self, rule: AlertRule, at: float) -> NewEvent:
        since = self._since.pop(rule.name, at)
        value = self._last[rule.property][0]
        self._raised[rule.name] = instant_text(_instant(since))
        spec = self.plan.specs[rule.property]
        limit: Value = rule.limit
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
        rate = self.rate_per_h(rule.property)
        if rate is not None:
            data["rate_per_h"] = round(rate, 6)
        return NewEvent("alert.raised", data, _instant(at))

    def _clear(self, rule: AlertRule, at: float) -> NewEvent:
        value = self._last[rule.property][0]
        raised_at = self._raised.pop(rule.name)
        data = {"rule": rule.name, "property": rule.property, "value": value, "raised_at": raised_at}
        return NewEvent("alert.cleared", data, _instant(at))

    def _gone(self, rule_name: str, at: float) -> NewEvent:
        """The rule of a raised alert exists no more: a limit or the type of the twin was changed."""
        data = {"rule": rule_name, "property": None, "value": None, "raised_at": self._raised.pop(rule_name)}
        return NewEvent("alert.cleared", data, _instant(at))

    def _watch(self, name: str) -> _Watched:
        spec: PropertySpec = self.plan.specs[name]
        bounded = spec.minimum is not None and spec.maximum is not None
        span = (spec.maximum or 0.0) - (spec.minimum or 0.0) if bounded else None
        watched = _Watched(Series(spec.resolution, span), Trend(self.plan.windows[name]))
        self._numbers[name] = watched
        return watched


def severity_at(rule: AlertRule, value: Value) -> str:
    """The severity of a rule at a value: a warning is critical from `escalates_at` on."""
    edge = rule.escalates_at
    if edge is None or isinstance(value, str):
        return rule.severity
    return "critical" if (value >= edge if rule.kind == "above" else value <= edge) else rule.severity


def _instant(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
