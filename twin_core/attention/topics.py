"""What a concern is about, and what matters most to a person: it ranks a little higher on their list alone."""

from collections.abc import Iterable, Mapping

from twin_core.attention.concerns import Concern, Family
from twin_core.attention.scene import Scene
from twin_core.attention.scoring import FAVOURED
from twin_core.attention.subjects import Subject
from twin_core.contract.agenda import GetPerson
from twin_core.contract.events import Event
from twin_core.contract.ports import TwinCore
from twin_core.contract.topics import TOPICS, Topic

_OF_FAMILY: Mapping[Family, Topic] = {"task": "deadlines", "clash": "appointments", "trip": "appointments"}
_OF_FLAG: Mapping[str, Topic] = {"ci": "deadlines", "review": "people"}  # somebody waits for a review
_OF_TYPE: Mapping[str, Topic] = {
    "lock": "safety",
    "electricity_meter": "energy costs",
    "gas_meter": "energy costs",
    "water_meter": "energy costs",
    "battery_storage": "energy costs",
    "ev_charger": "energy costs",
    "person": "people",
    "team": "people",
}
_PEOPLE = ("person.", "person_settings.")  # whose streams tell that somebody's settings may have changed


def topic_of(concern: Concern, scene: Scene) -> Topic:
    """What it is about. Whatever is not known to be of people or their time is of things."""
    if (topic := _OF_FAMILY.get(concern.family)) is not None:
        return topic
    if concern.family == "flag":
        return _OF_FLAG.get(concern.first.data["kind"], "devices and plant")
    subject = scene.subjects.get(concern.twin or "")
    if subject is None:
        return "devices and plant"
    return "safety" if _is_entry(concern, subject) else _OF_TYPE.get(subject.view.type, "devices and plant")


def reason(topic: Topic) -> str:
    """Why something of this topic ranks higher on the list of whoever said that it matters most."""
    return f"ranked higher by {FAVOURED - 1:.0%}: you said that this matters most to you: {topic}"


class Favourites:
    """What each person said matters most. Asked for once, and again after somebody's settings changed."""

    def __init__(self, core: TwinCore) -> None:
        self._core = core
        self._known: dict[str, frozenset[Topic]] = {}

    async def of(self, person: str | None) -> frozenset[Topic]:
        """None for whoever is nobody in particular."""
        if person is None:
            return frozenset()
        if (known := self._known.get(person)) is None:
            said = (await self._core.query(GetPerson(person))).config.get("matters_most")
            listed = said if isinstance(said, (list, tuple)) else ()
            known = self._known[person] = frozenset(topic for topic in TOPICS if topic in listed)
        return known

    def take(self, events: Iterable[Event]) -> None:
        if any(event.stream.startswith(_PEOPLE) for event in events):
            self._known.clear()


def _is_entry(concern: Concern, subject: Subject) -> bool:
    """Whether a way in stands open."""
    if concern.family != "alert":
        return False
    rules = (subject.rule(cause.data["rule"]) for cause in concern.causes.values())
    return any(rule is not None and rule.entry for rule in rules)
