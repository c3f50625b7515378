"""`pollux nlu …`: train and test how Pollux understands."""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot.cli.review import review
from bot.progress import complain, remark, shown_progress
from bot.settings import Settings, load_settings
from twin_core.contract.clock import SystemClock
from twin_core.contract.errors import NotFound

if TYPE_CHECKING:
    from bot.nlu.embedded import NluOptions
    from bot.ports import Nlu

app = typer.Typer(no_args_is_help=True)
app.command()(review)

Folder = Annotated[Path | None, typer.Option("--data", help="training data in Rasa 3 YAML (default: nlu_data)")]


Engine = Annotated[str | None, typer.Option("--engine", help="embedded or rasa (default: the setting `nlu`)")]


def _settings(folder: Path | None, engine: str | None = None) -> Settings:
    return load_settings({"nlu_data": folder, "nlu": engine})


@app.command()
def train(
    folder: Folder = None,
    every: Annotated[bool, typer.Option("--all", help="every language, not English alone")] = False,
) -> None:
    """Learn from the training data; does nothing where it is learnt already."""
    from bot.nlu.embedded import train as learn

    settings = _settings(folder)
    langs = None if every else ("en",)
    with shown_progress() as progress:
        how = _options(settings)
        models = asyncio.run(learn(how.data, how.cache, progress, langs=langs, taught=how.taught))
    for lang, model in sorted(models.items()):
        remark(f"{lang}: {', '.join(f'{k} {v}' for k, v in sorted(model.summary.items()))}")


@app.command()
def test(
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="Rasa folders, files of test sentences, or outside sets by name; all that are here"),
    ] = None,
    folder: Folder = None,
    lang: str = "en",
    engine: Engine = None,
    as_json: Annotated[bool, typer.Option("--json", help="a JSON object a source, one a line")] = False,
) -> None:
    """Measure understanding: intents, slots, out of scope, calibration, speed."""
    from bot.nlu.engines import open_nlu, rasa_options
    from bot.nlu.evaluation import evaluate
    from bot.nlu.evaluation_report import evaluation_json, evaluation_report
    from bot.nlu.outside_sets import House, read_suites

    settings = _settings(folder, engine)
    paths = _named(sources, settings) if sources else _default_sources(settings, only_own=folder is not None)
    suites = [suite for path in paths for suite in read_suites(path, lang, trained_on=settings.nlu_folder)]

    async def run() -> None:
        house = House()
        options = replace(_options(settings, lang), names=house)
        with shown_progress() as progress:
            async with open_nlu(options, rasa_options(settings), progress) as nlu:
                for suite in suites:
                    house.move_to(suite.names)
                    result = await evaluate(nlu, suite.cases, lang, progress)
                    _say_if_away(nlu)
                    if as_json:
                        row = {"source": suite.title, "engine": settings.nlu, **evaluation_json(result)}
                        typer.echo(json.dumps(row, ensure_ascii=False))
                    else:
                        Console().print(evaluation_report(result, suite.title))

    asyncio.run(run())


@app.command()
def parse(
    text: Annotated[str, typer.Argument(help="what was said; - reads a line at a time from standard input")],
    as_json: Annotated[bool, typer.Option("--json", help="a JSON object a line")] = False,
    folder: Folder = None,
    lang: str = "en",
    engine: Engine = None,
) -> None:
    """What a sentence means."""
    from bot.nlu.engines import open_nlu, rasa_options
    from bot.nlu.parse_json import parse_lines

    settings = _settings(folder, engine)

    async def run() -> None:
        async with AsyncExitStack() as stack:
            with shown_progress() as progress:
                opening = open_nlu(_options(settings, lang), rasa_options(settings), progress)
                nlu = await stack.enter_async_context(opening)
            for line in _lines(text):
                (row,) = await parse_lines(nlu, [line], lang)
                if as_json:
                    typer.echo(json.dumps(row, ensure_ascii=False))
                    continue
                found = ", ".join(f"{e['entity']}={e['text']}" for e in row["entities"])
                typer.echo(f"{row['intent']} ({row['confidence']:.2f}) {found}")

    asyncio.run(run())


def _say_if_away(nlu: "Nlu") -> None:
    """Figures that are partly another engine's must not be taken for Rasa's."""
    from bot.nlu.rasa import RasaNlu

    if isinstance(nlu, RasaNlu) and (faults := nlu.faults()):
        complain(f"{faults[0].message} {faults[0].hint} The figures below are not Rasa's alone.")


def _lines(text: str) -> Iterator[str]:
    if text != "-":
        yield text
        return
    for line in sys.stdin:
        yield line.rstrip("\n")


def _options(settings: Settings, lang: str = "") -> "NluOptions":
    from bot.nlu.engines import embedded_options

    return embedded_options(settings, SystemClock().now, lambda: settings.zone, langs=("en", lang) if lang else ("en",))


def _named(sources: list[str], settings: Settings) -> list[Path]:
    """Paths as they are; the name of an outside set is looked for beside the project."""
    return [path if (path := Path(s)).exists() else _outside(settings).get(s, path) for s in sources]


def _default_sources(settings: Settings, *, only_own: bool) -> list[Path]:
    """The test part of the training data; for our own data also what stands beside the project."""
    from bot.nlu.data_folder import test_files

    own = [settings.nlu_folder] if test_files(settings.nlu_folder) else []
    if only_own:
        if not own:
            raise NotFound(
                f"{settings.nlu_folder} has no test part.",
                code="no_test_data",
                hint="Put test sentences into its folder test/, or name them: pollux nlu test --data FOLDER TESTS.",
            )
        return own
    spoken = _beside(settings) / "cases" / "utterances.yml"
    return [*own, *([spoken] if spoken.exists() else []), *_outside(settings).values()]


def _outside(settings: Settings) -> dict[str, Path]:
    from bot.nlu.outside_sets import outside_sets

    folders = {name: _beside(settings) / "data" / name for name in outside_sets()}
    return {name: folder for name, folder in folders.items() if folder.is_dir()}


def _beside(settings: Settings) -> Path:
    return settings.nlu_folder.resolve().parent.parent / "shared"
