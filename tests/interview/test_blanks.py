"""An interview filled in as a form: all at once, with the same reading of answers as in a talk."""

from dataclasses import replace

import pytest

from interview import flow
from interview.blanks import blanks, fill, misfits
from interview.session import Session
from tests.interview.talk import LIBRARY
from twin_core.contract.errors import NotFound

FREEZER = LIBRARY["freezer"]
LIMIT = "limits.temperature.high"


def _open(**answers: object) -> Session:
    return flow.start(FREEZER, id="iv", person="anna", answers=answers).session


def test_a_form_shows_what_was_said_and_the_usual_for_the_rest() -> None:
    shown = {blank.question.slot: blank.text for blank in blanks(_open(name="chest"), FREEZER)}
    assert (shown["name"], shown["place"], shown["importance"]) == ("chest", "", FREEZER.importance)
    assert "°C" in shown[LIMIT]


def test_what_is_sent_as_it_was_shown_stays_a_default() -> None:
    session = _open()
    texts = {blank.question.slot: blank.text for blank in blanks(session, FREEZER)}
    step = fill(session, FREEZER, {**texts, "name": "chest", "place": "the cellar"})
    assert step.session.status == "done"
    assert step.session.answers == {"name": "chest", "place": "cellar"}


def test_an_emptied_answer_is_left_to_its_default_and_one_that_is_needed_is_asked_for() -> None:
    session = _open(name="chest", place="hall")
    assert fill(session, FREEZER, {"place": " "}).session.answers == {"name": "chest"}
    meter = LIBRARY["person"]
    step = fill(flow.start(meter, id="iv", person="anna").session, meter, {"focus_hours": "a lot"})
    assert (step.session.status, step.outcome, step.session.current) == ("open", "refused", "focus_hours")


def test_each_misfit_has_its_reason_and_nothing_is_created() -> None:
    session = _open()
    texts = {"name": "chest", "place": "why?", LIMIT: "500 °C"}
    wrong = misfits(session, FREEZER, texts)
    assert set(wrong) == {"place", LIMIT}
    step = fill(session, FREEZER, texts)
    assert (step.session.status, step.session.answers) == ("open", {"name": "chest"})


def test_unknown_slots_and_closed_interviews_change_nothing() -> None:
    with pytest.raises(NotFound):
        fill(_open(), FREEZER, {"colour": "red"})
    done = replace(_open(name="chest"), status="done")
    assert fill(done, FREEZER, {"name": "other"}).session == done
