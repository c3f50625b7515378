"""The terminal's channel: lines in, replies out, buttons by number or title."""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.text import Text

from bot.channels.terminal.lines import Lines
from bot.ports import Asgi, Button, Incoming, Limits, OnMessage, Reply
from bot.replies.choices import Choices
from bot.replies.rendering import fit
from twin_core.contract.errors import PolluxError, Unavailable
from twin_core.contract.ids import new_id

LEAVING = frozenset({"exit", "quit", ":q"})
# Names of devices come from outside: what they hold must not steer the terminal.
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_STYLES = {"primary": "bold cyan", "danger": "bold red", None: "cyan"}


@dataclass(frozen=True, slots=True)
class TerminalOptions:
    """By default standard input and output; with another source or target nothing is coloured."""

    conversation: str = "terminal"
    user: str = "owner"
    history: Path | None = None
    source: TextIO | None = None
    target: TextIO | None = None


class Terminal:
    """Reads from `start` on; `wait` returns when the person has left."""

    name = "terminal"
    limits = Limits(buttons=26)

    def __init__(self, options: TerminalOptions) -> None:
        self._options = options
        self._lines = Lines(options.source, history=options.history)
        self._console = Console(file=options.target, highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._choices = Choices()
        self._reading: asyncio.Task[None] | None = None

    async def start(self, on_message: OnMessage) -> Asgi | None:
        if self._lines.interactive:
            self._print("Ask away, for example: what's most critical today? Ctrl-D leaves.", "dim")
        self._reading = asyncio.create_task(self._converse(on_message))
        return None

    async def wait(self) -> None:
        """Until the person leaves or the input ends."""
        if self._reading:
            await asyncio.wait([self._reading])
            if not self._reading.cancelled():
                self._reading.result()

    def leave(self) -> None:
        """Ends the conversation on the person's behalf, as Ctrl-C asks for."""
        if self._reading and self._reading.cancel():
            self._farewell()

    async def send(self, conversation: str, reply: Reply) -> None:
        if self._reading is None or self._reading.done() or conversation != self._options.conversation:
            raise Unavailable("Nobody sits at this terminal.", code="nobody_there")
        if self._lines.interactive:
            self._console.print()  # leaves the line that is being typed alone
        self._show(reply)

    async def aclose(self) -> None:
        if self._reading:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        self._lines.close()

    def _farewell(self) -> None:
        if self._lines.interactive:
            self._print("\nSee you.", "dim")

    async def _converse(self, on_message: OnMessage) -> None:
        async for line in self._lines.read():
            if line.strip().lower() in LEAVING:
                return
            if line.strip():
                await self._turn(line, on_message)
        self._farewell()

    async def _turn(self, line: str, on_message: OnMessage) -> None:
        pressed = self._choices.meant(line)
        message = Incoming(
            conversation=self._options.conversation,
            text="" if pressed else line.strip(),
            action=pressed.id if pressed else None,
            user=self._options.user,
            channel=self.name,
            message_id=new_id("msg"),
        )
        try:
            if self._console.is_terminal:
                with self._console.status("", spinner="dots"):
                    answer = await on_message(message)
            else:
                answer = await on_message(message)
        except PolluxError as error:
            self._print(str(error), "red")
            return
        self._choices = Choices()
        for reply in answer.replies:
            self._show(reply)

    def _show(self, reply: Reply) -> None:
        for piece in fit(reply, self.limits):
            self._print(piece.text)
            if piece.buttons:
                self._offer(piece.buttons)

    def _offer(self, buttons: tuple[Button, ...]) -> None:
        self._choices = Choices.of(buttons)
        for mark, button in self._choices.marked:
            self._print(f"  [{mark}] {button.title}", _STYLES[button.style])
        if self._choices.said:
            words = ", ".join(button.title.lower() for button in self._choices.said)
            self._print(f"  (or say: {words})", "dim")

    def _print(self, text: str, style: str | None = None) -> None:
        self._console.print(Text(_STEERING.sub("", text), style=style or ""))
