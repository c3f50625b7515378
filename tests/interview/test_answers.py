"""Typed answers: numbers said and written, money, choices, yes and no, names and places."""

from dataclasses import replace
from typing import Any

import pytest

from interview.answers import Misfit, read_answer, value_text
from interview.numbers import find_numbers
from twin_core.contract.template import Question

NUMBER = Question("x", "How many?", "number")
LEVEL = Question("importance", "How important?", "choice", choices=("low", "normal", "high"))
PRICE = Question("tariff.price", "What do you pay?", "number", unit="EUR/kWh", minimum=0, maximum=1000)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("7.5", 7.5),
        ("7,5", 7.5),
        ("about 7.5 or so", 7.5),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1,234", 1234),
        ("0,255", 0.255),
        ("1'000'000", 1_000_000),
        ("7½", 7.5),
        ("½", 0.5),
        ("-8", -8),
        ("−8", -8),
        ("minus eight", -8),
        ("seven and a half", 7.5),
        ("two hundred and thirty", 230),
        ("twenty-one point five", 21.5),
        ("three thousand two hundred", 3200),
        ("a hundred", 100),
        ("half", 0.5),
        ("2e3", 2000),
        ("it is 21", 21),
    ],
)
def test_numbers(text: str, value: float) -> None:
    assert read_answer(NUMBER, text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "many", "between 2 and 3", "2-3", "1e999", "nan", "infinity", "9" * 400, "abc7"])
def test_no_single_number(text: str) -> None:
    with pytest.raises(Misfit):
        read_answer(NUMBER, text)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("70 °F", "°C", 21.1111),
        ("7.5 hours a day", "h/day", 7.5),
        ("35 hours per week", "h/week", 35),
        ("1.5 kW", "W", 1500),
        ("900 millibar", "bar", 0.9),
        ("2 bar", "bar", 2),
        ("20 percent", "%", 20),
        ("12 cubic metres per hour", "m3/h", 12),
        ("90 minutes", "h", 1.5),
        ("2 people", "people", 2),
        ("21", "°C", 21),
        ("21 degrees", "°C", 21),
        ("3 of them at 40 W", "W", 40),
    ],
)
def test_units_are_converted(text: str, unit: str, value: float) -> None:
    assert read_answer(replace(NUMBER, unit=unit), text) == pytest.approx(value, abs=1e-3)


@pytest.mark.parametrize(
    ("text", "price", "currency"),
    [
        ("0.25 euros per kWh", 0.25, "EUR"),
        ("25 ct", 0.25, "EUR"),
        ("25 cents per kilowatt hour", 0.25, "EUR"),
        ("$0.18 a kWh", 0.18, "USD"),
        ("18 pence", 0.18, "GBP"),
        ("250 € per MWh", 0.25, "EUR"),
        ("0,31 CHF/kWh", 0.31, "CHF"),
        ("0.3", 0.3, "EUR"),
        ("a quarter euro per kWh", 0.25, "EUR"),
    ],
)
def test_prices(text: str, price: float, currency: str) -> None:
    assert read_answer(PRICE, text) == {"price": pytest.approx(price), "currency": currency, "per": "kWh"}


@pytest.mark.parametrize("text", ["quite cheap", "-3 euros", "2 euros per litre", "5000 euros per kWh"])
def test_no_price(text: str) -> None:
    with pytest.raises(Misfit):
        read_answer(PRICE, text)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("high", "high"),
        ("it is high.", "high"),
        ("HIGH", "high"),
        ("hihg", "high"),
        ("very important", "high"),
        ("not very important", "low"),
        ("it's critical", "high"),
        ("medium", "normal"),
        ("norml", "normal"),
    ],
)
def test_choices(text: str, level: str) -> None:
    assert read_answer(LEVEL, text) == level


@pytest.mark.parametrize("text", ["", "low or high", "purple", "not high"])
def test_no_choice(text: str) -> None:
    with pytest.raises(Misfit, match="choose one of"):
        read_answer(LEVEL, text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("Yes, it can", True),
        ("it does", True),
        ("of course", True),
        ("no", False),
        ("no, it can't", False),
        ("it doesn't", False),
        ("not really", False),
        ("I don't think it can", False),
    ],
)
def test_yes_or_no(text: str, value: bool) -> None:
    assert read_answer(Question("x", "?", "boolean"), text) is value


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("name", "it's called aquarium plug", "aquarium plug"),
        ("name", "call it “flat meter”.", "flat meter"),
        ("name", "my name is Maria Keller", "Maria Keller"),
        ("name", "I'm Bob", "Bob"),
        ("name", "the night light, please", "night light"),
        ("name", "its name should be AHU 7", "AHU 7"),
        ("name", "Italian coffee machine", "Italian coffee machine"),
        ("place", "it's in the cellar", "cellar"),
        ("place", "on the roof", "roof"),
        ("place", "The Boiler House.", "Boiler House"),
        ("place", "in my office", "office"),
        ("place", "room 12", "room 12"),
        ("place", "inner courtyard", "inner courtyard"),
        ("place", "attic", "attic"),
        ("place", "down in the basement", "basement"),
    ],
)
def test_names_and_places_lose_their_lead_in(kind: str, text: str, value: str) -> None:
    question = Question(kind, "?", "place" if kind == "place" else "text")
    assert read_answer(question, text) == value


@pytest.mark.parametrize(
    ("text", "value"), [("7", "07:00"), ("7:30", "07:30"), ("half past", None), ("7 pm", "19:00"), ("12 am", "00:00")]
)
def test_times_of_day(text: str, value: str | None) -> None:
    question = Question("ready_by", "When?", "text", unit="time")
    if value is None:
        with pytest.raises(Misfit):
            read_answer(question, text)
    else:
        assert read_answer(question, text) == value


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        ("europe/london", "Europe/London"),
        ("New York", "America/New_York"),
        ("Tokio", "Asia/Tokyo"),
    ],
)
def test_time_zones(text: str, zone: str) -> None:
    assert read_answer(Question("timezone", "Which?", "text"), text) == zone


def test_unknown_time_zone() -> None:
    with pytest.raises(Misfit):
        read_answer(Question("timezone", "Which?", "text"), "Middle-earth")


def test_digits_inside_words_are_no_numbers() -> None:
    assert [n.value for n in find_numbers("AHU7 on m3 at 4.5")] == [4.5]


@pytest.mark.parametrize(
    ("question", "value", "text"),
    [
        (replace(NUMBER, unit="m3/h"), 12.0, "12 m³/h"),
        (NUMBER, True, "yes"),
        (PRICE, {"price": 0.25, "currency": "EUR", "per": "kWh"}, "0.25 EUR per kWh"),
        (LEVEL, "high", "high"),
    ],
)
def test_values_as_text(question: Question, value: Any, text: str) -> None:
    assert value_text(question, value) == text


SEVERAL = Question(
    "matters_most",
    "What?",
    "choices",
    choices=("safety", "energy costs", "deadlines"),
    choice_words={"deadlines": ("task", "to-do")},
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("safety", ["safety"]),
        ("deadlines and Safety!", ["safety", "deadlines"]),
        ("my tasks, above all", ["deadlines"]),
        ("energy costs, safty", ["energy costs"]),  # what is spelt right needs no guess
        ("deadlnes", ["deadlines"]),
        ("all of them", ["safety", "energy costs", "deadlines"]),
        ("everything but the energy costs", ["safety", "deadlines"]),
        ("none of these", []),
    ],
)
def test_several_choices(text: str, said: list[str]) -> None:
    assert read_answer(SEVERAL, text) == said


@pytest.mark.parametrize("text", ["the weather", "not tasks"])
def test_several_choices_are_told_where_none_was_said(text: str) -> None:
    with pytest.raises(Misfit, match="safety, energy costs, deadlines; or none"):
        read_answer(SEVERAL, text)


def test_several_choices_as_a_person_reads_them() -> None:
    assert value_text(SEVERAL, ["safety", "deadlines"]) == "safety, deadlines"
    assert value_text(SEVERAL, []) == "none"
