"""Mail as it arrives: an SMTP server (RFC 5321) for the mail server in front of the house.

A mail is taken when it has been answered, not before: what is cut off in between is delivered again, and acts once.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.mail.postroom import MAX_BYTES, Postroom
from twin_core.contract.errors import PolluxError, Rejected, Unavailable

TIMEOUT_S = 60

log = structlog.get_logger(__name__)


class Receiver:
    """The handler that aiosmtpd calls: only addresses that were given out take mail."""

    def __init__(self, postroom: Postroom) -> None:
        self._postroom = postroom

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not await self._postroom.takes(address):
            return "550 5.1.1 Nobody is written to here"
        if envelope.rcpt_tos:
            return "452 4.5.3 One receiver at a time"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        try:
            await self._postroom.take(envelope.rcpt_tos[0], raw, (envelope.mail_from or "").strip("<>"))
        except Unavailable as error:
            log.warning("mail.not_answered", reason=error.message)
            return "451 4.3.0 Try again later"
        except PolluxError as error:
            log.warning("mail.refused", reason=error.message)
            return f"550 5.7.1 {error.message.encode('ascii', 'replace').decode()}"
        return "250 OK"


@asynccontextmanager
async def receiving(postroom: Postroom, host: str, port: int) -> AsyncIterator[int]:
    """Answers the port where mail is taken. Raises Rejected where that is not possible."""

    def open_session() -> SMTP:
        return SMTP(Receiver(postroom), data_size_limit=MAX_BYTES, hostname="pollux", timeout=TIMEOUT_S)

    try:
        server = await asyncio.get_running_loop().create_server(open_session, host, port)
    except OSError as error:
        hint = "Set another [mail] port in pollux.toml, or stop what uses it."
        raise Rejected(f"Mail cannot be taken on {host}:{port}: {error}.", code="port_taken", hint=hint) from None
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
