"""Every case against a server of its own: ours, and the shared ones where they are present."""

from pathlib import Path

import pytest

from tests.conversations.__main__ import DEFAULT, later_cases
from tests.conversations.case import load_case
from tests.conversations.report import run_case

OWN = Path(__file__).with_name("cases")


def files(folder: Path) -> list[Path]:
    return sorted([*folder.glob("critical/*.yml"), *folder.glob("dialogues/*.yml")])


async def check(path: Path) -> None:
    later = later_cases(path.parent.parent)
    result = await run_case(case := load_case(path), later.get(case.name))
    assert not result.failed, "\n".join([*result.lines, *result.transcript])


@pytest.mark.timeout(600)
@pytest.mark.parametrize("path", files(OWN), ids=lambda path: path.stem)
async def test_own_case(path: Path) -> None:
    await check(path)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("path", files(DEFAULT), ids=lambda path: path.stem)
async def test_shared_case(path: Path) -> None:
    await check(path)


def test_there_are_cases() -> None:
    assert len(files(OWN)) >= 12
    if not DEFAULT.exists():
        pytest.skip(f"the shared cases are not here ({DEFAULT})")
    assert later_cases(DEFAULT).keys() <= {load_case(path).name for path in files(DEFAULT)}
