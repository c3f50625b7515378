"""How a case is driven: presses, conversations, set-up, and what is told of each fault."""

from pathlib import Path

import pytest

from tests.conversations.planted import HOUSE, played, the


@pytest.mark.parametrize(
    ("titles", "press", "complaint"),
    [
        ("hall lamp, desk lamp", "desk", ""),
        ("Snooze, Snooze all", "snooze", ""),
        ("hall lamp, desk lamp", "lamp", "2 of the buttons ['hall lamp', 'desk lamp'] fit"),
        ("Yes, No", "Undo", "the buttons are ['Yes', 'No']"),
    ],
)
async def test_a_press_needs_one_button_of_the_last_reply(
    titles: str, press: str, complaint: str, tmp_path: Path
) -> None:
    turns = f'{{user: "offer Which?: {titles}"}}, {{press: {press}}}'
    faults = (await played(tmp_path, the(turns, "no_change: true"))).faults
    assert complaint in " ".join(faults)
    assert bool(faults) == bool(complaint)


async def test_buttons_belong_to_their_conversation(tmp_path: Path) -> None:
    turns = '{user: "offer Which?: Yes, No", conversation: web}, {press: "Yes", conversation: phone}'
    faults = (await played(tmp_path, the(turns, "no_change: true"))).faults
    assert "the buttons are []" in faults[0]


async def test_every_fault_of_every_turn_is_told(tmp_path: Path) -> None:
    turns = "turns: [{user: 'set hall lamp:{\"on\": false}'}, {user: say hi, intent: greet}]\n"
    checks = (
        'expect_after: [{turn: 0, no_change: true}, {turn: 1, desired: {hall lamp: {"on": true}}, task: {title: x}}]'
    )
    result = await played(tmp_path, HOUSE + turns + checks)
    assert [fault.split(":")[0] for fault in result.faults] == ["turn 0", "turn 1", "turn 1", "turn 1"]
    assert result.lines[0].startswith("FAIL planted: turn 0: ")
    assert len(result.lines) == 4


SET_UPS = {
    "desired": ("desired: {hall lamp: {brightness: 20}}", "desired: {hall lamp: {brightness: 20}}"),
    "approved": ("desired: {front door: {locked: false}}", "desired: {front door: {locked: false}}"),
    "telemetry": (
        "telemetry: [{twin: flat meter, property: reading, unit: kWh, points: [[-90, 812], [-5, 820]]}]",
        "reported: {flat meter: {reading: 820}}",
    ),
    "snoozed": (
        "concerns: [{twin: garage freezer, state: snoozed, until: 2026-03-02T12:00:00Z}]",
        "critical: {absent: [garage freezer]}",
    ),
    "acknowledged": (
        "concerns: [{twin: garage freezer, state: acknowledged}]",
        "critical: {severity: {garage freezer: info}}",
    ),
}


@pytest.mark.parametrize("kind", SET_UPS)
async def test_the_world_is_set_up_before_the_first_turn(kind: str, tmp_path: Path) -> None:
    set_up, holds = SET_UPS[kind]
    assert (await played(tmp_path, the("{user: say hi}", holds) + set_up)).faults == ()
    assert (await played(tmp_path, the("{user: say hi}", holds))).faults != ()


async def test_a_world_that_cannot_be_made_fails_the_case(tmp_path: Path) -> None:
    rows = "telemetry: [{twin: attic lamp, property: on, points: [[-5, true]]}]"
    faults = (await played(tmp_path, the("{user: say hi}", "no_change: true") + rows.replace("on,", '"on",'))).faults
    assert faults == ("set-up: telemetry was refused: [{'row': 0, 'message': 'no such twin'}]",)


async def test_a_route_that_does_not_exist_is_named(tmp_path: Path) -> None:
    text = the("{user: say hi}", "task: {title: report}")
    result = await played(tmp_path, text, without="/tasks")
    assert result.faults == ("set-up: POST /tasks answered 404: Not Found",)
    result = await played(tmp_path, text[: text.index("tasks:")] + text[text.index("events:") :], without="/tasks")
    assert result.faults == ("turn 0: task cannot be checked: GET /tasks answered 404: Not Found",)


CRITICAL = HOUSE.replace("name: planted", "name: planted\nabout: the warmer freezer first") + "ask: say @\n"


async def test_a_critical_case_asks_and_looks_at_the_list_and_the_answer(tmp_path: Path) -> None:
    expect = "expect: {first: garage freezer, above: [[garage freezer, Send the report]], absent: [Team standup]}"
    assert (await played(tmp_path, CRITICAL.replace("@", "garage freezer") + expect)).faults == ()
    silent = (await played(tmp_path, CRITICAL.replace("@", "nothing") + expect)).faults
    assert silent == ("turn 0: expected 'garage freezer' in the reply, found 'say nothing'",)
    wrong = "expect: {first: pantry freezer, absent: [Send the report], severity: {hall lamp: info}}"
    assert len((await played(tmp_path, CRITICAL.replace("@", "pantry freezer") + wrong)).faults) == 3
