"""The way out over HTTP, against a real server on loopback."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from connectors.web import Backoff, Web, WebOptions
from connectors.web.addresses import target
from tests.connectors.web.site import Asked, Page, open_site
from twin_core.contract.clock import FrozenClock, parse_instant
from twin_core.contract.errors import Conflict, Forbidden, NotFound, Rejected, Unauthenticated, Unavailable

NOW = parse_instant("2026-03-02T08:00:00Z")


def web(**options: object) -> Web:
    known = {"title": "Work", "private": True, **options}
    return Web(WebOptions(**known), FrozenClock(NOW))  # type: ignore[arg-type]  # options by name


async def test_an_answer_comes_whole_with_what_was_sent() -> None:
    def respond(asked: Asked) -> Page:
        return Page(body=b'{"n": 1}', headers={"ETag": '"a"'})

    async with open_site(respond) as site, web(headers={"Authorization": "Bearer t"}) as client:
        answer = await client.ask("POST", f"{site.url}/a?x=1", params={"y": "ü"}, json={"k": "v"})
    assert (answer.status, answer.headers["etag"], answer.json("Work")) == (200, '"a"', {"n": 1})
    (asked,) = site.asked
    assert (asked.method, asked.path, asked.body) == ("POST", "/a?x=1&y=%C3%BC", b'{"k":"v"}')
    assert asked.headers["authorization"] == "Bearer t"
    assert asked.headers["host"] == site.url.removeprefix("http://")


@pytest.mark.parametrize(
    ("status", "headers", "kind", "code"),
    [
        (401, {}, Unauthenticated, "reconnect"),
        (403, {}, Forbidden, "forbidden"),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1772438430"}, Unavailable, "rate_limited"),
        (404, {}, NotFound, "not_found"),
        (409, {}, Conflict, "conflict"),
        (410, {}, NotFound, "gone"),
        (412, {}, Conflict, "conflict"),
        (422, {}, Rejected, "refused"),
        (429, {"Retry-After": "30"}, Unavailable, "rate_limited"),
        (500, {}, Unavailable, "unavailable"),
        (503, {"Retry-After": "30"}, Unavailable, "rate_limited"),
    ],
)
async def test_a_refusal_says_what_can_be_done(
    status: int, headers: dict[str, str], kind: type[Exception], code: str
) -> None:
    async with open_site(lambda _: Page(status, b"secret", headers)) as site, web() as client:
        with pytest.raises(kind) as refused:
            await client.ask("GET", site.url)
    assert refused.value.code == code  # type: ignore[attr-defined]
    assert "Work" in str(refused.value)
    assert "secret" not in str(refused.value)
    if code == "rate_limited":
        assert refused.value.details["retry_after_s"] == 30  # type: ignore[attr-defined]


async def test_a_date_to_come_back_at_is_understood() -> None:
    later = format_datetime(NOW + timedelta(minutes=2), usegmt=True)
    async with open_site(lambda _: Page(429, b"", {"Retry-After": later})) as site, web() as client:
        with pytest.raises(Unavailable) as refused:
            await client.ask("GET", site.url)
    assert refused.value.details["retry_after_s"] == 120


async def test_what_is_expected_is_answered() -> None:
    async with open_site(lambda _: Page(412, b"no")) as site, web() as client:
        answer = await client.ask("PUT", site.url, content=b"x", expect=(412,))
    assert (answer.status, answer.body) == (412, b"no")


async def test_a_redirect_is_followed_within_the_source() -> None:
    def respond(asked: Asked) -> Page:
        return Page(301, b"", {"Location": "/there"}) if asked.path == "/here" else Page(body=b"found")

    async with open_site(respond) as site, web(basic=("anna", "pw")) as client:
        answer = await client.ask("GET", f"{site.url}/here")
    assert (answer.body, answer.url) == (b"found", f"{site.url}/there")
    assert all("authorization" in asked.headers for asked in site.asked)


async def test_a_redirect_to_another_host_is_refused_unless_it_is_known() -> None:
    async with open_site(lambda _: Page(body=b"other")) as other:
        elsewhere = other.url.replace("127.0.0.1", "localhost")
        async with open_site(lambda _: Page(302, b"", {"Location": elsewhere})) as site:
            async with web(basic=("anna", "pw")) as client:
                with pytest.raises(Rejected, match="sends us on to localhost"):
                    await client.ask("GET", site.url)
            assert other.asked == []
            async with web(basic=("anna", "pw"), hosts=frozenset({"localhost"})) as client:
                assert (await client.ask("GET", site.url)).body == b"other"
    assert "authorization" not in other.asked[0].headers


async def test_circles_end() -> None:
    async with open_site(lambda _: Page(302, b"", {"Location": "/"})) as site, web() as client:
        with pytest.raises(Rejected, match="in circles"):
            await client.ask("GET", site.url)


async def test_private_addresses_are_refused_unless_allowed() -> None:
    async with open_site(lambda _: Page()) as site, web(private=False) as client:
        with pytest.raises(Forbidden, match="private network"):
            await client.ask("GET", site.url)
    assert site.asked == []
    for inside in ("http://10.0.0.1/", "http://[::1]/", "http://[::ffff:192.168.0.1]/", "http://169.254.169.254/"):
        with pytest.raises(Forbidden):
            await target(inside, private=False)
    assert (await target("https://8.8.8.8/x", private=False)).port == 443


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "http://", "http://[", "calendar.ics"])
async def test_what_is_no_address_is_said(url: str) -> None:
    with pytest.raises(Rejected) as refused:
        await target(url, private=True)
    assert refused.value.code == "bad_url"


async def test_too_much_is_not_read() -> None:
    async with open_site(lambda _: Page(body=b"x" * 3_000_000)) as site, web(max_bytes=1_000_000) as client:
        with pytest.raises(Rejected, match="more than 1 MB"):
            await client.ask("GET", site.url)


async def test_a_body_that_is_cut_and_a_server_that_is_silent_are_unavailable() -> None:
    async with open_site(lambda _: Page(body=b"abcdef", cut_after=3)) as site, web() as client:
        with pytest.raises(Unavailable, match="cannot be reached"):
            await client.ask("GET", site.url)
    async with open_site(lambda _: Page()) as site, web(timeout_s=0.2) as client:
        site.hold.clear()
        with pytest.raises(Unavailable, match="no answer within"):
            await client.ask("GET", site.url)
        site.hold.set()


async def test_nobody_there_is_unavailable() -> None:
    async with open_site(lambda _: Page()) as site:
        url = site.url
    async with web() as client:
        with pytest.raises(Unavailable, match="Work cannot be reached"):
            await client.ask("GET", url)


async def test_html_in_place_of_json_is_said() -> None:
    page = Page(body=b"<html>", headers={"Content-Type": "text/html; charset=utf-8"})
    async with open_site(lambda _: page) as site, web() as client:
        answer = await client.ask("GET", site.url)
    with pytest.raises(Unavailable, match="text/html instead of JSON"):
        answer.json("Work")


def test_waiting_grows_and_has_an_end() -> None:
    backoff = Backoff(longest_s=60, chance=lambda: 1.0)
    fault = Unavailable("away")
    assert [backoff.failed(fault) for _ in range(6)] == [4, 8, 16, 32, 60, 60]
    assert backoff.failed(Unavailable("wait", details={"retry_after_s": 90})) == 91
    backoff.succeeded()
    assert backoff.failed(fault) == 4
