"""Real programs for tests: found, or the reason why the test is skipped."""

import os
import shutil
from pathlib import Path

import pytest

REQUIRED = os.environ.get("POLLUX_REQUIRE_SERVICES") == "1"
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SHARED_CASES = SHARED_DATA.parent / "cases"


def missing(reason: str) -> None:
    """Skips the test with the reason; fails it instead where services are required."""
    if REQUIRED:
        pytest.fail(f"{reason} (POLLUX_REQUIRE_SERVICES=1)")
    pytest.skip(reason)


def require_program(*names: str) -> str:
    """The path of the first of these programs that is installed."""
    for name in names:
        if found := shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"):
            return found
    missing(f"{' or '.join(names)} is not installed")
    raise AssertionError("unreachable")


def shared_data(name: str) -> Path:
    """A folder of the outside data sets; the test is skipped where they are absent."""
    folder = SHARED_DATA / name
    if not folder.exists():
        pytest.skip(f"the data set {name} is not here ({folder})")
    return folder


def shared_cases() -> Path:
    """The folder of the acceptance cases; the test is skipped where it is absent."""
    if not SHARED_CASES.exists():
        pytest.skip(f"the acceptance cases are not here ({SHARED_CASES})")
    return SHARED_CASES
