"""Training in a process of its own, seen from the process that serves."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from bot.nlu.apart import train_apart
from bot.nlu.embedded import NluOptions, load_embedded
from bot.nlu.engines import open_nlu
from bot.ports import Progress
from tests.bot.nlu.conftest import NOW, small_data
from tests.twin_core.store.processes import ROOT
from twin_core.contract.errors import Rejected

_SERVING = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.nlu.embedded import NluOptions
from bot.nlu.engines import open_nlu

async def main() -> None:
    data, cache = Path(sys.argv[1]), Path(sys.argv[2])
    options = NluOptions(data, cache, lambda: datetime(2026, 3, 2, tzinfo=UTC), embeddings=False)
    async with open_nlu(options) as nlu:
        assert (await nlu.parse("hello"))[0].intent == "greet"

asyncio.run(main())
assert "sklearn" not in sys.modules
"""


def options(folder: Path) -> NluOptions:
    return NluOptions(folder / "data", folder / "cache", now=lambda: NOW, embeddings=False)


async def test_the_server_hears_how_it_goes_and_finds_the_model(tmp_path: Path) -> None:
    small_data(tmp_path / "data")
    steps: list[Progress] = []
    await train_apart(options(tmp_path), steps.append)
    assert steps[-1].done == steps[-1].total
    heard = len(steps)
    await load_embedded(options(tmp_path), steps.append)  # trains nothing
    await train_apart(options(tmp_path), steps.append)
    assert len(steps) == heard


def test_the_server_itself_never_loads_what_trains(tmp_path: Path) -> None:
    data = small_data(tmp_path / "data")
    command = [sys.executable, "-c", _SERVING, str(data), str(tmp_path / "cache")]
    subprocess.run(command, check=True, cwd=ROOT, timeout=120)


async def test_data_that_cannot_teach_is_refused_as_ever(tmp_path: Path) -> None:
    path = tmp_path / "data" / "nlu" / "en" / "a.yml"
    path.parent.mkdir(parents=True)
    path.write_text("nlu:\n  - intent: greet\n    examples: |\n      - hello\n")
    with pytest.raises(Rejected, match="telling apart takes two"):
        async with open_nlu(options(tmp_path)):
            pass


_BEGINNING = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.nlu.apart import train_apart
from bot.nlu.embedded import NluOptions

options = NluOptions(Path("nlu_data"), Path(sys.argv[1]), lambda: datetime(2026, 3, 2, tzinfo=UTC))
asyncio.run(train_apart(options, lambda told: print(told.detail["step"], flush=True)))
"""


async def test_it_ends_when_the_server_is_killed(tmp_path: Path) -> None:
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _BEGINNING, str(tmp_path), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert server.stdout is not None
    assert server.stderr is not None
    while await server.stdout.readline() != b"embedding\n":
        assert server.returncode is None
    server.kill()  # while it fits, and has nothing to tell for a long time
    async with asyncio.timeout(60):
        await server.stderr.read()  # whoever trains holds it open, too
