"""A mail that answers what was told unasked: a turn about that, and the answer in the same thread."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from bot.dialogue.state import Subject
from bot.engine import Engine
from bot.mail.answering import ATTACHED, EMPTY, answer_to, offered, pressed
from bot.mail.letters import Letter, LetterBook
from bot.mail.reading import Mail
from bot.mail.way import MailWay
from bot.planning.checking_in import question_of
from bot.ports import Incoming, Reply
from bot.ways.courier import HouseCourier, as_reply
from bot.ways.way import Way
from twin_core.contract.errors import Forbidden, NotFound
from twin_core.contract.nudges import GetNudge, NudgeView

SETTLED = "What I had written about is settled already; thank you for answering all the same."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class MailDesk:
    """Answers mails. The same mail again acts once, and is answered with the same words under the same id."""

    engine: Engine
    courier: HouseCourier
    letters: LetterBook
    ways: Sequence[Way]

    async def take(self, token: str, letter: Letter, mail: Mail) -> None:
        """Raises NotFound for a way that is set up no longer, Forbidden for a sender it was not given to, Unavailable
        where the answer cannot be sent now.
        """
        way = next((way for way in self.ways if isinstance(way, MailWay) and way.name == letter.way), None)
        if way is None:
            raise NotFound("Nobody is written to here.", code="unknown_letter")
        to = way.plain.notifier.to
        if mail.bounce and mail.returned:
            await self._came_back(letter, to, mail.bounce)
        elif mail.automatic or mail.bounce:
            log.info("mail.of_a_machine", way=way.name, nudge=letter.nudge)
        elif mail.sender != to.lower() or mail.origin == "forged":
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
        turn, replies = "", list[Reply]()
        if mail.words:
            action = pressed(mail.words, letter.choices)
            words = "" if action else mail.words
            said = Incoming(conversation, words, action, letter.person, "mail", mail.key)
            answer = await self.engine.handle(said)
            turn, replies = answer.turn, list(answer.replies)
        else:
            notes.append(EMPTY)
        await self.letters.keep(token, replace(letter, opened=True, choices=offered(replies)))
        await way.plain.notifier.send(
            await answer_to(
                mail,
                notes,
                replies,
                subject=letter.subject,
                thread=letter.thread,
                reply_to=self.letters.address.plus(token),
                trace=turn,
            )
        )

    async def _nudge(self, letter: Letter) -> NudgeView | None:
        try:
            return await self.engine.services.core.query(GetNudge(letter.nudge, letter.person))
        except NotFound:
            return None
