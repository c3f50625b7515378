"""For every kind of expectation a right one passes, and a planted wrong one fails with a clear line."""

from pathlib import Path

import pytest

from tests.conversations.planted import HOUSE, played, the

LAMP_OFF = '{user: "set hall lamp:{\\"on\\": false, \\"brightness\\": 40}"}'
UNLOCK = '{user: "set front door:{\\"locked\\": false}"}'
ANNOUNCED = "{mqtt: {topic: homeassistant/plug/x1/config, payload: {name: Desk plug}}}"
REMINDED = "{user: remind bread}, {advance_s: 3600}"


# turns, what is right, what is wrong, what is said about it
PLANTED = {
    "desired": (LAMP_OFF, 'desired: {hall lamp: {"on": false}}', 'desired: {hall lamp: {"on": true}}', "found False"),
    "desired-number": (
        LAMP_OFF,
        "desired: {hall lamp: {brightness: 40.05}}",
        "desired: {hall lamp: {brightness: 40.06}}",
        "expected desired brightness of 'hall lamp' to be 40.06, found 40",
    ),
    "desired-never-asked-is-the-reported-value": (
        "{user: say hello}",
        'desired: {hall lamp: {"on": true}}',
        'desired: {hall lamp: {"on": false}}',
        "found True",
    ),
    "desired-true-is-not-1": (
        LAMP_OFF,
        'desired: {hall lamp: {"on": false}}',
        'desired: {hall lamp: {"on": 0}}',
        "to be 0, found False",
    ),
    "desired-unknown-twin": (
        LAMP_OFF,
        'desired: {hall lamp: {"on": false}}',
        'desired: {attic lamp: {"on": false}}',
        "no twins are named 'attic lamp'",
    ),
    "reported": (LAMP_OFF, 'reported: {hall lamp: {"on": true}}', 'reported: {hall lamp: {"on": false}}', "found True"),
    "reported-telemetry": (
        "{telemetry: [{twin: hall lamp, property: brightness, points: [[-5, 70], [-1, 33]]}]}",
        "reported: {hall lamp: {brightness: 33}}",
        "reported: {hall lamp: {brightness: 70}}",
        "found 33",
    ),
    "reported-mqtt": (
        "{mqtt: {topic: pollux/light.hall_lamp/telemetry, payload: {brightness: 12}}}",
        "reported: {hall lamp: {brightness: 12}}",
        "reported: {hall lamp: {brightness: 13}}",
        "found 12",
    ),
    "reminder-about": (
        "{user: remind the bread}",
        "reminder: {about: bread, at: 2026-03-02T09:00:00Z}",
        "reminder: {about: roast}",
        "expected reminder {'about': 'roast'}",
    ),
    "reminder-at": (
        "{user: remind the bread}",
        "reminder: {at: 2026-03-02T10:00:00+01:00}",
        "reminder: {at: 2026-03-02T10:00:00Z, about: bread}",
        "2026-03-02T09:00:00+00:00",
    ),
    "task": (
        "{user: say hi}",
        "task: {title: report, done: false}",
        "task: {title: report, done: true}",
        "'done': False",
    ),
    "task-done": ("{user: say hi}", "task: {title: meier, done: true}", "task: {title: schulz}", "found []"),
    "task-due": (
        "{user: say hi}",
        "task: {title: report, due: 2026-03-01T17:00:00Z}",
        "task: {title: report, due: 2026-03-01T18:00:00Z}",
        "2026-03-01T17:00:00Z",
    ),
    "event": (
        "{user: say hi}",
        "event: {title: standup, start: 2026-03-02T10:00:00+01:00}",
        "event: {title: standup, start: 2026-03-02T10:00:00Z}",
        "expected event {",
    ),
    "event-title": ("{user: event dentist}", "event: {title: Dentist}", "event: {title: haircut}", "found []"),
    "twin": (
        "{user: create plug tv plug}, {user: move tv plug to den}",
        "twin: {name: TV plug, type: plug, status: active, place: den}",
        "twin: {name: TV plug, type: light}",
        "'type': 'plug'",
    ),
    "twin-status": (
        "{user: draft plug tv plug}",
        "twin: {name: tv plug, status: draft}",
        "twin: {name: tv plug, status: active}",
        "'status': 'draft'",
    ),
    "twin-place": (
        "{user: say hi}",
        "twin: {name: hall lamp, place: HALL}",
        "twin: {name: hall lamp, place: attic}",
        "'hall'",
    ),
    "twin-config": (
        "{user: say hi}",
        "twin: {name: flat meter, config: {tariff: {price: 0.25}}}",
        "twin: {name: flat meter, config: {tariff: {price: 0.35}}}",
        "0.25",
    ),
    "twin-limits": (
        "{user: say hi}",
        "twin: {name: front door, config: {limits: {battery: {low: 10}}}}",
        "twin: {name: front door, config: {limits: {battery: {high: 10}}}}",
        "'low': 10",
    ),
    "no-change": ("{user: say hi}", "no_change: true", None, ""),
    "no-change-of-an-approval": (UNLOCK, "no_change: true", None, ""),
    "no-change-of-a-draft": ("{user: draft plug tv plug}", "no_change: true", None, ""),
    "no-change-but-desired": (LAMP_OFF, None, "no_change: true", "brightness of hall lamp was 80 and is 40"),
    "no-change-but-task": ("{user: task iron}", None, "no_change: true", "task tasks2 is new"),
    "no-change-but-event": ("{user: event dentist}", None, "no_change: true", "event agenda1 is new"),
    "no-change-but-reminder": ("{user: remind bread}", None, "no_change: true", "reminder reminders0 is new"),
    "no-change-but-twin": ("{user: create plug tv plug}", None, "no_change: true", "twin tv plug is new"),
    "no-change-but-place": ("{user: move hall lamp to den}", None, "no_change: true", "place 'hall' → 'den'"),
    "no-change-but-gone": ("{user: erase hall lamp}", None, "no_change: true", "twin hall lamp is gone"),
    "nudge": (REMINDED, "nudge: {mentions: [Bread]}", "nudge: {mentions: [bread, roast]}", "found ['bread']"),
    "no-nudge": (REMINDED, "no_nudge: {mentions: [roast]}", "no_nudge: {mentions: [bread]}", "expected no nudge that"),
    "no-nudge-at-all": ("{user: remind bread}", "no_nudge: true", None, ""),
    "no-nudge-but-one": (REMINDED, None, "no_nudge: true", "expected no nudge, found ['bread']"),
    "press-of-a-nudge": (
        f"{REMINDED}, {{press: snooze}}",
        "reminder: {at: 2026-03-02T10:00:00Z}",
        "reminder: {at: 2026-03-02T09:00:00Z}",
        "2026-03-02T10:00:00",
    ),
    "critical-first": (
        "{user: say hi}",
        "critical: {first: garage freezer}",
        "critical: {first: pantry freezer}",
        "Too warm",
    ),
    "critical-above": (
        "{user: say hi}",
        "critical: {above: [[garage freezer, pantry freezer], [pantry freezer, report], [report, hall lamp]]}",
        "critical: {above: [[pantry freezer, garage freezer]]}",
        "'pantry freezer' at 2, 'garage freezer' at 1",
    ),
    "critical-above-left-must-be-listed": (
        "{user: say hi}",
        "critical: {above: [[garage freezer, hall lamp]]}",
        "critical: {above: [[hall lamp, report]]}",
        "'hall lamp' not listed",
    ),
    "critical-absent": (
        "{user: say hi}",
        "critical: {absent: [hall lamp]}",
        "critical: {absent: [report]}",
        "Send the report",
    ),
    "critical-why": (
        "{user: say hi}",
        "critical: {why_mentions: {garage freezer: [Door, -8]}}",
        "critical: {why_mentions: {garage freezer: [door, -9]}}",
        "to mention ['-9']",
    ),
    "critical-severity": (
        "{user: say hi}",
        "critical: {severity: {garage freezer: critical, report: warning}}",
        "critical: {severity: {garage freezer: warning}}",
        "to be warning, found critical",
    ),
    "approval": (
        UNLOCK,
        "approval: {twin: front door, status: waiting}",
        "approval: {twin: front door, status: approved}",
        "found ['waiting']",
    ),
    "approval-missing": (
        UNLOCK,
        "approval: {twin: front door, status: waiting}",
        "approval: {twin: hall lamp, status: waiting}",
        "found none",
    ),
    "absent-twin": (
        "{user: erase hall lamp}",
        "absent: {twin: hall lamp}",
        "absent: {twin: front door}",
        "['front door']",
    ),
    "absent-task": ("{user: say hi}", "absent: {task: iron}", "absent: {task: report}", "['Send the report']"),
    "absent-event": ("{user: say hi}", "absent: {event: lunch}", "absent: {event: standup}", "['Team standup']"),
    "absent-reminder": ("{user: remind bread}", "absent: {reminder: roast}", "absent: {reminder: bread}", "['bread']"),
    "candidate": (
        ANNOUNCED,
        "candidate: {name: desk plug, type: plug}",
        "candidate: {name: desk plug, type: light}",
        "Desk plug",
    ),
    "count": (
        ANNOUNCED,
        "count: {desk plug: 1, freezer: 2, iron: 0}",
        "count: {desk plug: 2}",
        "found 1: ['Desk plug']",
    ),
}


@pytest.mark.parametrize("kind", PLANTED)
async def test_each_kind_of_expectation_passes_when_right_and_fails_when_wrong(kind: str, tmp_path: Path) -> None:
    turns, right, wrong, complaint = PLANTED[kind]
    if right:
        assert (await played(tmp_path, the(turns, right))).faults == ()
    if wrong:
        faults = (await played(tmp_path, the(turns, wrong))).faults
        assert complaint in " ".join(faults)
        assert all(fault.startswith("turn ") for fault in faults)


WORDS = {
    "must": (
        "must: [HALL, lamp]",
        "must: [kitchen]",
        "expected 'kitchen' in the reply, found 'The hall lamp −8.3 °C'",
    ),
    "must-number": ('must: ["-8"]', 'must: ["3"]', "expected '3' in the reply"),
    "must-stands-in-the-text": ("must: [lamp]", "must: [second]", "expected 'second' in the reply"),
    "must_not": ("must_not: [error]", "must_not: [HALL]", "expected no 'HALL' in the reply"),
    "must_not-on-a-button": ("must_not: [third]", "must_not: [second]", "expected no 'second' in the reply"),
}


@pytest.mark.parametrize("kind", WORDS)
async def test_words_of_a_reply(kind: str, tmp_path: Path) -> None:
    right, wrong, complaint = WORDS[kind]
    turns = 'turns: [{user: "offer The hall lamp −8.3 °C: First, Second"}]'
    assert (await played(tmp_path, f"{HOUSE}{turns}\nreplies: [{{turn: 0, {right}}}]")).faults == ()
    faults = (await played(tmp_path, f"{HOUSE}{turns}\nreplies: [{{turn: 0, {wrong}}}]")).faults
    assert len(faults) == 1
    assert complaint in faults[0]


async def test_the_intent_of_a_turn(tmp_path: Path) -> None:
    assert (await played(tmp_path, the("{user: say hi, intent: say}", "no_change: true"))).faults == ()
    faults = (await played(tmp_path, the("{user: say hi, intent: greet}", "no_change: true"))).faults
    assert faults == ("turn 0: expected the intent greet, found say",)
