"""`pollux nlu review`: what was misunderstood becomes training data, a sentence at a time."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bot.lessons import Lesson, Lessons
from bot.nlu.teaching import marked, teach
from bot.settings import Settings, load_settings
from twin_core.contract.errors import NotFound, Rejected

DROP, SKIP, QUIT = "d", "s", "q"
SHOWN = 4  # suggestions a sentence


def review(
    data: Annotated[str | None, typer.Option("--data", help="the data folder of the house")] = None,
    show: Annotated[bool, typer.Option("--list", help="show what waits, and ask nothing")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="with --list: a JSON object a line")] = False,
    assign: Annotated[list[str] | None, typer.Option("--assign", help="ID=INTENT, any number of times")] = None,
    drop: Annotated[list[str] | None, typer.Option("--drop", help="ID to let go of, any number of times")] = None,
) -> None:
    """Say what misunderstood messages meant; they count after the next training."""
    settings = load_settings({"data": data})
    wanted = dict(_assignment(text) for text in assign or ())
    asyncio.run(_review(settings, show or as_json, as_json, wanted, drop or ()))


def _assignment(text: str) -> tuple[str, str]:
    lesson, _, intent = text.partition("=")
    if not lesson or not intent:
        raise Rejected(f"{text!r} assigns nothing.", code="bad_option", hint="Write --assign ID=INTENT.")
    return lesson, intent


async def _review(
    settings: Settings, show: bool, as_json: bool, assigned: Mapping[str, str], dropped: Sequence[str]
) -> None:
    from bot.app import open_lessons
    from bot.nlu.training_data import read_training_data

    console = Console()
    intents = read_training_data(settings.nlu_folder).intents
    async with open_lessons(settings) as lessons:
        waiting = await lessons.kept()
        if show:
            _print(waiting, as_json, console)
            return
        if not waiting:
            console.print("Nothing waits to be looked at. What is misunderstood is kept where its person allows it.")
        decided = {**assigned, **dict.fromkeys(dropped, DROP)}
        if missing := decided.keys() - {lesson.id for lesson in waiting}:
            raise NotFound(f"Nothing with the id {min(missing)} waits.", hint="See pollux nlu review --list.")
        for position, lesson in enumerate(waiting, 1):
            if decided:
                choice = decided.get(lesson.id, SKIP)
            else:
                choice = _asked(lesson, f"{position} of {len(waiting)}", intents, console)
            if choice == QUIT:
                break
            await _carry_out(choice, lesson, lessons, settings, intents)
    console.print("What was taught counts after the next `pollux nlu train`, or the next start.")


async def _carry_out(choice: str, lesson: Lesson, lessons: Lessons, settings: Settings, intents: Sequence[str]) -> None:
    if choice == SKIP:
        return
    if choice != DROP:
        if choice not in intents:
            raise Rejected(
                f"There is no intent {choice!r}.", code="unknown_intent", hint=f"Known: {', '.join(intents)}."
            )
        path = teach(settings.taught_folder, choice, marked(lesson.text, lesson.spans))
        Console().print(f"“{lesson.text}” means {choice}: written to {path}", highlight=False)
    await lessons.drop([lesson.id])


def _asked(lesson: Lesson, position: str, intents: Sequence[str], console: Console) -> str:
    """Asks until the answer is a choice."""
    guesses = [i for i, _ in lesson.alternatives if i in intents and i != lesson.taken_for][:SHOWN]
    taken = f"taken for {lesson.taken_for} ({lesson.confidence:.2f}), {lesson.reason}"
    console.print(f"\n[bold]{position}[/bold]  “{lesson.text}”", highlight=False)
    console.print(f"  {taken}", highlight=False)
    for number, intent in enumerate([lesson.taken_for, *guesses], 1):
        console.print(f"  {number}  {intent}", highlight=False)
    while True:
        said = str(typer.prompt("number or intent, d drops it, s leaves it for later, q ends")).strip().lower()
        if said in (DROP, SKIP, QUIT) or said in intents:
            return said
        if said.isdigit() and 1 <= int(said) <= len(guesses) + 1:
            return [lesson.taken_for, *guesses][int(said) - 1]
        near = [i for i in intents if said and said in i]
        console.print(f"  no intent is called {said}" + (f"; near: {', '.join(near[:6])}" if near else ""))


def _print(waiting: Sequence[Lesson], as_json: bool, console: Console) -> None:
    if as_json:
        for lesson in waiting:
            typer.echo(json.dumps(_row(lesson), ensure_ascii=False))
        return
    table = Table("id", "said", "taken for", "", "why it waits", "by")
    for lesson in waiting:
        confidence = f"{lesson.confidence:.2f}"
        table.add_row(lesson.id, lesson.text, lesson.taken_for, confidence, lesson.reason, lesson.person)
    console.print(table)


def _row(lesson: Lesson) -> dict[str, Any]:
    return {
        "id": lesson.id,
        "text": lesson.text,
        "taken_for": lesson.taken_for,
        "confidence": lesson.confidence,
        "alternatives": [list(a) for a in lesson.alternatives],
        "reason": lesson.reason,
        "person": lesson.person,
        "at": lesson.at.isoformat(),
    }
