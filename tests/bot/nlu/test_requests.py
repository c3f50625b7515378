import pytest

from bot.nlu.embedded import EmbeddedNlu


def requests(nlu: EmbeddedNlu, text: str) -> list[tuple[str, list[object]]]:
    parses = nlu.parse_now(text)
    kinds = ("twin", "place", "value")
    return [(p.intent, [e.value for e in p.entities if e.kind in kinds and e.end]) for p in parses]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "turn off the desk lamp and set the study blind to 40 percent",
            [("control_device", [False, "light.desk_lamp"]), ("control_device", ["blind.study_blind", 40])],
        ),
        (
            "now the desk lamp back on and the study blind to 70 percent",
            [("control_device", ["light.desk_lamp", True]), ("control_device", ["blind.study_blind", 70])],
        ),
        (
            "turn off the hall lamp, then tell me how warm the hall is",
            [("control_device", [False, "light.hall_lamp"]), ("ask_status", ["hall"])],
        ),
        (
            "kitchen lamp off, hall lamp on",
            [("control_device", ["light.kitchen_lamp", False]), ("control_device", ["light.hall_lamp", True])],
        ),
        (
            "lock the front door. What's most critical?",
            [("control_device", ["lock.front_door"]), ("ask_critical", [])],
        ),
    ],
)
def test_requests_in_the_order_said(nlu: EmbeddedNlu, text: str, parts: list[tuple[str, list[object]]]) -> None:
    assert requests(nlu, text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "turn on the salt and pepper mill",
        "kitchen and hall lamps off",
        "be quiet between 8 and 10",
        "no, I meant the kitchen",
        "Pollux, turn the hall lamp off",
        "we've taken pump 2 out of service, put it away",
        "what if I stop pump 2 and turn the freezer off",
        "remind me to call Bob and buy milk at 5 pm",
        "set it to twenty one and a half degrees",
    ],
)
def test_one_request_stays_one(nlu: EmbeddedNlu, text: str) -> None:
    assert len(nlu.parse_now(text)) == 1


def test_two_places_before_one_plural_mean_two_twins(nlu: EmbeddedNlu) -> None:
    (parse,) = nlu.parse_now("kitchen and hall lamps off")
    assert [e.value for e in parse.entities if e.kind == "twin"] == ["light.kitchen_lamp", "light.hall_lamp"]


def test_a_question_takes_over_the_property_it_leaves_out(nlu: EmbeddedNlu) -> None:
    _, second = nlu.parse_now("how warm is the hall and what about the kitchen?")
    assert [e.value for e in second.entities if e.kind == "property"] == ["temperature"]


def test_an_order_takes_over_no_value_of_the_one_before(nlu: EmbeddedNlu) -> None:
    _, second = nlu.parse_now("switch the kitchen lamp off and lock the front door")
    assert [e.kind for e in second.entities if e.kind == "value"] == []
