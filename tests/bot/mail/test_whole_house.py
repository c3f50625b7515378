"""`pollux up` with mail set up as somebody would: real servers for sending and for the mailbox, all of it encrypted."""

import asyncio
import re
import smtplib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.bot.channels.mail_writer import ANNA, letter_of
from tests.bot.mail.test_desk import REPORT
from tests.certificates import certificate
from tests.connectors.notifications.postbox import Postbox, mail_server
from tests.conversations.case import CaseFault
from tests.conversations.server import running_server
from tests.dovecot import PASSWORD, USER, Dovecot

pytestmark = pytest.mark.service

CLOCK = datetime(2026, 3, 2, 8, tzinfo=UTC)
SETTINGS = """
[smtp]
host = "localhost"
port = {smtp}
tls = "{tls}"
ca = "{ca}"

[mail]
address = "pollux@house.example"
port = {port}
authserv_ids = ["mx.house.example"]

[mail.people]
"anna@example.org" = "owner"

[notify.mail]
kind = "smtp"
to = "anna@example.org"
title = "Anna's mail"

[notify.second]
kind = "smtp"
to = "second@example.org"
"""
MAILBOX = """
[mail.imap]
host = "localhost"
port = {imap}
tls = "{tls}"
ca = "{ca}"
username = "{user}"
password = "{password}"
poll_s = 1
"""


@dataclass
class Home:
    """A house that runs, and its mail servers."""

    http: httpx2.AsyncClient
    postbox: Postbox
    port: int

    async def post(self, path: str, **body: Any) -> Any:
        response = await self.http.post(path, json=body)
        assert response.is_success, response.text
        return response.json()

    async def get(self, path: str) -> Any:
        return (await self.http.get(path)).json()

    async def write(self, raw: bytes, to: str, sender: str = ANNA) -> None:
        """As the mail server in front hands it over."""

        def hand_over() -> None:
            with smtplib.SMTP("localhost", self.port, timeout=20) as smtp:
                smtp.sendmail(sender, [to], raw)

        await asyncio.to_thread(hand_over)

    async def mailed(self, text: str) -> Any:
        """The mail that says this, once it was sent."""
        await asyncio.to_thread(self.postbox.holds, text)
        return next(mail for mail in self.postbox.mails if text in mail.as_string())

    async def freeze(self, name: str) -> None:
        """A freezer that gets warm: somebody has to know."""
        twin = await self.post("/twins", type="freezer", name=name, importance="high")
        rows = [
            {"twin": twin["id"], "property": "temperature", "value": value, "at": f"2026-03-02T0{at}Z"}
            for value, at in ((-18.0, "7:00:00"), (-9.0, "7:30:00"), (-3.0, "7:59:00"))
        ]
        await self.http.post("/telemetry", json=rows)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def home(folder: Path, tls: str, mailbox: Dovecot | None = None) -> AsyncIterator[Home]:
    made, key = certificate(folder)
    postbox, port = Postbox(), free_port()
    with mail_server(postbox, tls, (made, key)) as smtp:
        settings = SETTINGS.format(smtp=smtp, tls=tls, ca=made, port=port)
        async with (
            running_server(CLOCK, "UTC", {}, settings) as address,
            httpx2.AsyncClient(base_url=f"{address.http}/api/v1", timeout=60, trust_env=False) as http,
        ):
            yield Home(http, postbox, port)


async def refusal(settings: str) -> str:
    """What `pollux up` says instead of starting, as one line."""
    with pytest.raises(CaseFault) as caught:
        async with running_server(CLOCK, "UTC", {}, settings):
            pass
    return " ".join(str(caught.value).replace("|", " ").split())


async def test_what_is_told_by_mail_is_answered_and_what_comes_back_goes_the_next_way(tmp_path: Path) -> None:
    async with home(tmp_path, "always") as house:
        await house.freeze("garage freezer")
        await house.post("/clock", advance_s=600)
        told = await house.mailed("arage freezer")
        assert told["To"] == ANNA
        returns = parseaddr(told["Reply-To"])[1]

        await house.write(letter_of("acknowledge", "2", str(told["Message-ID"]), found=""), returns)
        assert (await house.mailed("<2@example.org>"))["To"] == ANNA
        (item,) = (await house.get("/critical"))["items"]
        assert item["status"] == "acknowledged", item

        await house.freeze("cellar freezer")
        await house.post("/clock", advance_s=600)
        lost = await house.mailed("ellar freezer")
        await house.write(REPORT % b"failed", parseaddr(lost["Reply-To"])[1], sender="")
        instead = await house.mailed("Anna's mail could not be reached, so I tell you here.")
        assert instead["To"] == "second@example.org"
        assert "ellar freezer" in instead.as_string()
        assert "550 5.1.1 no such mailbox" in str(await house.get("/doctor"))

        await house.write(letter_of("what's most critical?", "3", Subject="Today"), "pollux@house.example")
        assert (await house.mailed("<3@example.org>"))["Subject"] == "Re: Today"


async def test_a_mailbox_is_read_and_answered_encrypted(tmp_path: Path) -> None:
    made, key = certificate(tmp_path)
    async with Dovecot((made, key)) as server:
        postbox = Postbox()
        with mail_server(postbox, "implicit", (made, key)) as smtp:
            settings = SETTINGS.format(smtp=smtp, tls="implicit", ca=made, port=free_port())
            box = MAILBOX.format(imap=server.sealed, tls="implicit", ca=made, user=USER, password=PASSWORD)
            async with running_server(CLOCK, "UTC", {}, settings + box):
                await server.put(b"Return-Path: <anna@example.org>\r\n" + letter_of("hello", Subject="Good morning"))
                await asyncio.to_thread(postbox.holds, "Re: Good morning")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[smtp]", "[push]\nprivate = true\n[unused]"), "unused"),
        (("pollux@house.example", "pollux"), "mail.address"),
        (("authserv_ids", "authserv_id"), "Did you mean mail.authserv_ids"),
        (('tls = "always"', 'tls = "perhaps"'), "smtp.tls"),
        (('ca = "', 'ca = "/nowhere'), "no certificates in PEM"),
        (('to = "second@example.org"', ""), r"\[notify.second\]: There is no way to send mail"),
    ],
)
async def test_what_cannot_work_is_said_when_it_starts(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    made, _ = certificate(tmp_path)
    settings = SETTINGS.format(smtp=25, tls="always", ca=made, port=free_port()).replace(*change)
    assert re.search(said, await refusal(settings))


async def test_mail_without_a_server_that_sends_and_a_port_that_is_taken_are_said_when_it_starts(
    tmp_path: Path,
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        alone = f'[mail]\naddress = "pollux@house.example"\nport = {taken.getsockname()[1]}\n'
        assert "Add [smtp]" in await refusal(alone)
        assert "Set another [mail] port" in await refusal(f'{alone}[smtp]\nhost = "localhost"\n')
