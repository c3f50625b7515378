"""Chat in a terminal, with whatever answers: an engine in this process or a Pollux over HTTP."""

import asyncio
import contextlib
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.channels.terminal.channel import Terminal, TerminalOptions
from bot.channels.terminal.client import HttpConversation
from bot.ports import OnMessage
from twin_core.contract.errors import Rejected

EXAMPLE: Mapping[str, Any] = {}


def build(options: Mapping[str, Any]) -> Terminal:
    """The channel; options are those of TerminalOptions. Raises Rejected for an unknown one."""
    try:
        return Terminal(TerminalOptions(**options))
    except TypeError as error:
        raise Rejected(f"The terminal does not know this option: {error}.", code="bad_options") from None


async def converse(
    ask: OnMessage, *, conversation: str = "terminal", user: str = "owner", history: Path | None = None
) -> None:
    """A conversation on standard input and output, until the person leaves (Ctrl-C and Ctrl-D do)."""
    terminal = Terminal(TerminalOptions(conversation=conversation, user=user, history=history))
    await terminal.start(ask)
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
        loop.add_signal_handler(signal.SIGINT, terminal.leave)
    try:
        await terminal.wait()
    finally:
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.remove_signal_handler(signal.SIGINT)
        await terminal.aclose()


__all__ = ["EXAMPLE", "HttpConversation", "Terminal", "TerminalOptions", "build", "converse"]
