"""What happens where the speech model or a schema cannot be fetched, or is not the one that was chosen."""

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "requirements"
SCRIPTS = {"ears": "encoder_model.onnx", "schemas": "MicrosoftTeams.schema.json"}  # and a file of theirs


def fetched(what: str, target: Path, npm: Path) -> str:
    """What the script says with this npm; it never fails."""
    done = subprocess.run(
        [sys.executable, str(FOLDER / f"fetch_{what}.py"), str(target)],
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": f"{npm.parent}:{os.environ['PATH']}"},
    )
    return done.stdout


def npm_that(folder: Path, does: str) -> Path:
    npm = folder / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    npm.chmod(0o755)
    return npm


@pytest.mark.parametrize("what", SCRIPTS)
def test_a_registry_that_is_away_is_told_in_a_line_and_nothing_is_left(what: str, tmp_path: Path) -> None:
    npm = npm_that(tmp_path, "echo 'npm error code ENOTFOUND' >&2; exit 1")
    *_, last = fetched(what, tmp_path / what, npm).splitlines()
    assert "ENOTFOUND" in last
    assert f"make {what}" in last
    assert not (tmp_path / what).exists()


@pytest.mark.parametrize("what", SCRIPTS)
def test_another_package_than_the_one_that_was_chosen_is_not_unpacked(what: str, tmp_path: Path) -> None:
    other = tmp_path / "package" / "dist" / SCRIPTS[what]
    other.parent.mkdir(parents=True)
    other.write_bytes(b"something else")
    with tarfile.open(tmp_path / "other.tar", "w:gz") as archive:
        archive.add(tmp_path / "package", "package")
    npm = npm_that(tmp_path, f"cp {tmp_path}/other.tar $4/other.tgz")
    assert "is not what it was" in fetched(what, tmp_path / what, npm)
    assert not (tmp_path / what).exists()


@pytest.mark.parametrize("lock", ["model.lock", "npm.lock", "schemas.lock"])
def test_locks_are_pinned_by_hash_and_name_no_registry(lock: str) -> None:
    text = (FOLDER / lock).read_text(encoding="utf-8")
    assert "--hash=sha256:" in text
    assert "://" not in text
