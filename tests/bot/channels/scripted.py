"""A small real answerer and a real server, to exercise channels without the whole house."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from bot.ports import Answer, Button, Incoming, Reply
from twin_core.contract.errors import Rejected

CARD = {
    "kind": "list",
    "title": "Most critical now",
    "items": [
        {
            "title": "Garage freezer",
            "detail": "−8 °C, 4 minutes ago; the door is open.",
            "severity": "critical",
            "buttons": [{"id": "ack:c1", "title": "Acknowledge"}, {"id": "snooze:c1", "title": "Snooze"}],
        },
        {"title": "Hall thermostat", "detail": "Silent for 7 hours.", "severity": "warning"},
    ],
}
CARD_TEXT = (
    "Two things need you.\n"
    "1. Garage freezer: −8 °C, 4 minutes ago; the door is open.\n"
    "2. Hall thermostat: silent for 7 hours.\n"
    "Shall I remind you in an hour?"
)


@dataclass
class Script:
    """Answers like the engine does: the same message id is answered once and acts once."""

    seen: list[Incoming] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)  # the messages whose words were taken back
    begun: asyncio.Event = field(default_factory=asyncio.Event)  # once something was seen
    gate: asyncio.Event | None = None  # while it is set up and not set, answers wait
    public: bool = False  # what it answers may be read by others
    _answered: dict[tuple[str, str, str], Answer] = field(default_factory=dict)

    async def __call__(self, message: Incoming) -> Answer:
        key = (message.user, message.conversation, message.message_id or "")
        if message.message_id and key in self._answered:
            return self._answered[key]
        if message.withdrawn:
            self.withdrawn.append(message.message)
            return Answer("tr", "inform", 1.0, (), ())
        self.seen.append(message)
        self.begun.set()
        if self.gate:
            await self.gate.wait()
        if message.text == "fail":
            raise Rejected("That cannot be.", code="impossible", hint="Say something else.")
        if message.text == "break":
            raise ZeroDivisionError
        answer = Answer(
            f"tr_{len(self.seen)}", "greet", 0.9, ({"entity": "twin", "value": "x"},), self._replies(message)
        )
        if message.message_id:
            self._answered[key] = answer
        return answer

    def _replies(self, message: Incoming) -> tuple[Reply, ...]:
        if message.action:
            return (Reply(f"Pressed {message.action}.", public=self.public),)
        match message.text.strip():
            case "":
                return (Reply("I am here. Say what you need."),)
            case "critical":
                return (Reply(CARD_TEXT, (Button("yes", "Yes", "primary"), Button("no", "No")), card=CARD),)
            case "list":
                return (Reply("Your twins:\n- hall lamp\n- kitchen lamp\n\nFirst:\n1. one\n2. two\nThat is all."),)
            case "image":
                return (Reply("A chart.", image={"url": "/icon.svg", "alt": "Temperature since morning"}),)
            case "preview":
                items = [{"title": "Name", "detail": "Hall thermostat"}, {"title": "Place", "detail": "Hall"}]
                card = {"kind": "preview", "title": "New thermostat", "items": items}
                return (Reply("New thermostat. Name: Hall thermostat. Place: Hall. Create it?", card=card),)
            case text:
                return (
                    Reply(
                        f"Heard: {text}", (Button("yes", "Yes", "primary"), Button("undo", "Undo")), public=self.public
                    ),
                )


Asgi = Callable[..., Awaitable[None]]


@asynccontextmanager
async def serving(app: Any, port: int = 0) -> AsyncIterator[int]:
    """A real server on a free port of this machine (or on a given one); answers the port."""
    listening = socket.socket(proto=socket.IPPROTO_TCP)  # so that asyncio sends each piece of an answer at once
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    config = uvicorn.Config(app, log_level="error", ws="websockets-sansio", lifespan="off", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    started = asyncio.Event()
    startup = server.startup

    async def startup_told(sockets: Any = None) -> None:
        await startup(sockets=sockets)
        started.set()

    server.startup = startup_told  # type: ignore[method-assign]
    task = asyncio.create_task(server._serve([listening]))
    try:
        await asyncio.wait_for(started.wait(), 60)
        yield int(listening.getsockname()[1])
    finally:
        server.should_exit = True
        await asyncio.wait_for(task, 60)
        listening.close()
