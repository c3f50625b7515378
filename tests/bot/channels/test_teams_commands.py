"""The commands that Teams proposes: Pollux understands each of them, and answers it where it stands."""

import json
from pathlib import Path

from tests.bot.channels.town import open_town

MANIFEST = Path(__file__).parents[3] / "deploy/teams/manifest.json"
ROOM = "19:room@thread.tacv2;messageid=1"
ALONE = "ask_critical plan_day ask_tasks list_twins discover_devices ask_preferences help".split()
AMONG_OTHERS = "list_twins discover_devices help".split()


async def test_every_command_is_understood_as_what_it_says_and_answered_where_it_stands(tmp_path: Path) -> None:
    lists = json.loads(MANIFEST.read_text("utf-8"))["bots"][0]["commandLists"]
    alone, *among_others = [[command["title"] for command in each["commands"]] for each in lists]
    async with open_town(tmp_path) as town:
        for titles, intents in ((alone, ALONE), *((each, AMONG_OTHERS) for each in among_others)):
            assert [(await town.house.nlu.parse(title))[0].intent for title in titles] == intents
        await town.link()
        for title in {title for titles in among_others for title in titles}:
            said = await town.teams_says(title, channel=ROOM)
            assert (said["to"], "alone" in said["text"]) == (ROOM, False), title
