"""Other people's test sets, read by their mappings: the published files where they are here, else small ones alike."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.nlu.outside_sets import House, outside_sets, read_suites
from bot.ports import Name
from tests.bot.nlu.conftest import DATA
from tests.services import shared_data
from twin_core.contract.errors import NotFound, Rejected

OURS = set(yaml.safe_load((DATA / "domain.yml").read_text(encoding="utf-8"))["intents"])
LAMP_ON = {
    "text": "lamp on",
    "intent": "HassTurnOn",
    "areas": [{"name": "Den"}],
    "entities": [{"domain": "light", "name": "Lamp", "area": "Den"}],
    "floors": None,
    "slots": {"name": "Lamp", "brightness": 3},
}


def publish(folder: Path, file: str, *rows: dict[str, Any]) -> Path:
    folder.mkdir(exist_ok=True)
    text = "".join(json.dumps(row) + "\n" for row in rows).encode()
    (folder / file).write_bytes(gzip.compress(text) if file.endswith(".gz") else text)
    return folder


def test_home_commands_come_with_the_house_they_are_said_in(tmp_path: Path) -> None:
    song: dict[str, Any] = {"text": "next song", "intent": "HassMediaNext", "slots": {}}
    (suite,) = read_suites(publish(tmp_path / "ha_intents_en", "sentences.jsonl", LAMP_ON, song))
    (case,) = suite.cases
    assert (case.intent, case.entities) == ("control_device", {"twin": ("Lamp",)})
    assert suite.names == (Name("Den", "place", "Den"), Name("Lamp", "twin", "Lamp", "light", "Den"))


def test_what_was_heard_is_told_apart_from_what_was_said(tmp_path: Path) -> None:
    folder = tmp_path / "slurp_asr"
    heard = [{"text": "set an alarm"}, {"text": "set a lamb"}]
    publish(folder, "devel_text.jsonl.gz", {"text": "any news", "intent": "news_query"})
    publish(folder, "test_quarter_with_asr.jsonl.gz", {"text": "set alarm", "intent": "alarm_set", "asr": heard})
    written, recognised = read_suites(folder)
    assert [(c.text, c.intent) for c in written.cases] == [
        ("any news", "out_of_scope"),
        ("set alarm", "create_reminder"),
    ]
    assert [c.text for c in recognised.cases] == ["set an alarm", "set a lamb"]


def test_a_slip_is_kept_beside_what_was_meant(tmp_path: Path) -> None:
    row = {"original": "who was it?", "disfluent": "where no who was it?"}
    (suite,) = read_suites(publish(tmp_path / "disfluency", "disfl_qa_dev.jsonl", row))
    assert [(c.text, c.again, c.intent) for c in suite.cases] == [
        ("who was it?", "where no who was it?", "out_of_scope")
    ]


@pytest.mark.parametrize(
    ("name", "intent", "ours"),
    [
        ("hwu64", "alarm_set", "create_reminder"),
        ("clinc150", "oos", "out_of_scope"),
        ("banking77", "lost_card", "out_of_scope"),
    ],
)
def test_rasa_folders_are_mapped_too(tmp_path: Path, name: str, intent: str, ours: str) -> None:
    path = tmp_path / name / "test" / "nlu.yml"
    path.parent.mkdir(parents=True)
    path.write_text(
        f"nlu:\n  - intent: {intent}\n    examples: |\n      - one\n  - intent: maybe\n    examples: |\n      - so\n"
    )
    (suite,) = read_suites(tmp_path / name)
    assert (suite.cases[0].text, suite.cases[0].intent) == ("one", ours)
    assert [c.text for c in suite.cases[1:]] == (["so"] if name == "banking77" else [])


def test_a_folder_without_a_mapping_is_read_as_it_is() -> None:
    (suite,) = read_suites(DATA)
    assert {c.intent for c in suite.cases} == OURS


@pytest.mark.parametrize("content", [b"{", b"\xff", b'{"a": 1} x'])
def test_a_damaged_set_is_named(tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / "disfluency"
    folder.mkdir()
    with pytest.raises(NotFound, match="disfl_qa_dev"):
        read_suites(folder)
    (folder / "disfl_qa_dev.jsonl").write_bytes(content)
    with pytest.raises(Rejected, match=r"disfl_qa_dev\.jsonl holds no JSON lines"):
        read_suites(folder)


@pytest.mark.parametrize("name", ["ha_intents_en", "slurp_asr", "disfluency"])
def test_the_published_sets_map_to_intents_of_ours(name: str) -> None:
    suites = read_suites(shared_data(name))
    assert min(len(suite.cases) for suite in suites) > 100
    assert {intent for suite in suites for c in suite.cases for intent in c.intents} <= OURS


def test_every_mapping_names_intents_of_ours() -> None:
    assert {"ha_intents_en", "slurp_asr", "disfluency", "hwu64", "clinc150", "banking77"} == set(outside_sets())


def test_the_house_changes_with_the_suite() -> None:
    house = House()
    before = house.version
    house.move_to((Name("Den", "place", "Den"),))
    assert house.version != before
    assert [n.text for n in house.all()] == ["Den"]


def test_names_are_read_once_each(tmp_path: Path) -> None:
    rows: Sequence[dict[str, Any]] = (LAMP_ON, LAMP_ON)
    (suite,) = read_suites(publish(tmp_path / "ha_intents_en", "sentences.jsonl", *rows))
    assert len(suite.names) == 2
