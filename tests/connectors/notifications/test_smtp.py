"""Mail handed to a real SMTP server on this machine."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.notifications import smtp
from tests.certificates import certificate
from tests.connectors.notifications.postbox import Postbox, mail_server
from twin_core.contract.errors import PolluxError, Rejected, Unavailable
from twin_core.contract.notifying import Message, Picture

MESSAGE = Message("Somebody asks\nfor help", "owner asks.\nPollux: Hall lamp off — 20 °C.\n.\n", "owner", "tr_1")


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def port(postbox: Postbox) -> Iterator[int]:
    with mail_server(postbox) as port:
        yield port


def notifier(port: int, to: str = "anna@example.org", **more: object) -> smtp.MailNotifier:
    return smtp.build({**smtp.EXAMPLE, "to": to, "port": port, **more})


async def test_what_was_agreed_to_arrives_as_it_is(port: int, postbox: Postbox) -> None:
    await notifier(port, sender="pollux@example.org").send(MESSAGE)
    (mail,) = postbox.mails
    assert (mail["To"], mail["Subject"]) == ("anna@example.org", "Somebody asks for help")
    assert "pollux@example.org" in mail["From"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().replace("\r\n", "\n") == MESSAGE.text


@pytest.mark.parametrize(
    ("options", "kind", "code"),
    [
        ({"to": "nobody@example.org"}, Rejected, "mail_refused"),
        ({"to": "later@example.org"}, Unavailable, "unreachable"),
        ({"username": "me@example.org", "password": "wrong"}, Rejected, "mail_refused"),
        ({"tls": "always"}, Rejected, "mail_refused"),
        ({"to": "anna@example.org\nBcc: all@example.org"}, Rejected, "bad_address"),
    ],
)
async def test_what_cannot_be_sent_is_said(
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


async def test_those_of_a_thread_stand_together_and_the_same_one_again_is_the_same(port: int, postbox: Postbox) -> None:
    way = notifier(port, sender="pollux@example.org")
    first = replace(MESSAGE, thread="t7", key="nudge_1/0", reply_to="pollux+t7.s@home.example", urgent=True)
    for each in (first, first, replace(first, key="nudge_1/1", urgent=False)):
        await way.send(each)
    await way.send(replace(first, key="answer", answers=("<theirs@example.org>",)))
    one, again, later, answer = postbox.mails
    assert one["Message-ID"] == again["Message-ID"] != later["Message-ID"]
    assert one["References"] == later["References"] == "<t7@home.example>"
    assert one["Message-ID"].startswith("<t7.")
    assert (one["Importance"], later["Importance"]) == ("high", None)
    assert one["Reply-To"].addresses[0].addr_spec == "pollux+t7.s@home.example"
    assert answer["References"].split() == ["<t7@home.example>", "<theirs@example.org>"]
    assert (answer["In-Reply-To"], answer["Auto-Submitted"]) == ("<theirs@example.org>", "auto-replied")


async def test_a_picture_stands_inside_and_the_text_says_the_same(port: int, postbox: Postbox) -> None:
    png = b"\x89PNG\r\n\x1a\n"
    await notifier(port).send(replace(MESSAGE, picture=Picture(png, 'Temperature: −18 to "−8" °C')))
    (mail,) = postbox.mails
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert plain.get_content().replace("\r\n", "\n") == MESSAGE.text
    assert "Hall lamp off — 20 °C." in page.get_content()
    assert 'alt="Temperature: −18 to &quot;−8&quot; °C"' in page.get_content()
    (image,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert image["Content-ID"][1:-1] in page.get_content()
    assert image.get_payload(decode=True) == png


def test_where_it_goes_can_be_shown(port: int) -> None:
    assert notifier(port).to == "anna@example.org"


@pytest.mark.parametrize("tls", ["always", "implicit"])
async def test_a_server_with_a_certificate_of_its_own_is_trusted_by_name(tmp_path: Path, tls: str) -> None:
    made, key = certificate(tmp_path)
    sealed = Postbox()
    with mail_server(sealed, tls, (made, key)) as port:
        await notifier(port, tls=tls, ca=made).send(MESSAGE)
        assert len(sealed.mails) == 1
        with pytest.raises(Rejected, match="Set `ca` under") as caught:
            await notifier(port, tls=tls).send(MESSAGE)
        assert caught.value.code == "bad_certificate"
    assert len(sealed.mails) == 1
