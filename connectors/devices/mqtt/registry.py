"""The devices that announced themselves: which entities they have, and which topic speaks of which signal."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from connectors.devices.mqtt.announcement import Announced, Announcement, DeviceInfo
from connectors.devices.mqtt.availability import Availability
from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.entity import Entity, Field
from twin_core.contract.telemetry import AnnounceDevice
from twin_core.contract.views import SignalView

T = TypeVar("T")

_BARE = frozenset({"sensor", "binary_sensor"})  # their only value goes by the object's own name
_CLASSED = frozenset({"sensor", "binary_sensor", "number", "switch"})
_FIELD_CLASSES = {"temperature": "temperature", "humidity": "humidity", "battery": "battery"}


@dataclass(slots=True)
class Route:
    """One entity as a topic reaches it; `signals` maps its fields to signal ids of its device."""

    source: str
    entity: Entity
    signals: dict[str, str]
    retained: int | None = None  # digest of the retained message read last


@dataclass(slots=True)
class Device:
    """A device with all that it announced."""

    source: str
    keys: set[str]
    entities: dict[str, Announced] = field(default_factory=dict)
    availability: dict[str, Availability] = field(default_factory=dict)
    routes: dict[str, Route] = field(default_factory=dict)  # by entity key
    announced: bool = False

    def available(self) -> bool | None:
        """Reachable if any of its entities is; None while none has said."""
        told = [item.available for item in self.availability.values()]
        return True if True in told else False if False in told else None


class Registry:
    """Everything announced. `apply` takes messages in, `route` puts a device's signals to its topics."""

    def __init__(self) -> None:
        self.devices: dict[str, Device] = {}
        self.routes: dict[str, list[Route]] = {}
        self.watches: dict[str, list[tuple[Device, Availability]]] = {}  # availability topics
        self._by_topic: dict[str, dict[str, str]] = {}  # discovery topic -> entity key -> source
        self._by_key: dict[str, str] = {}  # identifier or connection -> source
        self._unique: dict[tuple[str, str], str] = {}  # component, unique_id -> entity key
        self._migrating: set[str] = set()  # entity keys

    def apply(self, announcement: Announcement) -> tuple[set[str], list[Malformed]]:
        """Takes in one announcement; answers the sources that changed and what could not be taken."""
        held = self._by_topic.get(announcement.topic, {})
        if announcement.migrates:
            self._migrating.update(held)
            return set(), []
        faults = list(announcement.faults)
        changed: set[str] = set()
        kept: dict[str, str] = {}
        for item in announcement.entities:
            try:
                availability = Availability(item.entity.config)
                self._claim(item)
            except Malformed as fault:
                faults.append(fault)
                continue
            device = self._device_of(item)
            if held.get(item.key, device.source) != device.source:
                self._drop(item.key, held[item.key])
                changed.add(held[item.key])
            device.entities[item.key] = item
            device.availability[item.key] = availability
            kept[item.key] = device.source
            changed.add(device.source)
        for key in held.keys() - kept.keys():
            self._drop(key, held[key])
            changed.add(held[key])
        self._by_topic[announcement.topic] = kept
        if not kept:
            del self._by_topic[announcement.topic]
        return changed, faults

    def route(self, source: str) -> set[str]:
        """Brings the routes of a device up to date; answers its topics that new or changed entities read."""
        device = self.devices.get(source)
        if device is None:
            return set()
        self._unroute(device)
        fresh: set[str] = set()
        for key, item in device.entities.items():
            known = device.routes.get(key)
            route = Route(source, item.entity, signal_ids(device, key))
            if known is not None and known.entity is item.entity:
                route.retained = known.retained
            else:
                fresh.update(item.entity.readers)
            device.routes[key] = route
            for topic in item.entity.readers:
                self.routes.setdefault(topic, []).append(route)
            for topic in device.availability[key].topics:
                self.watches.setdefault(topic, []).append((device, device.availability[key]))
                if known is None or known.entity is not item.entity:
                    fresh.add(topic)
        return fresh

    def forget(self, source: str) -> None:
        """Takes a device without entities out of the books."""
        device = self.devices.pop(source, None)
        if device is not None:
            self._unroute(device)
            for key in device.keys:
                self._by_key.pop(key, None)

    def describe(self, source: str) -> AnnounceDevice:
        """The device as the twin core is to know it."""
        device = self.devices[source]
        infos = [item.device for _, item in sorted(device.entities.items())]
        first = next(iter(sorted(device.entities.items())))[1]
        return AnnounceDevice(
            source=source,
            name=_first(info.name for info in infos) or _entity_name(first.entity) or first.entity.object_id,
            signals=tuple(_signals(device)),
            place=_first(info.place for info in infos),
            manufacturer=_first(info.manufacturer for info in infos),
            model=_first(info.model for info in infos),
        )

    def _claim(self, item: Announced) -> None:
        """Raises Malformed where another entity has this unique_id."""
        unique = item.entity.unique_id
        if unique is None:
            return
        holder = self._unique.get((item.entity.component, unique))
        if holder not in (None, item.key) and holder not in self._migrating:
            raise Malformed("duplicate_unique_id", f"{unique[:80]} belongs to {holder}")
        self._unique[(item.entity.component, unique)] = item.key

    def _device_of(self, item: Announced) -> Device:
        names = item.device.keys or (item.entity.unique_id or item.key.replace("/", "_"),)
        source = next((self._by_key[name] for name in names if name in self._by_key), None)
        if source is None:
            source = f"mqtt:{outside_id(names[0])}"
            self.devices.setdefault(source, Device(source, set()))
        device = self.devices[source]
        device.keys.update(names)
        for name in names:
            self._by_key[name] = source
        return device

    def _drop(self, key: str, source: str) -> None:
        device = self.devices.get(source)
        if device is None:
            return
        self._unroute(device)
        item = device.entities.pop(key, None)
        device.availability.pop(key, None)
        device.routes.pop(key, None)
        self._migrating.discard(key)
        if item is not None and item.entity.unique_id is not None:
            unique = (item.entity.component, item.entity.unique_id)
            if self._unique.get(unique) == key:
                del self._unique[unique]
        for known_key, route in device.routes.items():
            self._restore(device, known_key, route)

    def _restore(self, device: Device, key: str, route: Route) -> None:
        for topic in route.entity.readers:
            self.routes.setdefault(topic, []).append(route)
        for topic in device.availability[key].topics:
            self.watches.setdefault(topic, []).append((device, device.availability[key]))

    def _unroute(self, device: Device) -> None:
        for route in device.routes.values():
            for topic in route.entity.readers:
                _keep(self.routes, topic, lambda item: item.source != device.source)
        for topic in [topic for topic, watched in self.watches.items() if any(d is device for d, _ in watched)]:
            _keep(self.watches, topic, lambda item: item[0] is not device)

    @property
    def topics(self) -> set[str]:
        return self.routes.keys() | self.watches.keys()


def outside_id(name: str) -> str:
    """An identifier made fit for ids and topics."""
    return re.sub(r"[\s/+#\x00-\x1f\x7f]+", "_", name)[:190] or "unnamed"


def signal_ids(device: Device, key: str) -> dict[str, str]:
    """Field -> signal id. A second component of the same object gets its component's name in front."""
    item = device.entities[key]
    entity = item.entity
    taken = {id for other, known in device.entities.items() if other < key for id in _plain_ids(known.entity).values()}
    return {name: f"{entity.component}_{id}" if id in taken else id for name, id in _plain_ids(entity).items()}


def _plain_ids(entity: Entity) -> dict[str, str]:
    own = "state" if entity.component in _BARE else None
    return {name: entity.object_id if name == own else f"{entity.object_id}.{name}" for name in entity.fields}


def _signals(device: Device) -> Iterable[SignalView]:
    for key, item in sorted(device.entities.items()):
        ids = signal_ids(device, key)
        for spec in item.entity.fields.values():
            yield _signal(ids[spec.name], item.entity, item.device, spec)


def _signal(id: str, entity: Entity, info: DeviceInfo, spec: Field) -> SignalView:
    bare = entity.component in _BARE and spec.name == "state"
    name = _entity_name(entity) or (info.name if not bare else None) or entity.object_id
    given_class = entity.config.get("device_class")
    category = entity.config.get("entity_category")
    if category not in ("diagnostic", "config"):
        hidden = spec.aside or entity.config.get("enabled_by_default") is False
        category = "diagnostic" if hidden else None
    return SignalView(
        id=id,
        name=name if bare or len(entity.fields) == 1 else f"{name} {spec.name.split('.')[-1].replace('_', ' ')}",
        kind=spec.kind,
        component=entity.component,
        device_class=str(given_class)
        if given_class and entity.component in _CLASSED
        else _FIELD_CLASSES.get(spec.name),
        unit=spec.unit,
        writable=spec.writable,
        readable=spec.readable,
        minimum=spec.minimum,
        maximum=spec.maximum,
        choices=spec.choices,
        category=category,
    )


def _entity_name(entity: Entity) -> str | None:
    given = entity.config.get("name")
    if isinstance(given, str) and given.strip():
        return " ".join(given.split())[:120]
    return None


def _first(texts: Iterable[str | None]) -> str | None:
    return next((text for text in texts if text), None)


def _keep(table: dict[str, list[T]], topic: str, wanted: Callable[[T], bool]) -> None:
    left = [item for item in table.get(topic, ()) if wanted(item)]
    if left:
        table[topic] = left
    else:
        table.pop(topic, None)
