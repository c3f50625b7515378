"""The pure heart: a twin is the fold of its events; decide answers new ones. No input, no output."""

from twin_core.domain.alerts import AlertMonitor, severity_at
from twin_core.domain.fold import fold, fold_all, is_news, unavailable_key
from twin_core.domain.limits import check_limits, limits_of, rules_of
from twin_core.domain.plan import AlertPlan
from twin_core.domain.signal import Signal
from twin_core.domain.state import Desired, Reported, TwinState, is_newer, state_view, twin_view
from twin_core.domain.values import check_value, converged, range_text, value_text

__all__ = [
    "AlertMonitor",
    "AlertPlan",
    "Desired",
    "Reported",
    "Signal",
    "TwinState",
    "check_limits",
    "check_value",
    "converged",
    "fold",
    "fold_all",
    "is_newer",
    "is_news",
    "limits_of",
    "range_text",
    "rules_of",
    "severity_at",
    "state_view",
    "twin_view",
    "unavailable_key",
    "value_text",
]
