"""The embedded engine alone in a process: reads the held-out sentences and prints what it holds in memory."""

import asyncio
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.nlu.cases import read_cases
from bot.nlu.embedded import NluOptions, load_embedded

_DATA = Path(__file__).resolve().parents[1] / "nlu_data"


async def main(cache: Path) -> None:
    """The engine is in the cache already, as it is whenever Pollux starts but the first time."""
    engine = await load_embedded(NluOptions(_DATA, cache, now=lambda: datetime(2026, 3, 2, 8, tzinfo=UTC)))
    for case in read_cases(_DATA):
        await engine.parse(case.text)
    print(json.dumps({"resident_mb": resident_mb(os.getpid())}))


def resident_mb(process_id: int) -> float:
    """What a process holds in memory now."""
    said = subprocess.run(["ps", "-o", "rss=", "-p", str(process_id)], check=True, capture_output=True, text=True)
    return int(said.stdout) / 1024


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
