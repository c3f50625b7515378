"""`pollux export`, `pollux erase`, `pollux verify-erasure`: a person's data, for whoever looks after the house."""

import asyncio
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from bot.channels._wire import dumps
from bot.progress import remark
from bot.settings import Settings, load_settings
from twin_core.contract.errors import Conflict, Unavailable
from twin_core.contract.ports import TwinCore
from twin_core.contract.privacy import EraseData, ExportData, FindRemains, Remains

R = TypeVar("R")
Data = Annotated[Path | None, typer.Option(help="the data folder (default ./pollux-data)")]


def export(
    user: str,
    out: Annotated[Path, typer.Option("-o", "--out", help="where it is written, as a ZIP file")],
    data: Data = None,
) -> None:
    """Write everything that is kept of a person to a file, also while Pollux runs."""
    exported = _with_core(load_settings({"data": data}), lambda core: core.execute(ExportData(user)))
    try:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{user}.json", dumps(asdict(exported)))
    except OSError as error:
        raise Unavailable(
            f"{out} cannot be written: {error.strerror or error}.",
            code="export_unwritable",
            hint="Check that the folder exists and that you may write there.",
        ) from error
    remark(f"Everything that is kept of {user} is in {out}.")


def erase(
    user: str,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    data: Data = None,
) -> None:
    """Erase a person for good, with their twin; their sign-in is taken away by `pollux user`."""
    settings = load_settings({"data": data})
    asyncio.run(_check_nobody_serves(settings, user))
    held = _with_core(settings, lambda core: core.query(FindRemains(user)))
    if not told(held):
        typer.echo(f"Nothing is kept of {user}.")
        return
    typer.echo(f"This is kept of {user}: {told(held)}.")
    if not yes and typer.prompt(f"It cannot be brought back. Type {user} to erase it", default="") != user:
        typer.echo("Nothing was erased.")
        raise typer.Exit(1)
    _with_core(settings, lambda core: core.execute(EraseData(user)))
    typer.echo(f"{user} is erased. Copies made by `pollux backup` before hold them still: delete those.")


def verify_erasure(user: str, data: Data = None) -> None:
    """Look through everything for what is left of a person; exit 1 where something is."""
    held = _with_core(load_settings({"data": data}), lambda core: core.query(FindRemains(user)))
    if told(held):
        typer.echo(f"Left of {user}: {told(held)}.")
        raise typer.Exit(1)
    typer.echo(f"Nothing is left of {user}.")


def told(remains: Remains) -> str:
    """`the twin Anna; task, nudge; facts in task.1`; empty where nothing is left."""
    twin = f"the twin {remains.twin}" if remains.twin else ""
    facts = f"facts in {', '.join(remains.streams)}" if remains.streams else ""
    return "; ".join(part for part in (twin, ", ".join(remains.documents), facts) if part)


def _with_core(settings: Settings, work: Callable[[TwinCore], Awaitable[R]]) -> R:
    from bot.app import open_privacy  # the rooms are loaded only where they are needed

    async def run() -> R:
        async with open_privacy(settings) as core:
            return await work(core)

    return asyncio.run(run())


async def _check_nobody_serves(settings: Settings, user: str) -> None:
    from bot.doctor import is_serving

    url = f"http://{settings.host}:{settings.port}"
    if await is_serving(url):
        raise Conflict(
            f"A Pollux runs at {url}, and holds things of {user} in its memory.",
            code="running",
            hint="Stop it first, or let them say “erase my data” there.",
        )
