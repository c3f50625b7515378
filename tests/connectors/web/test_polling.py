"""A source that cannot be read: its fault is remembered however it was asked, and told as it is now."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from connectors.web.polling import Polling
from tests.house import House, open_house
from twin_core.contract.commands import GetCritical
from twin_core.contract.errors import PolluxError, Unauthenticated, Unavailable
from twin_core.contract.views import ConcernView

LOCKED = Unauthenticated("Choir answered 401.", hint="Make a new password.")
DOWN = Unavailable("Choir answered 503.", hint="Wait.")


class Source:
    """Answers what it is told to."""

    def __init__(self) -> None:
        self.error: PolluxError | None = None

    async def sync(self) -> None:
        if self.error:
            raise self.error


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


def polling(house: House, source: Source) -> Polling:
    return Polling("choir", "Choir", "owner", 300.0, house.core, source.sync)


async def asked(polling: Polling, source: Source, error: PolluxError | None) -> None:
    source.error = error
    if error is None:
        await polling.now()
        return
    with pytest.raises(PolluxError):
        await polling.now()


async def concerns(house: House) -> list[ConcernView]:
    return list((await house.core.query(GetCritical())).items)


async def test_what_failed_when_asked_by_hand_is_known_until_it_works(house: House) -> None:
    source = Source()
    choir = polling(house, source)
    await asked(choir, source, DOWN)
    assert [fault.message for fault in choir.faults()] == [DOWN.message]
    assert await concerns(house) == []  # it may pass by itself
    await asked(choir, source, None)
    assert choir.faults() == ()


async def test_the_reason_that_is_told_is_that_of_now(house: House) -> None:
    source = Source()
    choir = polling(house, source)
    await asked(choir, source, LOCKED)
    assert (await concerns(house))[0].why[0] == LOCKED.message
    await asked(choir, source, DOWN)
    (told,) = await concerns(house)
    assert (told.why[0], told.severity) == (DOWN.message, "info")
    await asked(choir, source, None)
    assert await concerns(house) == []


async def test_what_was_told_before_a_restart_ends_when_it_works_again(house: House) -> None:
    source = Source()
    await asked(polling(house, source), source, LOCKED)
    await asked(polling(house, source), source, None)
    assert await concerns(house) == []
