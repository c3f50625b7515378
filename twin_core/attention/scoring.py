"""How critical is it? One model for everything that may need a person; explained in docs/attention.md.

score = severity x probability x urgency x importance x confidence, a hazard above all others.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from twin_core.contract.template import Importance, Severity

_SEVERITY: Final[dict[Severity, float]] = {"critical": 60.0, "warning": 25.0, "info": 8.0}
_IMPORTANCE: Final[dict[Importance, float]] = {"high": 1.5, "normal": 1.0, "low": 0.6}
_HAZARD: Final = 100.0  # more than anything else can reach: 60 x 1.5 = 90
_FAST: Final = 30.0  # what divides hazards: danger to life strikes within a minute, water within ten
_FAST_S: Final = 300.0
_HALF_URGENT_S: Final = 4 * 3600.0
_LEAST_URGENCY: Final = 0.2
_ACKNOWLEDGED: Final = 0.5


@dataclass(frozen=True, slots=True)
class Weight:
    """What the score is made of. `due_at` is when the consequence comes, None when that is unknown."""

    severity: Severity
    importance: Importance = "normal"
    due_at: datetime | None = None
    probability: float = 1.0
    confidence: float = 1.0
    hazard: bool = False
    pace_s: float | None = None  # how soon after its beginning it harms: tells smoke from a leak


def score(weight: Weight, now: datetime) -> float:
    """From 0 to 90; 100 to 190 for a hazard, which neither doubt nor a low importance can push down."""
    base = _SEVERITY[weight.severity]
    if weight.hazard:
        fast = 0.0 if weight.pace_s is None else _FAST / (1 + weight.pace_s / _FAST_S)
        return _HAZARD + base * urgency(weight.due_at, now) + fast
    likely = weight.probability * weight.confidence
    return base * likely * urgency(weight.due_at, now) * _IMPORTANCE[weight.importance]


def urgency(due_at: datetime | None, now: datetime) -> float:
    """From 1 (now, or already) over 0.6 (in four hours) down to 0.2 (some day)."""
    if due_at is None:
        return _LEAST_URGENCY
    left_s = max(0.0, (due_at - now).total_seconds())
    return _LEAST_URGENCY + (1 - _LEAST_URGENCY) / (1 + left_s / _HALF_URGENT_S)


def acknowledged_score(own: float, least_unacknowledged: float | None) -> float:
    """Somebody is on it: below every unacknowledged concern of the same severity."""
    halved = own * _ACKNOWLEDGED
    return halved if least_unacknowledged is None else min(halved, least_unacknowledged * 0.99)
