"""Speaking up about concerns: when, how often, to whom, and what becomes of the message afterwards."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.house import ANNA, House, open_house
from tests.twin_core.nudges.mailbox import Mailbox
from twin_core.contract.agenda import SetPersonSettings
from twin_core.contract.clock import parse_instant
from twin_core.contract.commands import (
    AcknowledgeConcern,
    DismissConcern,
    GetCritical,
    SnoozeConcern,
)
from twin_core.contract.flags import RaiseFlag
from twin_core.contract.nudges import ListNudges, NudgeView
from twin_core.contract.privacy import STANDING_IN, SetConsent
from twin_core.contract.tasks import CreateTask

NIGHT = parse_instant("2026-03-02T23:00:00Z")  # midnight in Berlin


async def smoke(house: House, name: str = "hall smoke") -> None:
    await house.create("sensor", name)
    await house.points(name, "smoke", (-10, False), (-1, True))


async def thaw(house: House, name: str = "ice chest", value: float = -5.0) -> str:
    """A freezer that is critical; answers its concern."""
    await house.create("freezer", name)
    await house.points(name, "temperature", (-40, value), (-20, value), (-5, value))
    items = (await house.core.query(GetCritical(100))).items
    return next(item.id for item in items if item.subject == name)


async def every(house: House) -> list[NudgeView]:
    return list(await house.core.query(ListNudges("owner", all=True)))


async def test_what_is_critical_is_said_at_once_with_its_reason_and_a_way_out(house: House, mailbox: Mailbox) -> None:
    concern = await thaw(house)
    await house.advance(0)
    (said,) = mailbox.got
    assert (said.owner, said.urgency, said.about and said.about.id) == ("owner", "high", concern)
    for word in ("Ice chest", "−5 °C", "If nothing is done"):
        assert word in said.text
    assert said.why.startswith("I tell you because it is critical")
    assert said.stop == "Say “fewer of these” to hear less about devices."
    assert [action.title for action in said.actions][:2] == ["Acknowledge", "Snooze"]
    await house.advance(20)
    assert len(mailbox.got) == 1


async def test_whoever_is_locked_out_of_a_source_is_asked_to_connect_it_again(house: House, mailbox: Mailbox) -> None:
    why = ("Choir does not let us in any more.",)
    flag = RaiseFlag(
        "choir",
        "in step",
        "source",
        "Choir is not in step",
        "Choir",
        why,
        if_ignored="Connect it again.",
        owner="owner",
    )
    await house.core.execute(flag)
    await house.core.execute(replace(flag, source="lists", title="Lists is not in step", severity="info"))
    await house.advance(60)
    (said,) = mailbox.texts
    assert "Choir does not let us in any more" in said
    assert "Connect it again." in said


async def test_at_night_it_waits_for_the_morning_unless_it_is_dangerous(tmp_path: Path) -> None:
    async with open_house(tmp_path, NIGHT) as house:
        house.nudges.deliver_by(mailbox := Mailbox())
        await thaw(house)
        await smoke(house)
        await house.advance(0)
        assert [said.urgency for said in mailbox.got] == ["safety"]
        held = next(nudge for nudge in await every(house) if nudge.status == "held_back")
        assert held.rule == "your quiet hours last until 07:00"
        await house.advance(6 * 60 + 59)
        assert "chest" not in " ".join(mailbox.texts)
        await house.advance(1)
        assert "Ice chest is too warm" in mailbox.texts[-1]


async def test_what_is_over_by_the_morning_is_never_said(tmp_path: Path) -> None:
    async with open_house(tmp_path, NIGHT) as house:
        house.nudges.deliver_by(mailbox := Mailbox())
        await thaw(house)
        await house.advance(60)
        await house.points("ice chest", "temperature", (-30, -19.0), (-20, -19.0), (-1, -19.0))
        await house.advance(6 * 60)
        assert mailbox.got == []
        held = (await every(house))[0]
        assert (held.status, held.rule) == (
            "held_back",
            "your quiet hours last until 07:00; it is over before that",
        )


async def test_what_waits_is_said_after_a_restart(tmp_path: Path) -> None:
    async with open_house(tmp_path, NIGHT) as house:
        await thaw(house)
        await house.advance(0)
    async with open_house(tmp_path, NIGHT + timedelta(hours=8)) as house:
        house.nudges.deliver_by(mailbox := Mailbox())
        await house.advance(0)
        assert len(mailbox.got) == 1


async def test_a_message_shows_what_became_of_it(house: House, mailbox: Mailbox) -> None:
    concern = await thaw(house)
    await house.advance(0)
    await house.core.execute(AcknowledgeConcern(concern), ANNA)
    await house.advance(0)
    assert mailbox.texts[0].endswith("(Acknowledged.)")
    await house.advance(4 * 60)
    assert len(mailbox.got) == 1


async def test_nobody_answers_the_next_way_then_another_person_then_an_end(house: House, mailbox: Mailbox) -> None:
    await house.core.execute(SetPersonSettings("owner", {"stand_in": "bob"}), ANNA)
    await house.core.execute(SetConsent("bob", STANDING_IN, True, towards=("owner",)))
    concern = await thaw(house)
    await house.advance(0)
    mailbox.got.clear()
    await house.advance(30)
    assert [(said.owner, said.step) for said in mailbox.got] == [("owner", 1)]
    await house.advance(30)
    assert [(said.owner, said.step) for said in mailbox.got] == [("owner", 1), ("bob", 0)]
    assert mailbox.got[1].why == "owner was told of it and has not answered, so I ask you."
    await house.advance(120)
    assert [said.owner for said in mailbox.got] == ["owner", "bob", "bob"], "bob is called twice, and nobody after him"
    assert house.names("nudge.escalated") == ["nudge.escalated"] * 3
    await house.core.execute(AcknowledgeConcern(concern), ANNA)
    await house.advance(0)
    assert all(text.endswith("(Acknowledged.)") for text in mailbox.texts)


async def test_nobody_is_called_for_another_who_has_not_agreed(house: House, mailbox: Mailbox) -> None:
    await house.core.execute(SetPersonSettings("owner", {"stand_in": "bob"}), ANNA)
    await house.core.execute(SetConsent("bob", STANDING_IN, True, towards=("carol",)))
    await thaw(house)
    await house.advance(180)
    assert {said.owner for said in mailbox.got} == {"owner"}


async def test_what_is_a_persons_own_is_handed_to_nobody(house: House, mailbox: Mailbox) -> None:
    await house.core.execute(SetPersonSettings("anna", {"stand_in": "bob"}), ANNA)
    await house.core.execute(CreateTask("Send the offer", due=house.at(20), priority="high"), ANNA)
    await house.advance(180)
    assert {said.owner for said in mailbox.got} == {"anna"}


async def test_graver_is_said_anew_and_less_grave_is_not(house: House, mailbox: Mailbox) -> None:
    await thaw(house, value=-13.0)
    await house.advance(0)
    await house.points("ice chest", "temperature", (-3, -9.0), (-2, -8.0), (-1, -7.0))
    await house.advance(0)
    assert [said.urgency for said in mailbox.got] == ["normal", "high"]
    assert mailbox.texts[0].endswith("(I have told you anew.)")
    await house.points("ice chest", "temperature", (-0.5, -13.0), (0, -14.0))
    await house.advance(30)
    assert len({said.id for said in mailbox.got}) == 2


async def test_put_off_it_comes_again_and_dismissed_it_does_not(house: House, mailbox: Mailbox) -> None:
    one, two = await thaw(house), await thaw(house, "cold room")
    await house.advance(0)
    await house.core.execute(SnoozeConcern(one, house.at(90)), ANNA)
    await house.core.execute(DismissConcern(two), ANNA)
    await house.advance(89)
    assert len(mailbox.got) == 2
    await house.advance(1)
    assert len(mailbox.got) == 3
    assert ("Ice chest" in mailbox.texts[2], mailbox.got[2].why) == (True, "You wanted it again now.")


async def test_on_it_does_not_hold_for_ever(house: House, mailbox: Mailbox) -> None:
    concern = await thaw(house)
    await house.advance(0)
    await house.core.execute(AcknowledgeConcern(concern), ANNA)
    await house.advance(8 * 60 - 1)
    assert len(mailbox.got) == 1
    await house.advance(1)
    assert len(mailbox.got) == 2


async def test_what_can_wait_is_told_together_in_the_evening(house: House, mailbox: Mailbox) -> None:
    for title in ("Write the minutes", "Order filters"):
        await house.core.execute(CreateTask(title, due=house.at(26 * 60), owner="owner"), ANNA)
    await house.advance(0)
    assert mailbox.got == []
    await house.advance(5 * 60 + 1)
    (digest,) = mailbox.got
    assert digest.kind == "digest"
    for word in ("2 things", "Write the minutes", "Order filters"):
        assert word in digest.text
    assert {nudge.status for nudge in await every(house)} == {"sent", "held_back"}


async def test_thirty_at_once_are_four_messages(house: House, mailbox: Mailbox) -> None:
    for number in range(30):
        await thaw(house, f"chest {number}")
    await house.advance(0)
    assert len(mailbox.got) == 3
    await house.advance(10)
    assert [said.kind for said in mailbox.got] == ["concern", "concern", "concern", "digest"]
    assert "27 things" in mailbox.texts[3]
    assert "And 24 more." in mailbox.texts[3]


async def test_two_nodes_say_it_once(tmp_path: Path) -> None:
    box = Mailbox()
    async with open_house(tmp_path) as house:
        await thaw(house)
        async with open_house(tmp_path) as other:
            for each in (house, other):
                each.nudges.deliver_by(box)
            await house.advance(1)
            await other.advance(2)
            assert len(box.got) == 1
