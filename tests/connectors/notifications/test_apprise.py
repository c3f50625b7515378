"""Messages that Apprise hands to real servers on this machine."""

import io
import json
import logging
import socket
from dataclasses import replace

import pytest

from connectors.notifications import apprise
from tests.connectors.notifications.postbox import Postbox, mail_server
from tests.connectors.web.site import Page, open_site
from twin_core.contract.errors import PolluxError, Rejected, Unavailable
from twin_core.contract.notifying import Message, Picture

MESSAGE = Message("Freezer\nis warm", "−8 °C & rising.\nWhy: the door is open.", "owner", "tr_1")
PNG = b"\x89PNG\r\n\x1a\n"


async def test_what_is_sent_arrives_as_it_is() -> None:
    async with open_site(lambda _: Page(200)) as site:
        notifier = apprise.build({"url": site.url.replace("http", "json")})
        await notifier.send(replace(MESSAGE, urgent=True, picture=Picture(PNG, "the last hours")))
        await notifier.send(MESSAGE)  # at once: nobody waits for the throttle of Apprise
    document, calm = [json.loads(asked.body) for asked in site.asked]
    assert (document["title"], document["message"]) == ("Freezer is warm", MESSAGE.text)
    assert (document["type"], calm["type"]) == ("warning", "info")
    assert [part["mimetype"] for part in document["attachments"]] == ["image/png"]
    assert calm["attachments"] == []


async def test_ntfy_gets_a_topic_and_no_picture_of_another_host() -> None:
    async with open_site(lambda _: Page(200)) as site:
        await apprise.build({"url": f"{site.url.replace('http', 'ntfy')}/kitchen"}).send(MESSAGE)
    document = json.loads(site.asked[0].body)
    assert (document["topic"], document["message"]) == ("kitchen", MESSAGE.text)
    assert "http" not in str(document)


async def test_mail_arrives_too() -> None:
    postbox = Postbox()
    with mail_server(postbox) as port:
        url = f"mailto://127.0.0.1:{port}?mode=insecure&from=pollux@example.org&to=anna@example.org"
        await apprise.build({"url": url}).send(MESSAGE)
    (mail,) = postbox.mails
    assert (mail["To"], mail["Subject"]) == ("anna@example.org", "Freezer is warm")


@pytest.mark.parametrize(("status", "kind"), [(500, Unavailable), (429, Unavailable), (403, Rejected), (404, Rejected)])
async def test_a_refusal_is_an_error_and_nothing_is_tried_twice(status: int, kind: type[PolluxError]) -> None:
    async with open_site(lambda _: Page(status)) as site:
        with pytest.raises(kind) as caught:
            await apprise.build({"url": f"{site.url.replace('http://', 'json://user:s3cret@')}/t0ken"}).send(MESSAGE)
    assert len(site.asked) == 1
    assert str(status) in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert "t0ken" not in str(caught.value)


async def test_a_server_that_is_away_can_be_tried_again() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(Unavailable) as caught:
            await apprise.build({"url": f"json://127.0.0.1:{closed.getsockname()[1]}/"}).send(MESSAGE)
    assert "Nothing was sent" in str(caught.value)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ntfyy://kitchen-s3cret", "Did you mean ntfy://"),
        ("tgram://s3cret", "not complete. It looks like tgram://{bot_token}"),
        ("kitchen-s3cret", "It looks like ntfy://ntfy.sh/TOPIC"),
        ("", "It looks like ntfy://ntfy.sh/TOPIC"),
        ("msteams://s3cret/x/y", "Apprise knows no address like msteams://"),
    ],
)
def test_an_address_with_a_typo_says_what_to_mend_and_no_secret(url: str, said: str) -> None:
    logged = logging.StreamHandler(io.StringIO())  # as the log of the house hears it
    logging.getLogger().addHandler(logged)
    with pytest.raises(Rejected) as caught:
        apprise.build({"url": url})
    logging.getLogger().removeHandler(logged)
    assert said in str(caught.value)
    assert "s3cret" not in str(caught.value) + logged.stream.getvalue()


def test_only_the_service_is_shown() -> None:
    assert apprise.build({"url": "ntfy://ntfy.example/s3cret"}).to == "ntfy"
