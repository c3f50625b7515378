"""What only the whole sentence tells of a stretch of time: a rate, a repetition with its hour, a mark out of five."""

import pytest

from bot.nlu.embedded import EmbeddedNlu


def found(nlu: EmbeddedNlu, text: str, *kinds: str) -> list[tuple[str, str]]:
    (parse,) = nlu.parse_now(text)
    return [(e.kind, e.text) for e in parse.entities if e.kind in kinds]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what does the freezer cost per month", [("recurrence", "per month")]),
        ("at most three nudges a day", [("recurrence", "a day")]),
        ("park the freezer alert for a day", [("duration", "a day")]),
        ("postpone the report by a week", [("duration", "a week")]),
    ],
)
def test_a_rate_is_no_length(nlu: EmbeddedNlu, text: str, expected: list[tuple[str, str]]) -> None:
    assert found(nlu, text, "recurrence", "duration") == expected


def test_a_rate_says_how_often(nlu: EmbeddedNlu) -> None:
    (parse,) = nlu.parse_now("what does the freezer cost per month")
    (rate,) = (e.value for e in parse.entities if e.kind == "recurrence")
    assert rate["rule"] == "FREQ=MONTHLY"


def test_an_hour_before_its_days_stands_beside_them(nlu: EmbeddedNlu) -> None:
    expected = [("time", "11pm"), ("recurrence", "each night")]
    assert found(nlu, "turn the hall lamp off at 11pm each night", "time", "recurrence") == expected


@pytest.mark.parametrize(
    ("text", "times"),
    [("my energy is a 2 today", ["today"]), ("I'm at a 4 today", ["today"]), ("mood about 3", [])],
)
def test_a_mark_is_no_hour(nlu: EmbeddedNlu, text: str, times: list[str]) -> None:
    assert found(nlu, text, "time") == [("time", said) for said in times]


@pytest.mark.parametrize(
    ("text", "kind"),
    [("my stress is a 2 today", "stress"), ("energy is at 4 today", "energy"), ("mood about 3", "mood")],
)
def test_a_mark_is_of_the_scale_that_is_named(nlu: EmbeddedNlu, text: str, kind: str) -> None:
    marks = found(nlu, text, "stress", "energy", "mood")
    assert [k for k, said in marks if said.isdecimal()] == [kind]
