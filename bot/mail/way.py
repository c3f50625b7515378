"""The way out by mail that takes answers."""

from dataclasses import dataclass, replace

from bot.charts.illustrator import Illustration
from bot.mail.letters import Letter, LetterBook
from bot.ways.letters import letter
from bot.ways.way import NotifierWay
from twin_core.contract.errors import Rejected
from twin_core.contract.nudges import NudgeView


@dataclass(frozen=True, slots=True)
class MailWay:
    """bot.ways.way.Way by mail to one person."""

    plain: NotifierWay
    letters: LetterBook

    @property
    def name(self) -> str:
        return self.plain.name

    @property
    def title(self) -> str:
        return self.plain.title

    async def serves(self, person: str) -> bool:
        return await self.plain.serves(person)

    async def say(self, nudge: NudgeView, note: str = "", drawn: Illustration | None = None) -> None:
        """Raises Rejected while mail to this address comes back."""
        to = self.plain.notifier.to
        if reason := await self.letters.broken(to):
            raise Rejected(
                f"Mail to {to} came back: {reason}",
                code="bounced",
                hint="Correct `to` in pollux.toml; or write me a mail from there, then I try it again.",
            )
        message = await letter(nudge, note, drawn, "Answer this mail: say")
        sent = Letter(nudge.owner, nudge.id, self.name, message.thread, message.subject)
        await self.plain.notifier.send(replace(message, reply_to=await self.letters.reply_to(sent)))
