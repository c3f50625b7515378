"""Home Assistant's own tests of its MQTT components, played on ours."""

import gzip
import json
import sys
from collections import Counter
from typing import Any

import pytest

from tests.connectors.devices.mqtt.player import Player
from tests.services import shared_data

REACHED = 161  # of 176 with something to check; this number only grows


def scripts() -> list[dict[str, Any]]:
    file = shared_data("mqtt_announcements") / "mqtt_ha_scripts.jsonl.gz"
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [script for line in lines if (script := json.loads(line))["self_contained"]]


def play(script: dict[str, Any]) -> tuple[Player, list[str]]:
    player = Player()
    player.set_up(script["config"] or {})
    return player, [wrong for step in script["steps"] if (wrong := player.play(step))]


def test_as_many_scripts_hold_as_ever(capsys: pytest.CaptureFixture[str]) -> None:
    results: Counter[str] = Counter()
    lines: list[str] = []
    checks = 0
    for script in scripts():
        player, wrong = play(script)
        checks += player.checked
        results["wrong" if wrong else "right" if player.checked else "nothing to check"] += 1
        lines += [f"  {script['id']}: {wrong[0][:150]}"] if wrong else []
    with capsys.disabled():
        sys.stdout.write(f"\nHome Assistant scripts: {dict(results)}, {checks} checks\n")
        sys.stdout.write("\n".join(lines) + "\n")
    assert results["right"] >= REACHED


def test_a_wrong_expectation_is_seen() -> None:
    script = {
        "config": {"switch": {"name": "test", "state_topic": "s", "command_topic": "c"}},
        "steps": [
            {"op": "message", "topic": "s", "payload": "ON"},
            {"op": "expect_state", "entity_id": "switch.test", "value": "off"},
            {"op": "service", "service": "turn_on", "data": {"entity_id": "switch.test"}},
            {"op": "expect_publish", "topic": "c", "payload": "OFF", "qos": 0, "retain": False, "only": True},
            {"op": "expect_absent", "entity_id": "switch.test"},
        ],
    }
    _, wrong = play(script)
    assert len(wrong) == 3
