"""A house that writes to a real mail server and takes what is answered by SMTP, both over loopback."""

import asyncio
import smtplib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from bot.channels import mail as mail_plugin
from bot.mail.desk import MailDesk
from bot.mail.letters import LetterBook
from bot.mail.postroom import Postroom
from bot.mail.receiver import receiving
from bot.outside.sources import build_ways
from bot.settings import load_settings
from bot.ways.courier import HouseCourier
from tests.bot.ways.world import World, open_world
from tests.connectors.notifications.postbox import Postbox, mail_server

ANNA = "anna@example.org"
HOUSE, MX = "pollux@house.example", "mx.house.example"
NOTIFY = {
    "mail": {"kind": "smtp", "to": ANNA, "title": "Anna's mail"},
    "other": {"kind": "smtp", "to": "second@example.org", "title": "the second mail"},
}


@dataclass
class MailWorld:
    """The house, what it sent, and the port where it takes mail."""

    world: World
    courier: HouseCourier
    postbox: Postbox
    port: int
    postroom: Postroom

    @property
    def address(self) -> str:
        """Where the last mail wants its answer."""
        return parseaddr(str(self.postbox.mails[-1]["Reply-To"]))[1]

    async def reply(self, text: str, *, sender: str = ANNA, key: str = "1", **headers: str) -> str:
        """Answers the last mail as a mail program does; gives what the house wrote back."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Message-ID"] = sender, self.address, f"<{key}@example.org>"
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        return await self.deliver(mail.as_bytes(), sender)

    async def told(self, text: str) -> None:
        """Returns when a mail that was sent by itself says this."""
        await asyncio.to_thread(self.postbox.holds, text)

    async def deliver(self, raw: bytes, sender: str = ANNA, to: str = "") -> str:
        """Gives what the house wrote back; empty for nothing. Raises smtplib's refusals."""
        before, to = len(self.postbox.mails), to or self.address

        def send() -> None:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=20) as smtp:
                smtp.sendmail(sender, [to], raw)

        await asyncio.to_thread(send)
        return "\n".join(str(mail.get_content()) for mail in self.postbox.mails[before:])


@asynccontextmanager
async def open_mail(folder: Path) -> AsyncIterator[MailWorld]:
    postbox = Postbox()
    with mail_server(postbox) as port:
        settings = {"notify": NOTIFY, "smtp": {"host": "127.0.0.1", "port": port, "tls": "never"}}
        async with open_world(folder, **settings) as world, AsyncExitStack() as stack:
            store, clock = world.house.store, world.house.clock
            letters = LetterBook(store, HOUSE)
            chosen = load_settings({"data": folder, **settings}, file=folder / "none")
            ways = build_ways(chosen, clock, stack, letters)
            identities = world.house.engine.services.identities
            server = {"host": "127.0.0.1", "port": port, "tls": "never"}
            parts = {"store": store, "clock": clock, "identities": identities, "server": server}
            channel: Any = mail_plugin.build({"address": HOUSE, "authserv_ids": (MX,), **parts})
            stack.push_async_callback(channel.aclose)
            await channel.start(world.house.engine.handle)
            courier = HouseCourier(world.house.engine, [world.web.channel, channel], ways, world.book)
            desk = MailDesk(world.house.engine, courier, letters, ways)
            postroom = Postroom(letters.address, desk, channel, (MX,))
            inbound = await stack.enter_async_context(receiving(postroom, "127.0.0.1", 0))
            yield MailWorld(world, courier, postbox, inbound, postroom)
