"""Changes that were asked for a later time: done then, and told only where that failed."""

from datetime import timedelta

import pytest

from tests.house import ANNA, House
from tests.twin_core.nudges.mailbox import Mailbox
from twin_core.contract.commands import MoveTwin
from twin_core.contract.errors import Rejected
from twin_core.contract.reminders import CreateReminder, GetReminder, Wish
from twin_core.contract.template import Value


def planned(house: House, twin: str, minutes: float = 10, rule: str | None = None, **values: Value) -> CreateReminder:
    return CreateReminder("the change", house.at(minutes), rule, wishes=(Wish(twin, values),))


async def test_is_done_at_its_time_without_a_word(house: House, mailbox: Mailbox) -> None:
    lamp = await house.create("light", "desk lamp", place="study")
    made = await house.core.execute(planned(house, lamp.id, on=True), ANNA)
    await house.advance(9)
    assert "on" not in (await house.state(lamp.id)).desired
    await house.advance(2)
    assert (await house.state(lamp.id)).desired["on"].value is True
    assert mailbox.texts == []
    assert (await house.core.query(GetReminder(made.id))).status == "delivered"


async def test_a_repeating_one_goes_on(house: House, mailbox: Mailbox) -> None:
    lamp = await house.create("light", "desk lamp", place="study")
    made = await house.core.execute(planned(house, lamp.id, rule="FREQ=DAILY", on=True), ANNA)
    await house.advance(11)
    again = await house.core.query(GetReminder(made.id))
    assert made.at is not None
    assert (again.status, again.at) == ("waiting", made.at + timedelta(days=1))


async def test_what_cannot_be_done_is_refused_when_it_is_asked_for(house: House) -> None:
    lamp = await house.create("light", "desk lamp", place="study")
    with pytest.raises(Rejected):
        await house.core.execute(planned(house, lamp.id, brightness=4000), ANNA)


async def test_what_could_not_be_done_is_told_with_the_reason(house: House, mailbox: Mailbox) -> None:
    lamp = await house.create("light", "desk lamp", place="study")
    await house.core.execute(planned(house, lamp.id, on=True), ANNA)
    await house.core.execute(MoveTwin(lamp.id, "archived"), ANNA)
    await house.advance(11)
    (text,) = mailbox.texts
    assert text.startswith("Not done: the change")
    assert "Desk lamp is archived" in text


async def test_one_that_was_missed_for_long_is_not_done_but_told(house: House, mailbox: Mailbox) -> None:
    lamp = await house.create("light", "desk lamp", place="study")
    await house.core.execute(planned(house, lamp.id, on=True), ANNA)
    house.clock.move_to(house.at(60))  # nothing ran in between
    await house.advance(0)
    assert "on" not in (await house.state(lamp.id)).desired
    (text,) = mailbox.texts
    assert text.startswith("Not done: the change")
    assert "not running" in text
