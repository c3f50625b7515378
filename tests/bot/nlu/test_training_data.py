from pathlib import Path

import pytest

from bot.nlu.data_folder import languages
from bot.nlu.training_data import Span, content_hash, parse_marked, read_training_data
from twin_core.contract.errors import NotFound, Rejected

GOOD = """version: "3.1"
nlu:
  - intent: control_device
    examples: |
      - turn the [hall lamp](twin) [off](value)
      - put it [on]{"entity": "value", "value": "on"}
  - synonym: "off"
    examples: |
      - out
  - lookup: place
    examples: |
      - hall
"""


def write(folder: Path, text: str, name: str = "control_device.yml") -> Path:
    path = folder / "nlu" / "en" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_reads_both_forms_of_marks_synonyms_and_lookups(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    data = read_training_data(tmp_path)
    first, second = data.examples
    assert first.text == "turn the hall lamp off"
    assert first.spans == (Span("twin", 9, 18), Span("value", 19, 22))
    assert second.text[second.spans[0].start : second.spans[0].end] == "on"
    assert second.spans[0].value == "on"
    assert data.synonyms["out"] == "off"
    assert data.lookups == {"place": ["hall"]}
    assert languages(tmp_path) == ["en"]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("nlu:\n  - intent: a\n    examples: |\n      - fine\n      no dash\n", 5, "does not begin with"),
        ("nlu:\n  - intent: a\n", 2, "has no `examples"),
        ("nlu:\n  - intents: a\n    examples: |\n      - x\n", 2, "unknown part"),
        (
            "nlu:\n  - intent: a\n    examples: |\n      - one [lamp(twin)\n      - a [b](c) [d](\n",
            5,
            "unfinished mark",
        ),
        ("nlu:\n  - intent: a\n    examples: |\n      - [x]{entity: y}\n", 4, "not JSON"),
        ("nlu:\n  - intent: [a\n", 3, "is not YAML"),
        ("nlu: 7\n", 1, "holds no list"),
        ("nlu:\n  - intent: [a]\n    examples: |\n      - x\n", 2, "intent has no name"),
        ("nlu:\n  - intent:\n    examples: |\n      - x\n", 2, "intent has no name"),
        ("nlu:\n  - ? [intent]\n    : a\n    examples: |\n      - x\n", 2, "unknown part"),
        pytest.param("[" * 50_000 + "]" * 50_000, 1, "nested too deeply", id="nested without end"),
        ("- 1\n", 1, "holds no mapping"),
    ],
)
def test_a_fault_is_named_by_file_and_line_with_what_to_do(tmp_path: Path, text: str, line: int, said: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(Rejected) as error:
        read_training_data(tmp_path)
    assert f"{path}:{line}: " in error.value.message
    assert said in error.value.message
    assert error.value.hint


def test_bytes_that_are_no_utf8_are_named_with_their_line(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    path.write_bytes(GOOD.encode() + b"      - caf\xe9\n")
    with pytest.raises(Rejected, match=rf"{path.name}:13: is not UTF-8"):
        read_training_data(tmp_path)


def test_an_empty_or_missing_folder_says_where_data_belongs(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as error:
        read_training_data(tmp_path)
    assert "nlu/en" in error.value.hint


def test_the_hash_changes_with_the_data(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    before = content_hash(tmp_path)
    assert content_hash(tmp_path) == before
    write(tmp_path, GOOD.replace("hall lamp", "desk lamp"))
    assert content_hash(tmp_path) != before


def test_text_without_marks_stays_as_it_is() -> None:
    assert parse_marked("is it on [maybe]") == ("is it on [maybe]", ())


@pytest.mark.parametrize(("before", "sign"), [("hello", 0x01), ("ü" * 90, 0x95), ("你好", 0x81)])
def test_a_character_that_yaml_forbids_is_named_with_its_line(tmp_path: Path, before: str, sign: int) -> None:
    text = f"nlu:\n- intent: greet\n  examples: |\n    - {before}\n    - he{chr(sign)}llo\n    - hi\n"
    (tmp_path / "a.yml").write_text(text, encoding="utf-8")
    with pytest.raises(Rejected, match=rf"a\.yml:5: holds the character U\+00{sign:02X}"):
        read_training_data(tmp_path)
