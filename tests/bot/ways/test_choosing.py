"""Which way a nudge takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ways.choosing import Route, route
from twin_core.contract.nudges import Urgency

CHAT = Route(True, None)


@pytest.mark.parametrize(
    ("urgency", "present", "step", "expected"),
    [
        ("normal", True, 0, Route(True, None)),
        ("normal", False, 0, Route(True, None)),
        ("low", False, 0, Route(True, None)),
        ("high", True, 0, Route(True, None)),
        ("high", False, 0, Route(True, 0)),
        ("high", True, 1, Route(False, 0)),
        ("high", False, 1, Route(False, 1)),
        ("normal", False, 1, Route(False, 0)),
        ("normal", False, 9, Route(False, 1)),  # the last way again
        ("safety", True, 0, Route(True, 0)),
        ("safety", False, 0, Route(True, 0)),
        ("safety", True, 1, Route(False, 1)),
    ],
)
def test_of_two_ways(urgency: Urgency, present: bool, step: int, expected: Route) -> None:
    assert route(urgency, step, 2, present=present) == expected


URGENCIES = st.sampled_from(["low", "normal", "high", "safety"])


@given(URGENCIES, st.integers(0, 20), st.integers(0, 5), st.booleans())
def test_it_is_always_said_somewhere_and_only_on_a_way_that_is_there(
    urgency: Urgency, step: int, ways: int, present: bool
) -> None:
    chosen = route(urgency, step, ways, present=present)
    assert chosen.chat or chosen.outside is not None
    assert chosen.outside is None or 0 <= chosen.outside < ways
    assert chosen.chat or step > 0  # what is said first is kept in the chat, whatever else happens
