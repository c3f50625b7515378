"""Talk about what is told unasked: when it may come, fewer of it, why it came, and what was held back."""

from datetime import timedelta

import pytest

from bot.ways.book import WayBook
from bot.ways.courier import HouseCourier
from tests.bot.test_house_talk import Open, Talk, opened
from twin_core.contract.agenda import GetPerson, SetPersonSettings
from twin_core.contract.clock import instant_text
from twin_core.contract.commands import CreateTwin
from twin_core.contract.nudges import ListNudges
from twin_core.contract.reminders import ListReminders
from twin_core.contract.telemetry import Reading, RecordTelemetry

__all__ = ["opened"]


async def settings(talk: Talk) -> dict[str, object]:
    return dict((await talk.house.core.query(GetPerson("owner"))).config)


async def thaw(talk: Talk, name: str = "ice chest") -> None:
    """A freezer becomes critical, and what is due is done."""
    house = talk.house
    await house.core.execute(CreateTwin("freezer", name))
    now = house.clock.now()
    rows = [Reading(name, "temperature", -5.0, at=now - timedelta(minutes=m)) for m in (40, 20, 5)]
    await house.core.execute(RecordTelemetry(tuple(rows)))
    book = WayBook(house.store)
    house.nudges.deliver_by(HouseCourier(house.engine, (), (), book))
    await house.timers.advance(house.clock.now())


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("quiet hours 22 to 7", {"quiet_hours": "22:00-07:00"}),
        ("don't disturb me between 9:30 pm and 6 am", {"quiet_hours": "21:30-06:00"}),
        ("set quiet hours from ten to six", {"quiet_hours": "22:00-06:00"}),
        ("please be quiet between noon and one", {"quiet_hours": "12:00-13:00"}),
        ("no messages after 9 in the evening", {"quiet_hours": "21:00-07:00"}),
        ("no nudges before ten", {"quiet_hours": "22:00-10:00"}),
        ("quiet hours off", {"quiet_hours": "off"}),
        ("not one sound between eleven and seven", {"quiet_hours": "23:00-07:00"}),
        ("not a squeak from 9 pm till 6 am", {"quiet_hours": "21:00-06:00"}),
        ("no messages on weekends", {"quiet_days": "sat,sun"}),
        ("do not disturb for two hours", {"quiet_until": "2026-03-02T10:00:00Z"}),
        ("be quiet until 3 pm", {"quiet_until": "2026-03-02T15:00:00Z"}),
        ("do not disturb me tonight", {"quiet_from": "2026-03-02T18:00:00Z", "quiet_until": "2026-03-03T06:00:00Z"}),
        ("do not disturb", {"quiet_until": "2026-03-02T09:00:00Z"}),
        ("only wake me at night for critical things", {"breaks_quiet": "critical"}),
        ("at most three messages a day", {"nudges_a_day": 3}),
        ("no more than 0 messages a day", {"nudges_a_day": 0}),
        ("stop suggesting breaks", {"muted": "break"}),
        ("fewer messages about tasks", {"fewer": "task"}),
        ("send the digest at 7:30 and 18:30", {"digests": "07:30,18:30"}),
        ("stop sending the digest", {"digests": "off"}),
    ],
)
async def test_it_is_set_told_and_taken_back(opened: Open, said: str, kept: dict[str, object]) -> None:
    async with opened() as talk:
        told = await talk.say(said)
        assert await settings(talk) == kept, told
        assert "can't" not in told
        assert "Undo" in talk.buttons()
        await talk.press("Undo")
        assert await settings(talk) == {}


async def test_fewer_of_these_means_what_was_told_last(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("hello")
        await thaw(talk)
        assert "devices only in the digest" in await talk.say("fewer of these")
        assert (await settings(talk))["fewer"] == "device"
        assert "nothing about devices" in await talk.say("fewer of these, please")
        assert await settings(talk) == {"muted": "device"}
        assert "Nothing about devices unless it is dangerous" in await talk.say("what are my settings?")
        await talk.say("tell me about devices again")
        assert await settings(talk) == {}


async def test_why_it_was_told_and_what_is_meant_by_it(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("hello")
        await thaw(talk)
        told = await talk.say("why did you tell me this?")
        for word in ("I told you", "Ice chest is too warm", "it is critical", "fewer of these"):
            assert word in told
        assert "Snoozed: Ice chest" in await talk.say("snooze it")
        assert {"15 minutes", "This evening", "Tuesday morning"} <= talk.buttons()
        assert "comes back tomorrow at 09:00" in await talk.say("snooze it until the next working morning")


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("tell me again if nobody has acknowledged it in 10 minutes", "08:10"),
        ("unless somebody takes it on within half an hour, remind me", "08:30"),
    ],
)
async def test_if_nobody_takes_it_on_it_is_told_again_and_not_put_off(opened: Open, said: str, at: str) -> None:
    async with opened() as talk:
        await talk.say("hello")
        await thaw(talk)
        assert f"at {at}, unless somebody has taken it on by then: Ice chest is too warm." in await talk.say(said)
        assert "Ice chest" in await talk.say("what's critical?")
        (reminder,) = await talk.house.core.query(ListReminders())
        assert reminder.unacknowledged is not None
        await talk.say("undo")
        assert await talk.house.core.query(ListReminders()) == ()


async def test_whoever_answers_what_is_over_is_told_so_by_its_name(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("hello")
        await thaw(talk)
        (nudge,) = await talk.house.core.query(ListNudges("owner"))
        for minutes in (30, 30):
            await talk.house.timers.advance(talk.house.clock.now() + timedelta(minutes=minutes))
            now = talk.house.clock.now()
            rows = [Reading("ice chest", "temperature", -19.0, at=now - timedelta(minutes=m)) for m in (20, 10, 1)]
            await talk.house.core.execute(RecordTelemetry(tuple(rows)))
        said = await talk.say("acknowledge it")
        assert said.startswith("“Ice chest is too warm” is over already, so there is nothing to do about it.")
        assert [await talk.say("", action=action.id) for action in nudge.actions] == [said] * len(nudge.actions)


async def test_what_was_held_back_is_told_with_its_rule(opened: Open) -> None:
    async with opened() as talk:
        assert "held nothing back" in await talk.say("what did you not tell me?")
        until = instant_text(talk.house.clock.now() + timedelta(hours=2))
        await talk.house.core.execute(SetPersonSettings("owner", {"quiet_until": until}))
        await thaw(talk)
        told = await talk.say("what have you held back?")
        assert "Ice chest is too warm: your quiet hours last until 10:00." in told


async def test_what_was_told_is_listed_for_the_time_that_is_named(opened: Open) -> None:
    async with opened() as talk:
        assert "told you nothing by myself today" in await talk.say("what did you tell me today?")
        await talk.say("hello")
        await thaw(talk)
        assert "At 08:00: Ice chest is too warm" in await talk.say("what have you told me today?")
        assert "At 08:00: Ice chest is too warm" in await talk.say("which messages did you send me this morning?")
        assert "told you nothing by myself then" in await talk.say("what did you tell me yesterday?")


async def test_a_topic_that_was_switched_off_is_told_again_and_a_list_is_something_else(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("no messages about tasks")
        assert "no open tasks" in await talk.say("tell me about my tasks again")
        assert await settings(talk) == {"muted": "task"}
        await talk.say("tell me about tasks again")
        assert await settings(talk) == {}


async def test_a_setting_that_cannot_be_read_keeps_nobody_from_being_told(opened: Open) -> None:
    async with opened() as talk:
        await talk.say("hello")
        config = {"user": "owner", "quiet_until": "soon", "digests": 7, "muted": 3, "quiet_days": "someday"}
        await talk.house.core.execute(CreateTwin("person", "Anna", config=config))
        await thaw(talk)
        assert "I told you" in await talk.say("why did you tell me this?")
