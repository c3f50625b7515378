"""How a person's days are: said by themselves, with or without a twin of them."""

from pathlib import Path

import pytest

from tests.house import ANNA, House, open_house
from twin_core.contract.agenda import GetPerson, SetPersonSettings
from twin_core.contract.errors import Rejected


async def test_settings_need_no_twin_and_outlive_a_restart(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.core.execute(SetPersonSettings("anna", {"quiet_hours": "21:30-06:15"}), ANNA)
        await house.core.execute(SetPersonSettings("anna", {"timezone": "Asia/Kathmandu"}), ANNA)
    async with open_house(tmp_path) as house:
        anna = await house.core.query(GetPerson("anna"))
        assert (anna.quiet_start_s, anna.quiet_end_s, anna.zone) == (77_400, 22_500, "Asia/Kathmandu")
        assert (await house.core.query(GetPerson("bob"))).zone == "Europe/Berlin"
        back = await house.core.execute(SetPersonSettings("anna", {"timezone": None}), ANNA)
        assert back.zone == "Europe/Berlin"


async def test_with_a_twin_they_are_in_its_config(house: House) -> None:
    twin = await house.create("person", "Anna", config={"user": "anna", "role": "lead"})
    await house.core.execute(SetPersonSettings("anna", {"working_hours": "08:00-16:00"}), ANNA)
    assert (await house.state(twin.id)).twin.config["working_hours"] == "08:00-16:00"
    assert (await house.core.query(GetPerson("anna"))).work_start_s == 28_800


@pytest.mark.parametrize("settings", [{"quiet_hours": "late"}, {"working_hours": "9-9"}, {"timezone": "Mars/Olympus"}])
async def test_what_cannot_be_read_is_refused(house: House, settings: dict[str, object]) -> None:
    with pytest.raises(Rejected):
        await house.core.execute(SetPersonSettings("anna", settings), ANNA)
    assert (await house.core.query(GetPerson("anna"))).config == {}
