"""Outside systems are built from the settings, or refuse to start with what to mend."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.outside.sources import build_hooks, build_mirrors, connect_calendar
from bot.settings import load_settings
from tests.house import open_house
from twin_core.contract.errors import PolluxError, Rejected

TOML = """
[tasks.todoist]
token = "t"
[tasks.plant]
kind = "gitlab"
title = "Plant board"
token = "t"
project = "maintenance/line-2"
[calendars.family]
kind = "ics"
file = "family.ics"
[calendars.caldav]
title = "Office"
url = "https://dav.example/"
user = "anna"
password = "p"
[hooks.github]
secrets = ["a secret that is long enough"]
[hooks.monitor]
kind = "generic"
secrets = ["a secret that is long enough"]
mapping = { kind = "concern", key = "id", title = "name" }
"""


async def test_every_source_that_is_set_up_is_built(tmp_path: Path) -> None:
    (tmp_path / "pollux.toml").write_text(TOML)
    settings = load_settings(file=tmp_path / "pollux.toml", environ={})
    async with open_house(tmp_path) as house:
        around = {"core": house.core, "store": house.store, "clock": house.clock, "writers": house.planning.writers}
        mirrors = build_mirrors(settings, {**around, "zone": lambda: ZoneInfo("UTC")})
        assert [(m.name, m.title) for m in mirrors] == [
            ("todoist", "Todoist"),
            ("plant", "Plant board"),
            ("family", "Family"),
            ("caldav", "Office"),
        ]
        for mirror in mirrors:
            assert not mirror.faults()
            await mirror.aclose()
    assert sorted(build_hooks(settings)) == ["github", "monitor"]


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[tasks.trello]\ntoken = 't'", "no tasks plug-in called 'trello'"),
        ("[tasks.todoist]\ntoken = 't'\nproject = 'x'", "Todoist knows no setting 'project'"),
        ("[tasks.asana]\ntoken = 't'", "has no workspace"),
        ("[calendars.ics]\ntitle = 'Family'", "needs a file or a url"),
        ("[calendars.caldav]\nuser = 'anna'", "has no url"),
        ("[calendars.ics]\nclient_id = 'x'", "knows no setting 'client_id'"),
        ("[hooks.github]\nsecrets = ['short']", "at least 16 characters"),
    ],
)
async def test_a_wrong_source_says_what_to_mend(tmp_path: Path, toml: str, said: str) -> None:
    (tmp_path / "pollux.toml").write_text(toml)
    settings = load_settings(file=tmp_path / "pollux.toml", environ={})
    async with open_house(tmp_path) as house:
        around = {"core": house.core, "store": house.store, "clock": house.clock, "writers": house.planning.writers}
        with pytest.raises(Rejected, match=said):
            build_mirrors(settings, {**around, "zone": lambda: ZoneInfo("UTC")})
            build_hooks(settings)


@pytest.mark.parametrize(
    ("name", "said"), [("work", "no calendar called 'work'"), ("caldav", "not connected like that")]
)
async def test_only_what_somebody_grants_access_to_is_connected(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "pollux.toml").write_text(TOML)
    settings = load_settings(file=tmp_path / "pollux.toml", environ={})
    with pytest.raises(PolluxError, match=said):
        await connect_calendar(settings, name, print)
