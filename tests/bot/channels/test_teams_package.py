"""The app package for Teams: what people upload."""

import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.bot.channels.teams_manifest import Manifest

SCRIPT = Path(__file__).parents[3] / "deploy/teams/package.py"
CLIENT = "3f2c0000-1111-2222-3333-444455556666"


def test_the_package_names_the_bot_and_holds_icons_of_the_right_size(tmp_path: Path) -> None:
    subprocess.run([sys.executable, SCRIPT, CLIENT, "pollux.test"], cwd=tmp_path, check=True)
    with zipfile.ZipFile(tmp_path / "pollux-teams.zip") as package:
        manifest = Manifest.model_validate_json(package.read("manifest.json"))
        sizes = {name: struct.unpack(">II", package.read(name)[16:24]) for name in package.namelist() if "png" in name}
    assert sizes == {manifest.icons.color: (192, 192), manifest.icons.outline: (32, 32)}
    assert (manifest.id, manifest.bots[0].bot_id, manifest.valid_domains) == (CLIENT, CLIENT, ["pollux.test"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([CLIENT], "CLIENT_ID HOST"),
        (["app-1", "pollux.test"], "Application (client) ID"),
        ([CLIENT, "https://pollux.test/"], "without https://"),
    ],
)
def test_what_teams_would_not_take_is_refused_with_what_to_say(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode
    assert said in done.stderr
    assert not list(tmp_path.iterdir())
