"""What every ports.Nlu must do, on the embedded engine and on a real Rasa server trained from the same files."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.nlu.cases import read_cases
from bot.nlu.embedded import EmbeddedNlu
from bot.nlu.evaluation import evaluate
from bot.nlu.rasa import RasaNlu
from bot.nlu.rasa_client import RasaClient, RasaOptions
from bot.ports import Nlu
from tests.bot.nlu.conftest import DATA, Registry, cache, nlu, registry, twin
from tests.rasa import rasa, rasa_server, require_rasa, train

__all__ = ["cache", "nlu", "registry"]

pytestmark = [
    pytest.mark.xdist_group("rasa"),  # one model and one server for all of them
    pytest.mark.timeout(1500),
]

ENGINES = ["embedded", pytest.param("rasa", marks=pytest.mark.service)]
ODD = {
    "nothing": "",
    "white space": " \t\n ",
    "emoji": "🙂👩‍👩‍👧🏳️‍🌈",
    "another script": "Включи свет на кухне",
    "right to left": "\u202eturn it off\u202c שלום",
    "controls": "turn\x00 the\x07 lamp\x1b[31m off",
    "half a character": "lamp \ud83d off",
    "markup": "<script>alert(1)</script> '; drop table twins; --",
    "very long": "turn the hall lamp off and " * 2000,
    "one long word": "a" * 50_000,
    "JSON": '{"intent": {"name": "greet"}}',
}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    require_rasa()
    return train(tmp_path_factory.mktemp("rasa"))


@pytest.fixture(scope="module")
def server(model: Path) -> Iterator[RasaOptions]:
    with rasa_server(model) as running:
        yield RasaOptions(running.url, running.token, timeout_s=30)


@pytest.fixture(params=ENGINES)
async def engine(request: pytest.FixtureRequest, nlu: EmbeddedNlu) -> AsyncIterator[Nlu]:
    if request.param == "embedded":
        yield nlu
        return
    async with RasaClient(request.getfixturevalue("server")) as client:
        understanding = RasaNlu(client, nlu)
        yield understanding
        assert understanding.faults() == [], "the embedded engine has answered in Rasa's place"


async def test_an_order_is_understood_with_the_twin_it_is_for(engine: Nlu) -> None:
    (parse,) = await engine.parse("please turn the desk lamp off")
    assert parse.intent == "control_device"
    assert 0 < parse.confidence <= 1
    assert {e.kind: e.value for e in parse.entities if e.kind in ("twin", "value")} == {
        "twin": "light.desk_lamp",
        "value": False,
    }
    for entity in parse.entities:
        assert parse.text[entity.start : entity.end].startswith(entity.text)


async def test_the_best_guesses_are_given_without_the_intent_itself(engine: Nlu) -> None:
    (parse,) = await engine.parse("how warm is it in the kitchen?")
    ranked = [intent for intent, _ in parse.alternatives]
    assert parse.intent not in ranked
    assert len(ranked) == len(set(ranked)) > 1
    confidences = [c for _, c in parse.alternatives]
    assert confidences == sorted(confidences, reverse=True)


async def test_two_requests_are_two_parses_in_the_order_said(engine: Nlu) -> None:
    parses = await engine.parse("turn the desk lamp on and set the study blind to 40 percent")
    assert [[e.value for e in p.entities if e.kind == "twin"] for p in parses] == [
        ["light.desk_lamp"],
        ["blind.study_blind"],
    ]
    assert [p.text for p in parses] == ["turn the desk lamp on", "set the study blind to 40 percent"]


async def test_a_name_given_a_moment_ago_is_known(engine: Nlu, registry: Registry) -> None:
    before = list(registry.names)
    try:
        registry.change(*before, twin("Quetzalcoatl", "light"))
        (parse,) = await engine.parse("turn Quetzalcoatl off")
        assert [e.value for e in parse.entities if e.kind == "twin"] == ["light.quetzalcoatl"]
    finally:
        registry.change(*before)


async def test_times_are_reckoned_from_now_in_the_zone_of_the_person(engine: Nlu) -> None:
    (parse,) = await engine.parse("remind me tomorrow at 9 am to water the plants")
    assert parse.intent == "create_reminder"
    (time,) = [e for e in parse.entities if e.kind == "time"]
    assert time.value["start"] == "2026-03-03T09:00:00+00:00"


@pytest.mark.parametrize("text", ODD.values(), ids=list(ODD))
async def test_odd_text_gets_a_calm_answer(engine: Nlu, text: str) -> None:
    parses = await engine.parse(text)
    assert parses
    for parse in parses:
        assert parse.intent
        assert 0 <= parse.confidence <= 1
        json.dumps([e.value for e in parse.entities])


async def test_most_of_the_held_out_sentences_are_understood(engine: Nlu) -> None:
    cases = read_cases(DATA)[::6]
    result = await evaluate(engine, cases)
    assert result.accuracy > 0.5


@pytest.mark.service
def test_rasas_own_commands_pass_on_the_project(model: Path, tmp_path: Path) -> None:
    files = ("--domain", DATA / "domain.yml", "--config", DATA / "config.yml")
    rasa("data", "validate", "--data", DATA / "nlu" / "en", *files)
    rasa("test", "nlu", "--nlu", DATA / "test" / "en", "--model", model, "--out", tmp_path, "--no-plot")
    report = json.loads((tmp_path / "intent_report.json").read_text(encoding="utf-8"))
    assert report["weighted avg"]["support"] == len(read_cases(DATA))
