"""`python -m benchmarks [names…] [--json FILE]`: every module of this folder that has a `run(report)`."""

import asyncio
import importlib
import pkgutil
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

import benchmarks
from benchmarks.report import Report


def main(
    names: Annotated[list[str] | None, typer.Argument(help="Benchmarks to run; all of them by default.")] = None,
    json: Annotated[Path | None, typer.Option(help="Also write the figures to this file.")] = None,
) -> None:
    """Measures Pollux beside the bare things it stands on, and prints the ratios."""
    known = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_")]
    if unknown := [name for name in names or () if name not in known]:
        raise typer.BadParameter(f"no benchmark called {', '.join(unknown)}; there are {', '.join(known)}")
    console, report = Console(), Report()
    failed = [name for name in names or known if not _measured(name, report, console)]
    report.print(console)
    if json is not None:
        report.write(json)
    raise typer.Exit(code=1 if failed else 0)


def _measured(name: str, report: Report, console: Console) -> bool:
    report.heading(name)
    with console.status(f"measuring {name} …"):
        try:
            module = importlib.import_module(f"benchmarks.{name}")
            if hasattr(module, "run"):
                asyncio.run(module.run(report))
        except Exception as error:  # noqa: BLE001  one that fails must not take the others' figures with it
            console.print(f"[red]{name} failed:[/red] {error!r}")
            return False
    return True


if __name__ == "__main__":
    typer.run(main)
