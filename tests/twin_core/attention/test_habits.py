"""What people do about the like of a concern moves it, within bounds, and fades."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from twin_core.attention.habits import Habit

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DEEDS = ("dismissed", "snoozed", "acknowledged", "resolved", "unimportant", "important", "open")


@given(st.lists(st.sampled_from(DEEDS), max_size=60))
def test_it_stays_within_bounds(deeds: list[str]) -> None:
    habit = Habit()
    for deed in deeds:
        habit = habit.with_deed(deed, NOW)
    assert 0.5 <= habit.factor(NOW) <= 1.25
    assert Habit.from_json(habit.to_json()) == habit


def test_what_is_dismissed_sinks_and_says_why() -> None:
    habit = Habit().with_deed("dismissed", NOW).with_deed("dismissed", NOW).with_deed("acknowledged", NOW)
    assert habit.factor(NOW) == 0.75
    assert habit.lesson(NOW) == "ranked lower by 25%: it was dismissed twice lately"


def test_what_is_taken_back_teaches_nothing() -> None:
    habit = Habit().with_deed("dismissed", NOW)
    twice = habit.with_deed("snoozed", NOW)
    assert "snoozed once" in twice.lesson(NOW)
    assert twice.without_deed("snoozed", NOW).lesson(NOW) == habit.lesson(NOW)
    assert habit.without_deed("dismissed", NOW) == Habit()
    assert habit.without_deed("snoozed", NOW) == habit


def test_a_lesson_fades() -> None:
    habit = Habit().with_deed("unimportant", NOW)
    assert habit.factor(NOW) == 0.7
    assert habit.factor(NOW + timedelta(days=30)) == 0.85
    later = NOW + timedelta(days=365)
    assert (habit.factor(later), habit.lesson(later), habit.changes_at(later)) == (1.0, "", None)
    assert (
        habit.with_deed("acknowledged", later).lesson(later) == "ranked higher by 5%: it was acknowledged once lately"
    )


def test_it_counts_how_often_it_came_up_within_a_day() -> None:
    habit = Habit()
    for hours in (0, 30, 31, 32):
        habit = habit.with_raise(NOW + timedelta(hours=hours))
    assert habit.raised_lately(NOW + timedelta(hours=33)) == 3
    assert habit.raised_lately(NOW + timedelta(hours=60)) == 0
