"""Chat in a terminal: plain over pipes, and in a real pseudo-terminal."""

import asyncio
import fcntl
import io
import os
import pty
import signal
import sys
import termios
from pathlib import Path

import pytest

from bot.channels import terminal
from bot.ports import Answer, Button, Incoming, Reply
from bot.replies.choices import Choices
from tests.bot.channels.scripted import Script
from twin_core.contract.errors import Rejected, Unavailable

WAIT_S = 60
ROOT = Path(__file__).resolve().parents[3]


async def _typed(script: Script, *lines: str) -> str:
    target = io.StringIO()
    source = io.StringIO("".join(f"{line}\n" for line in lines))
    channel = terminal.build({"source": source, "target": target})
    assert await channel.start(script) is None
    await asyncio.wait_for(channel.wait(), WAIT_S)
    await channel.aclose()
    return target.getvalue()


async def test_lines_are_answered_in_plain_text() -> None:
    script = Script()
    shown = await _typed(script, "hello", "", "  ", "critical")
    assert shown == (
        "Heard: hello\n  [1] Yes\n  [2] Undo\n"
        "Two things need you.\n1. Garage freezer: −8 °C, 4 minutes ago; the door is open.\n"
        "2. Hall thermostat: silent for 7 hours.\nShall I remind you in an hour?\n  [1] Yes\n  [2] No\n"
    )
    assert [m.text for m in script.seen] == ["hello", "critical"]
    assert len({m.message_id for m in script.seen}) == 2


async def test_buttons_are_chosen_by_number_or_title() -> None:
    script = Script()
    await _typed(script, "hello", "2", "2", "hello", "YES", "hello", "3")
    assert [m.action for m in script.seen] == [None, "undo", None, None, "yes", None, None]
    assert script.seen[2].text == "2"  # the buttons of an older reply are gone


async def test_it_ends_at_exit_and_leaves_the_rest_unread() -> None:
    script = Script()
    await _typed(script, "hello", "exit", "never read")
    assert [m.text for m in script.seen] == ["hello"]


async def test_errors_are_said_and_the_conversation_goes_on() -> None:
    shown = await _typed(Script(), "fail", "hello")
    assert shown.startswith("That cannot be. Say something else.\nHeard: hello\n")


async def test_what_devices_are_called_cannot_steer_the_terminal() -> None:
    async def answer(message: Incoming) -> Answer:
        buttons = (Button("b", "red\x1b[31m\x07lamp"),)
        return Answer("t", "greet", 1.0, (), (Reply("lamp\x1b]0;owned\x07 \x9b2J[bold]x[/bold]\r!", buttons),))

    target = io.StringIO()
    channel = terminal.build({"source": io.StringIO("hi\n"), "target": target})
    await channel.start(answer)
    await asyncio.wait_for(channel.wait(), WAIT_S)
    assert target.getvalue() == "lamp]0;owned 2J[bold]x[/bold]!\n  [1] red[31mlamp\n"


async def test_something_unasked_is_shown_while_somebody_sits_there() -> None:
    reading, writing = os.pipe()
    target = io.StringIO()
    with os.fdopen(reading, encoding="utf-8") as source, os.fdopen(writing, "w", encoding="utf-8") as keyboard:
        channel = terminal.build({"source": source, "target": target})
        with pytest.raises(Unavailable):
            await channel.send("terminal", Reply("Too early."))
        await channel.start(Script())
        await channel.send("terminal", Reply("The freezer is warm.", (Button("ack:c1", "Acknowledge"),)))
        with pytest.raises(Unavailable):
            await channel.send("another", Reply("Not here."))
        assert target.getvalue() == "The freezer is warm.\n  [1] Acknowledge\n"
        keyboard.write("1\n")
        keyboard.close()
        await asyncio.wait_for(channel.wait(), WAIT_S)
        assert target.getvalue().endswith("Pressed ack:c1.\n")
        with pytest.raises(Unavailable):
            await channel.send("terminal", Reply("Too late."))
        await channel.aclose()


def test_a_number_stays_an_answer_where_the_buttons_are_not_numbered() -> None:
    flow = Choices.of((Button("skip", "Skip"), Button("back", "Back")))
    assert flow.marked == ()
    assert flow.meant("2") is None
    assert flow.meant("back") == Button("back", "Back")
    degrees = Choices.of((Button("a", "20 °C"), Button("b", "21 °C"), Button("s", "Skip")))
    assert [mark for mark, _ in degrees.marked] == ["a", "b"]
    assert degrees.meant("2") is None
    assert degrees.meant("b") == degrees.meant("[B]") == degrees.meant("21 °C") == Button("b", "21 °C")


def test_marks_may_be_typed_as_they_are_shown() -> None:
    choices = Choices.of(tuple(Button(f"b{n}", f"Lamp {n}") for n in range(12)))
    for line in ("12", "[12]", "12.", "12)", "#12", " 12 ", "lamp 11"):
        assert choices.meant(line) == Button("b11", "Lamp 11"), line
    for line in ("0", "13", "1 2", "12 degrees", "", "a"):
        assert choices.meant(line) is None, line


SESSION = """
import asyncio, sys
sys.path.insert(0, {root!r})
from pathlib import Path
from bot.channels.terminal import converse
from tests.bot.channels.scripted import Script
asyncio.run(converse(Script(), history=Path({history!r})))
print("left")
"""


class Screen:
    """A pseudo-terminal with a conversation in it."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.shown = b""

    async def until(self, text: str) -> None:
        """Reads on until the text has come after what was waited for before."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(WAIT_S):
            while text.encode() not in self.shown:
                try:
                    self.shown += await loop.run_in_executor(None, os.read, self.fd, 4096)
                except OSError:
                    raise AssertionError(f"ended without {text!r}: {self.shown!r}") from None
        before, _, self.shown = self.shown.partition(text.encode())
        assert b"Traceback" not in before

    def type(self, text: str) -> None:
        os.write(self.fd, text.encode())


@pytest.mark.parametrize("leave", ["ctrl-d", "ctrl-c", "sigint"])
async def test_in_a_real_terminal_it_prompts_edits_and_leaves_kindly(tmp_path: Path, leave: str) -> None:
    history = tmp_path / "data" / "history"
    code = SESSION.format(root=str(ROOT), history=str(history))
    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    environ = {**os.environ, "TERM": "xterm", "POLLUX_TEST": "1", "COLUMNS": "80"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdin=slave, stdout=slave, stderr=slave, env=environ, start_new_session=True,
        preexec_fn=_own_terminal,
    )  # fmt: skip
    try:
        screen = Screen(master)
        await screen.until("Ctrl-D leaves")
        await screen.until("› ")
        screen.type("hellx\x7fo\r")  # a slip, taken back
        await screen.until("Heard: hello")
        await screen.until("[2] Undo")
        await screen.until("› ")
        screen.type("2\r")
        await screen.until("Pressed undo.")
        await screen.until("› ")
        screen.type("\x1b[A\x1b[A\r")  # two lines back in the history
        await screen.until("[2] Undo")
        await screen.until("› ")
        if leave == "sigint":
            process.send_signal(signal.SIGINT)
        else:
            screen.type("\x04" if leave == "ctrl-d" else "\x03")
        await screen.until("See you.")
        await screen.until("left")
        assert await asyncio.wait_for(process.wait(), WAIT_S) == 0
        assert termios.tcgetattr(slave) == before  # it echoes again what is typed
        assert history.read_text(encoding="utf-8").split() == ["hello", "2", "hello"]
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        os.close(master)
        os.close(slave)


def _own_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # Ctrl-C then reaches the process as it would from a keyboard


async def test_an_unknown_option_is_named() -> None:
    with pytest.raises(Rejected, match="colour"):
        terminal.build({"colour": "red"})
