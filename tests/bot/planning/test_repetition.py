"""Recurrence rules in words."""

import pytest

from bot.planning.repetition import repetition


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY;BYHOUR=9;BYMINUTE=0", "every day"),
        ("FREQ=DAILY;INTERVAL=3", "every 3 days"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9", "every weekday"),
        ("FREQ=WEEKLY;BYDAY=SA,SU", "every weekend day"),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO,TH", "every Monday and Thursday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "every 2 weeks on Tuesday"),
        ("FREQ=MONTHLY;BYMONTHDAY=1", "on the 1st of every month"),
        ("FREQ=MONTHLY;BYMONTHDAY=12", "on the 12th of every month"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "on the last day of every month"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "on the last Friday of every month"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO", "on the first Monday of every 2 months"),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", "on the 24th of December, every year"),
        ("FREQ=HOURLY;INTERVAL=2", "every 2 hours"),
        ("FREQ=YEARLY", "every year"),
    ],
)
def test_how_often_is_said_as_people_say_it(rule: str, words: str) -> None:
    assert repetition(rule) == words


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=DAILY;BYHOUR=9,17",
        "FREQ=MONTHLY;BYMONTHDAY=1,15",
        "FREQ=YEARLY;BYDAY=MO",
        "FREQ=DAILY;COUNT=3",
        "nonsense",
        "",
    ],
)
def test_what_has_no_plain_words_is_not_said(rule: str) -> None:
    assert repetition(rule) is None
