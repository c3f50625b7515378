"""Days that no calendar has and hours that no day has, however they are written."""

import pytest

from bot.planning.impossible import check_times
from twin_core.contract.errors import Rejected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("remind me on 30 february to call mum", "no 30 February"),
        ("the 31st of April at noon", "no 31 April"),
        ("Feb 30", "no 30 February"),
        ("june the 31st", "no 31 June"),
        ("every 31st of february", "no 31 February"),
        ("29 feb 2027", "no 29 February 2027"),
        ("on 2026-02-29 at 9", "no 29 February 2026"),
        ("remind me at 25:00 to eat", "no 25:00 on a clock"),
        ("by 8:75 tomorrow", "no 8:75 on a clock"),
        ("remind me in -5 minutes to eat", "is past"),
    ],
)
def test_said_to_be_none(text: str, said: str) -> None:
    with pytest.raises(Rejected, match=said):
        check_times(text)


@pytest.mark.parametrize(
    "text",
    [
        "29 february",
        "29 february 2028",
        "31 march",
        "may 31",
        "in june 2031",
        "march 5 at 30 percent",
        "june 31%",
        "a ratio of 25:99",
        "from 22:00 to 24:00",
        "in 5-10 minutes",
        "",
        "31",
    ],
)
def test_what_there_is_passes(text: str) -> None:
    check_times(text)
