"""Check-ins: at the times of their person, one at a time, and never unless they were asked for."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.house import ANNA, ZONE, House, open_house
from tests.twin_core.nudges.mailbox import Mailbox
from twin_core.contract.agenda import CreateEvent, SetPersonSettings
from twin_core.contract.check_ins import GetCheckIn
from twin_core.contract.clock import instant_text, parse_instant
from twin_core.contract.errors import Rejected
from twin_core.contract.nudges import AnswerNudge, ListNudges
from twin_core.contract.tasks import CreateTask

DAY = 24 * 60
SUNDAY = parse_instant("2026-03-01T12:00:00Z")


async def wants(house: House, **settings: object) -> None:
    """The owner has a twin and these settings."""
    await house.core.execute(SetPersonSettings("owner", settings), ANNA)


@pytest.fixture
async def person(house: House) -> str:
    return (await house.create("person", "Anna")).id


def times(mailbox: Mailbox) -> list[str]:
    """When what was said was due, as clocks there show it."""
    return [f"{said.due_at.astimezone(ZoneInfo(ZONE)):%a %H:%M}" for said in mailbox.got]


async def test_nobody_is_asked_who_did_not_ask_for_it(house: House, mailbox: Mailbox, person: str) -> None:
    await house.advance(3 * DAY)
    assert mailbox.got == []


async def test_morning_and_evening_on_working_days(house: House, mailbox: Mailbox, person: str) -> None:
    await wants(house, check_ins="08:30,17:30", work_days="mon,wed")
    await house.advance(3 * DAY)
    assert times(mailbox) == ["Mon 17:30", "Wed 08:30", "Wed 17:30"]
    evening, morning, _ = mailbox.got
    assert (evening.asks, morning.asks) == (("mood", "stress"), ("energy", "sleep"))
    assert evening.text.removesuffix("\n(Not answered.)") == "Good evening. How was your mood today, from 1 to 5?"
    assert "Nothing needs you right now. No events, and nothing is due today. How much energy do you" in morning.text
    assert [action.title for action in morning.actions] == ["1", "2", "3", "4", "5", "Skip"]
    assert morning.why == "You wanted a check-in at 08:30; what you say is for you alone."


async def test_what_matters_is_named_with_the_question(house: House, mailbox: Mailbox, person: str) -> None:
    await wants(house, check_ins="08:30,17:30")
    await house.core.execute(CreateTask("Send the offer", due=house.at(60), owner="owner"), ANNA)
    await house.core.execute(CreateTask("Write the report", due=house.at(20 * 60), owner="owner"), ANNA)
    await house.core.execute(CreateTask("Somebody else's", due=house.at(60), owner="bob"), ANNA)
    await house.advance(DAY)
    evening, morning = (said.text for said in mailbox.got if said.kind == "check_in")
    assert "Due today and still open: “Send the offer”. How was your mood" in evening
    assert "Most critical today: Send the offer is overdue. Then: Write the report is due at 09:00. How much" in morning


async def test_the_day_is_told_in_the_time_of_its_person_and_long_titles_are_cut(
    house: House, mailbox: Mailbox
) -> None:
    await house.advance(17 * 60)  # it is six in the morning
    await wants(house, timezone="America/New_York")
    for title, minutes in (("Standup", 9 * 60), ("Lunch with Ben", 11 * 60), ("Tomorrow's talk", 36 * 60)):
        await house.core.execute(CreateEvent(title, house.at(minutes), house.at(minutes + 30), owner="owner"), ANNA)
    for number in range(4):
        title = f"Write chapter {number} " + "of a very long story " * 10
        await house.core.execute(CreateTask(title, due=house.at(10 * 60 + number), owner="owner"), ANNA)
    await house.advance(8 * 60)
    told = await house.core.query(GetCheckIn("owner"))
    assert told.asks == ("energy", "sleep")
    assert "2 events today, next Standup at 09:00." in told.text
    assert "2 tasks are due today, first Write chapter 2" in told.text
    assert len(told.text.split()) < 120


async def test_the_clock_on_the_wall_counts_also_when_it_is_changed(tmp_path: Path) -> None:
    async with open_house(tmp_path, parse_instant("2026-03-26T12:00:00Z")) as house:
        house.nudges.deliver_by(mailbox := Mailbox())
        await house.create("person", "Anna")
        await wants(house, check_ins="08:30", work_days="mon-sun")
        await house.advance(4 * DAY)
        assert [said.due_at.hour for said in mailbox.got] == [7, 7, 6, 6]
        await wants(house, timezone="America/New_York")
        await house.advance(DAY)
        assert f"{mailbox.got[-1].due_at:%H:%M}" == "12:30"


async def test_one_at_a_time_is_open(house: House, mailbox: Mailbox, person: str) -> None:
    await wants(house, check_ins="08:30,17:30")
    await house.advance(DAY)
    assert [said.status for said in await house.core.query(ListNudges("owner"))] == ["answered", "sent"]
    assert mailbox.texts[0].endswith("(Not answered.)")
    await house.core.execute(AnswerNudge(mailbox.got[1].id), ANNA)
    await house.advance(DAY)
    assert not mailbox.texts[1].endswith("(Not answered.)")


async def test_paused_and_stopped(house: House, mailbox: Mailbox, person: str) -> None:
    until = instant_text(parse_instant("2026-03-04T23:00:00Z"))
    await wants(house, check_ins="08:30,17:30", check_ins_paused_until=until)
    await house.advance(3 * DAY)
    assert times(mailbox) == ["Thu 08:30"]
    await wants(house, check_ins="off")
    await house.advance(7 * DAY)
    assert len(mailbox.got) == 1


async def test_the_chosen_time_counts_more_than_quiet_hours_but_not_than_a_wish_for_silence(
    house: House, mailbox: Mailbox, person: str
) -> None:
    await wants(house, check_ins="06:30")
    await house.advance(DAY)
    assert times(mailbox) == ["Tue 06:30"]
    await wants(house, quiet_until=instant_text(house.at(19 * 60)))  # until 08:00
    await house.advance(DAY)
    assert times(mailbox) == ["Tue 06:30", "Wed 08:00"]
    await wants(house, muted="check_in")
    await house.advance(DAY)
    assert len(mailbox.got) == 2


async def test_whoever_wants_fewer_gets_no_question_in_a_digest(house: House, mailbox: Mailbox, person: str) -> None:
    await wants(house, check_ins="08:30", fewer="check_in")
    await house.advance(DAY)
    assert mailbox.got == []
    (held,) = await house.core.query(ListNudges("owner", all=True))
    assert held.rule == "you wanted fewer about check-ins, and a question has no place in a digest"


async def test_what_was_missed_is_not_asked_late(tmp_path: Path) -> None:
    async with open_house(tmp_path, SUNDAY) as house:
        await house.create("person", "Anna")
        await wants(house, check_ins="08:30,17:30")
    async with open_house(tmp_path, SUNDAY + timedelta(days=1)) as house:
        house.nudges.deliver_by(mailbox := Mailbox())
        await house.advance(6 * 60)
        assert times(mailbox) == ["Mon 17:30"]


async def test_without_a_twin_that_keeps_it_nothing_is_asked(house: House, mailbox: Mailbox) -> None:
    await wants(house, check_ins="08:30,17:30")
    await house.advance(2 * DAY)
    assert mailbox.got == []


async def test_the_answer_of_the_interview_is_a_setting(house: House, mailbox: Mailbox) -> None:
    await house.create("person", "Anna", config={"check_ins": ["evening", "morning"]})
    await house.advance(DAY)
    assert times(mailbox) == ["Mon 17:30", "Tue 08:30"]


async def test_what_are_no_times_is_refused(house: House) -> None:
    for check_ins in ("sometimes", "25:00", "8", ["noon"]):
        with pytest.raises(Rejected, match="no times of day"):
            await wants(house, check_ins=check_ins)
