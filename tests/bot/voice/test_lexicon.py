"""The words and live names of a recognizer on disk, and entries read back as what was meant."""

from pathlib import Path

import pocketsphinx
import pytest

from bot.voice.lexicon import Lexicon, write_lexicon
from bot.voice.ports import Phrase
from bot.voice.pronunciations import Pronunciations

SOUNDS = Pronunciations(Path(pocketsphinx.get_model_path()) / "en-us" / "cmudict-en-us.dict")
NAMES = (Phrase("Hall lamp 2", "twin"), Phrase("hall LAMP two", "twin"), Phrase("attic", "place"))


@pytest.fixture
def lexicon(tmp_path: Path) -> Lexicon:
    return write_lexicon(tmp_path, tmp_path / "model.arpa", ["turn", "on", "the"], NAMES, SOUNDS)


def test_a_name_is_one_entry_and_is_read_back_as_it_is_written(lexicon: Lexicon) -> None:
    entries = ["<s>", "turn(2)", "on", "[NOISE]", "hall_lamp_two__twin(2)", "</s>"]
    assert lexicon.text(entries) == "turn on Hall lamp 2"
    assert lexicon.classed(entries) == ("turn", "on", "[twin]")


def test_names_that_sound_alike_are_one(lexicon: Lexicon) -> None:
    assert [name for name in lexicon.names.values() if "lamp" in name.lower()] == ["Hall lamp 2"]


def test_a_kind_without_names_keeps_a_few_because_the_decoder_needs_one(lexicon: Lexicon) -> None:
    assert any(entry.endswith("__task") for entry in lexicon.names)


def test_every_entry_has_a_sound_and_every_class_sums_to_one(lexicon: Lexicon) -> None:
    rows = [line.split(maxsplit=1) for line in lexicon.dictionary.read_text(encoding="utf-8").splitlines()]
    assert {"turn", "on", "the", *lexicon.names} <= {entry for entry, _ in rows}
    assert all(sound.strip() for _, sound in rows)
    lines = (lexicon.dictionary.parent / "classes.def").read_text(encoding="utf-8").splitlines()
    twins = lines[lines.index("LMCLASS [twin]") + 1 : lines.index("END [twin]")]
    assert sum(float(line.split()[1]) for line in twins) == pytest.approx(1)
