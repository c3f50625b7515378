"""The app package for Teams: what people upload."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

SCRIPT = Path(__file__).parents[3] / "deploy/teams/package.py"


def test_the_package_names_the_bot_and_holds_icons_of_the_right_size(tmp_path: Path) -> None:
    subprocess.run([sys.executable, SCRIPT, "app-1", "pollux.test"], cwd=tmp_path, check=True)
    with zipfile.ZipFile(tmp_path / "pollux-teams.zip") as package:
        manifest = json.loads(package.read("manifest.json"))
        sizes = {kind: int.from_bytes(package.read(name)[16:20]) for kind, name in manifest["icons"].items()}
    assert sizes == {"color": 192, "outline": 32}
    assert (manifest["id"], manifest["bots"][0]["botId"], manifest["validDomains"]) == (
        "app-1",
        "app-1",
        ["pollux.test"],
    )
    assert len(manifest["description"]["short"]) <= 80


def test_half_of_what_is_needed_is_refused_with_what_to_say(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, SCRIPT, "app-1"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode
    assert "CLIENT_ID HOST" in done.stderr
