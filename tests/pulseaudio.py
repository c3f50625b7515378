"""A sound card for tests: a PulseAudio of its own, with a room to speak into and a loudspeaker to listen to."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services import missing, require_program

_START_S = 60.0
_RATE = "rate=16000 channels=1"
_PLUGIN = "alsa-lib/libasound_module_pcm_pulse.so"


@dataclass(frozen=True, slots=True)
class Sound:
    """`environ` is for programs that are to use this card."""

    environ: dict[str, str]

    async def say(self, wav: Path) -> None:
        """Into the room, at the speed of life; returns when it is said."""
        await _done(require_program("paplay"), "--device=room", str(wav), environ=self.environ)

    @asynccontextmanager
    async def recording(self, file: Path) -> AsyncIterator[None]:
        """What the loudspeaker plays meanwhile, as 16-bit mono frames at 16 kHz."""
        with file.open("wb") as raw:
            process = await asyncio.create_subprocess_exec(
                require_program("parec"), "--device=speaker.monitor", "--rate=16000", "--channels=1",
                "--format=s16le", stdout=raw, env=self.environ,
            )  # fmt: skip
            try:
                yield
            finally:
                process.terminate()
                await process.wait()


@asynccontextmanager
async def pulseaudio(folder: Path) -> AsyncIterator[Sound]:
    """The default devices of whatever is started in its environment are the room and the loudspeaker."""
    program, control = require_program("pulseaudio"), require_program("pactl")
    _require_plugin()
    socket = folder / "native"
    script = folder / "script.pa"
    script.write_text(
        f"load-module module-native-protocol-unix socket={socket} auth-anonymous=1\n"
        f"load-module module-null-sink sink_name=speaker {_RATE}\n"
        f"load-module module-null-sink sink_name=room {_RATE}\n"
        "load-module module-remap-source source_name=microphone master=room.monitor\n"
        "set-default-sink speaker\nset-default-source microphone\n"
    )
    (folder / ".asoundrc").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
    environ = {**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "PULSE_SERVER": f"unix:{socket}"}
    daemon = await asyncio.create_subprocess_exec(
        program, "-n", "-F", str(script), "--daemonize=no", "--exit-idle-time=-1", "--disable-shm=yes",
        env=environ, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(_START_S):
            while True:
                if await _done(control, "info", environ=environ) == 0:
                    break
                await asyncio.sleep(0.05)
        yield Sound(environ)
    finally:
        with contextlib.suppress(ProcessLookupError):
            daemon.terminate()
        await daemon.wait()


def _require_plugin() -> None:
    if not any(Path("/usr/lib").glob(f"*/{_PLUGIN}")):
        missing("the PulseAudio plug-in of ALSA is not installed")


async def _done(*command: str, environ: dict[str, str]) -> int:
    quiet = asyncio.subprocess.DEVNULL
    return await (await asyncio.create_subprocess_exec(*command, env=environ, stdout=quiet, stderr=quiet)).wait()
