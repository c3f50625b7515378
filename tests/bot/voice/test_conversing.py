"""Conversations by voice in a whole house: espeak-ng speaks through the same frames that a microphone gives."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from bot.app import House, open_house
from bot.ports import Incoming
from bot.settings import load_settings
from bot.voice.conversing import VoiceConversation
from bot.voice.engines import open_engines
from bot.voice.names import names_here
from bot.voice.ports import FRAME_S, RATE_HZ
from bot.voice.turn import VoiceTurn
from bot.voice.wav import write_wav
from tests.bot.voice.room import Room, answered, at_once, pushing, said, speaking, told
from twin_core.contract.agenda import CreateEvent
from twin_core.contract.commands import CreateTwin, GetState
from twin_core.contract.tasks import CreateTask

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LIGHT = "light.kitchen_light"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(load_settings({"data": tmp_path}), clock_at=NOW) as house:
        await house.core.execute(CreateTwin("light", "kitchen light", place="kitchen"))
        for name in ("hall lamp", "desk lamp", "garage freezer", "cellar boiler"):
            await house.core.execute(CreateTwin(name.split()[1].replace("lamp", "light"), name))
        yield house


async def converse(house: House, room: Room, greeting: str = "", **options: bool) -> list[str]:
    """What is told while the script of the room is gone through."""

    def about(text: str) -> Incoming:
        return Incoming("voice", text, channel="voice", spoken=True)

    services = house.engine.services
    async with open_engines(house.settings, lambda user: names_here(services.registry, services.core, user)) as engines:
        turn = VoiceTurn(engines, "owner", house.engine.handle, about)
        await turn.hear(write_wav(np.zeros(RATE_HZ)))  # the ears are built
        conversation = VoiceConversation(turn, room, room.told.append, **options)
        room.push = partial(asyncio.get_running_loop().call_soon_threadsafe, conversation.push)
        await conversation.run(greeting)
    return room.told


async def wants_on(house: House) -> object:
    desired = (await house.core.query(GetState(LIGHT))).desired
    return desired["on"].value if "on" in desired else None


async def test_what_is_said_is_done_and_answered_and_the_next_is_heard(house: House) -> None:
    room = Room([
        (at_once, said("turn on the kitchen light")),
        (answered(1), said("turn off the kitchen light")),
        (answered(2), np.zeros(1)),
    ])  # fmt: skip
    lines = await converse(house, room)
    assert lines == ["Turn on the kitchen light. Kitchen light on.", "Turn off the kitchen light. Kitchen light off."]
    assert await wants_on(house) is False
    assert not room.dropped


async def test_it_says_that_it_hears_once_it_does(house: House) -> None:
    told_before: list[str] = []

    def first(room: Room) -> bool:
        told_before.extend(room.told)
        return True

    lines = await converse(house, Room([(first, np.zeros(1)), (answered(1), np.zeros(1))]), "I am listening.")
    assert told_before == []
    assert lines == ["I am listening."]


async def test_a_short_pause_within_a_sentence_splits_nothing(house: House) -> None:
    words = np.concatenate([said("turn on the kitchen light"), np.zeros(RATE_HZ * 2 // 5), said("in the kitchen")])
    lines = await converse(house, Room([(at_once, words), (answered(1), np.zeros(1))]))
    assert len(lines) == 1
    assert "in the kitchen" in lines[0]


async def test_a_television_is_not_spoken_to(house: House) -> None:
    room = Room([
        (at_once, said("my grandmother lived in a small village near the sea")),
        (told("Did you say"), said("turn on the kitchen light")),
        (answered(1), np.zeros(1)),
    ])  # fmt: skip
    lines = await converse(house, room)
    assert lines[1:] == ["Turn on the kitchen light. Kitchen light on."]
    assert room.answers == 1


async def test_whoever_speaks_over_the_answer_is_heard_and_it_is_broken_off(house: House) -> None:
    room = Room([
        (at_once, said("list my twins")),
        (speaking(1.0), said("turn on the kitchen light")),
        (answered(2), np.zeros(1)),
    ])  # fmt: skip
    lines = await converse(house, room)
    assert lines[-1] == "Turn on the kitchen light. Kitchen light on."
    assert (room.dropped[0] - room.said_at[1]) * FRAME_S < 0.6
    assert await wants_on(house) is True


async def test_its_own_voice_in_the_microphone_is_no_interruption(house: House) -> None:
    room = Room([
        (at_once, said("list my twins")),
        (answered(1), said("list my twins")),
        (answered(2), np.zeros(1)),
    ], echo=0.3)  # fmt: skip
    lines = await converse(house, room)
    assert len(lines) == 2
    assert not room.dropped


async def test_stop_ends_the_answer_at_once_and_is_not_answered(house: House) -> None:
    room = Room([
        (at_once, said("list my twins")),
        (speaking(1.0), said("stop")),
        (told("Stopped."), np.zeros(RATE_HZ)),
    ])  # fmt: skip
    lines = await converse(house, room)
    assert lines[-1] == "Stopped."
    assert room.answers == 1
    assert room.spoken_s < 2


async def test_stop_leaves_the_question_that_is_open(house: House) -> None:
    room = Room([
        (at_once, said("delete the garage freezer")),
        (speaking(1.0), said("stop")),
        (told("Stopped."), said("yes")),
        (answered(2), np.zeros(1)),
    ])  # fmt: skip
    lines = await converse(house, room)
    assert lines[1:] == ["Stopped.", "Yes. Nothing is waiting for an answer right now."]
    assert house.engine.services.registry.twin("freezer.garage_freezer") is not None


async def test_a_cough_breaks_nothing_off_for_good(house: House) -> None:
    cough = np.random.default_rng(1).normal(0, 0.25, RATE_HZ // 3)
    room = Room([
        (at_once, said("list my twins")),
        (speaking(1.0), cough),
        (answered(2), np.zeros(1)),
    ])  # fmt: skip
    await converse(house, room)
    whole = Room([(at_once, said("list my twins")), (answered(1), np.zeros(1))])
    await converse(house, whole)
    assert room.dropped
    assert room.spoken_s >= whole.spoken_s


async def test_where_nothing_may_interrupt_an_answer_it_is_spoken_to_its_end(house: House) -> None:
    room = Room([
        (at_once, said("list my twins")),
        (speaking(0.5), said("turn on the kitchen light")),
        (answered(1), np.zeros(1)),
    ])  # fmt: skip
    lines = await converse(house, room, interruptible=False)
    assert len(lines) == 1
    assert not room.dropped


async def test_with_a_button_only_what_follows_a_push_is_heard(house: House) -> None:
    room = Room([
        (at_once, said("turn on the kitchen light")),
        (pushing, said("turn off the kitchen light")),
        (answered(1), np.zeros(1)),
    ])  # fmt: skip
    lines = await converse(house, room, pushes=True)
    assert lines == ["Listening …", "Turn off the kitchen light. Kitchen light off."]


async def test_a_second_push_ends_what_is_said_and_silence_is_answered(house: House) -> None:
    room = Room([
        (pushing, np.zeros(RATE_HZ)),
        (pushing, np.zeros(1)),
        (answered(1), np.zeros(1)),
    ])  # fmt: skip
    lines = await converse(house, room, pushes=True)
    assert lines == ["Listening …", "I heard nothing. Say it once more, a little louder."]


async def test_a_check_in_is_gone_through_to_its_end_without_a_hand(house: House) -> None:
    twin = await house.core.execute(CreateTwin("person", "Anna"))
    for title in ("send the quote to Acme", "call the surgery", "order filters"):
        await house.core.execute(CreateTask(title, due=NOW - timedelta(hours=1), owner="owner"))
    await house.core.execute(CreateEvent("review", NOW + timedelta(hours=2), NOW + timedelta(hours=3), owner="owner"))
    room = Room([
        (at_once, said("good morning")),
        (answered(1), said("my energy is four")),
        (answered(2), said("six hours")),
        (answered(3), np.zeros(1)),
    ])  # fmt: skip
    lines = await converse(house, room)
    assert "Most critical today" in lines[0]
    assert "Noted, for you alone: sleep 6 h." in lines[2]
    reported = (await house.core.query(GetState(twin.id))).reported
    assert (reported["energy"].value, reported["sleep"].value) == (4.0, 6.0)
    assert room.spoken_s < 60
