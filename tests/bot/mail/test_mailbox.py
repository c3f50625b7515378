"""Answers that lie in a mailbox, on a real IMAP server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.mail.mailbox import Mailbox, watching
from bot.mail.postroom import MAX_BYTES
from bot.reach_settings import ImapSettings
from tests.bot.mail.test_desk import REPORT, told
from tests.bot.mail.world import ANNA, MailWorld, open_mail
from tests.certificates import certificate
from tests.dovecot import PASSWORD, USER, Dovecot
from twin_core.contract.errors import Rejected, Unavailable

pytestmark = pytest.mark.service


@pytest.fixture
async def server() -> AsyncIterator[Dovecot]:
    async with Dovecot() as server:
        yield server


def mailbox(mail: MailWorld, port: int, **more: Any) -> Mailbox:
    return Mailbox(mail.postroom, settings(port, **more), mail.world.book)


def settings(port: int, **more: Any) -> ImapSettings:
    password = SecretStr(PASSWORD)
    return ImapSettings(
        **{"host": "127.0.0.1", "port": port, "username": USER, "password": password, "tls": "never", **more}
    )


def answer(mail: MailWorld, text: str, **headers: str) -> bytes:
    """As a mail server delivers it: it notes to whom, and from whom it came."""
    written = EmailMessage()
    written["From"], written["To"] = ANNA, "Pollux <pollux@house.example>"
    noted = {"Message_ID": "<1@example.org>", "Delivered_To": mail.address, "Return_Path": f"<{ANNA}>"}
    for name, value in {**noted, **headers}.items():
        written[name.replace("_", "-")] = value
    written.set_content(text)
    return written.as_bytes()


async def test_an_answer_is_a_turn_is_answered_and_is_read_once(tmp_path: Path, server: Dovecot) -> None:
    async with open_mail(tmp_path) as mail:
        await told(mail)
        before = len(mail.postbox.mails)
        await server.put(answer(mail, "snooze it till tomorrow at 9\n\n> Say done"))
        for _ in range(2):
            await mailbox(mail, server.port).look()
            (written,) = mail.postbox.mails[before:]
            assert "I'll remind you tomorrow at 09:00: call Ben." in written.get_content()
        assert await server.unread() == 0


async def test_what_cannot_be_answered_now_stays_unread(tmp_path: Path, server: Dovecot) -> None:
    async with open_mail(tmp_path) as mail:
        await told(mail)
        await server.put(answer(mail, "done"))
        mail.postbox.full = True
        await mailbox(mail, server.port).look()
        assert await server.unread() == 1
        mail.postbox.full = False
        await mailbox(mail, server.port).look()
        assert await server.unread() == 0
        assert mail.postbox.mails[-1].get_content().strip() == "Good."


async def test_what_is_refused_is_read_and_does_nothing(tmp_path: Path, server: Dovecot) -> None:
    async with open_mail(tmp_path) as mail:
        await told(mail)
        before = len(mail.postbox.mails)
        for raw in (
            answer(mail, "done").replace(f"From: {ANNA}".encode(), b"From: mallory@example.org"),
            answer(mail, "done", Delivered_To="pollux+0123@house.example"),
            answer(mail, "done " * (MAX_BYTES // 5)),
            b"\xff\xfe no mail at all",
        ):
            await server.put(raw)
        await mailbox(mail, server.port).look()
        assert await server.unread() == 0
        assert mail.postbox.mails[before:] == []


async def test_a_mail_that_came_back_is_told_on_the_next_way(tmp_path: Path, server: Dovecot) -> None:
    async with open_mail(tmp_path) as mail:
        await told(mail)
        headers = f"Return-Path: <>\r\nDelivered-To: {mail.address}\r\n".encode()
        await server.put(headers + REPORT % b"failed")
        await mailbox(mail, server.port).look()
        assert mail.postbox.mails[-1]["To"] == "second@example.org"
        assert "Anna's mail could not be reached, so I tell you here." in mail.postbox.mails[-1].get_content()


async def test_a_mailbox_that_is_closed_or_away_is_told_with_what_to_do(tmp_path: Path, server: Dovecot) -> None:
    async with open_mail(tmp_path) as mail:
        with pytest.raises(Rejected, match="Check username, password and folder"):
            await mailbox(mail, server.port, password=SecretStr("wrong")).look()
        with pytest.raises(Rejected, match="does not let me read"):
            await mailbox(mail, server.port, folder="No such").look()
        with pytest.raises(Unavailable, match="cannot be reached"):
            await mailbox(mail, server.port, tls="implicit").look()
        await server.stop()
        with pytest.raises(Unavailable, match="cannot be reached"):
            await mailbox(mail, server.port).look()


async def test_it_is_looked_into_again_after_a_fault(tmp_path: Path, server: Dovecot) -> None:
    async with open_mail(tmp_path) as mail:
        await told(mail)
        await server.put(answer(mail, "done"))
        await server.stop()
        book = mail.world.book
        async with watching(mail.postroom, settings(server.port, poll_s=1), book):
            await until(lambda: _true(any("mailbox" in fault.message for fault in book.faults())))
            await server.start()
            await until(lambda: _read(server))
            await until(lambda: _true(not book.faults()))


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.05)


async def _true(holds: bool) -> bool:
    return holds


async def _read(server: Dovecot) -> bool:
    return await server.unread() == 0


async def test_a_server_with_a_certificate_of_its_own_is_trusted_by_name(tmp_path: Path) -> None:
    made, key = certificate(tmp_path)
    async with Dovecot((made, key)) as sealed, open_mail(tmp_path) as mail:
        await told(mail)
        for tls, port in (("starttls", sealed.port), ("implicit", sealed.sealed)):
            with pytest.raises(Rejected, match="Set `ca` under"):
                await mailbox(mail, port, tls=tls).look()
            await sealed.put(answer(mail, "why?", Message_ID=f"<{tls}@example.org>"))
            before = len(mail.postbox.mails)
            await mailbox(mail, port, tls=tls, ca=made).look()
            assert len(mail.postbox.mails) == before + 1
