"""The sentences of DESIGN.md hold, and a tree that breaks one turns red: a rule never seen red is no rule."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house_rules.tree import PACKAGES, ROOT, modules, name

BIN = Path(sys.executable).parent

CONTRACT = "twin_core/contract imports nothing of ours"
OUTSIDE = "Outside twin_core only its contract is known"
INTERVIEW = "interview and connectors know neither the bot nor each other"
CONNECTORS = "connectors are strangers to the bot and the interview"
ONE_ROOT = "Only bot/app.py knows the connectors"
TWIN_CORE = "twin_core never looks up or out"
FLOORS = "The floors of twin_core"

# file, the import it must not have, the contract that says so
BREAKAGES = [
    ("twin_core/contract/clock.py", "import twin_core.domain", CONTRACT),
    ("twin_core/contract/ids.py", "import twin_core.store", CONTRACT),
    ("twin_core/contract/units.py", "import bot.ports", CONTRACT),
    ("bot/engine.py", "import twin_core.store", OUTSIDE),
    ("bot/cli/main.py", "import twin_core.service", OUTSIDE),
    ("interview/__init__.py", "import twin_core.templates", OUTSIDE),
    ("connectors/devices/__init__.py", "import twin_core.sync", OUTSIDE),
    ("interview/__init__.py", "import bot.ports", INTERVIEW),
    ("interview/__init__.py", "import connectors.devices", INTERVIEW),
    ("connectors/__init__.py", "import bot.ports", CONNECTORS),
    ("connectors/devices/__init__.py", "import interview", CONNECTORS),
    ("bot/engine.py", "import connectors.devices", ONE_ROOT),
    ("bot/skills/__init__.py", "import connectors", ONE_ROOT),
    ("twin_core/service/__init__.py", "import bot.ports", TWIN_CORE),
    ("twin_core/store/__init__.py", "import connectors", TWIN_CORE),
    ("twin_core/readings/__init__.py", "import twin_core.store", FLOORS),
    ("twin_core/domain/__init__.py", "import twin_core.bus", FLOORS),
    ("twin_core/service/__init__.py", "import twin_core.sync", FLOORS),
    ("twin_core/attention/__init__.py", "import twin_core.api", FLOORS),
]


@pytest.fixture(scope="module")
def modules_only(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project's modules and its tool settings."""
    copy = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for path in modules():
        if name(path).startswith(PACKAGES):
            (copy / name(path)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy / name(path))
    return copy


def broken_contracts(tree: Path) -> set[str]:
    """The names of the contracts that do not hold in a tree."""
    run = subprocess.run(
        [BIN / "lint-imports", "--no-cache", "--no-logo"],
        cwd=tree,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    broken = set(re.findall(r"^(.+) BROKEN(?: \(.*\))?$", run.stdout, re.MULTILINE))
    assert (run.returncode == 0) == (not broken), run.stdout + run.stderr
    assert "Contracts:" in run.stdout, run.stdout + run.stderr
    return broken


def test_the_sentences_hold(modules_only: Path) -> None:
    assert broken_contracts(modules_only) == set()


@pytest.mark.parametrize("hidden", [False, True], ids=["plain", "in a function"])
@pytest.mark.parametrize(("file", "line", "contract"), BREAKAGES, ids=[f"{b[0]}: {b[1]}" for b in BREAKAGES])
def test_a_forbidden_import_turns_red(modules_only: Path, file: str, line: str, contract: str, hidden: bool) -> None:
    module = modules_only / file
    sound = module.read_text(encoding="utf-8")
    added = f"\n\ndef _late() -> None:\n    {line}\n" if hidden else f"\n\n{line}\n"
    try:
        module.write_text(sound + added, encoding="utf-8")
        assert contract in broken_contracts(modules_only)
    finally:
        module.write_text(sound, encoding="utf-8")


def test_a_room_that_no_floor_knows_turns_red(modules_only: Path) -> None:
    room = modules_only / "twin_core" / "attic"
    room.mkdir()
    try:
        (room / "__init__.py").write_text('"""Odds and ends."""\n', encoding="utf-8")
        assert FLOORS in broken_contracts(modules_only)
    finally:
        shutil.rmtree(room)


def test_only_the_composition_root_may_know_everyone(modules_only: Path) -> None:
    """What is forbidden elsewhere in the bot stands in bot/app.py, so that the exception is needed and no wider."""
    root = (modules_only / "bot" / "app.py").read_text(encoding="utf-8")
    assert re.search(r"^\s*(from|import) connectors", root, re.MULTILINE)
    assert re.search(r"^\s*(from|import) twin_core\.(?!contract)", root, re.MULTILINE)


BANNED = {
    "the machine's clock": "from datetime import UTC, datetime\n\nNOW = datetime.now(UTC)\n",
    "the clock without a zone": "import datetime\n\nNOW = datetime.datetime.utcnow()\n",
    "seconds of the machine's clock": "import time\n\nNOW = time.time()\n",
    "the environment": "import os\n\nHOME = os.environ\n",
    "the environment, imported by name": "from os import environ\n\nHOME = environ\n",
    "a variable of the environment": "import os\n\nHOME = os.getenv('HOME')\n",
    "ids of another make": "import uuid\n\nNEW = uuid.uuid4\n",
    "ids of another make, imported by name": "from uuid import uuid4\n\nNEW = uuid4\n",
}
HOMES = {"bot/settings.py": "the environment", "twin_core/contract/clock.py": "the machine's clock"}


def banned_calls(tree: Path, file: str) -> str:
    """What ruff says of a file about names that have one home elsewhere."""
    command = [str(BIN / "ruff"), "check", "--no-cache", "--select", "TID251", "--output-format", "concise", file]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=60, check=False).stdout


@pytest.mark.parametrize("what", BANNED)
@pytest.mark.parametrize("room", ["bot", "bot/skills", "connectors", "interview", "twin_core/service"])
def test_time_ids_and_the_environment_have_one_home(tmp_path: Path, room: str, what: str) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / room).mkdir(parents=True)
    (tmp_path / room / "odd.py").write_text(BANNED[what], encoding="utf-8")
    assert "TID251" in banned_calls(tmp_path, f"{room}/odd.py")


@pytest.mark.parametrize("home", HOMES)
def test_their_homes_may_use_them(tmp_path: Path, home: str) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / home).parent.mkdir(parents=True)
    (tmp_path / home).write_text(BANNED[HOMES[home]], encoding="utf-8")
    assert "TID251" not in banned_calls(tmp_path, home)
