"""`python -m benchmarks [names…] [--json FILE]`: every module of this folder that has a `run(report)`."""

import asyncio
import importlib
import pkgutil
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

import benchmarks
from benchmarks.report import Report

Run = Callable[[Report], Awaitable[None]]


def main(
    names: Annotated[list[str] | None, typer.Argument(help="Benchmarks to run; all of them by default.")] = None,
    json: Annotated[Path | None, typer.Option(help="Also write the figures to this file.")] = None,
) -> None:
    """Measures Pollux beside the bare things it stands on, and prints the ratios."""
    found = runs()
    if unknown := [name for name in names or () if name not in found]:
        raise typer.BadParameter(f"no benchmark called {', '.join(unknown)}; there are {', '.join(found)}")
    console, report = Console(), Report()
    failed = [name for name in names or found if not _measured(name, found[name], report, console)]
    report.print(console)
    if json is not None:
        report.write(json)
    raise typer.Exit(code=1 if failed else 0)


def runs() -> dict[str, Run]:
    """The benchmarks of this folder by name."""
    modules = {
        module.name: importlib.import_module(f"benchmarks.{module.name}")
        for module in pkgutil.iter_modules(benchmarks.__path__)
        if not module.name.startswith("_")
    }
    return {name: module.run for name, module in sorted(modules.items()) if hasattr(module, "run")}


def _measured(name: str, run: Run, report: Report, console: Console) -> bool:
    report.heading(name)
    with console.status(f"measuring {name} …"):
        try:
            asyncio.run(_run(run, report))
        except Exception as error:  # noqa: BLE001  one that fails must not take the others' figures with it
            console.print(f"[red]{name} failed:[/red] {error!r}")
            return False
    return True


async def _run(run: Run, report: Report) -> None:
    await run(report)


if __name__ == "__main__":
    warnings.simplefilter("ignore", DeprecationWarning)
    typer.run(main)
