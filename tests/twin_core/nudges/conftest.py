"""A house whose nudges fall into a mailbox."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.house import House, open_house
from tests.twin_core.nudges.mailbox import Mailbox


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


@pytest.fixture
def mailbox(house: House) -> Mailbox:
    box = Mailbox()
    house.nudges.deliver_by(box)
    return box
