"""An hour of today that is over: the next one is meant, and where something is to be done it is asked about."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.dialogue.moments import moment
from bot.dialogue.state import Request
from bot.nlu.times import find_times
from bot.planning.times import Open, Slot, event_slot, said_times
from twin_core.contract.errors import Rejected

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def test_it_is_the_next_one_for_whoever_waits_for_it_and_todays_for_whoever_plans() -> None:
    (span,) = find_times("at 3 am", now=NOW, zone=BERLIN)
    assert moment(span.value) == datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
    (planned,) = said_times(Request("create_event", {"text": "at 3 am", "times": [{**span.value, "text": "at 3 am"}]}))
    assert moment(planned) == datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("said", ["from 5pm to 3pm", "tomorrow from 5pm to 3pm"])
def test_an_end_before_its_beginning_is_asked_about_and_a_night_is_none(said: str) -> None:
    with pytest.raises(Rejected, match="end before it begins: from 17:00 to 15:00"):
        _slot(said)
    night = _slot("from 10 pm to 6 am")
    assert isinstance(night, Slot)
    assert isinstance(night.start, datetime)
    assert isinstance(night.end, datetime)
    assert (night.end - night.start).total_seconds() == 8 * 3600


def _slot(said: str) -> Slot | Open:
    (span,) = find_times(said, now=NOW, zone=BERLIN)
    times = [{**span.value, "text": said, "options": list(span.options)}]
    return event_slot(Request("create_event", {"text": said, "times": times, "time": times[0]}), NOW, BERLIN)
