"""Mail handed to a real SMTP server on this machine."""

import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from connectors.notifications import smtp
from twin_core.contract.errors import PolluxError, Rejected, Unavailable
from twin_core.contract.notifying import Message

MESSAGE = Message("Somebody asks\nfor help", "owner asks.\nPollux: Hall lamp off — 20 °C.\n.\n", "owner", "tr_1")


class Postbox:
    """Keeps what arrives; refuses recipients whose name says so."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such mailbox"
        if address.startswith("later"):
            return "451 try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def port(postbox: Postbox) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    controller = Controller(postbox, hostname="127.0.0.1", port=number)
    controller.start()
    yield number
    controller.stop()


def notifier(port: int, to: str = "anna@example.org", **more: object) -> smtp.MailNotifier:
    return smtp.build({**smtp.EXAMPLE, "to": to, "port": port, **more})


async def test_what_was_agreed_to_arrives_as_it_is(port: int, postbox: Postbox) -> None:
    await notifier(port, sender="pollux@example.org").send(MESSAGE)
    (mail,) = postbox.mails
    assert (mail["To"], mail["Subject"]) == ("anna@example.org", "Somebody asks for help")
    assert "pollux@example.org" in mail["From"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().replace("\r\n", "\n") == MESSAGE.text  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("options", "kind", "code"),
    [
        ({"to": "nobody@example.org"}, Rejected, "mail_refused"),
        ({"username": "me@example.org", "password": "wrong"}, Rejected, "mail_refused"),
        ({"tls": "always"}, Rejected, "mail_refused"),
        ({"to": "anna@example.org\nBcc: all@example.org"}, Rejected, "bad_address"),
    ],
)
async def test_what_is_set_up_wrongly_is_said(
    port: int, postbox: Postbox, options: dict[str, str], kind: type[PolluxError], code: str
) -> None:
    with pytest.raises(kind) as caught:
        await notifier(port, **options).send(MESSAGE)
    assert caught.value.code == code
    assert postbox.mails == []


async def test_a_server_that_is_away_is_told_from_a_wrong_one() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(Unavailable) as caught:
            await notifier(closed.getsockname()[1]).send(MESSAGE)
    assert "Nothing was sent" in str(caught.value)


def test_where_it_goes_can_be_shown(port: int) -> None:
    assert notifier(port).to == "anna@example.org"
