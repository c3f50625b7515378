"""What is learnt about the like of a concern: how often it comes up, and what people do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from twin_core.contract.clock import instant_text, parse_instant, seconds

_STEP: Mapping[str, float] = {
    "dismissed": -0.15,
    "snoozed": -0.05,
    "acknowledged": 0.05,
    "resolved": 0.05,
    "unimportant": -0.3,
    "important": 0.25,
}
_SAID: Mapping[str, str] = {"unimportant": "called not important", "important": "called important"}
_LOWEST, _HIGHEST = -0.5, 0.25
_HALF_LIFE_S = 30 * 86400.0
_GRAIN = 0.05  # less is no lesson
_LATELY_S = 86400.0
_MOST_RAISED = 20


@dataclass(frozen=True, slots=True)
class Habit:
    """Kept for each twin and family; what is learnt fades by half in 30 days."""

    raised: tuple[datetime, ...] = ()
    bias: float = 0.0  # as it was at `at`
    at: datetime | None = None
    deeds: Mapping[str, int] | None = None  # what was done how often, for the reason given

    def with_raise(self, at: datetime) -> "Habit":
        """It came up."""
        lately = [each for each in self.raised if (at - each).total_seconds() < _LATELY_S]
        return replace(self, raised=(*lately, at)[-_MOST_RAISED:])

    def with_deed(self, deed: str, now: datetime) -> "Habit":
        """A person did something about it; what teaches nothing changes nothing."""
        if deed not in _STEP:
            return self
        bias = min(_HIGHEST, max(_LOWEST, self._faded(now) + _STEP[deed]))
        known = self.deeds if self.deeds and self.factor(now) != 1.0 else {}
        return replace(self, bias=bias, at=now, deeds={**known, deed: known.get(deed, 0) + 1})

    def without_deed(self, deed: str, now: datetime) -> "Habit":
        """What a person did was taken back, and teaches nothing; what has faded already changes nothing."""
        times = (self.deeds or {}).get(deed, 0)
        if not times:
            return self
        deeds = {**(self.deeds or {}), deed: times - 1}
        left = {each: count for each, count in deeds.items() if count}
        bias = min(_HIGHEST, max(_LOWEST, self._faded(now) - _STEP[deed])) if left else 0.0
        return replace(self, bias=bias, at=now if left else None, deeds=left or None)

    def raised_lately(self, now: datetime) -> int:
        """How often within a day."""
        return sum((now - each).total_seconds() < _LATELY_S for each in self.raised)

    def factor(self, now: datetime) -> float:
        """What a score is multiplied with: 0.5 to 1.25, in steps, so that it does not move all the time."""
        return round(1 + round(self._faded(now) / _GRAIN) * _GRAIN, 2)

    def lesson(self, now: datetime) -> str:
        """The reason of the factor in words; empty while it is 1."""
        factor = self.factor(now)
        if factor == 1.0 or not self.deeds:
            return ""
        towards = [deed for deed in self.deeds if (_STEP[deed] < 0) is (factor < 1)]
        done = " and ".join(f"{_SAID.get(deed, deed)} {_times(self.deeds[deed])}" for deed in towards)
        return f"ranked {'lower' if factor < 1 else 'higher'} by {abs(factor - 1):.0%}: it was {done} lately"

    def changes_at(self, now: datetime) -> datetime | None:
        """When the factor may be another by time alone."""
        return None if self.factor(now) == 1.0 else now + seconds(86400.0)

    def _faded(self, now: datetime) -> float:
        if self.at is None:
            return 0.0
        return float(self.bias * 0.5 ** ((now - self.at).total_seconds() / _HALF_LIFE_S))

    def to_json(self) -> dict[str, Any]:
        return {
            "raised": [instant_text(at) for at in self.raised],
            "bias": self.bias,
            "at": instant_text(self.at) if self.at else None,
            "deeds": self.deeds,
        }

    @classmethod
    def from_json(cls, doc: Mapping[str, Any]) -> "Habit":
        raised = tuple(parse_instant(at) for at in doc["raised"])
        return cls(raised, float(doc["bias"]), parse_instant(doc["at"]) if doc["at"] else None, doc["deeds"])


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
