"""The rules of speaking up, one by one, and that they hold together."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin_core.contract.clock import parse_instant
from twin_core.contract.nudges import EVERYTHING, TOPICS, Urgency
from twin_core.nudges.manner import Manner
from twin_core.nudges.policy import BURST, BURST_WITHIN, Candidate, Verdict, decide, today

BERLIN = ZoneInfo("Europe/Berlin")
ANNA = Manner("anna", BERLIN)
NOON = parse_instant("2026-03-02T11:00:00Z")  # Monday
NIGHT = parse_instant("2026-03-02T22:30:00Z")
SUNDAY = parse_instant("2026-03-08T11:00:00Z")


def about(urgency: Urgency, topic: str = "device", **more: Any) -> Candidate:
    return Candidate("anna", "concern", topic, urgency, "The pump is hot.", "It is a warning.", **more)


def verdict(candidate: Candidate, at: datetime = NOON, said: int = 0, **manner: Any) -> Verdict:
    """`said`: how many messages the person had today, an hour ago."""
    return decide(candidate, replace(ANNA, **manner), [at - timedelta(hours=1)] * said, at)


def test_what_is_urgent_is_said() -> None:
    for urgency in ("normal", "high", "safety"):
        assert verdict(about(urgency)) == Verdict("say")


def test_what_is_not_waits_for_the_digest_of_the_person() -> None:
    held = verdict(about("low"))
    assert (held.what, held.at) == ("gather", parse_instant("2026-03-02T17:00:00Z"))
    assert held.rule == "it is not urgent: it is in the digest at 18:00"
    assert verdict(about("low"), digests_s=()).what == "drop"
    late = verdict(about("low"), digests_s=(23 * 3600,))
    assert late.at == parse_instant("2026-03-03T06:00:00Z"), "a digest in quiet hours waits for their end"


def test_quiet_hours_hold_until_they_end_and_danger_breaks_them() -> None:
    held = verdict(about("high"), NIGHT)
    assert (held.what, held.at) == ("wait", parse_instant("2026-03-03T06:00:00Z"))
    assert held.rule == "your quiet hours last until 07:00"
    assert verdict(about("safety"), NIGHT).what == "say"
    assert verdict(about("high"), NIGHT, breaks_quiet="high").what == "say"
    assert verdict(about("normal"), NIGHT, breaks_quiet="high").what == "wait"


def test_who_does_not_want_to_be_disturbed_where_they_are_reached_is_left_alone_like_in_quiet_hours() -> None:
    end = NOON + timedelta(minutes=40)
    held = verdict(about("high"), undisturbed_until=end)
    assert (held.what, held.at) == ("wait", end)
    assert held.rule == "you do not want to be disturbed until 12:40"
    assert verdict(about("safety"), undisturbed_until=end).what == "say"
    assert verdict(about("high"), undisturbed_until=end, breaks_quiet="high").what == "say"
    assert verdict(about("high"), undisturbed_until=NOON).what == "say"
    into_the_night = verdict(about("high"), undisturbed_until=NIGHT)
    assert into_the_night.at == parse_instant("2026-03-03T06:00:00Z")


def test_quiet_days_and_a_quiet_evening() -> None:
    held = verdict(about("high"), SUNDAY, quiet_days=frozenset({5, 6}))
    assert held.at == parse_instant("2026-03-09T06:00:00Z")
    once = verdict(about("high"), NOON, quiet_until=NOON + timedelta(hours=3))
    assert once.at == NOON + timedelta(hours=3)


def test_quiet_hours_end_on_the_wall_clock_when_it_changes() -> None:
    before = parse_instant("2026-03-28T22:30:00Z")  # the night that is an hour shorter
    assert verdict(about("high"), before).at == parse_instant("2026-03-29T05:00:00Z")


def test_work_waits_for_work_but_not_when_it_is_critical() -> None:
    held = verdict(about("normal", "task"), SUNDAY)
    assert (held.what, held.at) == ("wait", parse_instant("2026-03-09T08:00:00Z"))
    assert held.rule == "your work begins on Monday at 09:00"
    assert verdict(about("high", "task"), SUNDAY).what == "say"
    assert verdict(about("normal", "device"), SUNDAY).what == "say"


def test_a_day_has_a_budget_that_what_is_critical_may_break() -> None:
    assert verdict(about("normal"), said=5).what == "say"
    held = verdict(about("normal"), said=6)
    assert (held.what, held.rule) == ("gather", "you had 6 messages today: it is in the digest at 18:00")
    assert verdict(about("high"), said=6).what == "say"
    assert verdict(about("normal"), said=1, a_day=1).what == "gather"


def test_yesterday_does_not_count() -> None:
    said = [NOON - timedelta(hours=14), NOON - timedelta(minutes=30)]
    assert today(said, ANNA, NOON) == 1


def test_a_flood_becomes_one_message() -> None:
    said = [NOON - timedelta(minutes=m) for m in (3, 2, 1)]
    held = decide(about("high"), ANNA, said, NOON)
    assert (held.what, held.at) == ("gather", said[0] + BURST_WITHIN)
    assert decide(about("safety"), ANNA, said, NOON).what == "say"


def test_fewer_is_the_digest_and_none_is_nothing_but_danger() -> None:
    assert verdict(about("normal"), fewer=frozenset({"device"})).what == "gather"
    assert verdict(about("high"), fewer=frozenset({"device"})).what == "say"
    for muted in ("device", EVERYTHING):
        held = verdict(about("high"), muted=frozenset({muted}))
        assert (held.what, held.rule) == ("drop", "you asked me to tell you nothing about devices")
        assert verdict(about("safety"), muted=frozenset({muted})).what == "say"
    assert verdict(about("high", "task"), muted=frozenset({"device"})).what == "say"


def test_what_was_asked_for_is_said_whatever_the_hour() -> None:
    assert verdict(about("low", asked_for=True), NIGHT, said=20).what == "say"


def test_what_would_come_too_late_is_dropped() -> None:
    soon = about("normal", "break", useless_from=NIGHT + timedelta(hours=1))
    held = verdict(soon, NIGHT)
    assert (held.what, held.at) == ("drop", None)
    assert "too late" in held.rule
    assert "quiet hours" in held.rule


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_can_be_switched_off(topic: str) -> None:
    assert verdict(about("high", topic), muted=frozenset({topic})).what == "drop"


seconds_of_day = st.integers(0, 86_399)


@given(
    at=st.integers(0, 366 * 1440).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    quiet=st.tuples(seconds_of_day, seconds_of_day).filter(lambda span: span[0] != span[1]),
    quiet_days=st.frozensets(st.integers(0, 6), max_size=6),
    urgency=st.sampled_from(["low", "normal", "high"]),
    said=st.lists(st.integers(0, 3000), max_size=12),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_nothing_but_danger_is_ever_said_in_quiet_hours_nor_beyond_the_budget(
    at: datetime,
    quiet: tuple[int, int],
    quiet_days: frozenset[int],
    urgency: Urgency,
    said: list[int],
    zone: str,
) -> None:
    manner = Manner("anna", ZoneInfo(zone), quiet_s=quiet, quiet_days=quiet_days)
    lately = sorted(at - timedelta(minutes=m) for m in said)
    made = decide(about(urgency), manner, lately, at)
    if made.what == "say":
        assert not manner.is_quiet(at)
        assert urgency == "high" or today(lately, manner, at) < manner.a_day
        assert sum(at - each < BURST_WITHIN for each in lately) < BURST
    elif made.at is not None:
        assert made.at > at
        assert made.what == "gather" or not manner.is_quiet(made.at)
    assert made.what == "say" or made.rule
    assert decide(about("safety"), manner, lately, at).what == "say"


def test_what_was_suggested_something_about_waits_unless_it_is_critical() -> None:
    held = verdict(about("normal", "task", suggested_at=NOON - timedelta(hours=2)))
    assert (held.what, held.rule) == (
        "gather",
        "I suggested what to do about it at 10:00: it is in the digest at 18:00",
    )
    assert verdict(about("high", "task", suggested_at=NOON)).what == "say"
