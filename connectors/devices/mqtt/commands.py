"""From a command of the twin core to the messages of a device."""

from collections.abc import Mapping

from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.entity import Publish
from connectors.devices.mqtt.registry import Device, signal_ids
from twin_core.contract.template import Value


def publishes_for(device: Device, signals: Mapping[str, Value]) -> tuple[list[Publish], dict[str, Value]]:
    """What to send, in order, and the signals that are taken for reported once it is sent.

    Raises Malformed for a signal that the device did not announce, or a value that it does not take.
    """
    left = dict(signals)
    messages: list[Publish] = []
    assumed: dict[str, Value] = {}
    for key, item in sorted(device.entities.items()):
        ids = signal_ids(device, key)
        values = {name: left.pop(id) for name, id in ids.items() if id in left}
        if not values:
            continue
        messages += item.entity.write(values)
        assumed |= {ids[name]: value for name, value in item.entity.assumed(values).items() if value is not None}
    if left:
        raise Malformed("bad_value", f"it has no {', '.join(sorted(left))}")
    return messages, assumed
