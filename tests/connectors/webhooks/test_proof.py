"""Who may post: signatures, tokens, their age, and changing secrets in turn."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.webhooks import _proof as proof
from tests.connectors.webhooks.post import NOW, SECRET, signed, standard
from twin_core.contract.errors import Unauthenticated
from twin_core.contract.webhooks import Delivery

VECTORS = Path(__file__).resolve().parents[4] / "shared" / "data" / "webhooks" / "signature_vectors.json"
HEADER = "x-hub-signature-256"


@pytest.mark.skipif(not VECTORS.exists(), reason="the published signature examples are not here")
def test_the_published_example_of_github_is_right() -> None:
    (example,) = [v for v in json.loads(VECTORS.read_text()) if "github" in v["scheme"]]
    delivery = Delivery({HEADER: example["signature"]}, example["body"].encode(), NOW)
    assert proof.hex_signature(delivery, HEADER, [example["secret"]])
    with pytest.raises(Unauthenticated):
        proof.hex_signature(replace(delivery, body=b"Hello, World?"), HEADER, [example["secret"]])


def test_any_of_several_secrets_counts_while_they_are_changed() -> None:
    new, old = "the new secret, also long enough", SECRET
    for secret in (new, old):
        assert proof.hex_signature(signed({"a": 1}, secret), HEADER, [new, old])
    with pytest.raises(Unauthenticated) as refused:
        proof.hex_signature(signed({"a": 1}, old), HEADER, [new])
    assert refused.value.code == "bad_signature"
    assert new not in str(refused.value)


def test_what_is_signed_names_the_delivery_not_a_header_that_is_not() -> None:
    first = signed({"a": 1}, x_github_delivery="1")
    again = signed({"a": 1}, x_github_delivery="2")
    assert proof.hex_signature(first, HEADER, [SECRET]) == proof.hex_signature(again, HEADER, [SECRET])
    assert proof.hex_signature(signed({"a": 2}), HEADER, [SECRET]) != proof.hex_signature(first, HEADER, [SECRET])


@pytest.mark.parametrize("given", ["", "sha256=", "sha256=00", "sha1=abc", "é" * 10])
def test_a_missing_or_broken_signature_is_refused(given: str) -> None:
    delivery = replace(signed({"a": 1}), headers={HEADER: given} if given else {})
    with pytest.raises(Unauthenticated):
        proof.hex_signature(delivery, HEADER, [SECRET])


def test_the_standard_scheme_signs_id_and_time() -> None:
    delivery = standard({"a": 1}, id="msg_7")
    assert proof.standard_signature(delivery, [SECRET]) == "msg_7"
    for header, value in (("webhook-id", "msg_8"), ("webhook-timestamp", "1772438401")):
        tampered = replace(delivery, headers={**delivery.headers, header: value})
        with pytest.raises(Unauthenticated):
            proof.standard_signature(tampered, [SECRET])


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_delivery_is_refused_even_if_it_is_signed(minutes: int) -> None:
    delivery = standard({"a": 1}, at=NOW + timedelta(minutes=minutes))
    with pytest.raises(Unauthenticated) as refused:
        proof.standard_signature(delivery, [SECRET])
    assert refused.value.code == "stale_delivery"
