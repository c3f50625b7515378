"""POST /telemetry: good rows are kept, bad ones are told apart, whatever they hold."""

import json

import pytest

from tests.twin_core.api.house import House

GOOD = '{"twin": "garage freezer", "property": "temperature", "value": -18.5, "unit": "°C"}'
BAD_ROWS = [
    '{"twin": "garage freezer", "property": "temperature", "value": NaN}',
    '{"twin": "garage freezer", "property": "temperature", "value": Infinity}',
    '{"twin": "garage freezer", "property": "temperature", "value": 1e999}',
    '{"twin": "garage freezer", "property": "temperature", "value": ' + "9" * 5000 + "}",
    '{"twin": "garage freezer", "property": "temperature", "value": null}',
    '{"twin": "garage freezer", "property": "temperature", "value": [1]}',
    '{"twin": "garage freezer", "property": "temperature", "value": "warm"}',
    '{"twin": "garage freezer", "property": "temperature", "value": 20, "unit": "kWh"}',
    '{"twin": "garage freezer", "property": "temperature", "value": 20, "at": "yesterday"}',
    '{"twin": "garage freezer", "property": "temperature", "value": 20, "at": "2026-03-02T08:00:00"}',
    '{"twin": "garage freezer", "property": "temperature", "value": 20, "at": 1772438400}',
    '{"twin": "garage freezer", "property": "flavour", "value": 20}',
    '{"twin": "nowhere", "property": "temperature", "value": 20}',
    '{"twin": 7, "property": "temperature", "value": 20}',
    '{"property": "temperature", "value": 20}',
    '{"twin": "garage freezer", "property": "temperature", "value": 20, "extra": 1}',
    '{"twin": "garage freezer", "property": "temperature", "value": "\\ud800"}',
    '{"twin": "garage freezer\\ud800", "property": "temperature", "value": 1}',
    '"row"',
    "null",
    "[]",
]


async def send(house: House, body: str | bytes) -> tuple[int, dict[str, object]]:
    answer = await house.client.post("/api/v1/telemetry", content=body, headers={"Content-Type": "application/json"})
    return answer.status_code, answer.json()


@pytest.mark.parametrize("bad", BAD_ROWS)
async def test_bad_row_never_sinks_good_ones(house: House, bad: str) -> None:
    await house.freezer()
    status, report = await send(house, f"[{GOOD}, {bad}, {GOOD.replace('-18.5', '-18')}]")
    assert status == 200, report
    assert (report["accepted"], report["rejected"]) == (2, 1)
    errors = report["errors"]
    assert isinstance(errors, list)
    assert [error["row"] for error in errors] == [1]
    assert errors[0]["message"]
    state = (await house.get("/twins/freezer.garage_freezer/state")).json()
    assert state["reported"]["temperature"]["value"] == -18


async def test_all_bad_rows_are_told_in_order(house: House) -> None:
    await house.freezer()
    status, report = await send(house, "[" + ", ".join(BAD_ROWS) + "]")
    assert status == 200
    assert report["accepted"] == 0
    assert report["rejected"] == len(BAD_ROWS)
    errors = report["errors"]
    assert isinstance(errors, list)
    assert [error["row"] for error in errors] == list(range(len(BAD_ROWS)))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("[", 400),
        ("[" * 100_000, 400),
        (b"\xff\xfe", 400),
        ("{}", 422),
        (GOOD, 422),
        ("null", 422),
        ("[]", 200),
    ],
)
async def test_bodies_that_are_no_list(house: House, body: str | bytes, status: int) -> None:
    answer, told = await send(house, body)
    assert answer == status, told


async def test_invalid_utf8_in_one_row_keeps_the_others(house: House) -> None:
    await house.freezer()
    body = f"[{GOOD}, ".encode() + b'{"twin": "\xff\xfe", "property": "temperature", "value": 1}]'
    status, report = await send(house, body)
    assert status == 200
    assert (report["accepted"], report["rejected"]) == (1, 1)


async def test_units_are_converted(house: House) -> None:
    await house.freezer()
    await send(house, GOOD.replace("-18.5", "0").replace("°C", "°F"))
    status, _ = await send(house, f"[{GOOD.replace('-18.5', '0').replace('°C', '°F')}]")
    assert status == 200
    state = (await house.get("/twins/freezer.garage_freezer/state")).json()
    assert state["reported"]["temperature"]["value"] == pytest.approx(-17.78, abs=0.01)


async def test_rows_are_counted(house: House) -> None:
    await house.freezer()
    await send(house, f"[{GOOD}, null]")
    metrics = (await house.client.get("/metrics")).text
    assert 'pollux_telemetry_rows_total{result="accepted"} 1.0' in metrics
    assert 'pollux_telemetry_rows_total{result="rejected"} 1.0' in metrics


async def test_too_large_a_batch_is_refused_before_it_is_read(house: House) -> None:
    body = json.dumps([{"twin": "x", "property": "y", "value": "z" * 4000}] * 300)
    status, told = await send(house, body)
    assert status == 413
    assert told["code"] == "too_large"
