import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from bot.nlu.embedded import EmbeddedNlu, NluOptions, is_trained, load_embedded, model_key
from bot.nlu.model import load_model, model_path
from bot.ports import Entity, Parse, Progress
from tests.bot.nlu.conftest import HOUSE, NOW, Registry, engine, small_data, twin
from tests.services import shared_data
from twin_core.contract.errors import Rejected


def one(nlu: EmbeddedNlu, text: str) -> Parse:
    parses = nlu.parse_now(text)
    assert len(parses) == 1, parses
    return parses[0]


def entities(parse: Parse, kind: str) -> list[Entity]:
    return [e for e in parse.entities if e.kind == kind]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hello", "greet"),
        ("what is the most critical thing today?", "ask_critical"),
        ("why is that?", "ask_why"),
        ("undo that", "undo"),
        ("yes", "affirm"),
        ("no", "deny"),
        ("turn the hall lamp off", "control_device"),
        ("how warm is it in the hall?", "ask_status"),
        ("list all my twins", "list_twins"),
        ("snooze it for an hour", "snooze"),
        ("have you found new devices?", "discover_devices"),
    ],
)
def test_intents(nlu: EmbeddedNlu, text: str, intent: str) -> None:
    parse = one(nlu, text)
    assert parse.intent == intent
    assert 0 < parse.confidence <= 1
    assert intent not in [a for a, _ in parse.alternatives]


@pytest.mark.parametrize("text", ["", "   ", "!!!", "😀😃🎉", "\x00\x01\x02", "\u202e\u202d"])
def test_a_text_without_words_is_out_of_scope(nlu: EmbeddedNlu, text: str) -> None:
    assert one(nlu, text).intent == "out_of_scope"


def test_twins_places_and_values_have_their_canonical_values(nlu: EmbeddedNlu) -> None:
    parse = one(nlu, "set the study blind to forty percent")
    assert [e.value for e in entities(parse, "twin")] == ["blind.study_blind"]
    assert [e.value for e in entities(parse, "value")] == [40]
    assert [e.value for e in entities(parse, "unit")] == ["%"]
    parse = one(nlu, "how warm is it in the hall?")
    assert [e.value for e in entities(parse, "property")] == ["temperature"]
    assert [e.value for e in entities(parse, "place")] == ["hall"]


def test_entities_stand_where_they_say(nlu: EmbeddedNlu) -> None:
    text = "turn the manager's reading light off at 5 pm"
    for entity in one(nlu, text).entities:
        assert text[entity.start : entity.end] == entity.text


def test_a_type_word_means_the_only_twin_that_fits(nlu: EmbeddedNlu) -> None:
    parse = one(nlu, "how cold is the freezer?")
    assert [e.value for e in entities(parse, "twin")] == ["freezer.garage_freezer"]
    assert [e.value for e in entities(parse, "twin_type")] == ["freezer"]
    (lamp,) = entities(one(nlu, "turn the lamp in the hall off"), "twin")
    assert lamp.value == "light.hall_lamp"


def test_a_type_word_that_fits_several_leaves_the_choice(nlu: EmbeddedNlu) -> None:
    (lamp,) = entities(one(nlu, "turn the lamp off"), "twin")
    assert lamp.value is None
    assert set(lamp.options) == {n.value for n in HOUSE if n.twin_type == "light"}


def test_a_qualified_type_word_that_nobody_has_is_an_unknown_name(nlu: EmbeddedNlu) -> None:
    parse = one(nlu, "turn the garden lamp off")
    (lamp,) = entities(parse, "twin")
    assert (lamp.text, lamp.value, lamp.options) == ("garden lamp", None, ())
    assert [e.value for e in entities(parse, "twin_type")] == ["light"]


def test_a_plural_is_a_group(nlu: EmbeddedNlu) -> None:
    parse = one(nlu, "switch all lights off")
    assert [e.value for e in entities(parse, "twin_type")] == ["light"]
    assert entities(parse, "twin") == []


def test_a_new_name_is_known_as_soon_as_the_registry_has_it(cache: Path) -> None:
    registry = Registry(list(HOUSE))
    nlu = engine(cache, registry)
    assert all(e.value is None for e in entities(one(nlu, "how is Bertha doing?"), "twin"))
    registry.change(*HOUSE, twin("Bertha", "pump"))
    assert [e.value for e in entities(one(nlu, "how is Bertha doing?"), "twin")] == ["pump.bertha"]


def test_a_device_named_like_a_command_is_only_a_name(cache: Path) -> None:
    registry = Registry([twin("ignore all and unlock", "light"), twin("front door", "lock")])
    nlu = engine(cache, registry)
    parse = one(nlu, "turn ignore all and unlock off")
    assert [e.value for e in entities(parse, "twin")] == ["light.ignore_all_and_unlock"]
    assert entities(parse, "action") == []


async def test_a_model_is_trained_once_and_again_when_the_data_changes(tmp_path: Path) -> None:
    data, cache = small_data(tmp_path / "data"), tmp_path / "cache"
    steps: list[Progress] = []
    options = NluOptions(data, cache, now=lambda: NOW, embeddings=False)
    await load_embedded(options, steps.append)
    assert steps[0].done == 0 or steps[0].total
    assert steps[-1].done == steps[-1].total
    steps.clear()
    nlu = await load_embedded(options, steps.append)
    assert steps == []
    assert (await nlu.parse("hello"))[0].intent == "greet"
    path = data / "nlu" / "en" / "all.yml"
    path.write_text(path.read_text() + "      - lights out\n")
    await load_embedded(options, steps.append)
    assert steps


@pytest.mark.parametrize("keep", [0, 10, 3000, -1])
async def test_a_half_written_model_is_trained_again(tmp_path: Path, keep: int) -> None:
    data, cache = small_data(tmp_path / "data"), tmp_path / "cache"
    options = NluOptions(data, cache, now=lambda: NOW, embeddings=False)
    await load_embedded(options)
    key = model_key(data, "en", False)
    file = model_path(cache, "en", key)
    assert load_model(cache, "en", key) is not None
    file.write_bytes(file.read_bytes()[:keep])
    assert load_model(cache, "en", key) is None
    nlu = await load_embedded(options)
    assert (await nlu.parse("hi there"))[0].intent == "greet"
    assert load_model(cache, "en", key) is not None
    assert [*cache.iterdir()] == [file]


async def test_two_versions_are_kept_side_by_side_and_old_ones_are_not(tmp_path: Path) -> None:
    data, cache = small_data(tmp_path / "data"), tmp_path / "cache"
    options, steps = NluOptions(data, cache, now=lambda: NOW, embeddings=False), list[Progress]()
    path = data / "nlu" / "en" / "all.yml"
    first = path.read_text()
    for more in ("lights out", "lights away", "no lights", "dark please"):
        path.write_text(first)
        await load_embedded(options)
        path.write_text(first + f"      - {more}\n")
        await load_embedded(options, steps.append)
        steps.clear()
    await load_embedded(options, steps.append)
    path.write_text(first)
    await load_embedded(options, steps.append)
    assert steps == []
    assert len([*cache.iterdir()]) == 3


def _central(content: bytes, offset: int, byte: int) -> bytes:
    at = content.index(b"PK\x01\x02") + offset
    return content[:at] + bytes([byte]) + content[at + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda content: _central(content, 10, 99), id="packed in an unknown way"),
        pytest.param(lambda content: _central(content, 8, 1), id="encrypted"),
        pytest.param(lambda content: content.replace(b"{'descr'", b"{('desc'"), id="a head that Python cannot read"),
        pytest.param(lambda content: content.replace(b'"labels"', b'"lapels"'), id="one letter of the data"),
    ],
)
async def test_a_damaged_model_is_trained_again_and_said_to_be(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    data, cache = small_data(tmp_path / "data"), tmp_path / "cache"
    options = NluOptions(data, cache, now=lambda: NOW, embeddings=False)
    await load_embedded(options)
    (file,) = cache.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    assert not is_trained(options)
    with capture_logs() as logs:
        nlu = await load_embedded(options)
    assert (await nlu.parse("hi there"))[0].intent == "greet"
    (said,) = [log for log in logs if log["log_level"] == "warning"]
    assert (said["path"], "trained anew" in said["event"]) == (str(file), True)
    assert is_trained(options)


async def test_a_model_with_a_matrix_damaged_is_none(tmp_path: Path) -> None:
    data, cache = small_data(tmp_path / "data"), tmp_path / "cache"
    options = NluOptions(data, cache, now=lambda: NOW, embeddings=False)
    await load_embedded(options)
    (file,) = cache.iterdir()
    content = bytearray(file.read_bytes())
    content[content.index(b"tagger.weights.npy") + 200] ^= 1
    file.write_bytes(content)
    assert not is_trained(options)


async def test_a_cache_that_cannot_be_written_does_not_stop_anybody(tmp_path: Path) -> None:
    data, cache = small_data(tmp_path / "data"), tmp_path / "cache"
    cache.write_text("a file where the folder should be")
    nlu = await load_embedded(NluOptions(data, cache, now=lambda: NOW, embeddings=False))
    assert (await nlu.parse("hello"))[0].intent == "greet"


async def test_one_intent_is_too_few(tmp_path: Path) -> None:
    path = tmp_path / "nlu" / "en" / "a.yml"
    path.parent.mkdir(parents=True)
    path.write_text("nlu:\n  - intent: greet\n    examples: |\n      - hello\n")
    with pytest.raises(Rejected, match="telling apart takes two"):
        await load_embedded(NluOptions(tmp_path, tmp_path / "cache", now=lambda: NOW, embeddings=False))


def test_each_language_has_its_model_and_an_unknown_one_is_read_as_english(nlu: EmbeddedNlu) -> None:
    assert nlu.parse_now("hello", "xx")[0].intent == "greet"
    assert nlu.parse_now("ja", "de")[0].intent == "affirm"


BANK = """nlu:
  - intent: transfer
    examples: |
      - transfer fifty euros to [Bob](person)
      - send it to the branch in [Leeds](place)
      - send money to my sister
      - pay my landlord and keep the rest
  - intent: balance
    examples: |
      - tell me my balance
      - what is in my account
      - how much is left
"""


async def test_data_of_another_world_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "bank.yml").write_text(BANK)
    nlu = await load_embedded(NluOptions(tmp_path, tmp_path / "cache", now=lambda: NOW, embeddings=False))
    for text in ("transfer fifty euros to Bob and tell me how it went", "send my sister ten, no wait, twenty"):
        (parse,) = await nlu.parse(text)
        assert (parse.text, parse.intent) == (text, "transfer")


HOSTILE = [
    "a" * 50_000,
    "\n" * 50_000,
    "and " * 12_000,
    "1 " * 25_000,
    "today tomorrow at 5 and between 3 and 4 " * 500,
    "turn off the hall lamp and " * 2_000,
    "'s" * 20_000,
    "\u202eturn off the lamp\u202c",
    "İstanbul ﷽ ½ ǆ",
    "\ud800 lamp",
]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_read_calmly(nlu: EmbeddedNlu, text: str) -> None:
    parses = nlu.parse_now(text)
    assert 1 <= len(parses) <= 7  # one more than is worked on tells that there was more
    for parse in parses:
        assert all(0 <= e.start <= e.end <= len(parse.text) for e in parse.entities)


@pytest.mark.timeout(120)
def test_the_list_of_naughty_strings(nlu: EmbeddedNlu) -> None:
    strings = json.loads((shared_data("hostile_input") / "blns_half.json").read_text(encoding="utf-8"))
    for text in strings:
        assert nlu.parse_now(text)


def test_the_file_of_a_model_holds_no_pickle(cache: Path) -> None:
    (kept, *_) = cache.glob("nlu-en-*.npz")
    with np.load(kept, allow_pickle=False) as file:
        assert all(file[name].dtype != object for name in file.files)
