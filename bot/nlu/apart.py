"""Training in a process of its own: the hundreds of megabytes that it takes go with it.

The process is `python -m bot.nlu.apart OPTIONS`; it tells its progress in JSON, a line each, and ends when its
standard input does: with whoever began it, however that ended.
"""

import asyncio
import json
import os
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.logs import set_up_logs
from bot.nlu.embedded import NluOptions, is_trained, train
from bot.nlu.training import OnProgress
from bot.ports import Progress
from twin_core.contract.errors import PolluxError


async def train_apart(options: NluOptions, progress: OnProgress | None = None) -> None:
    """Sees to it that the cache holds what `load_embedded` loads.

    Where that fails nothing is raised: `load_embedded` trains then by itself, or says what is wrong with the data.
    """
    if await asyncio.to_thread(is_trained, options):
        return
    command = (sys.executable, "-m", __name__, json.dumps(_arguments(options)))
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None  # noqa: S101  asked for
    try:
        async for line in process.stdout:
            with suppress(ValueError, TypeError):  # what a library prints is no progress
                told = Progress(**json.loads(line))
                if progress is not None:
                    progress(told)
        await process.wait()
    finally:
        with suppress(ProcessLookupError):
            process.kill()


def _arguments(options: NluOptions) -> dict[str, Any]:
    taught = str(options.taught) if options.taught else None
    known = {"data": str(options.data), "cache": str(options.cache), "taught": taught}
    return {**known, "embeddings": options.embeddings, "langs": options.langs}


def _main(arguments: Mapping[str, Any]) -> int:
    set_up_logs("warning", as_json=False)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    training = train(
        Path(arguments["data"]),
        Path(arguments["cache"]),
        _tell,
        embeddings=arguments["embeddings"],
        langs=arguments["langs"],
        taught=Path(arguments["taught"]) if arguments["taught"] else None,
    )
    try:
        asyncio.run(training)
    except PolluxError:
        return 1
    return 0


def _end_with_parent() -> None:
    """A parent that was killed can end nobody, but the system closes its side of the pipe."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


def _tell(progress: Progress) -> None:
    sys.stdout.write(json.dumps(asdict(progress)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(_main(json.loads(sys.argv[1])))
