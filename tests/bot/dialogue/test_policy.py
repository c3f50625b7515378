"""The dialogue policy: one decision from state, parse and names."""

import pytest

from bot.dialogue.decision import Decision
from bot.dialogue.mentions import ordinal
from bot.dialogue.policy import asked_of_oneself, decide
from bot.dialogue.registry import Registry
from bot.dialogue.state import DialogueState, Effect, Listing, Pending, Request, Reversal
from bot.ports import Entity, Parse
from tests.bot.dialogue.world import registry_of, twin

DESK, HALL = "light.desk_lamp", "light.hall_lamp"


@pytest.fixture
async def world() -> Registry:
    return await registry_of(
        twin("light", "desk lamp", "study"),
        twin("light", "hall lamp", "hall"),
        twin("light", "sofa lamp", "lounge"),
        twin("light", "wall lamp", "lounge"),
        twin("thermostat", "study heating", "study"),
        twin("thermostat", "lounge heating", "lounge"),
        twin("plug", "old kettle", "kitchen", "archived"),
    )


def parse(intent: str, text: str = "", *entities: Entity, confidence: float = 0.9) -> Parse:
    return Parse(text or intent, intent, confidence, entities)


def entity(kind: str, value: object, text: str = "") -> Entity:
    return Entity(kind, text or str(value), 0, 0, value)


def test_a_named_twin_is_meant(world: Registry) -> None:
    decision = decide(DialogueState(), parse("control_device", "", entity("twin", DESK), entity("value", "off")), world)
    assert decision.verb == "do"
    assert decision.request.twins == (DESK,)


def test_kind_and_place_name_the_only_one_there(world: Registry) -> None:
    said = parse("control_device", "", entity("twin_type", "light"), entity("place", "hall"), entity("value", "off"))
    assert decide(DialogueState(), said, world).request.twins == (HALL,)


def test_two_that_fit_are_asked_about_and_neither_is_changed(world: Registry) -> None:
    said = parse("control_device", "", entity("twin_type", "light"), entity("place", "lounge"), entity("value", "off"))
    decision = decide(DialogueState(), said, world)
    assert decision.verb == "choose"
    assert set(decision.target.choices) == {"light.sofa_lamp", "light.wall_lamp"}


def test_all_means_all_only_when_it_was_said(world: Registry) -> None:
    said = parse(
        "control_device",
        "turn all the lounge lamps off",
        entity("twin_type", "light"),
        entity("place", "lounge"),
        entity("value", "off"),
    )
    assert set(decide(DialogueState(), said, world).request.twins) == {"light.sofa_lamp", "light.wall_lamp"}


async def test_of_two_of_a_name_the_one_that_can_do_it_is_meant() -> None:
    world = await registry_of(twin("sensor", "front door sensor", "hall"), twin("lock", "front door lock", "hall"))
    both = Entity("twin", "front door", 0, 10, None, options=("sensor.front_door_sensor", "lock.front_door_lock"))
    said = parse("control_device", "unlock the front door", both, entity("action", "unlock"))
    assert decide(DialogueState(), said, world).request.twins == ("lock.front_door_lock",)


def test_a_question_may_be_about_several(world: Registry) -> None:
    said = parse("ask_status", "", entity("twin_type", "light"), entity("place", "lounge"))
    assert len(decide(DialogueState(), said, world).request.twins) == 2


def test_an_unknown_name_gets_near_names_of_its_kind(world: Registry) -> None:
    unknown = Entity("twin", "hell lamp", 0, 9, None)
    decision = decide(DialogueState(), parse("control_device", "", unknown, entity("twin_type", "light")), world)
    assert decision.verb == "unknown"
    assert HALL in decision.target.nearest


def test_it_is_what_was_spoken_of(world: Registry) -> None:
    state = DialogueState(twins=(HALL,))
    said = parse("control_device", "turn it off", entity("value", "off", "off"))
    assert decide(state, said, world).request.twins == (HALL,)


def test_what_is_gone_is_no_longer_meant(world: Registry) -> None:
    state = DialogueState(twins=("light.sold_lamp",))
    assert decide(state, parse("control_device", "turn it off", entity("value", "off", "off")), world).verb == "which"


def test_an_unread_word_is_never_taken_for_what_is_in_focus(world: Registry) -> None:
    state = DialogueState(twins=(HALL,))
    said = parse("control_device", "and heat up the sauna", entity("action", "heat up", "heat up"))
    assert decide(state, said, world).verb == "which"


def test_the_same_for_another_place_carries_the_command_and_the_kind(world: Registry) -> None:
    last = Request("control_device", {"twins": ("thermostat.study_heating",), "value": 21.0, "types": ("thermostat",)})
    state = DialogueState(twins=("thermostat.study_heating",), last=last)
    decision = decide(state, parse("control_device", "same for the lounge", entity("place", "lounge")), world)
    assert decision.request.twins == ("thermostat.lounge_heating",)
    assert decision.request.get("value") == 21.0


def test_a_correction_changes_what_it_names_and_keeps_the_rest(world: Registry) -> None:
    last = Request("control_device", {"twins": ("thermostat.study_heating",), "value": 21.0})
    effect = Effect(last, "", (Reversal("desired", "thermostat.study_heating", {"setpoint": 18.0}),))
    state = DialogueState(twins=last.twins, last=last, effects=(effect,))
    decision = decide(state, parse("correct", "no, 19", entity("value", 19.0, "19")), world)
    assert (decision.request.twins, decision.request.get("value")) == (last.twins, 19.0)
    assert decision.revises


def test_a_correction_of_the_place_keeps_the_kind(world: Registry) -> None:
    last = Request("control_device", {"twins": (DESK,), "value": "off"})
    state = DialogueState(twins=(DESK,), last=last, effects=(Effect(last, "", ()),))
    decision = decide(state, parse("correct", "no, I meant the hall", entity("place", "hall")), world)
    assert decision.request.twins == (HALL,)
    assert decision.request.get("value") == "off"


def pending(kind: str = "choose") -> Pending:
    request = Request("control_device", {"value": "off"})
    options = (("light.sofa_lamp", "sofa lamp"), ("light.wall_lamp", "wall lamp"))
    return Pending("q1", kind, request, "Which?", options if kind == "choose" else ())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        (parse("inform", "the second one"), "light.wall_lamp"),
        (parse("inform", "sofa"), "light.sofa_lamp"),
        (parse("control_device", "the wall lamp", entity("twin", "light.wall_lamp")), "light.wall_lamp"),
    ],
)
def test_a_choice_is_made_by_position_by_word_or_by_name(world: Registry, said: Parse, chosen: str) -> None:
    decision = decide(DialogueState(pending=pending()), said, world)
    assert (decision.verb, decision.request.twins) == ("do", (chosen,))


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("keep mine", "mine"),
        ("mine please", "mine"),
        ("keep my 17:00", "mine"),
        ("keep theirs", "theirs"),
        ("keep that", "theirs"),
        ("keep it", "theirs"),
    ],
)
def test_what_is_kept_tells_more_than_that_something_is(world: Registry, said: str, kept: str) -> None:
    options = (("theirs", "Keep tomorrow, 15:00–16:00"), ("mine", "My 17:00"))
    question = Pending("q1", "choose", Request("move_event"), "Keep that, or my 17:00?", options, slot="keep")
    decision = decide(DialogueState(pending=question), parse("later", said), world)
    assert (decision.verb, decision.request.get("keep")) == ("do", (kept,))


def test_no_leaves_a_choice_alone(world: Registry) -> None:
    assert decide(DialogueState(pending=pending()), parse("cancel", "never mind"), world).verb == "drop"


def test_a_question_in_between_leaves_the_open_question_open(world: Registry) -> None:
    state = DialogueState(pending=pending())
    decision = decide(state, parse("ask_critical"), world)
    assert decision.verb == "do"
    assert decision.pending == state.pending


def test_a_yes_that_names_another_twin_is_no_yes(world: Registry) -> None:
    asked = Pending("q", "confirm", Request("delete_twin", {"twins": (DESK,)}), "Delete it?")
    decision = decide(DialogueState(pending=asked), parse("affirm", "yes", entity("twin", HALL)), world)
    assert decision.request.get("confirmed") is None


def test_restoring_looks_among_the_archived(world: Registry) -> None:
    said = parse("restore_twin", "", entity("twin", "plug.old_kettle"))
    assert decide(DialogueState(), said, world).request.twins == ("plug.old_kettle",)


def test_the_second_of_a_list_of_twins(world: Registry) -> None:
    state = DialogueState(listing=Listing("twin", (DESK, HALL)))
    decision = decide(state, parse("describe_twin", "tell me more about the second one"), world)
    assert decision.request.twins == (HALL,)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("the second one", 1),
        ("number three please", 2),
        ("tell me about the last one", -1),
        ("#2", 1),
        ("wait a second", None),
        ("the first floor lamp", None),
    ],
)
def test_positions(text: str, position: int | None) -> None:
    assert ordinal(text) == position


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("how long did I sleep last night?", "sleep"),
        ("what was my stress yesterday?", "stress"),
        ("how stressed is my team?", None),
        ("is my mood visible to my boss?", None),
        ("how warm is the hall?", None),
    ],
)
def test_questions_about_oneself(text: str, about: str | None) -> None:
    assert asked_of_oneself(text) == about


def test_decisions_are_data(world: Registry) -> None:
    said = parse("ask_status", "", entity("twin", DESK))
    assert decide(DialogueState(), said, world) == decide(DialogueState(), said, world)
    assert isinstance(decide(DialogueState(), said, world), Decision)


@pytest.mark.parametrize(
    ("intent", "text", "confidence", "meant"),
    [
        ("ask_collaboration", "which meetings take most of my week", 0.9, "ask_collaboration"),
        ("ask_tasks", "which tasks need the most time from me", 0.8, "ask_tasks"),
        ("ask_energy_cost", "what takes the most power", 0.9, "compare_twins"),
        ("ask_collaboration", "what uses the most here", 0.4, "compare_twins"),
    ],
)
def test_what_takes_most_of_ones_time_is_no_comparison_of_things(
    world: Registry, intent: str, text: str, confidence: float, meant: str
) -> None:
    decision = decide(DialogueState(), parse(intent, text, confidence=confidence), world)
    assert decision.request.intent == meant
