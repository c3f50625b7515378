"""The embedded engine and a Rasa server, trained from the same files and tested on the same sentences.

Both are trained from nothing, each in a process of its own, and asked the same held-out sentences one after the other.
Their figures are written into docs/nlu.md, and what they take for what into a picture beside it. Without Rasa (see
`make rasa`) there is nothing to compare.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks._comparison import Comparison, Measured, write
from benchmarks._embedded_process import resident_mb
from benchmarks.report import Report
from bot.nlu.cases import Case, read_cases
from bot.nlu.embedded import NluOptions, load_embedded
from bot.nlu.evaluation import evaluate
from bot.nlu.rasa import RasaNlu
from bot.nlu.rasa_client import RasaClient, RasaOptions
from bot.ports import Nlu
from tests.rasa import DATA, PROGRAM, ROOT, rasa_server, train

_SPOKEN = ROOT.parent / "shared" / "cases" / "utterances.yml"
_PATIENT_S = 60.0


async def run(report: Report) -> None:
    """Rasa is the baseline: below 1 the embedded engine is quicker or smaller, above 1 more is understood by it."""
    if not PROGRAM.exists():
        report.skip(f"there is no Rasa at {PROGRAM}: `make rasa` builds it")
        return
    with tempfile.TemporaryDirectory(prefix="pollux-engines-") as name:
        folder = Path(name)
        embedded = await _embedded(folder)
        rasa = await _rasa(folder)
    result = Comparison(datetime.now(UTC).date().isoformat(), embedded, rasa)
    for row in result.rows():
        report.row(*row)
    write(result, ROOT / "docs")


def _tests() -> dict[str, list[Case]]:
    known = {"nlu_data/test": DATA, "acceptance sentences": _SPOKEN}
    return {name: read_cases(path) for name, path in known.items() if path.exists()}


async def _embedded(folder: Path) -> Measured:
    began = time.perf_counter()
    _run("bot", "nlu", "train", cache=folder)
    trained_s = time.perf_counter() - began
    alone = json.loads(_run("benchmarks._embedded_process", str(folder / "nlu"), cache=folder))
    engine = await load_embedded(_options(folder / "nlu"))
    return await _measured(engine, trained_s, alone["resident_mb"])


def _run(module: str, *arguments: str, cache: Path) -> str:
    """A module of ours in a process of its own; what it prints."""
    command = [sys.executable, "-m", module, *arguments]
    environ = {**os.environ, "POLLUX_CACHE": str(cache)}
    return subprocess.run(command, env=environ, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


async def _rasa(folder: Path) -> Measured:
    began = time.perf_counter()
    model = train(folder, {}, cache=folder / "rasa-cache")
    trained_s = time.perf_counter() - began
    embedded = await load_embedded(_options(folder / "nlu"))
    with rasa_server(model) as server:
        async with RasaClient(RasaOptions(server.url, server.token, _PATIENT_S)) as client:
            engine = RasaNlu(client, embedded)
            measured = await _measured(engine, trained_s, 0.0)
            if faults := engine.faults():
                raise RuntimeError(faults[0].message)
        return measured.with_memory(resident_mb(server.process_id))


async def _measured(engine: Nlu, trained_s: float, memory_mb: float) -> Measured:
    await engine.parse("hello")  # what is only made for the first sentence is not counted
    return Measured(trained_s, memory_mb, {name: await evaluate(engine, cases) for name, cases in _tests().items()})


def _options(cache: Path) -> NluOptions:
    return NluOptions(DATA, cache, now=lambda: datetime(2026, 3, 2, 8, tzinfo=UTC))
