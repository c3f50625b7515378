"""Devices as four makers announce them, in both directions: what they report, and what they are told."""

import json
from typing import Any

import pytest

from connectors.devices.mqtt.announcement import parse_announcement
from connectors.devices.mqtt.commands import publishes_for
from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.payloads import Message
from connectors.devices.mqtt.registry import Registry
from twin_core.contract.template import Value


class Bench:
    """A registry with one device on it."""

    def __init__(self, *announcements: tuple[str, dict[str, Any]]) -> None:
        self.registry = Registry()
        for topic, config in announcements:
            found = parse_announcement("homeassistant", f"homeassistant/{topic}/config", json.dumps(config).encode())
            changed, faults = self.registry.apply(found)
            assert not faults
            for source in changed:
                self.registry.route(source)
        (self.source,) = self.registry.devices

    def hear(self, topic: str, payload: object) -> dict[str, Value | None]:
        text = payload if isinstance(payload, str) else json.dumps(payload)
        message = Message(topic, text.encode())
        heard: dict[str, Value | None] = {}
        for route in self.registry.routes.get(topic, ()):
            values, faults = route.entity.read(message)
            assert not faults
            heard |= {route.signals[name]: value for name, value in values.items()}
        return heard

    def tell(self, **signals: Value) -> list[tuple[str, Any]]:
        named = {name.replace("__", "."): value for name, value in signals.items()}
        messages, _ = publishes_for(self.registry.devices[self.source], named)
        return [(message.topic, _json(message.payload)) for message in messages]


def _json(payload: str) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload


def zigbee2mqtt(component: str, object_id: str, **config: Any) -> tuple[str, dict[str, Any]]:
    device = {"identifiers": ["zigbee2mqtt_0x01"], "name": "thing", "manufacturer": "IKEA"}
    topic = {"state_topic": "z/thing", "device": device, "unique_id": f"0x01_{object_id}_zigbee2mqtt"}
    return f"{component}/0x01/{object_id}", {**topic, **config}


def test_a_zigbee2mqtt_lamp() -> None:
    bench = Bench(
        zigbee2mqtt(
            "light",
            "light",
            schema="json",
            brightness=True,
            brightness_scale=254,
            supported_color_modes=["color_temp"],
            min_mireds=250,
            max_mireds=454,
            effect=True,
            effect_list=["blink", "breathe"],
            command_topic="z/thing/set",
        ),
        zigbee2mqtt("sensor", "linkquality", unit_of_measurement="lqi", value_template="{{ value_json.linkquality }}"),
    )
    told = {"state": "ON", "brightness": 127, "color_mode": "color_temp", "color_temp": 370, "linkquality": 84}
    assert bench.hear("z/thing", told) == {
        "light.on": True,
        "light.brightness": 50.0,
        "light.color_temperature": 2703.0,
        "linkquality": 84.0,
    }
    assert bench.hear("z/thing", {"state": "OFF", "brightness": 0}) == {"light.on": False}
    assert bench.hear("z/thing", {"state": None}) == {"light.on": None}
    assert bench.tell(light__on=False) == [("z/thing/set", {"state": "OFF"})]
    assert bench.tell(light__brightness=50.0, light__color_temperature=2703.0) == [
        ("z/thing/set", {"state": "ON", "brightness": 127, "color_temp": 370})
    ]
    assert bench.tell(light__brightness=0) == [("z/thing/set", {"state": "OFF"})]
    with pytest.raises(Malformed, match="between"):
        bench.tell(light__color_temperature=9000)


def test_a_zigbee2mqtt_contact_sensor_turned_round() -> None:
    bench = Bench(
        zigbee2mqtt(
            "binary_sensor",
            "contact",
            payload_on=False,
            payload_off=True,
            device_class="door",
            value_template="{{ value_json.contact }}",
        )
    )
    assert bench.hear("z/thing", {"contact": False}) == {"contact": True}
    assert bench.hear("z/thing", {"contact": True}) == {"contact": False}
    assert bench.hear("z/thing", {"battery": 90}) == {}


def test_a_zigbee2mqtt_radiator_valve_with_its_own_words() -> None:
    bench = Bench(
        zigbee2mqtt(
            "climate",
            "climate",
            modes=["off", "heat", "auto"],
            min_temp="5",
            max_temp="30",
            mode_state_topic="z/thing",
            mode_state_template="{% set values = {'schedule':'auto','manual':'heat','pause':'off'} %}"
            "{% set value = value_json.operating_mode %}{{ values[value] if value in values.keys() else 'off' }}",
            mode_command_topic="z/thing/set",
            mode_command_template="{% set values = { 'auto':'schedule','heat':'manual','off':'pause'} %}"
            '{"operating_mode": "{{ values[value] if value in values.keys() else \'pause\' }}"}',
            current_temperature_topic="z/thing",
            current_temperature_template="{{ value_json['local_temperature'] }}",
            temperature_state_topic="z/thing",
            temperature_state_template="{{ value_json['occupied_heating_setpoint'] }}",
            temperature_command_topic="z/thing/set/occupied_heating_setpoint",
            action_topic="z/thing",
            action_template="{% set values = {None:None,'idle':'idle','heat':'heating'} %}"
            '{{ values[value_json["running_state"]] }}',
        )
    )
    told = {
        "operating_mode": "manual",
        "local_temperature": 20.4,
        "occupied_heating_setpoint": 21,
        "running_state": "heat",
    }
    assert bench.hear("z/thing", told) == {
        "climate.mode": "heat",
        "climate.temperature": 20.4,
        "climate.setpoint": 21.0,
        "climate.action": "heating",
    }
    assert bench.tell(climate__setpoint=22) == [("z/thing/set/occupied_heating_setpoint", 22.0)]
    assert bench.tell(climate__mode="auto") == [("z/thing/set", {"operating_mode": "schedule"})]
    with pytest.raises(Malformed):
        bench.tell(climate__setpoint=31)


def test_a_zigbee2mqtt_blind() -> None:
    bench = Bench(
        zigbee2mqtt(
            "cover",
            "cover",
            position_topic="z/thing",
            position_template="{{ value_json.position }}",
            set_position_topic="z/thing/set",
            set_position_template='{ "position": {{ position }} }',
            command_topic="z/thing/set",
            value_template="{{ value_json.state }}",
            state_open="OPEN",
            state_closed="CLOSE",
            state_stopped="STOP",
        )
    )
    assert bench.hear("z/thing", {"position": 35, "state": "OPEN"}) == {"cover.position": 35.0, "cover.state": "open"}
    assert bench.tell(cover__position=70.0) == [("z/thing/set", {"position": 70})]
    assert bench.tell(cover__state="closed") == [("z/thing/set", "CLOSE")]


def tasmota(component: str, object_id: str, **config: Any) -> tuple[str, dict[str, Any]]:
    shared = {
        "~": "tasmota_4A3B01/",
        "avty_t": "~tele/LWT",
        "pl_avail": "Online",
        "pl_not_avail": "Offline",
        "dev": {"ids": ["4A3B01"], "name": "coffee machine", "mf": "Gosund", "mdl": "SP111"},
        "uniq_id": object_id,
    }
    return f"{component}/{object_id}", {**shared, **config}


def test_a_tasmota_plug() -> None:
    bench = Bench(
        tasmota(
            "switch",
            "4A3B01_RL_1",
            stat_t="~tele/STATE",
            val_tpl="{{value_json.POWER}}",
            cmd_t="~cmnd/POWER",
            pl_on="ON",
        ),
        tasmota(
            "sensor",
            "4A3B01_ENERGY_Power",
            stat_t="~tele/SENSOR",
            val_tpl="{{value_json['ENERGY']['Power']}}",
            unit_of_meas="W",
            dev_cla="power",
        ),
        tasmota(
            "light",
            "4A3B01_LI_1",
            stat_t="~tele/STATE",
            stat_val_tpl="{{value_json.POWER}}",
            cmd_t="~cmnd/POWER",
            bri_cmd_t="~cmnd/Dimmer",
            bri_stat_t="~tele/STATE",
            bri_scl=100,
            bri_val_tpl="{{value_json.Dimmer}}",
            on_cmd_type="brightness",
        ),
    )
    assert bench.hear("tasmota_4A3B01/tele/SENSOR", {"ENERGY": {"Total": 3.2, "Power": 42}}) == {
        "4A3B01_ENERGY_Power": 42.0
    }
    assert bench.hear("tasmota_4A3B01/tele/STATE", {"POWER": "ON", "Dimmer": 40}) == {
        "4A3B01_RL_1.on": True,
        "4A3B01_LI_1.on": True,
        "4A3B01_LI_1.brightness": 40.0,
    }
    assert bench.tell(**{"4A3B01_RL_1__on": False}) == [("tasmota_4A3B01/cmnd/POWER", "OFF")]
    assert bench.tell(**{"4A3B01_LI_1__brightness": 30}) == [("tasmota_4A3B01/cmnd/Dimmer", 30)]
    assert bench.registry.watches.keys() == {"tasmota_4A3B01/tele/LWT"}


def esphome(component: str, object_id: str, **config: Any) -> tuple[str, dict[str, Any]]:
    base = f"boiler-node/{component}/{object_id}"
    shared = {
        "stat_t": f"{base}/state",
        "avty_t": "boiler-node/status",
        "uniq_id": f"ESP{component}{object_id}",
        "dev": {"ids": "a0b1c2", "name": "boiler", "sw": "esphome v2026.1.0", "mdl": "esp32dev", "mf": "Espressif"},
    }
    return f"{component}/boiler-node/{object_id}", {**shared, **config}


def test_an_esphome_node() -> None:
    bench = Bench(
        esphome("sensor", "flow_temperature", unit_of_meas="°C", stat_cla="measurement", dev_cla="temperature"),
        esphome("switch", "burner", cmd_t="boiler-node/switch/burner/command"),
        esphome("number", "limit", cmd_t="boiler-node/number/limit/command", min=30, max=80, step=1, unit_of_meas="°C"),
        esphome("select", "mode", cmd_t="boiler-node/select/mode/command", ops=["eco", "comfort"]),
        esphome("sensor", "version"),
    )
    assert bench.hear("boiler-node/sensor/flow_temperature/state", "61.5") == {"flow_temperature": 61.5}
    assert bench.hear("boiler-node/switch/burner/state", "ON") == {"burner.on": True}
    assert bench.hear("boiler-node/sensor/version/state", "2026.1.0") == {"version": "2026.1.0"}
    assert bench.hear("boiler-node/sensor/flow_temperature/state", "") == {}
    assert bench.tell(burner__on=False, limit__value=65.0, mode__option="eco") == [
        ("boiler-node/number/limit/command", 65),
        ("boiler-node/select/mode/command", "eco"),
        ("boiler-node/switch/burner/command", "OFF"),
    ]


def test_a_shelly_in_the_device_form() -> None:
    config = {
        "dev": {"ids": ["shellyplus2pm-c82e18"], "name": "bedroom blind", "mf": "Shelly"},
        "o": {"name": "shelly", "sw": "1.4.4"},
        "avty": {"t": "s/online", "pl_avail": "true", "pl_not_avail": "false"},
        "qos": 1,
        "cmps": {
            "cover0": {
                "p": "cover",
                "pos_t": "s/status/cover:0",
                "pos_tpl": "{{ value_json.current_pos }}",
                "set_pos_t": "s/command/cover:0",
                "set_pos_tpl": "pos,{{ position }}",
                "cmd_t": "s/command/cover:0",
                "pl_open": "open",
                "pl_cls": "close",
            },
            "power": {
                "p": "sensor",
                "stat_t": "s/status/cover:0",
                "val_tpl": "{{ value_json.apower }}",
                "unit_of_meas": "W",
            },
            "output": {
                "p": "switch",
                "stat_t": "s/status/switch:0",
                "val_tpl": "{{ 'on' if value_json.output else 'off' }}",
                "pl_on": "on",
                "pl_off": "off",
                "cmd_t": "s/command/switch:0",
            },
        },
    }
    bench = Bench(("device/shellyplus2pm-c82e18", config))
    assert bench.hear("s/status/cover:0", {"current_pos": 42, "apower": 12.5}) == {
        "cover0.position": 42.0,
        "power": 12.5,
    }
    assert bench.hear("s/status/switch:0", {"output": True}) == {"output.on": True}
    assert bench.tell(cover0__position=80) == [("s/command/cover:0", "pos,80")]
    assert bench.tell(output__on=False) == [("s/command/switch:0", "off")]


def test_a_light_in_the_template_schema() -> None:
    bench = Bench(
        (
            "light/strip",
            {
                "schema": "template",
                "command_topic": "l/set",
                "state_topic": "l",
                "command_on_template": "on,{{ brightness|d }},{{ color_temp|d }}",
                "command_off_template": "off",
                "state_template": "{{ value.split(',')[0] }}",
                "brightness_template": "{{ value.split(',')[1] }}",
                "color_temp_template": "{{ value.split(',')[2] }}",
                "unique_id": "strip",
            },
        )
    )
    assert bench.hear("l", "on,128,250") == {
        "strip.on": True,
        "strip.brightness": 50.2,
        "strip.color_temperature": 4000.0,
    }
    assert bench.tell(strip__brightness=50.2) == [("l/set", "on,128,")]
    assert bench.tell(strip__on=False) == [("l/set", "off")]


def test_a_signal_that_was_not_announced() -> None:
    bench = Bench(("switch/a", {"command_topic": "a/set", "unique_id": "a"}))
    with pytest.raises(Malformed, match=r"no a\.power"):
        bench.tell(a__power=1)


def test_what_a_device_does_not_report_is_taken_for_done() -> None:
    bench = Bench(("switch/a", {"command_topic": "a/set", "unique_id": "a"}))
    _, assumed = publishes_for(bench.registry.devices[bench.source], {"a.on": True})
    assert assumed == {"a.on": True}
