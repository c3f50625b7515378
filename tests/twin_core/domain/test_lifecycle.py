"""Who may go where in the life of a twin."""

from itertools import product
from typing import get_args

import pytest

from twin_core.contract.errors import Rejected
from twin_core.contract.views import TwinStatus
from twin_core.domain.lifecycle import STATUS_AFTER, step

ALLOWED = {
    ("draft", "active"),
    ("active", "hibernated"),
    ("hibernated", "active"),
    ("draft", "archived"),
    ("active", "archived"),
    ("hibernated", "archived"),
    ("archived", "active"),
}


@pytest.mark.parametrize(("start", "to"), list(product(get_args(TwinStatus), repeat=2)))
def test_every_way_is_open_or_refused(start: TwinStatus, to: TwinStatus) -> None:
    if (start, to) in ALLOWED:
        assert STATUS_AFTER[step(start, to)] == to
        return
    with pytest.raises(Rejected) as error:
        step(start, to)
    assert error.value.code == "bad_transition"
    assert set(error.value.details["possible"]) == {end for begin, end in ALLOWED if begin == start}
