import pytest

from connectors.ical.faults import BadValue
from connectors.ical.rules import read_rule


def test_a_rule_is_read_with_all_its_parts() -> None:
    rule = read_rule("freq=monthly;INTERVAL=2;BYDAY=-1FR,2TU;BYSETPOS=1,-1;WKST=SU;X-MORE=1;")
    assert (rule.freq, rule.interval, rule.week_start) == ("MONTHLY", 2, 6)
    assert rule.weekdays == ((-1, 4), (2, 1))
    assert rule.positions == (-1, 1)


def test_minus_one_means_without_end() -> None:
    assert read_rule("FREQ=DAILY;COUNT=-1").count is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("INTERVAL=2", "FREQ"),
        ("FREQ=SOMETIMES", "'SOMETIMES'"),
        ("FREQ=DAILY;INTERVAL=0", "every 0"),
        ("FREQ=WEEKLY;BYDAY=XX", "no weekday"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "out of range"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "out of range"),
        ("FREQ=DAILY;COUNT=many", "no number"),
        ("FREQ=DAILY;UNTIL=tomorrow", "no date"),
        ("FREQ=DAILY;BYDAY", "no value"),
        ("FREQ=DAILY;BYMOON=1", "BYMOON"),
        ("RSCALE=CHINESE;FREQ=YEARLY", "Chinese"),
        ("W2 TU,TH #10", "no value"),  # vCalendar 1.0
    ],
)
def test_what_is_wrong_with_a_rule_is_said(text: str, told: str) -> None:
    with pytest.raises(BadValue, match=told):
        read_rule(text)
