"""A mail that came: a turn of the conversation about what it answers, and the answer in the same thread."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.charts.pictures import picture_of
from bot.courier import HouseCourier, as_reply
from bot.dialogue.state import Subject
from bot.engine import Engine
from bot.mail.letters import Letter, LetterBook
from bot.mail.reading import Mail, read
from bot.mail.way import MailWay
from bot.planning.checking_in import question_of
from bot.ports import Incoming, Reply
from bot.ways.letters import answers
from twin_core.contract.errors import Forbidden, NotFound
from twin_core.contract.notifying import Message
from twin_core.contract.nudges import GetNudge, NudgeView

MAX_BYTES = 1_000_000  # of one mail
SETTLED = "What I had written about is settled already; thank you for answering all the same."
EMPTY = "I found no words of yours in that mail. Write them above what is quoted."
ATTACHED = "I read the words alone, and nothing of what was attached."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class MailDesk:
    """Answers mails. The same mail again acts once, and is answered with the same words under the same id."""

    engine: Engine
    courier: HouseCourier
    letters: LetterBook
    ways: Sequence[MailWay]

    async def take(self, token: str, raw: bytes, envelope_from: str) -> None:
        """Raises NotFound for an address that was never given out, Forbidden for a sender it was not given to,
        Rejected for what is no mail, Unavailable where the answer cannot be sent now.
        """
        letter = await self.letters.find(token)
        way = next((way for way in self.ways if letter and way.name == letter.way), None)
        if letter is None or way is None:
            raise NotFound("Nobody is written to here.", code="unknown_letter")
        mail, to = read(raw, envelope_from), way.plain.notifier.to
        if mail.bounce and not envelope_from:
            await self._came_back(letter, to, mail.bounce)
        elif mail.automatic or mail.bounce:
            log.info("mail.of_a_machine", way=way.name, nudge=letter.nudge)
        elif mail.sender != to.lower():
            raise Forbidden("This address answers only whom it wrote to.", code="other_sender")
        else:
            await self.letters.note_mended(to)
            await self._answer(token, letter, mail, way)

    async def _came_back(self, letter: Letter, to: str, reason: str) -> None:
        await self.letters.note_broken(to, reason)
        nudge = await self._nudge(letter)
        if nudge and nudge.status != "answered":
            await self.courier.fall_back(nudge, letter.way)

    async def _answer(self, token: str, letter: Letter, mail: Mail, way: MailWay) -> None:
        conversation, nudge = f"mail.{token}", await self._nudge(letter)
        notes = [ATTACHED] if mail.attached else []
        if not letter.opened:
            if nudge is None or nudge.status == "answered":
                notes.insert(0, SETTLED)
            if nudge:
                about = Subject(nudge.about.kind, nudge.about.id) if nudge.about else None
                await self.engine.told(letter.person, conversation, as_reply(nudge), about, question_of(nudge))
            await self.letters.open(token, letter)
        turn, images = "", list[Mapping[str, str]]()
        if mail.words:
            said = Incoming(conversation, mail.words, user=letter.person, channel="mail", message_id=mail.key)
            answer = await self.engine.handle(said)
            turn, notes = answer.turn, [*notes, *(_written(reply) for reply in answer.replies)]
            images += [reply.image for reply in answer.replies if reply.image]
        else:
            notes.append(EMPTY)
        await way.plain.notifier.send(
            Message(
                subject=f"Re: {letter.subject}",
                text="\n\n".join(notes),
                sender="pollux",
                trace=turn,
                key=mail.key,
                thread=letter.thread,
                answers=mail.message_id,
                reply_to=self.letters.plus(token),
                picture=await asyncio.to_thread(picture_of, next(iter(images), None)),
            )
        )

    async def _nudge(self, letter: Letter) -> NudgeView | None:
        try:
            return await self.engine.services.core.query(GetNudge(letter.nudge, letter.person))
        except NotFound:
            return None


def _written(reply: Reply) -> str:
    """With the words that stand for its buttons."""
    asked = answers([button.title for button in reply.buttons], "You can answer")
    return "\n".join(part for part in (reply.text, asked) if part)
