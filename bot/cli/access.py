"""`pollux user …` and `pollux token …`: who may come in."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.settings import load_settings

users = typer.Typer(no_args_is_help=True)
tokens = typer.Typer(no_args_is_help=True)

Data = Annotated[Path | None, typer.Option(help="the data folder (default ./pollux-data)")]


def _with_access(data: Path | None, work: Callable[[Any], Awaitable[Any]]) -> Any:
    from bot.app import open_access

    async def run() -> Any:
        async with open_access(load_settings({"data": data})) as access:
            return await work(access)

    return asyncio.run(run())


@users.command("add")
def add_user(
    name: str, role: Annotated[str, typer.Option(help="owner, member or viewer")] = "member", data: Data = None
) -> None:
    """Add a person."""
    user = _with_access(data, lambda access: access.add_user(name, role))
    typer.echo(f"{user.name} is here as {user.role}. Next: pollux token create {user.id}")


@users.command("list")
def list_users(data: Data = None) -> None:
    """Everybody who may come in."""
    for user in _with_access(data, lambda access: access.users()):
        typer.echo(f"{user.name}\t{user.role}")


@users.command("remove")
def remove_user(name: str, data: Data = None) -> None:
    """Take a person's access away, with all of their tokens."""
    _with_access(data, lambda access: access.remove_user(name))
    typer.echo(f"{name} is gone, and all of their tokens with them.")


@tokens.command("create")
def create_token(
    user: str,
    days: Annotated[int | None, typer.Option(help="how long it is good for (default: until revoked)")] = None,
    data: Data = None,
) -> None:
    """Make a token. It is shown this once."""
    _, secret = _with_access(data, lambda access: access.issue(user, expires_in_s=days * 86_400.0 if days else None))
    typer.echo(secret)


@tokens.command("list")
def list_tokens(data: Data = None) -> None:
    """Tokens by id, never their text."""
    for token in _with_access(data, lambda access: access.tokens()):
        typer.echo(f"{token.id}\t{token.user}\t{token.expires_at or 'until revoked'}")


@tokens.command("revoke")
def revoke_token(token_id: str, data: Data = None) -> None:
    """Make a token useless."""
    _with_access(data, lambda access: access.revoke(token_id))
    typer.echo(f"{token_id} opens nothing any more.")
