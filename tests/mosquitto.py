"""A real Mosquitto for tests: on a free port, with persistence, a password or TLS where asked for."""

import asyncio
import os
import socket
import subprocess
from pathlib import Path

from tests.services import require_program

_START_S = 60.0


class Mosquitto:
    """`async with Mosquitto(folder) as broker`; stop, start and kill it as often as you like."""

    def __init__(
        self, folder: Path, *, users: dict[str, str] | None = None, tls: tuple[Path, Path] | None = None, more: str = ""
    ) -> None:
        self._program = require_program("mosquitto")
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self.port = _free_port()
        lines = [
            f"listener {self.port} 127.0.0.1",
            f"allow_anonymous {'false' if users else 'true'}",
            "persistence true",
            f"persistence_location {folder}/",
            "autosave_on_changes true",
            "autosave_interval 1",
            "max_queued_messages 0",
            *([f"password_file {_passwords(folder, users)}"] if users else []),
            *([f"certfile {tls[0]}", f"keyfile {tls[1]}"] if tls else []),
            # Started by root it would become another user, who may not read the test's folder.
            *(["user root"] if os.geteuid() == 0 else []),
            more,
        ]
        (folder / "mosquitto.conf").write_text("\n".join(lines), encoding="utf-8")

    async def __aenter__(self) -> "Mosquitto":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Returns when it accepts connections."""
        self._process = await asyncio.create_subprocess_exec(
            self._program, "-c", str(self._folder / "mosquitto.conf"), stderr=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(_START_S):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                except OSError:
                    await asyncio.sleep(0.02)
                else:
                    writer.close()
                    await writer.wait_closed()
                    return

    async def stop(self) -> None:
        """Cleanly: what it holds is written."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()


def _passwords(folder: Path, users: dict[str, str]) -> Path:
    program = require_program("mosquitto_passwd")
    file = folder / "passwords"
    file.touch()
    for user, password in users.items():
        subprocess.run([program, "-b", str(file), user, password], check=True, capture_output=True)
    return file


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
