"""`pollux nlu …`: placeholder until evaluation lands."""

import typer

app = typer.Typer(no_args_is_help=True)
