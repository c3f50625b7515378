"""What a person is handed of themselves: all of it, and nothing of anybody else."""

import json
from datetime import timedelta
from pathlib import Path

from tests.house import ANNA, House, open_house
from tests.twin_core.nudges.mailbox import Mailbox
from twin_core.contract.agenda import CreateEvent, SetPersonSettings
from twin_core.contract.commands import CreateTwin
from twin_core.contract.ports import Batch, Document
from twin_core.contract.privacy import LEARNING, ExportData, Exported, SetConsent
from twin_core.contract.reminders import CreateReminder
from twin_core.contract.requests import Cause
from twin_core.contract.tasks import CreateTask
from twin_core.contract.telemetry import Reading, RecordTelemetry

BEN = Cause("ben")


async def lived_in(house: House, cause: Cause, name: str) -> None:
    """A day of a person who uses what there is."""
    house.nudges.deliver_by(Mailbox())
    await house.core.execute(SetPersonSettings(cause.actor, {"check_ins": "15:00"}), cause)
    await house.core.execute(CreateTwin("person", name, config={"user": cause.actor}), cause)
    await house.core.execute(SetPersonSettings(cause.actor, {"check_ins": "15:00"}), cause)
    await house.core.execute(SetConsent(cause.actor, LEARNING, True), cause)
    await house.core.execute(RecordTelemetry((Reading(name, "mood", 4),)), cause)
    await house.core.execute(CreateTask(f"Secret task of {name}", house.at(300)), cause)
    await house.core.execute(CreateEvent(f"Secret event of {name}", house.at(60), house.at(120)), cause)
    await house.core.execute(CreateReminder(f"secret reminder of {name}", at=house.at(30)), cause)
    await house.core.execute(CreateReminder(f"free hour of {name}", at=house.at(9000), recurrence="FREQ=DAILY"), cause)
    keyed = [("conversation", f"{cause.actor}/c1"), ("last_conversation", cause.actor), ("webchat_home", cause.actor)]
    keyed += [("account", f"slack/{name}"), ("nudge_ways/" + cause.actor, f"nudge_1.{cause.actor}")]
    doc = {"said": f"Secret words of {name}", "person": cause.actor}
    await house.store.commit(Batch(documents=[Document(kind, key, doc) for kind, key in keyed]))


async def exported(house: House, person: str) -> Exported:
    return await house.core.execute(ExportData(person), Cause(person))


async def test_all_of_ones_own_and_nothing_of_others(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await lived_in(house, ANNA, "Anna")
        await lived_in(house, BEN, "Ben")
        await house.timers.advance(house.clock.now() + timedelta(hours=4))
        hers = await exported(house, "anna")
        assert {
            *(
                "account",
                "check_in_open",
                "consent",
                "conversation",
                "event",
                "last_conversation",
                "nudge",
            ),
            *("nudge_ways", "person_settings", "reminder", "reminder_zone", "task", "webchat_home"),
        } <= set(hers.documents)
        text = json.dumps([dict(hers.documents), hers.twin], default=str)
        for what in ("task", "event", "reminder", "words"):
            assert f"ecret {what} of Anna" in text
        assert "Ben" not in text
        assert hers.twin is not None
        assert [reading["value"] for reading in hers.twin["readings"]["mood"]] == [4.0]
        assert hers.twin["twin"]["name"] == "Anna"
        assert [stream for stream, _, _ in house.events("data.exported")] == ["privacy:anna"]


async def test_nobody_unknown_has_anything(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await lived_in(house, ANNA, "Anna")
        nothing = await exported(house, "carl")
        assert (nothing.documents, nothing.twin) == ({}, None)
