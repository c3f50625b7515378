"""A courier that keeps what it was given, and may be out of reach."""

from twin_core.contract.errors import Unavailable
from twin_core.contract.nudges import Delivered, NudgeView


class Mailbox:
    """contract.nudges.Courier."""

    def __init__(self) -> None:
        self.got: list[NudgeView] = []
        self.reachable = True

    @property
    def texts(self) -> list[str]:
        return [nudge.text for nudge in self.got]

    async def deliver(self, nudge: NudgeView) -> Delivered:
        if not self.reachable:
            raise Unavailable("Nobody is there.")
        if (nudge.id, nudge.step) not in [(known.id, known.step) for known in self.got]:
            self.got.append(nudge)
        return Delivered("mailbox", "c1")

    async def update(self, nudge: NudgeView) -> None:
        self.got = [nudge if known.id == nudge.id else known for known in self.got]
