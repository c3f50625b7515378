"""What attention knows beside the concerns: twins that have one, places, habits, the time zone."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, tzinfo

from twin_core.attention.concerns import Concern
from twin_core.attention.habits import Habit
from twin_core.attention.index import ALL, HOUSE, Audience, about, lying_in, owned_by
from twin_core.attention.judging import weigh
from twin_core.attention.places import Places
from twin_core.attention.scene import Scene
from twin_core.attention.scoring import Weight
from twin_core.attention.subjects import Subject, load_subject
from twin_core.contract.errors import NotFound
from twin_core.contract.ports import Document, Store, TwinCore
from twin_core.contract.views import TwinView
from twin_core.templates import Library

_HABIT = "concern_habit"


class Surroundings:
    """Subjects are known while a concern is about them; habits for as long as they may matter."""

    def __init__(self, store: Store, core: TwinCore, library: Library, zone: tzinfo) -> None:
        self._store = store
        self._core = core
        self._library = library
        self.zone = zone
        self.places = Places()
        self.subjects: dict[str, Subject] = {}
        self._habits: dict[str, Habit] = {}

    async def load(self) -> None:
        await self.places.load(self._core)
        async for group, doc in self._store.scan(_HABIT):
            self._habits[group] = Habit.from_json(doc)

    def scene(self, concern: Concern, now: datetime) -> Scene:
        """The world around a concern."""
        habit = self.habit(concern)
        subject = self.subjects.get(concern.twin or "")
        return Scene(
            now=now,
            zone=self.zone,
            subjects=self.subjects,
            away=subject is not None and self.places.is_away(subject.view.place),
            raised_lately=habit.raised_lately(now),
            learned=habit.factor(now),
            lesson=habit.lesson(now),
        )

    def weigh(self, concern: Concern, now: datetime) -> Weight:
        """What it weighs in the world as it is now."""
        weight = weigh(concern, self.scene(concern, now))
        points = [at for at in (weight.holds_until, self.habit(concern).changes_at(now)) if at is not None]
        return replace(weight, holds_until=min(points, default=None))

    def audiences(self, concern: Concern) -> tuple[Audience, ...]:
        """Whose lists it stands in."""
        subjects = [self.subjects[twin] for twin in concern.twins if twin in self.subjects]
        places = sorted({place for subject in subjects for place in self.places.around(subject.view.place)})
        if (owner := concern.owner) is None:
            return (ALL, HOUSE, *(lying_in(place) for place in places))
        own = about(owner) if self.is_private(concern) else owned_by(owner)
        return (ALL, own, *(lying_in(place, among) for place in places for among in (own, ALL)))

    def is_private(self, concern: Concern) -> bool:
        """How a person is concerns that person alone, whatever they share."""
        return self._person(concern) is not None

    def owner_of(self, concern: Concern) -> str | None:
        """The person that it is about, where it is about one."""
        view = self._person(concern)
        return str(view.config.get("user") or "owner") if view else None

    def _person(self, concern: Concern) -> TwinView | None:
        subject = self.subjects.get(concern.twin or "")
        return subject.view if subject is not None and subject.view.type == "person" else None

    def habit(self, concern: Concern) -> Habit:
        return self._habits.get(concern.group, Habit())

    def learn(self, concern: Concern, habit: Habit) -> list[Document]:
        """Keeps a habit; answers what to store with the change that taught it."""
        if habit == self.habit(concern):
            return []
        self._habits[concern.group] = habit
        return [Document(_HABIT, concern.group, habit.to_json())]

    def unlearn(self, person: str, streams: Collection[str]) -> None:
        """Lets go of what was learnt about what is a person's own; the groups are `family:what[:whose]`."""
        own = [g for g in self._habits if any(part == person or part in streams for part in g.split(":")[1:])]
        for group in own:
            del self._habits[group]

    async def know(self, twin: str, anew: bool = False) -> None:
        """Learns what there is to know of a twin. Raises NotFound for one that is gone."""
        if anew or twin not in self.subjects:
            self.subjects[twin] = await load_subject(self._core, self._library, twin)

    async def know_all(self, concern: Concern) -> bool:
        """Learns to know every twin of a concern; whether there are any left of those it is about."""
        known = False
        for twin in sorted(concern.twins):
            try:
                await self.know(twin)
            except NotFound:
                continue
            known = True
        await self.follow(concern)
        return known or not concern.twins

    async def follow(self, concern: Concern) -> None:
        """Keeps the trends of the numbers that a concern is about."""
        subject = self.subjects.get(concern.twin or "")
        if concern.family == "alert" and subject is not None:
            for cause in concern.causes.values():
                await subject.follow(cause.data["property"], self._core)

    def forget(self, twin: str) -> None:
        self.subjects.pop(twin, None)
