"""What was misunderstood: kept with consent only, bounded, gone with the consent."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.dialogue.state import Heard
from bot.lessons import MAX_CHARS, MAX_KEPT, Lessons
from twin_core.bus import Core, InProcessBus
from twin_core.contract.clock import FrozenClock
from twin_core.contract.privacy import LEARNING, SetConsent
from twin_core.privacy import ConsentDesk
from twin_core.store import open_store

HEARD = Heard("put the kettle on hold", "out_of_scope", 0.4, (("control_device", 0.3),), (("twin", 8, 14),))


class Room:
    """Lessons with what they need, in a real store."""

    def __init__(self, lessons: Lessons, core: Core) -> None:
        self.lessons = lessons
        self.core = core

    async def allow(self, person: str, granted: bool = True) -> None:
        await self.core.execute(SetConsent(person, LEARNING, granted))


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    clock = FrozenClock(datetime(2026, 3, 2, 8, tzinfo=UTC))
    store = await open_store(f"sqlite:///{tmp_path / 'lessons.db'}", clock)
    core, bus = Core(), InProcessBus()
    core.register(ConsentDesk(store, bus, clock).handlers())
    yield Room(Lessons(store, core, bus, clock), core)
    await store.aclose()


async def test_nothing_is_kept_of_who_has_not_agreed(room: Room) -> None:
    await room.allow("bob")
    assert not await room.lessons.note("anna", HEARD, "not understood")
    assert await room.lessons.kept() == []


async def test_a_message_is_kept_once_with_its_last_reason(room: Room) -> None:
    await room.allow("anna")
    assert await room.lessons.note("anna", HEARD, "not understood")
    assert await room.lessons.note("anna", HEARD, "thumbs down")
    (lesson,) = await room.lessons.kept()
    assert (lesson.text, lesson.taken_for, lesson.reason) == (HEARD.text, "out_of_scope", "thumbs down")
    assert lesson.alternatives == (("control_device", 0.3),)
    assert lesson.spans == (("twin", 8, 14),)


async def test_the_oldest_go_first_and_pages_are_not_kept(room: Room) -> None:
    await room.allow("anna")
    for number in range(MAX_KEPT + 3):
        await room.lessons.note("anna", Heard(f"blorp {number}", "inform", 0.3), "corrected")
    assert not await room.lessons.note("anna", Heard("x" * (MAX_CHARS + 1), "inform", 0.3), "corrected")
    kept = await room.lessons.kept()
    assert (len(kept), kept[0].text) == (MAX_KEPT, "blorp 3")


async def test_what_was_dealt_with_goes_and_the_rest_stays(room: Room) -> None:
    for person in ("anna", "bob"):
        await room.allow(person)
        await room.lessons.note(person, HEARD, "corrected")
    first, second = await room.lessons.kept()
    assert await room.lessons.drop([first.id]) == 1
    assert await room.lessons.kept() == [second]


async def test_all_is_gone_with_the_consent(room: Room) -> None:
    for person in ("anna", "bob"):
        await room.allow(person)
        await room.lessons.note(person, HEARD, "corrected")
    await room.allow("anna", granted=False)
    assert [lesson.person for lesson in await room.lessons.kept()] == ["bob"]
