"""Case files are read strictly: what is not in the format is refused, and named."""

from pathlib import Path

import pytest

from tests.conversations.case import Case, CaseFault, load_case, load_folder
from tests.conversations.planted import HOUSE

UNREADABLE = {
    "unknown key turn; did you mean turns?": "turn: []\nturns: [{user: hi}]\nreplies: [{turn: 0, must: [a]}]",
    "unknown key turns.0.usr; did you mean user?": "turns: [{usr: hi}]",
    "turns is missing": "expect_after: []",
    "nothing is expected": "turns: [{user: hi}]",
    "turn 3 does not exist; the last one is 0": "turns: [{user: hi}]\nreplies: [{turn: 3, must: [a]}]",
    "a turn is one of user, press": "turns: [{user: hi, advance_s: 3}]\nreplies: [{turn: 0, must: [a]}]",
    "expects nothing": "turns: [{user: hi}]\nexpect_after: [{turn: 0}]",
    "quote it": "turns: [{user: hi}]\nexpect_after: [{turn: 0, desired: {hall lamp: {on: true}}}]",
    "unknown key expect_after.0.desire; did you mean desired?": (
        "turns: [{user: hi}]\nexpect_after: [{turn: 0, desire: {}}]"
    ),
    "stands twice": "turns: [{user: hi}]\nturns: [{user: ho}]",
    "expect_after.0.reminder.at: Input should have timezone info": (
        "turns: [{user: hi}]\nexpect_after: [{turn: 0, reminder: {at: 2026-03-02T08:00:00}}]"
    ),
}


@pytest.mark.parametrize("complaint", UNREADABLE)
def test_a_case_that_is_not_in_the_format_is_refused(complaint: str, tmp_path: Path) -> None:
    (tmp_path / "odd.yml").write_text(HOUSE + UNREADABLE[complaint])
    with pytest.raises(CaseFault) as caught:
        load_case(tmp_path / "odd.yml")
    assert complaint in str(caught.value)


def test_two_cases_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "dialogues").mkdir()
    for name in ("one", "two"):
        text = HOUSE + "turns: [{user: hi}]\nreplies: [{turn: 0, must: [a]}]"
        (tmp_path / "dialogues" / f"{name}.yml").write_text(text)
    first, second = (case for _, case in load_folder(tmp_path))
    assert isinstance(first, Case)
    assert str(second) == "its name 'planted' is also that of one.yml"
