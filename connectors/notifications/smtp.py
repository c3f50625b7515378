"""Messages by e-mail (RFC 5321), over STARTTLS wherever the server offers it.

What belongs together stands together in every mail program: all of a thread refer to one first message, which need not
exist (RFC 5322, 3.6.4). The same message again has the same Message-ID.
"""

import asyncio
import hashlib
import html
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Any, Literal

from twin_core.contract.errors import Rejected, Unavailable
from twin_core.contract.notifying import Message, Picture

EXAMPLE: Mapping[str, Any] = {"to": "anna@example.org", "host": "127.0.0.1", "port": 25, "tls": "never"}
TIMEOUT_S = 20.0

Tls = Literal["auto", "always", "never", "implicit"]


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over. `tls` auto: where it is offered; implicit: from the first byte (port 465).

    `ca`: a PEM file of who signs its certificate, where that is not public.
    """

    host: str
    port: int = 587
    username: str | None = None
    password: str | None = None
    sender: str = ""
    tls: Tls = "auto"
    ca: str | Path | None = None


def build(options: Mapping[str, Any]) -> "MailNotifier":
    """Options: `to`, and the fields of MailServer."""
    return MailNotifier(options["to"], MailServer(**{k: v for k, v in options.items() if k != "to"}))


class MailNotifier:
    """contract.notifying.Notifier by e-mail to one address."""

    name = "smtp"

    def __init__(self, to: str, server: MailServer) -> None:
        self._to = to
        self._server = server

    @property
    def to(self) -> str:
        return self._to

    async def send(self, message: Message) -> None:
        mail = self._mail(message)
        try:
            await asyncio.to_thread(self._hand_over, mail, message.reply_to)
        except smtplib.SMTPAuthenticationError as error:
            raise self._refused("does not accept the user name and password", error) from None
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as error:
            if _is_for_now(error):
                raise self._away(error) from None
            raise self._refused(f"does not take mail from {self._sender} to {self._to}", error) from None
        except (smtplib.SMTPResponseException, smtplib.SMTPNotSupportedError) as error:
            if _is_for_now(error):
                raise self._away(error) from None
            raise self._refused("refused the message", error) from None
        except ssl.SSLCertVerificationError as error:
            raise self._distrusted(error) from None
        except (smtplib.SMTPException, OSError) as error:
            raise self._away(error) from None

    async def aclose(self) -> None:
        """Nothing is kept open between messages."""

    @property
    def _sender(self) -> str:
        return self._server.sender or self._server.username or f"pollux@{self._server.host}"

    def _mail(self, message: Message) -> EmailMessage:
        """Raises Rejected where an address is none: a line break in it would forge headers."""
        mail = EmailMessage()
        try:
            mail["From"] = Address(display_name="Pollux", addr_spec=self._sender)
            mail["To"] = Address(addr_spec=self._to)
            self._place(mail, message)
        except ValueError as error:
            raise Rejected(f"{self._to} or {self._sender} is no e-mail address.", code="bad_address") from error
        mail["Subject"] = " ".join(message.subject.split())[:200]
        mail["Date"] = formatdate()
        mail["Auto-Submitted"] = "auto-replied" if message.answers else "auto-generated"
        if message.urgent:
            mail["Importance"] = "high"
        mail.set_content(message.text)
        if message.picture:
            _show(mail, message.text, message.picture)
        return mail

    def _place(self, mail: EmailMessage, message: Message) -> None:
        """What it is called, and where it stands among others. Raises ValueError for a reply address that is none."""
        domain = (message.reply_to or self._sender).rpartition("@")[2]
        if message.reply_to:
            mail["Reply-To"] = Address(display_name="Pollux", addr_spec=message.reply_to)
        if not (message.thread and message.key):
            mail["Message-ID"] = make_msgid(domain="pollux.invalid")
            return
        mail["Message-ID"] = f"<{message.thread}.{hashlib.sha256(message.key.encode()).hexdigest()[:16]}@{domain}>"
        first = f"<{message.thread}@{domain}>"
        mail["In-Reply-To"] = message.answers[-1] if message.answers else first
        mail["References"] = " ".join(dict.fromkeys((first, *message.answers)))

    def _hand_over(self, mail: EmailMessage, returned_to: str) -> None:
        """What cannot be delivered comes back to where its answers go."""
        server, context = self._server, ssl.create_default_context(cafile=self._server.ca)
        kind: Any = smtplib.SMTP_SSL if server.tls == "implicit" else smtplib.SMTP
        more = {"context": context} if server.tls == "implicit" else {}
        with kind(server.host, server.port, timeout=TIMEOUT_S, **more) as smtp:
            smtp.ehlo()
            if server.tls == "always" or (server.tls == "auto" and smtp.has_extn("starttls")):
                smtp.starttls(context=context)
                smtp.ehlo()
            if server.username:
                smtp.login(server.username, server.password or "")
            smtp.send_message(mail, from_addr=returned_to or None)

    def _refused(self, what: str, error: Exception) -> Rejected:
        return Rejected(
            f"The mail server {self._server.host} {what}: {error}.",
            code="mail_refused",
            hint="Check [smtp] and the receiver's address in pollux.toml.",
        )

    def _distrusted(self, error: ssl.SSLCertVerificationError) -> Rejected:
        return Rejected(
            f"The mail server {self._server.host} shows a certificate that is not trusted: {error.verify_message}.",
            code="bad_certificate",
            hint="Set `ca` under [smtp] to the PEM file of who signed it, and `host` to the name that stands in it.",
        )

    def _away(self, error: Exception) -> Unavailable:
        answered = isinstance(error, (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException))
        what = "does not take it right now" if answered else "cannot be reached"
        return Unavailable(
            f"The mail server {self._server.host}:{self._server.port} {what}: {error}.",
            code="unreachable",
            hint="Nothing was sent; try again later, or check [smtp] in pollux.toml.",
        )


def _is_for_now(error: smtplib.SMTPException) -> bool:
    """Whether trying again can help (RFC 5321, 4.2.1): a full mailbox, a sender that is not known yet."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(400 <= code < 500 for code, _ in error.recipients.values())
    return 400 <= getattr(error, "smtp_code", 500) < 500


def _show(mail: EmailMessage, text: str, picture: Picture) -> None:
    """The same once more as HTML, with the picture inside; programs that show text alone lose nothing."""
    at = make_msgid(domain="pollux.invalid")
    paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in text.split("\n") if part.strip())
    shown = f'<img src="cid:{at[1:-1]}" alt="{html.escape(picture.alt)}">'
    mail.add_alternative(f"<html><body>{paragraphs}<p>{shown}</p></body></html>", subtype="html")
    *_, page = mail.iter_parts()
    if isinstance(page, EmailMessage):
        page.add_related(picture.png, "image", "png", cid=at, filename="chart.png", disposition="inline")
