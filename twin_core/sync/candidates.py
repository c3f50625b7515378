"""Devices that announced themselves, and what they said last: in memory, kept in documents."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from twin_core.contract.clock import Clock, instant_text, parse_instant
from twin_core.contract.ports import Batch, Document, Store
from twin_core.contract.telemetry import AnnounceDevice, Observation
from twin_core.contract.template import PropertySpec, Value
from twin_core.contract.views import CandidateView, Fault, SignalView

KIND = "candidate"


@dataclass(slots=True)
class Candidate:
    """A device as it announced itself, with its latest values by signal."""

    view: CandidateView
    signals: dict[str, SignalView]
    values: dict[str, tuple[Value, datetime]] = field(default_factory=dict)
    former_names: set[str] = field(default_factory=set)
    rival: str | None = None  # another device that announces itself under the same id
    # signal -> (property, its spec): where reports go while the device is the body of a living twin
    routes: dict[str, tuple[str, PropertySpec]] = field(default_factory=dict)


class Candidates:
    """Every announced device by its outside id. Latest values are written in batches: call flush."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._devices: dict[str, Candidate] = {}
        self._unsaved: set[str] = set()

    async def load(self) -> None:
        async for source, doc in self._store.scan(KIND):
            self._devices[source] = _read(doc)

    def get(self, source: str) -> Candidate | None:
        return self._devices.get(source)

    def all(self) -> list[Candidate]:
        return list(self._devices.values())

    async def announce(self, command: AnnounceDevice, type_name: str, properties: Mapping[str, str]) -> Candidate:
        """Takes in a first or a new announcement; a second device under the same id changes nothing."""
        known = self._devices.get(command.source)
        if known is not None and (rival := _rival(known, command)):
            known.rival = rival
            return known
        view = CandidateView(
            id=command.source,
            name=command.name,
            type=type_name,
            place=command.place,
            signals=command.signals,
            properties=properties,
            manufacturer=command.manufacturer,
            model=command.model,
            first_seen_at=known.view.first_seen_at if known else self._clock.now(),
            twin=known.view.twin if known else None,
        )
        device = Candidate(view, {signal.id: signal for signal in command.signals})
        if known is not None:
            if known.view == view:
                return known
            device.values = {id: value for id, value in known.values.items() if id in device.signals}
            device.former_names = known.former_names | ({known.view.name} if known.view.name != view.name else set())
            device.rival = known.rival
            device.routes = known.routes
        self._devices[command.source] = device
        await self._save(command.source)
        return device

    async def bind(self, source: str, twin: str | None, properties: Mapping[str, str] | None = None) -> None:
        """Makes a device the body of a twin, or sets it free."""
        if device := self._devices.get(source):
            mapped = device.view.properties if properties is None else properties
            device.view = replace(device.view, twin=twin, properties=mapped)
            await self._save(source)

    async def withdraw(self, source: str) -> None:
        self._devices.pop(source, None)
        self._unsaved.discard(source)
        await self._store.commit(Batch(documents=[Document(KIND, source, None)]))

    def remember(self, device: Candidate, observation: Observation, at: datetime) -> None:
        """Keeps the latest value of a signal until there is a twin for it."""
        known = device.values.get(observation.signal)
        if known is None or known[1] <= at:
            device.values[observation.signal] = (observation.value, at)
            self._unsaved.add(device.view.id)

    def forget(self, device: Candidate) -> None:
        """Its values are with a twin now."""
        device.values = {}
        self._unsaved.add(device.view.id)

    def has_unsaved(self) -> bool:
        return bool(self._unsaved)

    async def flush(self) -> None:
        """Writes the values remembered since the last time."""
        sources, self._unsaved = self._unsaved, set()
        documents = [Document(KIND, source, _write(self._devices[source])) for source in sorted(sources)]
        if documents:
            await self._store.commit(Batch(documents=documents))

    def faults(self) -> list[Fault]:
        return [
            Fault(
                part="devices",
                severity="warning",
                message=f"Two devices announce themselves as {device.view.id}: {device.view.name} and {device.rival}.",
                hint="Give each device its own unique_id; until then only the first one is known.",
            )
            for device in self._devices.values()
            if device.rival
        ]

    async def _save(self, source: str) -> None:
        self._unsaved.discard(source)
        await self._store.commit(Batch(documents=[Document(KIND, source, _write(self._devices[source]))]))


def _rival(known: Candidate, command: AnnounceDevice) -> str | None:
    """The name of a second device under the same id: of another make, or back with a name given up before."""
    old, new = known.view, command
    made_otherwise = any(a and b and a != b for a, b in ((old.manufacturer, new.manufacturer), (old.model, new.model)))
    if made_otherwise or (command.name != old.name and command.name in known.former_names):
        return " ".join(filter(None, (command.name, f"({command.model})" if command.model else None)))
    return None


def _write(device: Candidate) -> dict[str, Any]:
    view = asdict(device.view)
    view["first_seen_at"] = instant_text(device.view.first_seen_at)
    return {
        "view": view,
        "values": {id: [value, instant_text(at)] for id, (value, at) in device.values.items()},
        "former_names": sorted(device.former_names),
        "rival": device.rival,
    }


def _read(doc: Mapping[str, Any]) -> Candidate:
    view = dict(doc["view"])
    signals = tuple(SignalView(**{**signal, "choices": tuple(signal["choices"])}) for signal in view.pop("signals"))
    first_seen_at = parse_instant(view.pop("first_seen_at"))
    return Candidate(
        CandidateView(**view, signals=signals, first_seen_at=first_seen_at),
        {signal.id: signal for signal in signals},
        {id: (value, parse_instant(at)) for id, (value, at) in doc["values"].items()},
        set(doc["former_names"]),
        doc["rival"],
    )
