"""`json_attributes_topic`: further values of an entity, which no announcement lists beforehand."""

from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.entity import Draft, Field, Values
from connectors.devices.mqtt.payloads import Message, parse_json, to_value
from twin_core.contract import ids
from twin_core.contract.template import Kind, Value

PREFIX = "attributes."
MAX_ATTRIBUTES = 32


def read_attributes(draft: Draft) -> None:
    """Each scalar of the JSON object becomes a field of second rank when it is first seen."""
    topic = draft.topic("json_attributes_topic")
    if topic is None:
        return
    take, fields = draft.value_of("json_attributes_template"), draft.entity.fields

    def reader(message: Message) -> Values:
        text = take(message)
        told = parse_json(text) if text else {}
        if not isinstance(told, dict):
            raise Malformed("bad_value", "attributes are a JSON object")
        values: Values = {}
        for key, given in told.items():
            if isinstance(given, (bool, int, float, str)):
                value = to_value(given)
                name = PREFIX + ids.slug(key)
                known = fields.get(name)
                if known is None and len(fields) < MAX_ATTRIBUTES:
                    known = fields.setdefault(name, Field(name, _kind(value), aside=True))
                if known is not None and known.kind == _kind(value):
                    values[name] = value
        return values

    draft.read(topic, reader)


def _kind(value: Value) -> Kind:
    if isinstance(value, bool):
        return "boolean"
    return "text" if isinstance(value, str) else "number"
