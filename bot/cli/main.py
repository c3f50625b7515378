"""`pollux …`: the command line."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import access, nlu, privacy
from bot.logs import set_up_logs
from bot.progress import complain, remark, shown_progress
from bot.settings import load_settings
from twin_core.contract.clock import parse_instant
from twin_core.contract.errors import PolluxError, Rejected

app = typer.Typer(
    name="pollux",
    help="An assistant with a living twin of each thing you answer for.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(nlu.app, name="nlu", help="Train and test how Pollux understands.")
app.add_typer(access.users, name="user", help="People and their roles.")
app.add_typer(access.tokens, name="token", help="API tokens.")
for command in (privacy.export, privacy.erase, privacy.verify_erasure):
    app.command()(command)

As = Annotated[str, typer.Option("--as", help="who speaks")]
Data = Annotated[Path | None, typer.Option(help="the data folder (default ./pollux-data)")]
Url = Annotated[str | None, typer.Option(help="a running Pollux (default: the one on this machine, if any)")]
Token = Annotated[str | None, typer.Option(help="an API token, where the server asks for one")]

# The rooms are imported inside the commands, so that `pollux --help` need not wait for them.


@app.callback()
def prepare() -> None:
    """Done before every command."""
    settings = load_settings()
    set_up_logs(settings.log_level, as_json=settings.log_json)


@app.command()
def up(
    host: Annotated[str | None, typer.Option(help="address to listen on (default 127.0.0.1)")] = None,
    port: Annotated[int | None, typer.Option(help="0 picks a free one (default 8080)")] = None,
    data: Data = None,
    demo: Annotated[bool, typer.Option("--demo", help="also start the demo house and plant")] = False,
    clock: Annotated[str | None, typer.Option(help="start on a frozen clock at this instant")] = None,
    mqtt_port: Annotated[int | None, typer.Option(help="port of the own broker; 0 picks a free one")] = None,
) -> None:
    """Serve the twin core, the web chat and the broker, in one process."""
    from bot.app import serve

    at = parse_instant(clock) if clock else None
    mqtt = {"port": mqtt_port} if mqtt_port is not None else None
    settings = load_settings({"host": host, "port": port, "data": data, "mqtt": mqtt})

    async def run() -> None:
        with shown_progress() as progress:
            async with serve(settings, clock_at=at, demo=demo, progress=progress) as serving:
                typer.echo(f"ready {serving.url} {serving.mqtt_url}")
                await serving.wait()

    asyncio.run(run())


@app.command()
def chat(url: Url = None, user: As = "owner", token: Token = None, data: Data = None) -> None:
    """Talk to Pollux in this terminal."""
    from bot.channels.terminal import converse
    from bot.cli.answerer import answering

    settings = load_settings({"data": data})

    async def run() -> None:
        with shown_progress() as progress:
            async with answering(settings, url, token, progress) as answer_to:
                await converse(answer_to, user=user, history=settings.data / "chat-history")

    asyncio.run(run())


@app.command()
def ask(
    text: str,
    user: As = "owner",
    conversation: Annotated[str, typer.Option(help="the conversation to go on with")] = "ask",
    as_json: Annotated[bool, typer.Option("--json", help="the whole answer as JSON")] = False,
    url: Url = None,
    token: Token = None,
    data: Data = None,
) -> None:
    """One question, one answer on standard output."""
    from bot.channels._wire import answer_json, dumps
    from bot.cli.answerer import answering
    from bot.ports import Incoming

    async def run() -> None:
        with shown_progress() as progress:
            async with answering(load_settings({"data": data}), url, token, progress) as answer_to:
                answer = await answer_to(Incoming(conversation, text, user=user, channel="terminal"))
        typer.echo(dumps(answer_json(answer)) if as_json else "\n\n".join(r.text for r in answer.replies))

    asyncio.run(run())


@app.command()
def voice(
    wav: Annotated[Path | None, typer.Option(help="what you say, as a WAV file of a minute at most")] = None,
    out: Annotated[
        Path | None, typer.Option(help="where the answer is written: WAV, or Opus by its name (.opus, .ogg)")
    ] = None,
    push_to_talk: Annotated[bool, typer.Option("--push-to-talk", help="listen only after Enter is pressed")] = False,
    user: As = "owner",
    url: Url = None,
    token: Token = None,
    data: Data = None,
) -> None:
    """Talk with Pollux at the microphone; or one turn, from a WAV file to a WAV file."""
    from bot.cli.voice import converse, speak_once

    if (wav is None) != (out is None):
        raise Rejected("One file alone is no turn by voice.", code="bad_options", hint="Give both: --wav IN --out OUT.")
    settings = load_settings({"data": data})
    with shown_progress() as progress:
        common: dict[str, Any] = {"url": url, "token": token, "user": user, "progress": progress}
        if wav is None or out is None:
            asyncio.run(converse(settings, pushes=push_to_talk, tell=typer.echo, **common))
            return
        said = asyncio.run(speak_once(settings, wav, out, **common))
    remark(f"Heard: {said.heard.text}" if said.heard.text else "Heard no words.")
    typer.echo(said.text)
    if said.mute is not None:
        raise said.mute


@app.command()
def demo(
    mqtt: Annotated[str | None, typer.Option(help="broker URL (default: the broker of the Pollux here)")] = None,
    speed: Annotated[float, typer.Option(min=0.1, max=3600, help="how much faster than real time")] = 1.0,
    data: Data = None,
) -> None:
    """Simulated devices that announce themselves over MQTT; nobody can tell them from real ones."""
    from bot.app import play_demo

    asyncio.run(play_demo(load_settings({"data": data}), mqtt, speed))


@app.command()
def connect(name: str, data: Data = None) -> None:
    """Grant Pollux access to a calendar of Google or Microsoft that is named in pollux.toml."""
    from bot.outside.sources import connect_calendar

    asyncio.run(connect_calendar(load_settings({"data": data}), name, typer.echo))
    remark(f"{name} is connected. A Pollux that runs already notices at its next look.")


@app.command()
def backup(file: Path, data: Data = None) -> None:
    """Write a consistent copy of everything, also while Pollux runs."""
    from bot.app import backup_to

    with shown_progress() as progress:
        asyncio.run(backup_to(load_settings({"data": data}), file, progress))
    remark(f"Everything is in {file}.")


@app.command()
def restore(file: Path, data: Data = None) -> None:
    """Bring a copy back, into an empty data folder."""
    from bot.app import restore_from

    settings = load_settings({"data": data})
    with shown_progress() as progress:
        asyncio.run(restore_from(settings, file, progress))
    remark(f"{settings.data} holds what {file} held.")


@app.command()
def doctor(token: Token = None, data: Data = None) -> None:
    """Check settings, database, broker and ports; say what to do about each fault."""
    from bot.doctor import examine

    faults = asyncio.run(examine(load_settings({"data": data}), token))
    for fault in faults:
        typer.echo(f"{fault.severity:8} {fault.part}: {fault.message} {fault.hint}".rstrip())
    if not faults:
        typer.echo("Everything is in order.")
    if any(f.severity == "critical" for f in faults):
        raise typer.Exit(1)


def main() -> None:
    """The entry point: errors become a sentence and an exit code."""
    try:
        code = app(standalone_mode=False)
    except PolluxError as error:
        complain(str(error))
        code = 2
    except typer.Exit as done:
        code = done.exit_code
    except (KeyboardInterrupt, asyncio.CancelledError):
        code = 130
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        complain(error.format_message())  # click's own: a wrong option or a missing argument
        code = 2
    sys.exit(code if isinstance(code, int) else 0)
