from collections.abc import Sequence

import pytest

from bot.nlu.names import Match, NameIndex, codes_in
from bot.nlu.spelling import Spelling
from bot.nlu.text import tokenize
from bot.ports import Name
from tests.bot.nlu.conftest import HOUSE, twin

COMMON = frozenset({"turn", "switch", "how", "the", "all", "please"})
TYPES = (Name("lamp", "twin_type", "light"), Name("pump", "twin_type", "pump"), Name("freezer", "twin_type", "freezer"))


def index(*names: Name) -> NameIndex:
    found = NameIndex(TYPES, COMMON)
    found.update(names or HOUSE)
    return found


def twins(matches: Sequence[Match]) -> list[object]:
    return [n.value for m in matches for n in m.names if n.kind == "twin"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("turn the hall lamp off", "light.hall_lamp"),
        ("the Hall Lamps", "light.hall_lamp"),
        ("managers reading light", "light.manager's_reading_light"),
        ("the manager’s reading light", "light.manager's_reading_light"),
        ("AHU 3", "hvac_unit.ahu-3"),
        ("ahu3", "hvac_unit.ahu-3"),
        ("ahu three please", "hvac_unit.ahu-3"),
        ("pump two", "pump.pump_2"),
        ("salt and pepper mill", "plug.salt_and_pepper_mill"),
        ("garage freezr", "freezer.garage_freezer"),
        ("kitchn lamp", "light.kitchen_lamp"),
        ("desklamp", "light.desk_lamp"),
    ],
)
def test_a_name_is_found_however_it_is_spelt(said: str, meant: str) -> None:
    assert twins(index().find(tokenize(said))) == [meant]


@pytest.mark.parametrize("said", ["the garden lamp", "pump 21", "hall, lamp", "turn everything"])
def test_what_is_no_name_of_ours(said: str) -> None:
    assert twins(index().find(tokenize(said))) == []


def test_the_longest_name_wins() -> None:
    names = index(twin("desk", "plug"), twin("desk lamp", "light"), twin("big desk lamp", "light"))
    assert twins(names.find(tokenize("the big desk lamp"))) == ["light.big_desk_lamp"]


def test_a_part_of_a_name_may_mean_several() -> None:
    names = index(twin("Nina's desk lamp", "light"), twin("Omar's desk lamp", "light"), twin("hall lamp", "light"))
    (match,) = names.find(tokenize("the desk lamp"))
    assert match.partial
    assert len(twins([match])) == 2


def test_names_come_and_go_with_the_registry() -> None:
    names = index(twin("hall lamp", "light"))
    names.update([twin("porch lamp", "light")])
    assert twins(names.find(tokenize("hall lamp and porch lamp"))) == ["light.porch_lamp"]
    assert [n.value for n in names.of_type("light")] == ["light.porch_lamp"]
    names.update([])
    assert not names.has_twins
    assert twins(names.find(tokenize("porch lmap"))) == []


def test_a_common_word_is_never_mended_into_a_name() -> None:
    names = index(twin("turm", "sensor"))
    assert twins(names.find(tokenize("turn it"))) == []
    assert twins(names.find(tokenize("trum"))) == ["sensor.turm"]


@pytest.mark.parametrize(
    ("word", "mended"),
    [
        ("kitchne", "kitchen"),
        ("thermostt", "thermostat"),
        ("thermosatt", "thermostat"),
        ("thrmstt", None),
        ("kit", None),
    ],
)
def test_spelling_forgives_by_length(word: str, mended: str | None) -> None:
    spelling = Spelling()
    for known in ("kitchen", "thermostat"):
        spelling.add(known)
    near = spelling.nearest(word)
    assert (near.word if near else None) == mended


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("stop P-101 now", ["P-101"]),
        ("AHU 14", ["AHU 14"]),
        ("mtr-15", ["mtr-15"]),
        ("at 5 pm, CO 2", []),
        ("to 21", []),
    ],
)
def test_plant_codes_are_seen_by_their_form(said: str, codes: list[str]) -> None:
    tokens = tokenize(said)
    assert [said[tokens[a].start : tokens[b - 1].end] for a, b in codes_in(tokens)] == codes
