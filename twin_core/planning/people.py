"""How each person's days are: read from the config of their twin, kept up to date by its events."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from twin_core.contract.agenda import GetPerson, PersonSettings, SetPersonSettings, WhoseTwin
from twin_core.contract.check_ins import times_of
from twin_core.contract.clock import Clock, parse_instant
from twin_core.contract.commands import EditTwin, ListTwins
from twin_core.contract.errors import Rejected
from twin_core.contract.events import NewEvent
from twin_core.contract.ports import Append, Batch, Bus, Document, Store, Stored, TwinCore
from twin_core.contract.privacy import ListPeople
from twin_core.contract.requests import Cause
from twin_core.contract.views import TwinView
from twin_core.contract.wall_time import times_of_day

OWNER = "owner"
_HOURS = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WORKDAYS = (0, 1, 2, 3, 4)
_PAGE = 200
_SAID = "person_settings"
SETTINGS = "person_settings."  # the stream of what somebody without a twin has set


class People:
    """Settings by person id. The first person twin that was set up is the owner's own."""

    def __init__(self, store: Store, core: TwinCore, bus: Bus, clock: Clock, zone: str) -> None:
        self._store = store
        self._core = core
        self._bus = bus
        self._clock = clock
        self._zone = zone
        self._twins: list[TwinView] = []
        self._said: dict[str, dict[str, Any]] = {}  # settings of people without a twin

    async def start(self) -> None:
        """Reads the twins of people; the twin service must answer."""
        self._bus.subscribe(Stored, self._on_stored)
        async for person, doc in self._store.scan(_SAID):
            self._said[person] = dict(doc)
        await self._read()

    async def get_person(self, query: GetPerson) -> PersonSettings:
        return self.settings(query.person)

    async def set_settings(self, command: SetPersonSettings, cause: Cause) -> PersonSettings:
        """Handler of SetPersonSettings."""
        for key, value in command.settings.items():
            _check(key, value)
        if twin := self._twin(command.person):
            await self._core.execute(EditTwin(twin.id, config=dict(command.settings)), cause)
            return self.settings(command.person)
        merged = {**self._said.get(command.person, {}), **command.settings}
        said = {key: value for key, value in merged.items() if value is not None}
        document = Document(_SAID, command.person, said or None)
        stream = f"{SETTINGS}{command.person}"
        version = len(await self._store.read(stream))
        data = {"person": command.person, "settings": sorted(command.settings)}
        event = NewEvent("system.settings_changed", data, self._clock.now())
        batch = Batch(appends=[Append(stream, version, [event])], documents=[document], cause=cause)
        stored = await self._store.commit(batch)
        self._said[command.person] = said
        await self._bus.publish(Stored(stored))
        return self.settings(command.person)

    async def whose(self, query: WhoseTwin) -> str | None:
        """Handler of WhoseTwin."""
        twin = next((twin for twin in self._twins if twin.id == query.twin), None)
        if twin is None:
            return None
        known = [one.id for one in await self._core.query(ListPeople())]
        names = (twin.config.get("user"), *known, OWNER, *(name.casefold() for name in (twin.name, *twin.aliases)))
        people = (name for name in names if isinstance(name, str))
        return next((person for person in people if self._twin(person) is twin), None)

    def settings(self, person: str) -> PersonSettings:
        """The usual ones for whoever has no twin; a setting that cannot be read is as if it were not there."""
        twin = self._twin(person)
        config: Mapping[str, Any] = {**self._said.get(person, {}), **(twin.config if twin else {})}
        hours_per_day = _number(config.get("hours_per_day"), 8.0, 0.5, 24.0)
        start_s, end_s = _hours(config.get("working_hours")) or _usual(hours_per_day)
        quiet = _quiet(config.get("quiet_hours")) or (22 * 3600, 7 * 3600)
        return PersonSettings(
            person=person,
            twin=twin.id if twin else None,
            name=twin.name if twin else None,
            zone=_zone(config.get("timezone"), self._zone),
            work_start_s=start_s,
            work_end_s=end_s,
            work_days=_days(config.get("work_days")),
            hours_per_day=hours_per_day,
            quiet_start_s=quiet[0],
            quiet_end_s=quiet[1],
            focus_hours=_number(config.get("focus_hours"), 2.0, 0.0, 12.0),
            travel_s=60 * _number(config.get("travel_min"), 0.0, 0.0, 600.0),
            preparation_s=60 * _number(config.get("preparation_min"), 0.0, 0.0, 600.0),
            config=config,
        )

    def _twin(self, person: str) -> TwinView | None:
        named = (t for t in self._twins if _is_of(t, person))
        if person == OWNER:
            own = next((t for t in self._twins if t.config.get("owner")), None)
            alone = self._twins[0] if len(self._twins) == 1 and not self._twins[0].config.get("user") else None
            return own or next(named, alone)
        return next(named, None)

    async def _on_stored(self, notice: Stored) -> None:
        if any(e.stream.startswith("person.") and e.name.startswith("system.twin_") for e in notice.events):
            await self._read()

    def forget(self, person: str) -> None:
        """Lets go of what was set without a twin."""
        self._said.pop(person, None)

    async def _read(self) -> None:
        found: list[TwinView] = []
        cursor: str | None = None
        while True:
            page = await self._core.query(ListTwins(type="person", cursor=cursor, limit=_PAGE))
            found += [twin for twin in page.items if twin.status in ("active", "hibernated")]
            if not (cursor := page.cursor):
                break
        self._twins = found


def _check(key: str, value: Any) -> None:
    """Raises Rejected for what settings() could not read."""
    if value is None:
        return
    if (key == "working_hours" and _hours(value) is None) or (key == "quiet_hours" and _quiet(value) is None):
        raise Rejected(f"{value!r} is no span of hours.", code="bad_setting", hint="Write it like 22:00-07:00.")
    if key in ("check_ins", "digests") and (times_of if key == "check_ins" else times_of_day)(value) is None:
        raise Rejected(f"{value!r} are no times of day.", code="bad_setting", hint="Write 08:30,17:30, or off.")
    if key in ("check_ins_paused_until", "quiet_until"):
        parse_instant(str(value))
    if key == "timezone" and _zone(value, "") == "":
        raise Rejected(f"{value!r} is no time zone.", code="bad_setting", hint="Name one such as Europe/Berlin.")


def _is_of(twin: TwinView, person: str) -> bool:
    """As its config says; by its names where that is silent, or two people would share what one says of themselves."""
    user = twin.config.get("user")
    names = (user,) if isinstance(user, str) and user else (twin.name, *twin.aliases)
    return person == twin.id or person.casefold() in {name.casefold() for name in names}


def _zone(name: Any, usual: str) -> str:
    return name if isinstance(name, str) and name in _zones() else usual


@cache
def _zones() -> frozenset[str]:
    """Read once: it takes a walk through the files of the machine."""
    return frozenset(available_timezones())


def _number(value: Any, usual: float, low: float, high: float) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and low <= value <= high else usual


def _hours(text: Any) -> tuple[int, int] | None:
    """Seconds after midnight of "09:00-17:30"."""
    found = _HOURS.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    a, b, c, d = map(int, found.groups())
    start, end = 3600 * a + 60 * b, 3600 * c + 60 * d
    return (start, end) if max(start, end) <= 86_400 and start != end else None


def _quiet(text: Any) -> tuple[int, int] | None:
    """The same; nothing of the day where they are off."""
    return (0, 0) if isinstance(text, str) and text.strip().casefold() == "off" else _hours(text)


def _usual(hours: float) -> tuple[int, int]:
    """From nine, for as long as the person works; earlier where that would pass midnight."""
    start = min(9 * 3600, int(86_400 - hours * 3600))
    return start, start + int(hours * 3600)


def _days(value: Any) -> tuple[int, ...]:
    """Of "mon-fri" or "mon,tue,thu"."""
    if not isinstance(value, str):
        return _WORKDAYS
    days: set[int] = set()
    for part in value.casefold().replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if first[:3] not in _DAYS or (last and last[:3] not in _DAYS):
            return _WORKDAYS
        start = _DAYS.index(first[:3])
        count = (_DAYS.index(last[:3]) - start) % 7 if last else 0
        days |= {(start + n) % 7 for n in range(count + 1)}
    return tuple(sorted(days)) or _WORKDAYS


def person_of(owner: str | None, cause: Cause) -> str:
    """Whose it is: as named, else whoever asks; what the house itself makes is the owner's."""
    return owner or (cause.actor if cause.actor != "system" else OWNER)


def may_change(owner: str, cause: Cause) -> bool:
    """Everybody changes what is their own; of others' not even that it exists is told."""
    return cause.actor in (owner, "system")
