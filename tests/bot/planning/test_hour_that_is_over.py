"""An hour of today that is over: the next one is meant, and where something is to be done it is asked about."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.dialogue.moments import moment
from bot.dialogue.state import Request
from bot.nlu.times import find_times
from bot.planning.times import said_times

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def test_it_is_the_next_one_for_whoever_waits_for_it_and_todays_for_whoever_plans() -> None:
    (span,) = find_times("at 3 am", now=NOW, zone=BERLIN)
    assert moment(span.value) == datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
    (planned,) = said_times(Request("create_event", {"text": "at 3 am", "times": [{**span.value, "text": "at 3 am"}]}))
    assert moment(planned) == datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
