"""What receiving servers found out about a sender, and when it counts."""

from email import message_from_bytes
from email.policy import default

import pytest

from bot.mail.authentication import verdict

ANNA, MX = "anna@example.org", "mx.house.example"


def found(*headers: str, sender: str = ANNA, trusted: tuple[str, ...] = (MX,)) -> str:
    raw = "".join(f"Authentication-Results: {header}\r\n" for header in headers)
    return verdict(message_from_bytes(f"{raw}From: {sender}\r\n\r\nhi".encode(), policy=default), sender, trusted)


@pytest.mark.parametrize(
    "header",
    [
        f"{MX}; dmarc=pass header.from=example.org",
        f"{MX} 1; dmarc=pass (p=reject; dis=none) header.from=example.org",
        "MX.House.Example; spf=none; dkim=pass header.d=example.org header.s=s1",
        f'{MX}; dkim=pass reason="good; signature" header.i=@example.org',
        f"{MX};\r\n dkim=fail header.d=list.example;\r\n dkim=pass header.d=example.org",
        f"{MX}; spf=pass smtp.mailfrom=anna@example.org",
        f'"{MX}"; spf=pass smtp.mailfrom=example.org; dmarc=none header.from=example.org',
        f"{MX}; dkim/1=pass header.d=example.org",
    ],
)
def test_what_a_named_server_found_out_proves_the_sender(header: str) -> None:
    assert found(header) == "proven"


def test_a_domain_covers_those_that_belong_to_it_and_no_others() -> None:
    assert found(f"{MX}; dkim=pass header.d=example.org", sender="anna@mail.example.org") == "proven"
    assert found(f"{MX}; dkim=pass header.d=mail.example.org") == "unknown"
    assert found(f"{MX}; dkim=pass header.d=org") == "unknown"
    assert found(f"{MX}; dkim=pass header.d=notexample.org") == "unknown"


@pytest.mark.parametrize(
    "headers",
    [
        [],
        ["mx.elsewhere.example; dmarc=pass header.from=example.org"],
        [f"{MX}; none"],
        [f"{MX}; dmarc=none header.from=example.org"],
        [f"{MX}; dmarc=pass header.from=other.example"],
        [f"{MX}; spf=pass smtp.mailfrom=bounces@list.example"],
        [f"{MX}; spf=softfail smtp.mailfrom={ANNA}; dkim=fail header.d=example.org"],
        [f"{MX} (dmarc=pass header.from=example.org); spf=none"],
        [f'{MX}; spf=none smtp.mailfrom="a; dmarc=pass"'],
        ["", ";", f"{MX}", f"{MX}; =pass", "((("],
        # What stands below was there before the server wrote its own.
        [f"{MX}; dmarc=none", f"{MX}; dmarc=pass header.from=example.org"],
        [f"{MX}; dkim=fail header.d=example.org", f"{MX}; dkim=pass header.d=example.org"],
    ],
)
def test_nothing_else_does(headers: list[str]) -> None:
    assert found(*headers) == "unknown"


def test_a_sender_that_its_own_domain_disowns_is_forged_also_where_something_else_passed() -> None:
    assert found(f"{MX}; spf=pass smtp.mailfrom={ANNA}; dmarc=fail header.from=example.org") == "forged"


def test_without_a_named_server_nothing_is_believed() -> None:
    assert found(f"{MX}; dmarc=pass header.from=example.org", trusted=()) == "unknown"
