"""The app package for Teams: what people upload."""

import json
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest

from tests.bot.channels.teams_manifest import Manifest
from tests.published import misfits, require_schema

SCRIPT = Path(__file__).parents[3] / "deploy/teams/package.py"
CLIENT = "3f2c0000-1111-2222-3333-444455556666"
WHITE, CLEAR = (255, 255, 255, 255), 0


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What is in the package."""
    folder = tmp_path_factory.mktemp("package")
    subprocess.run([sys.executable, SCRIPT, CLIENT, "pollux.test"], cwd=folder, check=True)
    with zipfile.ZipFile(folder / "pollux-teams.zip") as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def test_the_package_names_the_bot_and_holds_nothing_but_what_its_manifest_names(files: dict[str, bytes]) -> None:
    manifest = Manifest.model_validate_json(files["manifest.json"])
    assert set(files) == {"manifest.json", manifest.icons.color, manifest.icons.outline}  # all at its top
    assert (manifest.id, manifest.bots[0].bot_id, manifest.valid_domains) == (CLIENT, CLIENT, ["pollux.test"])


def test_the_manifest_is_as_microsoft_publishes_it(files: dict[str, bytes]) -> None:
    published, manifest = require_schema("teams-manifest.json"), _read(files, "manifest.json")
    assert misfits(published, manifest) == []
    assert misfits(published, {**manifest, "bots": [{**manifest["bots"][0], "scopes": ["everywhere"]}]})


def test_commands_are_proposed_wherever_the_bot_is(files: dict[str, bytes]) -> None:
    [bot] = _read(files, "manifest.json")["bots"]
    assert [scope for each in bot["commandLists"] for scope in each["scopes"]] == bot["scopes"]


def test_icons_are_as_teams_wants_them(files: dict[str, bytes]) -> None:
    """192 pixels square with nothing to see through; 32 pixels square, white or nothing."""
    assert (_size(files["color.png"]), _size(files["outline.png"])) == ((192, 192), (32, 32))
    colour, outline = _pixels(files["color.png"]), _pixels(files["outline.png"])
    assert {alpha for *_, alpha in colour} == {255}
    assert {pixel if pixel[3] else CLEAR for pixel in outline} == {WHITE, CLEAR}


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


def _read(files: dict[str, bytes], name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(files[name])
    return read


def _size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def _pixels(png: bytes) -> set[tuple[int, ...]]:
    """Of a picture as we write it: eight bits each of red, green, blue and alpha, no filter, one chunk."""
    size, _ = _size(png)
    length = int.from_bytes(png[33:37])
    rows, width = zlib.decompress(png[41 : 41 + length]), 4 * size + 1
    return {tuple(rows[y * width + 1 + 4 * x :][:4]) for y in range(size) for x in range(size)}
