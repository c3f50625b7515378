"""`pollux nlu …`: train and test how Pollux understands."""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot.progress import remark, shown_progress
from bot.settings import Settings, load_settings
from twin_core.contract.clock import SystemClock

if TYPE_CHECKING:
    from bot.nlu.embedded import NluOptions

app = typer.Typer(no_args_is_help=True)

Folder = Annotated[Path | None, typer.Option("--data", help="training data in Rasa 3 YAML (default: nlu_data)")]


def _settings(folder: Path | None) -> Settings:
    return load_settings({"nlu_data": folder})


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
        models = asyncio.run(learn(settings.nlu_folder, settings.cache_folder / "nlu", progress, langs=langs))
    for lang, model in sorted(models.items()):
        remark(f"{lang}: {', '.join(f'{k} {v}' for k, v in sorted(model.summary.items()))}")


@app.command()
def test(
    sources: Annotated[list[Path] | None, typer.Argument(help="Rasa folders or utterance files")] = None,
    folder: Folder = None,
    lang: str = "en",
) -> None:
    """Measure understanding: intents, slots, out of scope, calibration."""
    from bot.nlu.embedded import load_embedded
    from bot.nlu.evaluation import evaluate
    from bot.nlu.evaluation_report import evaluation_report

    settings = _settings(folder)

    async def run() -> None:
        with shown_progress() as progress:
            engine = await load_embedded(_options(settings, lang), progress)
            for source in sources or _default_sources(settings):
                Console().print(evaluation_report(await evaluate(engine, source, lang), f"Understanding of {source}"))

    asyncio.run(run())


@app.command()
def parse(
    text: Annotated[str, typer.Argument(help="what was said; - reads a line at a time from standard input")],
    as_json: Annotated[bool, typer.Option("--json", help="a JSON object a line")] = False,
    folder: Folder = None,
    lang: str = "en",
) -> None:
    """What a sentence means."""
    from bot.nlu.embedded import load_embedded
    from bot.nlu.evaluation import parse_lines

    settings = _settings(folder)

    async def run() -> None:
        with shown_progress() as progress:
            engine = await load_embedded(_options(settings, lang), progress)
        for line in _lines(text):
            (row,) = await parse_lines(engine, [line], lang)
            if as_json:
                typer.echo(json.dumps(row, ensure_ascii=False))
                continue
            found = ", ".join(f"{e['entity']}={e['text']}" for e in row["entities"])
            typer.echo(f"{row['intent']} ({row['confidence']:.2f}) {found}")

    asyncio.run(run())


def _lines(text: str) -> Iterator[str]:
    if text != "-":
        yield text
        return
    for line in sys.stdin:
        yield line.rstrip("\n")


def _options(settings: Settings, lang: str = "") -> "NluOptions":
    from bot.nlu.embedded import NluOptions

    zone = settings.zone
    langs = ("en", lang) if lang else ("en",)
    return NluOptions(settings.nlu_folder, settings.cache_folder / "nlu", SystemClock().now, lambda: zone, langs=langs)


def _default_sources(settings: Settings) -> list[Path]:
    own = settings.nlu_folder / "test"
    return [p for p in (own, settings.nlu_folder.parent.parent / "shared" / "cases" / "utterances.yml") if p.exists()]
