"""An announced entity: its signals, how its messages become values, and how values become its commands."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.payloads import Message
from connectors.devices.mqtt.templates import CommandTemplate, Nothing, ValueTemplate
from twin_core.contract.template import Kind, Value

MAX_TOPIC = 500
UNKNOWN = "None"  # Home Assistant's payload for "no longer known"

Values = dict[str, Value | None]  # None: the device says that it does not know
Reader = Callable[[Message], Values]
Decode = Callable[[str], Value | None]


@dataclass(frozen=True, slots=True)
class Publish:
    """One message to a device."""

    topic: str
    payload: str
    qos: int = 0
    retain: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One value of an entity, under a name that is unique within it."""

    name: str
    kind: Kind
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    readable: bool = True
    writable: bool = False
    optimistic: bool = False  # what was sent is taken for true: the device does not report it
    aside: bool = False  # of second rank: not what the device is for


Writer = Callable[[Mapping[str, Value]], list[Publish]]


@dataclass(slots=True)
class Entity:
    """What one announcement means. Pure: no clock, no network, no memory of values."""

    component: str
    object_id: str
    config: Mapping[str, Any]
    fields: dict[str, Field] = field(default_factory=dict)
    readers: dict[str, list[Reader]] = field(default_factory=dict)
    writer: Writer | None = None
    senders: dict[str, Callable[[Value], list[Publish]]] = field(default_factory=dict)
    off_delay_s: float | None = None

    @property
    def unique_id(self) -> str | None:
        given = self.config.get("unique_id")
        return str(given) if isinstance(given, (str, int)) and str(given) else None

    def read(self, message: Message) -> tuple[Values, list[Malformed]]:
        """What a message on one of its topics says, and what of it could not be understood."""
        values: Values = {}
        faults: list[Malformed] = []
        for reader in self.readers.get(message.topic, ()):
            try:
                values.update(reader(message))
            except Nothing:
                continue
            except Malformed as fault:
                faults.append(fault)
        return values, faults

    def write(self, values: Mapping[str, Value]) -> list[Publish]:
        """The messages that bring these values about, in the order to send them.

        Raises Malformed for a field that cannot be written or a value that it does not take.
        """
        for name, value in values.items():
            self._check(name, value)
        if self.writer is not None:
            return self.writer(values)
        return [publish for name, value in values.items() for publish in self.senders[name](value)]

    def assumed(self, values: Mapping[str, Value]) -> Values:
        """What may be taken for true once these values were sent, as the device will not report it."""
        return {name: value for name, value in values.items() if self.fields[name].optimistic}

    def _check(self, name: str, value: Value) -> None:
        spec = self.fields.get(name)
        if spec is None or not spec.writable:
            raise Malformed("bad_value", f"{name} cannot be written")
        if spec.kind == "number":
            _check_number(spec, value)
        elif spec.kind == "boolean":
            if not isinstance(value, bool):
                raise Malformed("bad_value", f"{name} is true or false, not {value!r}")
        elif not isinstance(value, str) or (spec.choices and value not in spec.choices):
            raise Malformed("bad_value", f"{value!r} is none of {', '.join(spec.choices) or 'texts'}")


def _check_number(spec: Field, value: Value) -> None:
    if isinstance(value, (bool, str)):
        raise Malformed("bad_value", f"{spec.name} is a number, not {value!r}")
    if (spec.minimum is not None and value < spec.minimum) or (spec.maximum is not None and value > spec.maximum):
        raise Malformed("bad_value", f"{spec.name} lies between {spec.minimum} and {spec.maximum}")


class Draft:
    """An entity in the making: typed access to its configuration, and the usual ways to read and write."""

    def __init__(self, component: str, object_id: str, config: Mapping[str, Any]) -> None:
        """Raises Malformed for options that no component may have."""
        self.entity = Entity(component, object_id, config)
        self.config = config
        self.qos = int(self.number("qos", 0))
        if self.qos not in (0, 1, 2):
            raise Malformed("bad_announcement", f"qos {self.qos}")
        self.retain = self.flag("retain", False)
        self.encoding = self.text("encoding", "utf-8")

    def text(self, key: str, default: str) -> str:
        """An option as text, the way Home Assistant turns scalars into text (true is "True")."""
        given = self.config.get(key)
        if given is None:
            return default
        if isinstance(given, (dict, list)):
            raise Malformed("bad_announcement", f"{key} is no text")
        return str(given)

    def number(self, key: str, default: float) -> float:
        given = self.config.get(key)
        try:
            return default if given is None else float(given)
        except (TypeError, ValueError, OverflowError):
            raise Malformed("bad_announcement", f"{key} is no number: {given!r}"[:120]) from None

    def flag(self, key: str, default: bool) -> bool:
        given = self.config.get(key)
        if isinstance(given, str):
            return given.strip().lower() in ("true", "yes", "on", "1", "enable")
        return default if given is None else bool(given)

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        given = self.config.get(key)
        if given is None:
            return default
        if not isinstance(given, list) or len(given) > 200:
            raise Malformed("bad_announcement", f"{key} is no list")
        return tuple(str(item) for item in given)

    def topic(self, key: str) -> str | None:
        """A topic without wildcards, or None. Raises Malformed."""
        given = self.config.get(key)
        if given is None or given == "":
            return None
        return check_topic(given, key)

    def required_topic(self, key: str) -> str:
        """Raises Malformed where it is missing."""
        topic = self.topic(key)
        if topic is None:
            raise Malformed("bad_announcement", f"{key} is missing")
        return topic

    def add(self, spec: Field) -> None:
        self.entity.fields[spec.name] = spec

    def value_of(self, *template_keys: str) -> Callable[[Message], str]:
        """How the text of a value is taken from a message: by the first of these templates that is given."""
        source = next((self.config[key] for key in template_keys if self.config.get(key) is not None), None)
        raw, encoding = self.encoding == "", self.encoding
        if source is None:
            return lambda message: _decoded(message, encoding).text
        if not isinstance(source, str):
            raise Malformed("bad_announcement", f"{template_keys[0]} is no text")
        template = ValueTemplate(source, {"name": self.config.get("name"), "entity_id": self.entity.object_id})
        if raw:
            return template.of_bytes
        return lambda message: template(_decoded(message, encoding))

    def read(self, topic: str, reader: Reader) -> None:
        self.entity.readers.setdefault(topic, []).append(reader)

    def readable(
        self, name: str, topic_key: str, template_keys: Iterable[str], decode: Decode, *, empty: bool = False
    ) -> bool:
        """Reads a field from its own topic, where the announcement names one.

        An empty text says nothing, unless `empty` texts are values.
        """
        topic = self.topic(topic_key)
        if topic is None:
            return False
        take = self.value_of(*template_keys)

        def reader(message: Message) -> Values:
            text = take(message)
            return {name: decode(text)} if text or empty else {}

        self.read(topic, reader)
        return True

    def command(self, topic_key: str, template_key: str | None = None) -> Callable[..., list[Publish]] | None:
        """A function that publishes a payload to the topic (through the template), or None without a topic."""
        topic = self.topic(topic_key)
        return None if topic is None else self.publisher(topic, template_key)

    def publisher(self, topic: str, template_key: str | None = None) -> Callable[..., list[Publish]]:
        """A function from a payload, and variables for the template, to what is to be published."""
        template = self.command_template(template_key) if template_key else None
        qos, retain = self.qos, self.retain

        def publish(payload: Any, **variables: Any) -> list[Publish]:
            text = template(value=payload, **variables) if template else str(payload)
            return [Publish(topic, text, qos, retain)]

        return publish

    def command_template(self, key: str) -> CommandTemplate | None:
        source = self.config.get(key)
        if source is None:
            return None
        if not isinstance(source, str):
            raise Malformed("bad_announcement", f"{key} is no text")
        return CommandTemplate(source)


def check_topic(given: object, key: str) -> str:
    """Raises Malformed for what cannot be published or subscribed to as one topic."""
    if not isinstance(given, str) or not given or len(given) > MAX_TOPIC:
        raise Malformed("bad_announcement", f"{key} is no topic")
    if any(sign in given for sign in "+#\x00"):
        raise Malformed("bad_announcement", f"{key} has a wildcard: {given[:60]}")
    return given


def _decoded(message: Message, encoding: str) -> Message:
    return message if encoding in ("utf-8", "UTF-8", "utf8") else message.decoded(encoding)
