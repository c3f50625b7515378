"""Which alert rules a reading can touch."""

from collections.abc import Mapping
from typing import Any

from twin_core.contract.template import AlertRule, TwinType
from twin_core.domain.limits import rules_of

_TREND_S = 7200.0  # the trend told with an alert; rules of rates have windows of their own


class AlertPlan:
    """The rules of a type (or of a twin with limits of its own), by the properties they depend on."""

    __slots__ = ("by_property", "memories", "rules", "specs", "windows")

    def __init__(self, twin_type: TwinType, config: Mapping[str, Any]) -> None:
        rules = rules_of(twin_type, config)
        self.specs = twin_type.properties
        self.rules = {rule.name: rule for rule in rules}
        self.by_property: dict[str, tuple[AlertRule, ...]] = {}
        self.windows: dict[str, float] = {}
        self.memories: dict[str, float] = {}  # over which the usual level of a property is known
        for rule in rules:
            others = (*rule.only, *rule.unless, *((rule.baseline,) if rule.baseline else ()))
            for name in dict.fromkeys((rule.property, *others)):
                self.by_property[name] = (*self.by_property.get(name, ()), rule)
            if self.specs[rule.property].kind == "number":
                window_s = rule.window_s if rule.kind in ("rising", "falling") else _TREND_S
                self.windows[rule.property] = max(window_s, self.windows.get(rule.property, 0.0))
            if rule.kind == "unusual":
                self.memories[rule.property] = max(rule.window_s, self.memories.get(rule.property, 0.0))
