"""What a concern is judged by beside its own causes: the hour, who is there, what was learnt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from twin_core.attention.concerns import Concern
from twin_core.attention.subjects import Subject

_EVENING, _MORNING = time(22), time(6)


@dataclass(frozen=True, slots=True)
class Scene:
    """The world around a concern at an instant."""

    now: datetime
    zone: tzinfo
    subjects: Mapping[str, Subject]
    away: bool = False  # nobody is where it is
    raised_lately: int = 1  # how often it came up within a day
    learned: float = 1.0
    lesson: str = ""  # why it is not 1

    def subject(self, concern: Concern) -> Subject:
        """The twin that a concern is about."""
        return self.subjects[concern.twin or ""]

    @property
    def night(self) -> bool:
        """Whether people sleep: 22:00 to 6:00, local time."""
        local = self.now.astimezone(self.zone).time()
        return local >= _EVENING or local < _MORNING

    def night_turns_at(self) -> datetime:
        """When the night begins or ends next."""
        local = self.now.astimezone(self.zone)
        turns = [
            datetime.combine(local.date() + timedelta(days=day), at, self.zone)
            for day in (0, 1)
            for at in (_MORNING, _EVENING)
        ]
        return min(turn for turn in turns if turn > local).astimezone(self.now.tzinfo)
