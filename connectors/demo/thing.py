"""A simulated thing: its values, what it shows of them, and how they move with time."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Value = bool | float | int | str
Component = Literal["light", "switch", "sensor", "binary_sensor", "lock", "cover", "valve", "climate"]


@dataclass(frozen=True, slots=True)
class Point:
    """One entity of a thing. `key` names its value; lights, covers and climates have further ones by rule."""

    component: Component
    key: str
    label: str
    unit: str | None = None
    device_class: str | None = None
    diagnostic: bool = False
    digits: int = 1
    counts: bool = False  # a meter that only goes up
    tints: bool = False  # a light with a colour temperature


@dataclass(slots=True)
class World:
    """What all things share. `elapsed_s` is the simulated time since the start."""

    elapsed_s: float = 0.0
    outside: float = 6.0
    chance: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 (a simulation)

    def advance(self, seconds: float) -> None:
        self.elapsed_s += seconds
        self.outside = 6.0 + 3.0 * math.sin(self.elapsed_s / 13_750)

    def noise(self, size: float) -> float:
        return self.chance.gauss(0.0, size)


Step = Callable[["Thing", World, float], None]


@dataclass(slots=True)
class Thing:
    """`step` moves its values on by some seconds; commands change them at once."""

    id: str  # as its maker would write it: an IEEE address, a MAC, a serial number
    name: str
    place: str
    maker: str
    model: str
    points: tuple[Point, ...]
    values: dict[str, Value]
    step: Step
    hidden: dict[str, float] = field(default_factory=dict)  # state that it does not show

    def number(self, key: str) -> float:
        value = self.values[key]
        return float(value) if not isinstance(value, str) else 0.0

    def approach(self, key: str, target: float, seconds: float, time_constant_s: float) -> None:
        """First-order: the value moves towards the target."""
        now = self.number(key)
        self.values[key] = now + (target - now) * (1.0 - math.exp(-seconds / time_constant_s))

    def shown(self, point: Point) -> Any:
        """The value of a point as it is published."""
        value = self.values[point.key]
        return round(value, point.digits) if isinstance(value, float) else value


def sensor(key: str, label: str, unit: str | None, device_class: str | None = None, digits: int = 1) -> Point:
    return Point("sensor", key, label, unit, device_class, digits=digits)


def meter(key: str, label: str, unit: str, device_class: str) -> Point:
    return Point("sensor", key, label, unit, device_class, digits=3, counts=True)


def battery(key: str = "battery") -> Point:
    return Point("sensor", key, "Battery", "%", "battery", diagnostic=True, digits=0)


def binary(key: str, label: str, device_class: str) -> Point:
    return Point("binary_sensor", key, label, None, device_class)
