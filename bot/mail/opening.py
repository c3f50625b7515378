"""Opening the doors by which mail comes in."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from bot.engine import Engine
from bot.mail.desk import MailDesk
from bot.mail.letters import LetterBook
from bot.mail.mailbox import watching
from bot.mail.postroom import Conversing, Postroom
from bot.mail.receiver import receiving
from bot.ports import Channel
from bot.reach_settings import MailSettings
from bot.ways.courier import HouseCourier
from bot.ways.way import Way


@asynccontextmanager
async def open_mail(
    mail: MailSettings | None,
    engine: Engine,
    courier: HouseCourier,
    letters: LetterBook | None,
    ways: Sequence[Way],
    channels: Sequence[Channel],
) -> AsyncIterator[None]:
    """What comes by mail is taken, where that is set up."""
    channel = next((channel for channel in channels if isinstance(channel, Conversing)), None)
    if mail is None or letters is None or channel is None:
        yield
        return
    desk = MailDesk(engine, courier, letters, ways)
    postroom = Postroom(letters.address, desk, channel, mail.authserv_ids)
    async with AsyncExitStack() as stack:
        if mail.imap:
            await stack.enter_async_context(watching(postroom, mail.imap, courier.book))
        if mail.imap is None or "port" in mail.model_fields_set:
            await stack.enter_async_context(receiving(postroom, mail.host, mail.port))
        yield
