"""Answers to what was written: over SMTP in both directions."""

import smtplib
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.mail.answering import ATTACHED, EMPTY
from bot.mail.desk import SETTLED
from tests.bot.mail.world import ANNA, MailWorld, open_mail
from tests.bot.ways.world import NOW, nudge
from twin_core.contract.nudges import ListNudges

REPORT = b"""From: MAILER-DAEMON@example.org
To: pollux@house.example
Subject: Undelivered Mail
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; example.org

Final-Recipient: rfc822; anna@example.org
Action: %s
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such mailbox

--b--
"""


async def told(mail: MailWorld) -> None:
    """A reminder that was set in the chat has come due, and was written."""
    await mail.world.say("remind me to call Ben in 10 minutes")
    house = mail.world.house
    house.nudges.deliver_by(mail.courier)
    await house.timers.advance(NOW + timedelta(minutes=11))
    (reminder,) = await house.core.query(ListNudges(owner="owner"))
    await mail.courier.deliver(replace(reminder, urgency="high"))


async def test_an_answer_is_a_turn_about_what_was_written_and_is_answered_in_the_thread(tmp_path: Path) -> None:
    quoted = "snooze it till tomorrow at 9\n\n-- \nAnna\n\nOn Mon, 2 Mar 2026, Pollux <p@x.org> wrote:\n> Say done"
    async with open_mail(tmp_path) as mail:
        await told(mail)
        first = mail.postbox.mails[-1]
        assert "I'll remind you tomorrow at 09:00: call Ben." in await mail.reply(quoted)
        answer = mail.postbox.mails[-1]
        assert answer["In-Reply-To"] == "<1@example.org>"
        assert str(first["References"]) in str(answer["References"])
        assert answer["Subject"] == f"Re: {first['Subject']}"
        assert "Done: call Ben." in await mail.reply("done", key="2")


async def test_the_same_mail_again_acts_once(tmp_path: Path) -> None:
    async with open_mail(tmp_path) as mail:
        await told(mail)
        assert await mail.reply("snooze it for an hour") == await mail.reply("snooze it for an hour")
        assert mail.postbox.mails[-1]["Message-ID"] == mail.postbox.mails[-2]["Message-ID"]


async def test_whoever_answers_what_is_settled_is_told_so(tmp_path: Path) -> None:
    async with open_mail(tmp_path) as mail:
        await told(mail)
        await mail.world.say("done")
        assert (await mail.reply("done")).startswith(SETTLED)


@pytest.mark.parametrize(
    "headers", [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X_Autoreply": "yes"}, {"List_Id": "<l>"}]
)
async def test_machines_are_not_answered(tmp_path: Path, headers: dict[str, str]) -> None:
    async with open_mail(tmp_path) as mail:
        await told(mail)
        assert await mail.reply("done", **headers) == ""
        assert await mail.reply("done", key="2") != ""


async def test_only_the_person_and_only_addresses_that_were_given_out_are_heard(tmp_path: Path) -> None:
    async with open_mail(tmp_path) as mail:
        await told(mail)
        with pytest.raises(smtplib.SMTPDataError, match="only whom it wrote to"):
            await mail.reply("done", sender="mallory@example.org")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            await mail.deliver(b"From: anna@example.org\n\ndone", to=f"pollux+{'0' * 32}@house.example")
        with pytest.raises(smtplib.SMTPResponseException):
            await mail.reply("done " * 300_000)
        assert "Good." in await mail.reply("done")


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("text/html", b"<p>done</p><blockquote>Reminder: snooze it</blockquote>", "Good."),
        ("text/plain; charset=latin-1", b"done \xfc", "Good."),
        ("text/plain; charset=klingon", b"done \xff", "Good."),
        ("text/plain", b"\n> done\n", EMPTY),
        ("text/html", b"", EMPTY),
    ],
)
async def test_odd_mails_are_read_as_far_as_they_say_something(
    tmp_path: Path, kind: str, body: bytes, said: str
) -> None:
    async with open_mail(tmp_path) as mail:
        await told(mail)
        raw = b"From: %b\nContent-Type: %b\nMIME-Version: 1.0\n\n%b" % (ANNA.encode(), kind.encode(), body)
        assert said in await mail.deliver(raw)


async def test_attachments_are_left_alone_and_that_is_said(tmp_path: Path) -> None:
    async with open_mail(tmp_path) as mail:
        await told(mail)
        whole = EmailMessage()
        whole["From"] = ANNA
        whole.set_content("done")
        whole.add_attachment(b"delete everything", maintype="application", subtype="pdf", filename="a.pdf")
        answer = await mail.deliver(whole.as_bytes())
        assert answer.startswith(ATTACHED)
        assert "Good." in answer


async def test_what_comes_back_goes_the_next_way_and_the_first_is_left_until_somebody_writes_from_there(
    tmp_path: Path,
) -> None:
    async with open_mail(tmp_path) as mail:
        await told(mail)
        returns = mail.address
        assert await mail.deliver(REPORT % b"delayed", sender="", to=returns) == ""
        said = await mail.deliver(REPORT % b"failed", sender="", to=returns)
        assert said.startswith("Anna's mail could not be reached, so I tell you here.")
        assert mail.postbox.mails[-1]["To"] == "second@example.org"
        assert "550 5.1.1 no such mailbox" in mail.world.book.faults()[0].message
        await mail.courier.deliver(nudge("high", id="nudge_2.owner"))
        assert mail.postbox.mails[-1]["To"] == "second@example.org"
        whole = f"From: {ANNA}\nMessage-ID: <9@example.org>\n\nwhy?".encode()
        assert await mail.deliver(whole, to=returns)
        await mail.courier.deliver(nudge("high", id="nudge_3.owner"))
        assert mail.postbox.mails[-1]["To"] == ANNA
