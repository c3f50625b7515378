"""Which way a nudge takes: by its urgency, by whether its person is here, and by how often it was handed on."""

from dataclasses import dataclass

from twin_core.contract.nudges import Urgency


@dataclass(frozen=True, slots=True)
class Route:
    """`chat`: it is said, and kept, in the chat. `outside`: the position of the way that is tried first; None: none."""

    chat: bool
    outside: int | None


def route(urgency: Urgency, step: int, ways: int, *, present: bool) -> Route:
    """The chat is the first way of whoever is there, or of what can wait; each step takes the next of so many others.

    What is urgent does not wait for somebody to come back; for safety it is said in the chat and outside at once.
    """
    urgent = urgency in ("high", "safety")
    position = min(step + (urgency == "safety" or (urgent and not present)), ways)
    return Route(chat=step == 0 or position == 0, outside=position - 1 if position else None)
