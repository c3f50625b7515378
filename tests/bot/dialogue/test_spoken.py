"""What a voice may decide: risky things by name, entry never, nothing personal among others."""

import pytest

from bot.dialogue.decision import Decision
from bot.dialogue.policy import decide
from bot.dialogue.registry import Registry
from bot.dialogue.spoken import asked_aloud, heard
from bot.dialogue.state import DialogueState, Pending, Request
from bot.ports import Button, Entity, Parse, Reply
from bot.turn import Outcome
from tests.bot.dialogue.world import registry_of, twin

BOILER, DOOR, LAMP = "boiler.cellar_boiler", "lock.front_door", "light.hall_lamp"


@pytest.fixture
async def world() -> Registry:
    return await registry_of(
        twin("boiler", "cellar boiler", "cellar"),
        twin("lock", "front door", "hall"),
        twin("light", "hall lamp", "hall"),
    )


def asked(twin_id: str) -> DialogueState:
    request = Request("control_device", {"twins": (twin_id,), "value": False})
    return DialogueState(pending=Pending("ap1", "approval", request, "off, shall I?", approval="ap1"))


def said(
    state: DialogueState, world: Registry, intent: str, text: str, *entities: Entity, shared: bool = False
) -> Decision:
    parse = Parse(text, intent, 0.9, entities)
    return heard(decide(state, parse, world), state, parse, world, shared=shared)


def entity(kind: str, value: object) -> Entity:
    return Entity(kind, str(value), 0, 0, value)


def test_a_bare_yes_approves_nothing_and_the_question_stays_open(world: Registry) -> None:
    state = asked(BOILER)
    decision = said(state, world, "affirm", "yes")
    assert decision.verb == "name_it"
    assert decision.pending == state.pending


@pytest.mark.parametrize("intent", ["approve_action", "reject_action", "correct", "ask_status", "control_device"])
@pytest.mark.parametrize("named", [entity("twin", BOILER), entity("twin_type", "boiler")])
def test_a_yes_with_the_name_approves_whatever_it_was_read_as(world: Registry, intent: str, named: Entity) -> None:
    decision = said(asked(BOILER), world, intent, "yes turn off the boiler", named)
    assert (decision.verb, decision.request.intent) == ("do", "approve_action")
    assert decision.request.get("approval") == "ap1"


@pytest.mark.parametrize("text", ["turn off the boiler", "yes but not the boiler", "no the boiler"])
def test_a_name_without_a_yes_approves_nothing(world: Registry, text: str) -> None:
    decision = said(asked(BOILER), world, "control_device", text, entity("twin", BOILER), entity("value", False))
    assert decision.request.intent != "approve_action"


def test_a_yes_to_something_else_is_no_yes(world: Registry) -> None:
    decision = said(asked(BOILER), world, "approve_action", "yes the hall lamp", entity("twin", LAMP))
    assert decision.request.intent != "approve_action"


@pytest.mark.parametrize("pending", [True, False])
def test_no_voice_lets_somebody_in(world: Registry, pending: bool) -> None:
    state = asked(DOOR) if pending else DialogueState()
    decision = said(state, world, "approve_action", "yes unlock the front door", entity("twin", DOOR))
    assert decision.verb == "elsewhere"


def test_what_waits_is_approved_by_its_name_only(world: Registry) -> None:
    assert said(DialogueState(), world, "approve_action", "approve that").verb == "name_it"
    assert said(DialogueState(), world, "approve_action", "approve the boiler", entity("twin", BOILER)).verb == "do"


def test_deleting_is_confirmed_by_name(world: Registry) -> None:
    request = Request("delete_twin", {"twins": (LAMP,)})
    state = DialogueState(pending=Pending("q1", "confirm", request, "Delete the hall lamp for good?"))
    assert said(state, world, "affirm", "yes").verb == "name_it"
    decision = said(state, world, "affirm", "yes the hall lamp", entity("twin", LAMP))
    assert decision.request.get("confirmed")


@pytest.mark.parametrize("intent", ["ask_agenda", "ask_critical", "create_task", "erase_data", "who_sees_my_data"])
def test_nothing_personal_is_told_or_done_among_others(world: Registry, intent: str) -> None:
    assert said(DialogueState(), world, intent, "tell me", shared=True).verb == "private"
    assert said(DialogueState(), world, intent, "tell me").verb == "do"


def test_things_answer_to_anybody(world: Registry) -> None:
    said_so = (entity("twin", LAMP), entity("value", True))
    assert said(DialogueState(), world, "control_device", "hall lamp on", *said_so, shared=True).verb == "do"


@pytest.mark.parametrize("intent", ["undo", "out_of_scope", "affirm"])
def test_what_is_about_the_talk_itself_is_nothing_personal(world: Registry, intent: str) -> None:
    assert said(DialogueState(), world, intent, "well", shared=True).verb != "private"


def test_the_question_says_how_it_is_answered_aloud(world: Registry) -> None:
    question = Reply("Cellar boiler off: this needs your approval. Shall I?", (Button("approve", "Approve"),))
    boiler = asked_aloud(Outcome((question,), pending=asked(BOILER).pending), world)
    assert "yes, the cellar boiler" in boiler.replies[-1].text
    assert not boiler.replies[-1].buttons
    door = asked_aloud(Outcome((question,), pending=asked(DOOR).pending), world)
    assert "in the chat" in door.replies[-1].text
    assert "Shall I" not in door.replies[-1].text
    assert door.pending is None
