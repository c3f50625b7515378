"""How critical is it? One model for everything that may need a person; explained in docs/attention.md.

score = severity x probability x urgency x importance x confidence x learned, a hazard above all others.

All of it but the urgency is constant until something happens, so that a score is a line in the urgency:
floor + slope x urgency. Two concerns of the same floor and slope keep their order as time passes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from twin_core.contract.template import Importance, Severity
from twin_core.contract.topics import Topic

_SEVERITY: Final[dict[Severity, float]] = {"critical": 60.0, "warning": 25.0, "info": 8.0}
_IMPORTANCE: Final[dict[Importance, float]] = {"high": 1.5, "normal": 1.0, "low": 0.6}
FAVOURED: Final = 1.15  # what matters most to the person whose list it is
_HAZARD: Final = 130.0  # more than anything else can reach: 60 x 1.5 x 1.25 x 1.15 = 129.4
_FAST: Final = 30.0  # what divides hazards: danger to life strikes within a minute, water within ten
_FAST_S: Final = 300.0
_HALF_URGENT_S: Final = 4 * 3600.0
_LEAST_URGENCY: Final = 0.2
_ACKNOWLEDGED: Final = 0.5
_BELOW: Final = 0.99


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
    learned: float = 1.0  # what people did about the like of it
    topic: Topic = "devices and plant"
    holds_until: datetime | None = None  # when time alone will change it

    @property
    def floor(self) -> float:
        """The part of the score that no waiting changes; 0 unless it is a hazard."""
        if not self.hazard:
            return 0.0
        return _HAZARD + (0.0 if self.pace_s is None else _FAST / (1 + self.pace_s / _FAST_S))

    @property
    def slope(self) -> float:
        """What the urgency is multiplied with. Nothing pushes a hazard down."""
        base = _SEVERITY[self.severity]
        if self.hazard:
            return base
        return base * self.probability * self.confidence * _IMPORTANCE[self.importance] * self.learned


def score(weight: Weight, now: datetime) -> float:
    """From 0 to 112.5; 130 to 220 for a hazard, which neither doubt nor a low importance can push down."""
    return weight.floor + weight.slope * urgency(weight.due_at, now)


def urgency(due_at: datetime | None, now: datetime) -> float:
    """From 1 (now, or already) over 0.6 (in four hours) down to 0.2 (some day)."""
    return _LEAST_URGENCY if due_at is None else urgency_in((due_at - now).total_seconds())


def urgency_in(left_s: float) -> float:
    """The urgency of a consequence in so many seconds; infinity: some day."""
    return _LEAST_URGENCY + (1 - _LEAST_URGENCY) / (1 + max(0.0, left_s) / _HALF_URGENT_S)


def acknowledged_score(own: float, least_unacknowledged: float | None) -> float:
    """Somebody is on it: below every unacknowledged concern of the same severity."""
    halved = own * _ACKNOWLEDGED
    return halved if least_unacknowledged is None else min(halved, least_unacknowledged * _BELOW)
