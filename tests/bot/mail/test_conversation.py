"""Whoever writes to the house talks with it: over SMTP in both directions."""

import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.channels.mail import STRANGER, UNPROVEN
from bot.identity import code_in
from bot.mail.answering import EMPTY
from tests.bot.channels.mail_writer import ANNA, letter_of
from tests.bot.mail.world import HOUSE, MailWorld, open_mail
from tests.bot.ways.world import NOW
from twin_core.contract.commands import CreateTwin, GetState
from twin_core.contract.telemetry import Reading, RecordTelemetry


async def lamp(mail: MailWorld) -> None:
    core = mail.world.house.core
    twin = await core.execute(CreateTwin("light", "hall lamp", place="hall"))
    await core.execute(RecordTelemetry((Reading(twin.id, "on", True),)))


async def is_on(mail: MailWorld) -> object:
    desired = (await mail.world.house.core.query(GetState("light.hall_lamp"))).desired
    return desired["on"].value if "on" in desired else None


async def link(mail: MailWorld) -> None:
    """As anybody's account: a code that came by mail, said where the person is known, and a yes."""
    code = code_in(await mail.deliver(letter_of("hello", "link"), to=HOUSE))
    assert code
    assert f"{ANNA} (e-mail)" in await mail.world.say(code)
    await mail.world.say("yes")
    await mail.told("Linked: here you are")


async def test_a_stranger_is_told_how_to_become_known_and_nobodys_data(tmp_path: Path) -> None:
    async with open_mail(tmp_path) as mail:
        await lamp(mail)
        said = await mail.deliver(letter_of("list my twins"), to=HOUSE)
        assert code_in(said)
        assert "lamp" not in said
        await link(mail)


async def test_a_thread_is_a_conversation_and_stands_in_order(tmp_path: Path) -> None:
    async with open_mail(tmp_path) as mail:
        await lamp(mail)
        await link(mail)
        said = await mail.deliver(letter_of("switch the hall lamp off", "2", Subject="The lamp"), to=HOUSE)
        assert await is_on(mail) is False
        first = mail.postbox.mails[-1]
        assert (first["Subject"], first["In-Reply-To"], first["To"]) == ("Re: The lamp", "<2@example.org>", ANNA)
        assert (first["From"].addresses[0].addr_spec, first["Auto-Submitted"]) == (HOUSE, "auto-replied")
        assert "Answer with a number, or in your own words:" in said
        number = next(line[0] for line in said.splitlines() if line.endswith(". Undo"))
        quoted = f"{number}\n\nThanks,\nAnna\n\nOn Mon, 2 Mar 2026, Pollux <{HOUSE}> wrote:\n> Hall lamp off."
        chain = f"<2@example.org> {first['Message-ID']}"
        await mail.deliver(letter_of(quoted, "3", chain, found=""))
        assert await is_on(mail) is True
        second = mail.postbox.mails[-1]
        assert str(second["References"]).split()[1:] == [*chain.split(), "<3@example.org>"]
        assert second["In-Reply-To"] == "<3@example.org>"


async def test_a_program_that_answers_to_the_plain_address_goes_on_in_its_thread(tmp_path: Path) -> None:
    async with open_mail(tmp_path) as mail:
        await lamp(mail)
        await link(mail)
        await mail.deliver(letter_of("switch the hall lamp off", "2"), to=HOUSE)
        chain = str(mail.postbox.mails[-1]["Message-ID"])
        await mail.deliver(letter_of("undo that", "3", chain), to=HOUSE)
        assert await is_on(mail) is True


async def test_what_is_not_shown_to_be_hers_does_nothing_until_she_answers(tmp_path: Path) -> None:
    async with open_mail(tmp_path) as mail:
        await lamp(mail)
        await link(mail)
        said = await mail.deliver(letter_of("switch the hall lamp off", "2", found=""), to=HOUSE)
        assert said.strip() == UNPROVEN.text
        assert await is_on(mail) is None
        # Who knows the thread alone has not read that mail.
        chain = str(mail.postbox.mails[-1]["Message-ID"])
        said = await mail.deliver(letter_of("switch the hall lamp off", "3", chain, found=""), to=HOUSE)
        assert said.strip() == UNPROVEN.text
        await mail.deliver(letter_of("switch the hall lamp off", "4", chain, found=""))
        assert await is_on(mail) is False


async def test_a_forged_sender_and_somebody_elses_address_are_refused(tmp_path: Path) -> None:
    async with open_mail(tmp_path) as mail:
        await link(mail)
        hers = mail.address
        before = len(mail.postbox.mails)
        disowned = "mx.house.example; dmarc=fail header.from=example.org"
        for raw, to in (
            (letter_of("list my twins", "2", found=disowned), HOUSE),
            (letter_of("list my twins", "3", found=disowned), hers),
            (letter_of("list my twins", "4", From="mallory@example.org"), hers),
            (letter_of("list my twins", "5", From=f"{ANNA}, mallory@example.org"), HOUSE),
            (b"From: mallory@example.org\r\n" + letter_of("list my twins", "6"), HOUSE),
            (b"\xff\xfe no mail at all", HOUSE),
        ):
            with pytest.raises(smtplib.SMTPDataError, match="Nothing shows"):
                await mail.deliver(raw, to=to)
        for to in (f"pollux+{'0' * 32}@house.example", "else@house.example", f"{hers[:-20]}0@house.example"):
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                await mail.deliver(letter_of("hello", "7"), to=to)
        assert len(mail.postbox.mails) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated (vacation)"},
        {"Precedence": "list"},
        {"List_Unsubscribe": "<mailto:leave@list.example>"},
        {"From": "MAILER-DAEMON@example.org"},
        {"From": "no-reply@shop.example"},
        {"From": HOUSE},
    ],
)
async def test_machines_lists_and_itself_are_not_answered(tmp_path: Path, headers: dict[str, str]) -> None:
    async with open_mail(tmp_path) as mail:
        assert await mail.deliver(letter_of("hello", **headers), to=HOUSE) == ""


async def test_the_null_sender_is_not_answered(tmp_path: Path) -> None:
    async with open_mail(tmp_path) as mail:
        assert await mail.deliver(letter_of("hello"), sender="", to=HOUSE) == ""


async def test_nobody_is_answered_without_end(tmp_path: Path) -> None:
    async with open_mail(tmp_path) as mail:
        for number in range(STRANGER.burst):
            assert await mail.deliver(letter_of("hello", str(number)), to=HOUSE)
        with pytest.raises(smtplib.SMTPDataError, match="Too many mails"):
            await mail.deliver(letter_of("hello", "last"), to=HOUSE)


async def test_the_same_mail_again_is_taken_and_acts_once(tmp_path: Path) -> None:
    async with open_mail(tmp_path) as mail:
        await lamp(mail)
        await link(mail)
        await mail.deliver(letter_of("switch the hall lamp off", "2"), to=HOUSE)
        await mail.world.say("switch the hall lamp on")
        assert await mail.deliver(letter_of("switch the hall lamp off", "2"), to=HOUSE) == ""
        assert await is_on(mail) is True


async def test_an_answer_that_cannot_be_sent_now_is_asked_for_again_and_is_the_same(tmp_path: Path) -> None:
    async with open_mail(tmp_path) as mail:
        await lamp(mail)
        await link(mail)
        mail.postbox.full = True
        with pytest.raises(smtplib.SMTPDataError, match="Try again later"):
            await mail.deliver(letter_of("switch the hall lamp off", "2"), to=HOUSE)
        mail.postbox.full = False
        await mail.world.say("switch the hall lamp on")
        assert "off" in await mail.deliver(letter_of("switch the hall lamp off", "2"), to=HOUSE)
        assert await is_on(mail) is True


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("text/html", b"<p>switch the <b>hall lamp</b> off</p><div class=gmail_quote>on</div>", "Hall lamp off"),
        ("text/html", b"<div>switch the hall lamp off</div><div id=Signature>Keller Ltd</div>", "Hall lamp off"),
        ("text/html", b"<div style='display:none'>preview</div>switch the hall lamp off", "Hall lamp off"),
        ("text/plain; charset=utf-16", b"switch the hall lamp off.", "Hall lamp off"),
        ("text/plain", b"> switch the hall lamp off", EMPTY),
        ("text/plain; charset=klingon", b"switch the hall lamp off", "Hall lamp off"),
        ("multipart/mixed; boundary=b", b"--b\n\nswitch the hall lamp off", "Hall lamp off"),
        ("multipart/mixed", b"switch the hall lamp off", "Hall lamp off"),
        ("text/plain", b"switch the hall lamp off\n\n-- \nAnna Keller\nswitch it on", "Hall lamp off"),
        ("text/plain", b"", "Hall lamp off"),  # the subject says it
    ],
)
async def test_odd_mails_are_read_as_far_as_they_say_something(
    tmp_path: Path, kind: str, body: bytes, said: str
) -> None:
    async with open_mail(tmp_path) as mail:
        await lamp(mail)
        await link(mail)
        head = letter_of("", "2").partition(b"Content-Type")[0]
        subject = b"" if body else b"Subject: switch the hall lamp off\n"
        raw = head + subject + b"Content-Type: %b\nMIME-Version: 1.0\n\n%b" % (kind.encode(), body)
        assert said in await mail.deliver(raw, to=HOUSE)


async def test_a_mail_of_ten_megabytes_is_refused_while_it_comes(tmp_path: Path) -> None:
    async with open_mail(tmp_path) as mail:
        with pytest.raises(smtplib.SMTPResponseException) as caught:
            await mail.deliver(letter_of("hello " * 1_700_000), to=HOUSE)
        assert caught.value.smtp_code == 552
        assert await mail.deliver(letter_of("hello"), to=HOUSE)


async def test_a_reminder_that_was_set_by_mail_comes_in_its_thread(tmp_path: Path) -> None:
    async with open_mail(tmp_path) as mail:
        await link(mail)
        house = mail.world.house
        house.nudges.deliver_by(mail.courier)
        await mail.deliver(letter_of("remind me to call Ben in 10 minutes", "2", Subject="Ben"), to=HOUSE)
        thread = str(mail.postbox.mails[-1]["References"]).split()[0]
        await house.timers.advance(NOW.replace(minute=11))
        told: EmailMessage = mail.postbox.mails[-1]
        assert "Reminder: call Ben." in told.get_content()
        assert thread in str(told["References"])
        assert "Good." in await mail.deliver(letter_of("done", "3", str(told["Message-ID"])))


async def test_who_is_no_longer_linked_is_told_nothing(tmp_path: Path) -> None:
    async with open_mail(tmp_path) as mail:
        await lamp(mail)
        await link(mail)
        assert "Unlinked: anna@example.org" in await mail.world.say("disconnect my e-mail")
        await mail.told("no longer linked")
        assert code_in(await mail.deliver(letter_of("list my twins", "2")))
