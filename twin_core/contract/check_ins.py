"""Check-ins: what a person is asked at times of their own choice, in which words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from twin_core.contract.requests import Query
from twin_core.contract.wall_time import times_of_day

_NOON = 12

# By property of the person's own twin, as it is asked first and again.
QUESTIONS: Final[Mapping[str, str]] = {
    "energy": "How much energy do you have, from 1 to 5?",
    "sleep": "How many hours did you sleep?",
    "mood": "How was your mood today, from 1 to 5?",
    "stress": "How stressful was it, from 1 to 5?",
}
MORNING: Final = ("energy", "sleep")
EVENING: Final = ("mood", "stress")
TIMES_S: Final[Mapping[str, int]] = {"morning": 8 * 3600 + 1800, "evening": 17 * 3600 + 1800}  # where none is said
SCALE: Final = ("1", "2", "3", "4", "5")


@dataclass(frozen=True, slots=True)
class CheckInView:
    """What a person is told at a check-in, and then asked, one after another."""

    text: str
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GetCheckIn(Query[CheckInView]):
    """A check-in as it would be now."""

    person: str


def asked_at(wall: datetime) -> tuple[str, ...]:
    """What is asked at a time of day, one after another: at most two."""
    return MORNING if wall.hour < _NOON else EVENING


def times_of(setting: object) -> tuple[int, ...] | None:
    """Seconds after midnight of "08:30,17:30" or ["morning"], in order; none of "off"; None where it is neither."""
    if isinstance(setting, (list, tuple)):
        return tuple(sorted(TIMES_S[part] for part in setting)) if set(setting) <= TIMES_S.keys() else None
    return times_of_day(setting)


def answers_to(asked: str) -> tuple[tuple[str, str], ...]:
    """What can be answered by a button: what is said, and its title."""
    return tuple((f"{asked} {level}", level) for level in SCALE) if asked != "sleep" else ()
