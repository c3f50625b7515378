"""Bytes from the network: what is a value, and what is only counted."""

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.devices.mqtt.diagnostics import KEPT, Diagnostics, Malformed
from connectors.devices.mqtt.payloads import MAX_BYTES, Message, parse_json, to_number, to_text, to_value
from tests.services import shared_data
from twin_core.contract.clock import FrozenClock, parse_instant

NOON = parse_instant("2026-03-02T12:00:00Z")


def kind_of(payload: bytes) -> str:
    with pytest.raises(Malformed) as caught:
        _ = Message("t", payload).json
    return caught.value.kind


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (b'{"a": NaN}', "not_finite"),
        (b"[Infinity]", "not_finite"),
        (b"-Infinity", "not_finite"),
        (b"{", "bad_json"),
        (b"", "bad_json"),
        (b"\xff\xfe{}", "invalid_utf8"),
        (b"[" * 100_000 + b"]" * 100_000, "too_deep"),
        (b'"' + b"x" * (1024 * 1024) + b'"', "too_large"),
        (b"9" * 5000, "bad_json"),
    ],
    ids=range(9),
)
def test_what_is_no_json_is_told_by_kind(payload: bytes, kind: str) -> None:
    assert kind_of(payload) == kind


def test_a_payload_is_parsed_once_however_many_signals_read_it() -> None:
    message = Message("t", b'{"a": 1}')
    assert message.json is message.json
    broken = Message("t", b"{")
    for _ in range(2):
        with pytest.raises(Malformed):
            _ = broken.json


@pytest.mark.parametrize("given", ["nan", "inf", "-inf", "1e999", 10**400, float("nan"), True, None, [], "x", ""])
def test_what_is_no_number(given: object) -> None:
    with pytest.raises(Malformed):
        to_number(given)


@pytest.mark.parametrize(
    ("given", "number"), [("21.5", 21.5), (" 7 ", 7.0), (3, 3), ("-1e3", -1000.0), (2**60, 2.0**60)]
)
def test_what_is_a_number(given: object, number: float) -> None:
    assert to_number(given) == number


@pytest.mark.parametrize("given", ["\ud800", "a\x00b", "x" * 2000])
def test_texts_that_no_database_takes(given: str) -> None:
    with pytest.raises(Malformed):
        to_text(given)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=3))
def test_a_value_is_always_storable_or_refused(given: object) -> None:
    try:
        value = to_value(given)
    except Malformed:
        return
    assert isinstance(value, (bool, int, float, str))
    assert value == value  # no NaN
    str(value).encode()


def test_the_json_test_suite() -> None:
    """Everything that must be accepted is, and everything that must be refused is."""
    wrong = []
    with zipfile.ZipFile(shared_data("hostile_input") / "json_test_suite.zip") as suite:
        for name in suite.namelist():
            mark = name.rsplit("/", 1)[-1][:2]
            try:
                parse_json(Message("t", suite.read(name)).text)
                accepted = True
            except Malformed:
                accepted = False
            if (mark == "y_" and not accepted) or (mark == "n_" and accepted):
                wrong.append(name)
    assert wrong == []


def test_faults_are_counted_by_kind_and_the_last_are_kept_in_bounds() -> None:
    diagnostics = Diagnostics(FrozenClock(NOON))
    for number in range(200):
        diagnostics.count(Malformed("bad_json", f"no {number}"), "t" * 5000, b"\xff" * MAX_BYTES)
    diagnostics.count(Malformed("not_finite", "NaN"), "x", "NaN")
    assert diagnostics.counts == {"bad_json": 200, "not_finite": 1}
    assert len(diagnostics.last) == KEPT
    assert sum(len(sample.topic) + len(sample.payload) + len(sample.reason) for sample in diagnostics.last) < 100_000
    first, second = diagnostics.faults("mqtt")
    assert "200 × bad json" in first.message
    assert first.hint
    assert "NaN" in second.message
