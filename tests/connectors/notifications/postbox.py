"""A real mail server on this machine."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

_WAIT_S = 60


class Postbox:
    """Keeps what arrives; refuses recipients whose name says so, and everybody while it is full."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.full = False
        self._news = threading.Condition()

    def holds(self, text: str) -> None:
        """Returns when a mail says this. Raises AssertionError where none does for long."""
        with self._news:
            said = self._news.wait_for(lambda: any(text in str(mail.as_string()) for mail in self.mails), _WAIT_S)
        assert said, f"no mail says {text!r}"

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such mailbox"
        if address.startswith("later") or self.full:
            return "451 try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        with self._news:
            self.mails.append(mail)
            self._news.notify_all()
        return "250 OK"


@contextmanager
def mail_server(postbox: Postbox, tls: str = "never", certificate: tuple[Path, Path] | None = None) -> Iterator[int]:
    """Answers the port where it listens. `tls`: never, always (STARTTLS, and nothing before it), implicit."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)
    more: dict[str, Any] = {"tls_context": context, "require_starttls": True} if tls == "always" else {}
    implicit = context if tls == "implicit" else None
    controller = Controller(postbox, hostname="127.0.0.1", port=port, ssl_context=implicit, **more)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
