"""A fresh server for one case: a process of its own, on free ports, with a frozen clock and an empty data folder."""

import asyncio
import contextlib
import os
import re
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests.conversations.case import CaseFault

ROOT = Path(__file__).resolve().parents[2]
READY = re.compile(r"ready (?P<http>http://\S+) (?P<mqtt>mqtt://\S+)")
START_S = 300.0  # the first server of a machine trains its language model
STOP_S = 15.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is reached; `tokens` by person, empty where the single owner needs none."""

    http: str
    mqtt: str
    tokens: Mapping[str, str] = field(default_factory=dict)


@asynccontextmanager
async def running_server(
    clock: datetime, timezone: str, people: Mapping[str, str], settings: str = ""
) -> AsyncIterator[Address]:
    """A server that stands at `clock`, its pollux.toml as in `settings`; it is stopped, and its data gone, afterwards.

    Raises CaseFault, with the last lines it wrote, when it does not come up.
    """
    with tempfile.TemporaryDirectory(prefix="pollux-case-") as folder:
        data = Path(folder)
        environ = _environment(data, timezone, settings)
        # As soon as there is one more person, the owner has to show who they are, too.
        everybody = {"owner": "owner", **people} if people else {}
        tokens = {name: await _person(data, environ, name, role) for name, role in everybody.items()}
        at = clock.isoformat().replace("+00:00", "Z")
        options = ["up", "--port", "0", "--mqtt-port", "0", "--data", str(data / "data"), "--clock", at]
        with (data / "errors.log").open("wb") as errors:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                *options,
                cwd=ROOT,
                env=environ,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
            )
            drain = None
            try:
                http, mqtt = await _ready(process, data / "errors.log")
                drain = asyncio.create_task(_drain(process))
                yield Address(http, mqtt, tokens)
            finally:
                await _stop(process)
                if drain:
                    await drain


async def _ready(process: asyncio.subprocess.Process, errors: Path) -> tuple[str, str]:
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_S):
            while line := await process.stdout.readline():
                if found := READY.fullmatch(line.decode(errors="replace").strip()):
                    return found["http"], found["mqtt"]
            await process.wait()
    except TimeoutError:
        raise CaseFault(f"the server was not ready within {START_S:.0f} s: {_last_words(errors)}") from None
    raise CaseFault(f"the server ended before it was ready: {_last_words(errors)}")


async def _drain(process: asyncio.subprocess.Process) -> None:
    """Reads on, so that a talkative server never waits for its reader."""
    assert process.stdout is not None
    while await process.stdout.read(65536):
        pass


async def _stop(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), STOP_S)
    except TimeoutError:
        process.kill()
        await process.wait()


async def _person(data: Path, environ: Mapping[str, str], name: str, role: str) -> str:
    """Adds a person to the data folder; answers their token."""
    where = ["--data", str(data / "data")]
    await _run(environ, "user", "add", name, "--role", role, *where)
    return (await _run(environ, "token", "create", name, *where)).split()[-1]


async def _run(environ: Mapping[str, str], *arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=ROOT, env=environ,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, complaint = await asyncio.wait_for(process.communicate(), START_S)
    if process.returncode:
        raise CaseFault(f"pollux {' '.join(arguments[:2])} failed: {' '.join(complaint.decode().split())[-300:]}")
    return said.decode()


def _environment(data: Path, timezone: str, settings: str) -> dict[str, str]:
    """The environment with these settings, and none of whoever runs the cases."""
    (data / "pollux.toml").write_text(settings, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("POLLUX_")}
    return {**kept, "POLLUX_TIMEZONE": timezone, "POLLUX_SETTINGS": str(data / "pollux.toml")}


def _last_words(errors: Path) -> str:
    lines = [line for line in errors.read_text(errors="replace").splitlines() if line.strip()]
    return " | ".join(lines[-3:])[-500:] or "it said nothing"
