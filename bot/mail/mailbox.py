"""Mail that lies in a mailbox on a server: IMAP (RFC 3501), looked into every so often.

A mail is marked as read when it has been answered, not before: what is cut off in between is read again, and acts once.
"""

import asyncio
import imaplib
import re
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import default
from email.utils import getaddresses

import structlog

from bot.mail.postroom import MAX_BYTES, Postroom
from bot.reach_settings import ImapSettings
from bot.ways.book import WayBook
from twin_core.contract.errors import PolluxError, Rejected, Unavailable

TIMEOUT_S = 20.0
NAME = "mailbox"
# Where a server writes whom it delivered to; what the sender wrote comes last.
_RECEIVERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")

log = structlog.get_logger(__name__)


@asynccontextmanager
async def watching(postroom: Postroom, settings: ImapSettings, book: WayBook) -> AsyncIterator[None]:
    """Looks into the mailbox until the block ends; what does not work is tried again, and `pollux doctor` tells it."""
    watch = asyncio.create_task(Mailbox(postroom, settings, book).run())
    try:
        yield
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The unread mails of one folder."""

    postroom: Postroom
    settings: ImapSettings
    book: WayBook

    async def run(self) -> None:
        while True:
            try:
                await self.look()
            except PolluxError as error:
                log.warning("mailbox.not_read", reason=error.message)
                self.book.failed(NAME, f"The mailbox at {self.settings.host}", error)
            except Exception:  # a rim: one fault must not end the watch
                log.exception("mailbox.failed")
            else:
                self.book.worked(NAME)
            await asyncio.sleep(self.settings.poll_s)

    async def look(self) -> None:
        """Takes what is unread now, one after another. Raises Unavailable, or Rejected for what is set up wrong."""
        with _told(self.settings):
            session = await asyncio.to_thread(self._open)
            try:
                for uid in await asyncio.to_thread(_unread, session):
                    await self._take(session, uid)
            finally:
                await asyncio.to_thread(_close, session)

    async def _take(self, session: imaplib.IMAP4, uid: str) -> None:
        raw = await asyncio.to_thread(_fetch, session, uid)
        try:
            if raw is None:
                log.warning("mail.too_large", uid=uid)
            else:
                mail = message_from_bytes(raw, policy=default)
                await self.postroom.take(self._recipient(mail), raw, _envelope_from(mail))
        except Unavailable as error:  # it stays unread, and is read again
            log.warning("mail.not_answered", reason=error.message)
            return
        except PolluxError as error:
            log.warning("mail.refused", reason=error.message)
        await asyncio.to_thread(session.uid, "STORE", uid, "+FLAGS", r"(\Seen)")

    def _recipient(self, mail: Message) -> str:
        """The address that it was sent to, one with a token first; else the house's own: the mailbox is the house's."""
        known = {address: self.postroom.address.token_in(address) for address in _receivers(mail)}
        return next((address for address, token in known.items() if token), self.postroom.address.text)

    def _open(self) -> imaplib.IMAP4:
        s, context = self.settings, ssl.create_default_context(cafile=self.settings.ca)
        if s.tls == "implicit":
            session: imaplib.IMAP4 = imaplib.IMAP4_SSL(s.host, s.port, ssl_context=context, timeout=TIMEOUT_S)
        else:
            session = imaplib.IMAP4(s.host, s.port, timeout=TIMEOUT_S)
        try:
            if s.tls == "starttls":
                session.starttls(context)
            session.login(s.username, s.password.get_secret_value())
            status, answer = session.select(_quoted(s.folder))
            if status != "OK":
                raise imaplib.IMAP4.error(_said(answer))
        except BaseException:
            _close(session)
            raise
        return session


def _unread(session: imaplib.IMAP4) -> list[str]:
    _, found = session.uid("SEARCH", "UNSEEN")
    return (found[0] or b"").decode().split()


def _fetch(session: imaplib.IMAP4, uid: str) -> bytes | None:
    """None for one that is larger than what is taken; of that no more is carried over."""
    _, size = session.uid("FETCH", uid, "(RFC822.SIZE)")
    told = _SIZE.search(size[0] if size and isinstance(size[0], bytes) else b"")
    if told and int(told[1]) > MAX_BYTES:
        return None
    _, parts = session.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MAX_BYTES}>)")
    return next((part[1] for part in parts if isinstance(part, tuple)), b"")


def _close(session: imaplib.IMAP4) -> None:
    with suppress(imaplib.IMAP4.error, OSError):
        session.logout()


def _receivers(mail: Message) -> Iterator[str]:
    for name in _RECEIVERS:
        for _, address in getaddresses([str(value) for value in mail.get_all(name, [])]):
            yield address


def _envelope_from(mail: Message) -> str:
    """As the server wrote it down; empty for a report, whose sender is none. Else who says to have written it."""
    returned = mail["Return-Path"]
    if returned is not None:
        return str(returned).strip().strip("<>")
    return next((address for _, address in getaddresses([str(mail["From"] or "")])), "")


@contextmanager
def _told(settings: ImapSettings) -> Iterator[None]:
    """What an IMAP server or the network says, in our words."""
    where = f"{settings.host}:{settings.port}"
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        hint = "Set `ca` under [mail.imap] to the PEM file of who signed it, and `host` to the name that stands in it."
        told = f"{where} shows a certificate that is not trusted: {error.verify_message}."
        raise Rejected(told, code="bad_certificate", hint=hint) from None
    except (imaplib.IMAP4.abort, OSError) as error:
        hint = "It is looked into again later by itself; check the network, and [mail.imap]."
        raise Unavailable(f"{where} cannot be reached: {error}.", code="unreachable", hint=hint) from None
    except imaplib.IMAP4.error as error:
        hint = "Check username, password and folder under [mail.imap] in pollux.toml."
        raise Rejected(f"{where} does not let me read: {_said(error.args)}.", code="mailbox", hint=hint) from None


def _said(answer: object) -> str:
    first = answer[0] if isinstance(answer, (list, tuple)) and answer else answer
    return first.decode(errors="replace") if isinstance(first, bytes) else str(first)


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
