"""Discovery messages in both forms: abbreviations, base topic, removal, and everything that may be wrong."""

import json
from typing import Any

import pytest

from connectors.devices.mqtt import abbreviations
from connectors.devices.mqtt.announcement import Announcement, parse_announcement
from connectors.devices.mqtt.availability import Availability
from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.payloads import Message
from connectors.devices.mqtt.registry import Registry
from tests.services import shared_data

ORIGIN = {"name": "tests"}


def announced(topic: str, **config: Any) -> Announcement:
    return parse_announcement("homeassistant", f"homeassistant/{topic}/config", json.dumps(config).encode())


def lamp(**more: Any) -> Announcement:
    return announced("switch/lamp", command_topic="c", state_topic="s", **more)


def taken(*announcements: Announcement) -> tuple[Registry, list[str]]:
    registry, faults = Registry(), []
    for item in announcements:
        changed, found = registry.apply(item)
        faults += [fault.kind for fault in found]
        for source in changed:
            registry.route(source)
    return registry, faults


def test_abbreviations_of_options_device_and_origin() -> None:
    found = announced(
        "sensor/node1/t1",
        **{"~": "base/x"},
        stat_t="~/state",
        val_tpl="{{ value_json.t }}",
        unit_of_meas="°C",
        dev_cla="temperature",
        uniq_id="u1",
        avty_t="lwt/~",
        o={"name": "x", "sw": "1"},
        dev={"ids": ["d1"], "mf": "Acme", "mdl": "T1", "sa": "hall", "name": "hall sensor", "cns": [["mac", "aa:bb"]]},
    )
    (item,) = found.entities
    assert item.entity.readers.keys() == {"base/x/state"}
    assert item.entity.config["availability_topic"] == "lwt/base/x"
    assert (item.device.keys, item.device.place) == (("d1", "aa:bb"), "hall")
    assert (item.device.manufacturer, item.device.model) == ("Acme", "T1")
    assert item.key == "sensor/node1/t1"


def test_the_table_of_abbreviations_is_whole() -> None:
    assert len(abbreviations.OPTIONS) > 250
    assert abbreviations.OPTIONS["bri_cmd_t"] == "brightness_command_topic"
    assert abbreviations.OPTIONS["cmps"] == "components"
    assert abbreviations.DEVICE["sa"] == "suggested_area"


def test_the_device_form_shares_what_it_has_in_common() -> None:
    found = announced(
        "device/d1",
        dev={"ids": ["d1"], "name": "plug"},
        o=ORIGIN,
        stat_t="plug/state",
        avty=[{"t": "plug/online", "pl_avail": "true", "pl_not_avail": "false"}],
        cmps={
            "p": {
                "p": "sensor",
                "unit_of_meas": "W",
                "dev_cla": "power",
                "val_tpl": "{{ value_json.w }}",
                "uniq_id": "1",
            },
            "on": {"p": "switch", "cmd_t": "plug/set", "val_tpl": "{{ value_json.on }}", "uniq_id": "2"},
            "gone": {"p": "sensor"},
            "bad": {"p": "switch", "uniq_id": "3"},
            "photo": {"p": "camera", "topic": "plug/photo"},
        },
    )
    assert [item.key for item in found.entities] == ["device/d1/p", "device/d1/on"]
    assert [fault.kind for fault in found.faults] == ["bad_announcement"]
    registry, _ = taken(found)
    device = registry.describe("mqtt:d1")
    assert [signal.id for signal in device.signals] == ["on.on", "p"]
    assert registry.topics == {"plug/state", "plug/online"}


def test_signals_say_what_they_are() -> None:
    registry, _ = taken(
        announced(
            "light/a/light", schema="json", brightness=True, stat_t="l", cmd_t="l/set", name=None, dev={"ids": "a"}
        ),
        announced("sensor/a/link", stat_t="l", unit_of_meas="lqi", ent_cat="diagnostic", name="Link", dev={"ids": "a"}),
    )
    signals = {signal.id: signal for signal in registry.describe("mqtt:a").signals}
    brightness = signals["light.brightness"]
    assert (brightness.unit, brightness.minimum, brightness.maximum, brightness.writable) == ("%", 0, 100, True)
    assert (signals["link"].category, signals["link"].kind) == ("diagnostic", "number")


def test_one_object_in_two_components_gets_two_ids() -> None:
    dev = {"ids": "g"}
    registry, _ = taken(
        announced("sensor/g/door", stat_t="a", dev=dev), announced("binary_sensor/g/door", stat_t="b", dev=dev)
    )
    assert {signal.id for signal in registry.describe("mqtt:g").signals} == {"door", "sensor_door"}


def test_devices_are_one_by_any_of_their_identifiers() -> None:
    registry, _ = taken(
        announced("sensor/x/a", stat_t="a", dev={"ids": ["one"], "cns": [["mac", "aa"]]}),
        announced("sensor/x/b", stat_t="b", dev={"cns": [["mac", "aa"]]}),
    )
    assert list(registry.devices) == ["mqtt:one"]


def test_without_a_device_an_entity_stands_for_itself() -> None:
    registry, _ = taken(lamp(name="porch lamp", unique_id="p/1 #+"))
    assert list(registry.devices) == ["mqtt:p_1_"]
    assert registry.describe("mqtt:p_1_").name == "porch lamp"


def test_an_empty_payload_removes() -> None:
    registry, _ = taken(lamp(unique_id="u", availability_topic="lwt"))
    changed, _ = registry.apply(parse_announcement("homeassistant", "homeassistant/switch/lamp/config", b""))
    assert changed == {"mqtt:u"}
    assert registry.topics == set()
    assert not registry.devices["mqtt:u"].entities
    registry.forget("mqtt:u")
    assert not registry.devices


def test_a_new_announcement_takes_the_place_of_the_old() -> None:
    registry, _ = taken(
        lamp(unique_id="u"), announced("switch/lamp", command_topic="c2", state_topic="s2", unique_id="u")
    )
    assert registry.topics == {"s2"}


def test_two_entities_with_one_unique_id() -> None:
    registry, faults = taken(lamp(unique_id="u"), announced("switch/other", command_topic="x", unique_id="u"))
    assert faults == ["duplicate_unique_id"]
    assert list(registry.devices["mqtt:u"].entities) == ["switch/lamp"]


def test_migration_to_the_device_form_keeps_the_signals() -> None:
    dev = {"ids": ["d"]}
    old = announced("switch/d/on", command_topic="c", unique_id="u", dev=dev)
    migrate = parse_announcement("homeassistant", "homeassistant/switch/d/on/config", b'{"migrate_discovery": true}')
    new = announced("device/d", dev=dev, o=ORIGIN, cmps={"on": {"p": "switch", "cmd_t": "c2", "uniq_id": "u"}})
    gone = parse_announcement("homeassistant", "homeassistant/switch/d/on/config", b"")
    registry, faults = taken(old, migrate, new, gone)
    assert faults == []
    assert list(registry.devices["mqtt:d"].entities) == ["device/d/on"]


@pytest.mark.parametrize(
    "topic",
    ["switch", "switch/a/b/c", "switch/a b", "switch/ä", "switch//x"],
)
def test_topics_that_are_none(topic: str) -> None:
    with pytest.raises(Malformed):
        announced(topic, command_topic="c")


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"command_topic": "a/#"},
        {"command_topic": "a/+/b"},
        {"command_topic": 5},
        {"command_topic": ["a"]},
        {"command_topic": "c" * 1000},
        {"command_topic": "c", "qos": 7},
        {"command_topic": "c", "qos": "x"},
        {"command_topic": "c", "availability": "x"},
        {"command_topic": "c", "availability": [{"topic": "a/#"}]},
        {"command_topic": "c", "availability_topic": "a", "availability_mode": "most"},
        {"command_topic": "c", "device": "x"},
        {"command_topic": "c", "origin": {}},
        {"command_topic": "c", "state_topic": "s", "value_template": "{{ ''.__class__ "},
        {"command_topic": "c", "state_topic": "s", "value_template": 5},
    ],
    ids=str,
)
def test_announcements_that_cannot_be_used(config: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        found = announced("switch/lamp", **config)
        _, faults = taken(found)
        if faults:
            raise Malformed(faults[0], "")


@pytest.mark.parametrize("payload", [b"[]", b"5", b'"x"', b"\xff", b"{", b'{"a": NaN}', b"[" * 50_000])
def test_payloads_that_are_no_announcement(payload: bytes) -> None:
    with pytest.raises(Malformed):
        parse_announcement("homeassistant", "homeassistant/switch/a/config", payload)


@pytest.mark.parametrize(
    ("mode", "told", "available"),
    [
        ("all", {}, None),
        ("all", {"a": "online"}, None),
        ("all", {"a": "online", "b": "up"}, True),
        ("all", {"a": "offline"}, False),
        ("any", {"a": "offline"}, None),
        ("any", {"a": "offline", "b": "up"}, True),
        ("any", {"a": "offline", "b": "down"}, False),
        ("latest", {"a": "online", "b": "down"}, False),
        ("latest", {"b": "down", "a": "online"}, True),
        ("all", {"a": "nonsense", "b": "up"}, None),
    ],
)
def test_availability_is_combined_by_its_mode(mode: str, told: dict[str, str], available: bool | None) -> None:
    both = [{"topic": "a"}, {"topic": "b", "payload_available": "UP", "value_template": "{{ value | upper }}"}]
    both[1]["payload_not_available"] = "DOWN"
    availability = Availability({"availability": both, "availability_mode": mode})
    for topic, payload in told.items():
        availability.read(Message(topic, payload.encode()))
    assert availability.available is available


def test_every_announcement_of_zigbee2mqtt_is_understood() -> None:
    file = shared_data("mqtt_announcements") / "zigbee2mqtt_discovery.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        found = parse_announcement("homeassistant", row["topic"], json.dumps(row["payload"]).encode())
        registry, faults = taken(found)
        assert (len(found.entities), faults) == (1, [])
        (device,) = registry.devices.values()
        assert device.source.startswith("mqtt:zigbee2mqtt_0x")
        assert registry.describe(device.source).signals
