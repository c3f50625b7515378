"""Progress where one waits: a bar for a person, a line for a log, nothing on standard output."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console as RichConsole
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from bot.ports import Progress
from bot.settings import under_ci

OnProgress = Callable[[Progress], None]
_stderr = RichConsole(stderr=True, highlight=False)


def complain(text: str) -> None:
    """An error as a person reads it, on standard error."""
    _stderr.print(text, style="red", markup=False)


def remark(text: str) -> None:
    """Something worth knowing, on standard error."""
    _stderr.print(text, style="dim", markup=False)


@contextmanager
def shown_progress() -> Iterator[OnProgress]:
    """Shows whatever is reported while it lasts; bars vanish when they are done."""
    if under_ci() or not _stderr.is_terminal:
        yield _line_by_line()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=_stderr, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(progress: Progress) -> None:
            if progress.what not in tasks:
                tasks[progress.what] = bars.add_task(progress.what, total=progress.total)
            bars.update(tasks[progress.what], completed=progress.done, total=progress.total)

        yield show


def _line_by_line() -> OnProgress:
    told: set[str] = set()

    def show(progress: Progress) -> None:
        if progress.what not in told:
            told.add(progress.what)
            remark(f"{progress.what} …")

    return show
