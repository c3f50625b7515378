"""Check-ins in the conversation: asked for, answered one question after another, skipped, paused."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.ports import Incoming
from tests.bot.ways.world import World, open_world
from twin_core.contract.agenda import GetPerson, SetPersonSettings
from twin_core.contract.clock import parse_instant
from twin_core.contract.commands import CreateTwin, GetState
from twin_core.contract.nudges import ListNudges
from twin_core.contract.reminders import ListReminders


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[World]:
    """It is Monday, nine in the morning in Berlin; the owner has a twin."""
    async with open_world(folder, timezone="Europe/Berlin") as world:
        world.house.nudges.deliver_by(world.courier)
        await world.house.core.execute(CreateTwin("person", "Anna"))
        await world.house.core.execute(CreateTwin("light", "hall lamp"))
        yield world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened(tmp_path) as world:
        yield world


async def until(world: World, clock: str) -> None:
    """Moves on to this time of today or tomorrow, as a clock in Berlin shows it."""
    now = world.house.clock.now() + timedelta(hours=1)
    hour, minute = map(int, clock.split(":"))
    ahead = timedelta(hours=hour, minutes=minute) - timedelta(hours=now.hour, minutes=now.minute)
    await world.house.timers.advance(world.house.clock.now() + ahead % timedelta(days=1))


async def felt(world: World) -> dict[str, object]:
    reported = (await world.house.core.query(GetState("person.anna"))).reported
    return {name: known.value for name, known in reported.items()}


async def test_two_questions_and_their_answers(world: World) -> None:
    assert "check-ins at 08:30 and 17:30" in await world.say("check in with me at 8:30 and 17:30")
    await until(world, "17:30")
    assert "How stressful was it, from 1 to 5?" in await world.say("4")
    assert await world.say("2") == "Noted, for you alone: stress 2."
    assert await felt(world) == {"mood": 4.0, "stress": 2.0}
    (asked,) = await world.house.core.query(ListNudges("owner"))
    assert asked.status == "answered"


async def test_both_are_answered_in_one_sentence(world: World) -> None:
    await world.say("check in with me every morning at 8:30")
    await until(world, "08:30")
    assert await world.say("energy 4, slept 6 hours") == "Noted, for you alone: energy 4 and sleep 6 h."
    assert await felt(world) == {"energy": 4.0, "sleep": 6.0}


async def test_each_may_be_skipped_and_no_value_is_made_up(world: World) -> None:
    await world.say("check in with me at 8:30")
    await until(world, "08:30")
    assert await world.say("skip") == "Skipped. How many hours did you sleep?"
    assert "I did not get that. How many hours" in await world.say("the usual")
    assert "goes from 0 to 24 h" in await world.say("40 hours")
    assert await world.say("about six and a half") == "Noted, for you alone: sleep 6.5 h."
    assert await felt(world) == {"sleep": 6.5}


async def test_a_button_answers_and_never_mind_ends_it(world: World) -> None:
    await world.say("check in with me at 8:30")
    await until(world, "08:30")
    (asked,) = await world.house.core.query(ListNudges("owner"))
    assert [action.title for action in asked.actions] == ["1", "2", "3", "4", "5", "Skip"]
    answer = await world.house.engine.handle(Incoming("c1", "", action=asked.actions[1].id))
    assert answer.replies[0].text == "Noted, for you alone: energy 2. How many hours did you sleep?"
    assert "All right" in await world.say("never mind")
    assert await felt(world) == {"energy": 2.0}


async def test_whoever_goes_on_with_something_else_is_not_pressed(world: World) -> None:
    await world.say("check in with me at 8:30")
    await until(world, "08:30")
    assert await world.say("turn the hall lamp on") == "Hall lamp on."


async def test_an_answer_that_comes_too_late_is_no_answer(world: World) -> None:
    await world.say("check in with me at 8:30")
    await until(world, "08:30")
    await until(world, "12:00")
    assert "Noted" not in await world.say("4")
    assert await felt(world) == {}


async def test_an_open_question_waits_behind_the_check_in(world: World) -> None:
    await world.say("check in with me at 17:30")
    assert "When" in await world.say("remind me to call Ben")
    await until(world, "17:30")
    assert "How stressful" in await world.say("4")
    said = await world.say("1")
    assert "Noted, for you alone: stress 1." in said
    assert "When" in said


async def test_a_check_in_can_be_begun_at_any_time(world: World) -> None:
    assert await world.say("I'd like to do my check-in") == "How much energy do you have, from 1 to 5?"
    assert "How many hours" in await world.say("I'm exhausted")
    assert await felt(world) == {"energy": 1.0}


async def test_paused_resumed_changed_and_stopped(world: World) -> None:
    await world.say("check in with me at 8:30 and 17:30")
    assert await world.say("pause check-ins until wednesday") == "Set: check-ins paused until Wednesday 4 March."
    assert "Check-ins paused until Wednesday 4 March" in await world.say("what are my settings?")
    assert "not paused" in await world.say("resume the check-ins")
    assert await world.say("no evening check-in please") == "Set: check-ins at 08:30."
    assert await world.say("stop the check-ins") == "Set: no check-ins."
    await world.say("undo that")
    assert (await world.house.core.query(GetPerson("owner"))).config["check_ins"] == "08:30"


async def test_without_a_twin_it_is_said_what_is_missing(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        assert "once there is a twin of you" in await world.say("check in with me at 8:30")


async def test_what_somebody_says_is_kept_for_them_alone(world: World) -> None:
    answer = await world.house.engine.handle(Incoming("c2", "energy 4", user="bob"))
    assert "no twin of you" in answer.replies[0].text
    assert await felt(world) == {}


async def by_voice(world: World, text: str, *, shared: bool = False) -> str:
    answer = await world.house.engine.handle(Incoming("voice", text, spoken=True, shared=shared))
    return "\n".join(reply.text for reply in answer.replies)


async def test_a_good_morning_by_voice_tells_the_day_and_asks_two_questions(world: World) -> None:
    await world.say("add a task to send the quote at 11 am")
    await world.say("put a review in my calendar at 10 am")
    said = await by_voice(world, "good morning")
    assert said.startswith("Good morning. Most critical today: ")
    assert "One event today: Review at 10:00." in said
    assert said.endswith("How much energy do you have, from 1 to 5?")
    assert "How many hours did you sleep?" in await by_voice(world, "four")
    assert await by_voice(world, "seven hours") == "Noted, for you alone: sleep 7 h."
    assert await felt(world) == {"energy": 4.0, "sleep": 7.0}
    again = await by_voice(world, "good morning")
    assert again.startswith("Good morning.")
    assert "How" not in again


async def test_a_check_in_by_voice_is_told_the_day_too(world: World) -> None:
    assert (await by_voice(world, "let's do my check-in")).startswith("Good morning. Nothing needs you right now.")


async def test_a_typed_good_morning_and_one_among_others_are_greetings(world: World) -> None:
    assert "How" not in await world.say("good morning")
    said = await by_voice(world, "good morning", shared=True)
    assert "How" not in said
    assert "event" not in said


async def test_without_a_twin_the_day_is_told_and_nothing_asked(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        said = await by_voice(world, "good morning")
    assert said == "Good morning. Nothing needs you right now. No events, and nothing is due today."


async def test_nobody_is_told_how_somebody_else_is(world: World) -> None:
    await world.say("mood 4, energy 3")
    assert "mood: 4" in await world.say("what's my mood?")

    async def bob_hears(text: str) -> str:
        answer = await world.house.engine.handle(Incoming("c2", text, user="bob"))
        return "\n".join(reply.text for reply in answer.replies)

    for asked in ("what's the mood of Anna?", "how is Anna?", "how was the mood of Anna today?", "tell me about Anna"):
        assert not set("34") & set(await bob_hears(asked)), asked


async def test_times_are_read_and_told_on_the_clock_of_whoever_speaks(world: World) -> None:
    """The house is in Berlin, where it is nine; of its people one is in New York, where it is three at night."""
    await world.house.core.execute(SetPersonSettings("owner", {"timezone": "America/New_York"}))
    assert "08:30" in await world.say("check in with me at 8:30")
    assert await world.say("pause check-ins until 3 pm") == "Set: check-ins paused until Monday 2 March at 15:00."
    paused = (await world.house.core.query(GetPerson("owner"))).config["check_ins_paused_until"]
    assert paused == "2026-03-02T20:00:00Z"
    abroad = Incoming("c2", "remind me at 3 pm to call Ben", user="ben")
    assert "at 15:00" in (await world.house.engine.handle(abroad)).replies[0].text
    (reminder,) = await world.house.core.query(ListReminders("ben"))
    assert reminder.at == parse_instant("2026-03-02T14:00:00Z")


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        ("check in with me at 26:00", "26:00 is no time of a day"),
        ("pause check-ins until yesterday", "That time is past"),
        ("quiet hours 25 to 7", "These are no two times of a day"),
        ("at most -3 messages a day", "I can't keep that wish yet"),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_changes(world: World, wish: str, refusal: str) -> None:
    await world.say("check in with me at 8:30")
    before = (await world.house.core.query(GetPerson("owner"))).config
    assert refusal in await world.say(wish)
    assert (await world.house.core.query(GetPerson("owner"))).config == before
