"""The files of the project, as the rules look at them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "connectors", "interview", "twin_core")
CODE = {".py", ".js", ".css", ".sh"}


@cache
def tracked() -> tuple[Path, ...]:
    """Every tracked file that exists; of an export without git, every file that is not made by a tool."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        made = {".venv", "__pycache__", "pollux-data", ".mypy_cache", ".ruff_cache", ".import_linter_cache"}
        paths = [path for path in ROOT.rglob("*") if not made & set(path.parts)]
    return tuple(sorted(path for path in paths if path.is_file()))


def modules() -> list[Path]:
    """Every tracked Python file."""
    return [path for path in tracked() if path.suffix == ".py"]


def code() -> list[Path]:
    """Every tracked file that people write as a program."""
    return [path for path in tracked() if path.suffix in CODE or path == ROOT / ".ci" / "run"]


def text(path: Path) -> str:
    """The text of a file; empty for one that is not text."""
    data = path.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8")


def name(path: Path) -> str:
    """The path as it is written in the project."""
    return path.relative_to(ROOT).as_posix()
