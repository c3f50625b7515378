"""What a twin type is: its properties, limits, questions and importance, as read from its TOML file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Value = bool | float | int | str
Severity = Literal["info", "warning", "critical"]
Importance = Literal["low", "normal", "high"]
Kind = Literal["number", "boolean", "choice", "text"]
Fidelity = Literal["basic", "standard", "advanced", "expert"]

SEVERITIES: tuple[Severity, ...] = ("info", "warning", "critical")


@dataclass(frozen=True, slots=True)
class Approval:
    """When a written value waits for a person: always, for these values, or outside this band."""

    always: bool = False
    values: tuple[Value, ...] = ()
    band: tuple[float, float] | None = None
    reason: str = ""  # the consequence in words, e.g. "the door is open to anybody"
    known_person: bool = False  # somebody gets in: never approved by a voice, which could be anybody's

    def needed_for(self, value: Value) -> bool:
        """Whether this value may only be written after a person has approved it."""
        if self.always or any(value == v and isinstance(value, bool) == isinstance(v, bool) for v in self.values):
            return True
        if self.band is None or isinstance(value, (bool, str)):
            return False
        return not self.band[0] <= value <= self.band[1]


@dataclass(frozen=True, slots=True)
class PropertySpec:
    """One property of a twin type."""

    name: str
    kind: Kind
    label: str  # as it is said: "bearing temperature"
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    resolution: float = 0.1  # what the sensor can tell apart; also the tolerance of a divergence
    choices: tuple[str, ...] = ()
    writable: bool = False
    approval: Approval = Approval()
    on_change: bool = False  # speaks only when it changes, so silence means little
    words: tuple[str, ...] = ()  # other words people use: "how warm", "warmth"
    true_word: str = "on"  # how a boolean is said when true / false: locked / unlocked
    false_word: str = "off"
    device_classes: tuple[str, ...] = ()  # Home Assistant device classes that mean this property
    retention_days: float = 400.0
    cumulative: bool = False  # a counter such as energy or a meter reading
    private: bool = False  # of a person: what they say of themselves, shown to them alone
    wears: bool = False  # creeps towards its limit over days, as something wears, fills or runs empty


@dataclass(frozen=True, slots=True)
class AlertRule:
    """When a property is worth a person's attention.

    `above`/`below` compare with `limit` and clear past `clear` (hysteresis); `is` compares for
    equality; `rising`/`falling` compare the change per hour over `window_s` with `limit`; `unusual`
    holds at `limit` times the median of `window_s`. The condition must hold for `for_s` before the
    alert is raised.
    """

    name: str
    property: str
    kind: Literal["above", "below", "is", "rising", "falling", "unusual"]
    limit: Value
    severity: Severity
    text: str  # "{twin} is too warm": {twin} {value} {limit}
    clear: float | None = None
    for_s: float = 0.0
    window_s: float = 3600.0
    hazard: bool = False  # danger to life or property: never damped, never sinks
    consequence: str = ""  # what happens if it is ignored
    remedy: str = ""  # what a person can do about it now
    consequence_in_s: float | None = None  # how soon, counted from the alert
    escalates_at: float | None = None  # the value at which a warning becomes critical
    # Holds only while these reported values hold; a number: at least so much.
    only: Mapping[str, Value] = field(default_factory=dict)
    unless: Mapping[str, Value] = field(default_factory=dict)  # does not hold while one of these holds
    baseline: str | None = None  # the limit counts from the value of this property: -3 is 3 below it
    floor: float | None = None  # of `unusual`: less is never unusual
    entry: bool = False  # a way in that stands open: graver at night, and while nobody is there
    configurable: bool = True  # a limit set for the twin (config "limits") takes the place of this one


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the interview; the answer fills `slot` (name, place, importance, or a config key)."""

    slot: str
    text: str
    kind: Literal["text", "number", "boolean", "choice", "choices", "place"]  # choices: several, or none, of them
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    default: Value | None = None
    required: bool = False
    fidelity: Fidelity = "basic"  # asked from this fidelity on
    words: tuple[str, ...] = ()  # words that name this slot in "its importance is high"
    choice_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # other words for a choice


@dataclass(frozen=True, slots=True)
class TwinType:
    """Everything that Pollux knows of a kind of thing before it knows the thing."""

    name: str
    title: str  # "heat pump", lower case
    words: tuple[str, ...]  # other words for it: lamp, bulb
    properties: Mapping[str, PropertySpec]
    rules: tuple[AlertRule, ...]
    questions: tuple[Question, ...]
    importance: Importance = "normal"
    sync_interval_s: float = 60.0
    main_property: str | None = None  # what "how is it?" is answered with first
    components: tuple[str, ...] = ()  # Home Assistant components that usually are this type

    def property(self, name: str) -> PropertySpec | None:
        """The property of this name, if the type has it."""
        return self.properties.get(name)
