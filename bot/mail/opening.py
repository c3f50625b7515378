"""Opening the door by which answers come in by mail."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from bot.courier import HouseCourier
from bot.engine import Engine
from bot.mail.desk import MailDesk
from bot.mail.letters import LetterBook
from bot.mail.mailbox import watching
from bot.mail.receiver import receiving
from bot.mail.way import MailWay
from bot.reach_settings import MailSettings
from bot.ways.way import Way


@asynccontextmanager
async def open_mail(
    mail: MailSettings | None, engine: Engine, courier: HouseCourier, letters: LetterBook | None, ways: Sequence[Way]
) -> AsyncIterator[None]:
    """What is answered by mail is taken, where that is set up."""
    if mail is None or letters is None:
        yield
        return
    desk = MailDesk(engine, courier, letters, [way for way in ways if isinstance(way, MailWay)])
    async with AsyncExitStack() as stack:
        if mail.imap:
            await stack.enter_async_context(watching(desk, mail.imap, courier.book))
        if mail.imap is None or "port" in mail.model_fields_set:
            await stack.enter_async_context(receiving(desk, mail.host, mail.port))
        yield
