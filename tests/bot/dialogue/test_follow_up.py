"""What a sentence means after those before it: parts of a list, an open question with a twist, what is sent away."""

import pytest

from bot.dialogue.decision import Decision
from bot.dialogue.mentions import mentioned
from bot.dialogue.policy import decide
from bot.dialogue.questions import each_answered
from bot.dialogue.registry import Registry
from bot.dialogue.state import DialogueState, Effect, Listing, Pending, Request, Reversal
from bot.ports import Entity, Parse
from tests.bot.dialogue.world import registry_of, twin

LEFT, RIGHT, DEN = "blind.left_blind", "blind.right_blind", "blind.den_blind"
FRONT, BACK = "lock.front_door", "lock.back_door"


@pytest.fixture
async def world() -> Registry:
    return await registry_of(
        twin("blind", "left blind", "lounge"),
        twin("blind", "right blind", "lounge"),
        twin("blind", "den blind", "den"),
        twin("lock", "front door", "porch"),
        twin("lock", "back door", "scullery"),
        twin("light", "den lamp", "den"),
        twin("thermostat", "den heating", "den"),
    )


def parse(intent: str, text: str, *entities: Entity, confidence: float = 0.9) -> Parse:
    return Parse(text, intent, confidence, entities)


def entity(kind: str, value: object, text: str = "") -> Entity:
    return Entity(kind, text or str(value), 0, 0, value)


def unlocking(lock: str, question: str) -> Pending:
    return Pending(f"q-{lock}", "approval", Request("control_device", {"twins": (lock,)}), question, approval=lock)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("close the first two", (LEFT, RIGHT)), ("close the last two", (RIGHT, DEN)), ("close the first five", ())],
)
def test_so_many_of_the_list_are_meant(world: Registry, text: str, meant: tuple[str, ...]) -> None:
    shown = DialogueState(listing=Listing("twin", (LEFT, RIGHT, DEN)))
    number = text.rsplit(" ", 1)[1]
    said = parse("control_device", text, Entity("value", number, text.index(number), len(text), 2))
    assert decide(shown, said, world).request.twins == meant
    assert "value" not in mentioned(said).slots


def test_only_the_left_one_is_the_last_wish_for_it_alone(world: Registry) -> None:
    both = Request("control_device", {"twins": (LEFT, RIGHT), "action": "close", "text": "close the lounge blinds"})
    done = DialogueState(last=both, effects=(Effect(both, "", (Reversal("desired", LEFT),)),), twins=(LEFT, RIGHT))
    decision = decide(done, parse("correct", "wait, only the left one"), world)
    assert (decision.request.twins, decision.request.get("action"), decision.revises) == ((LEFT,), "close", True)


@pytest.mark.parametrize("text", ["fuck off", "Piss off mate!", "just go away", "oh, get lost"])
def test_whoever_sends_it_away_says_no(world: Registry, text: str) -> None:
    asked = DialogueState(pending=unlocking(FRONT, "front door unlocked, shall I?"))
    decision = decide(asked, parse("control_device", text, entity("value", "off")), world)
    assert decision.request.intent == "reject_action"


def test_yes_with_a_time_is_no_yes_to_now(world: Registry) -> None:
    asked = DialogueState(pending=unlocking(FRONT, "front door unlocked, shall I?"))
    six = {"start": "2026-03-02T18:00:00+00:00", "end": None, "grain": "hour"}
    decision = decide(asked, parse("affirm", "yes, at 6", entity("time", six, "at 6")), world)
    assert (decision.request.intent, decision.withdraws) == ("control_device", FRONT)


def test_yes_but_only_the_one_that_is_asked_about_is_a_yes(world: Registry) -> None:
    asked = DialogueState(pending=unlocking(FRONT, "front door unlocked, shall I?"))
    decision = decide(asked, parse("correct", "yes but only the front one", entity("twin", FRONT, "front")), world)
    assert decision.request.intent == "approve_action"


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("yes but only the front one", ["deny", "affirm"]),
        ("only the back one", ["affirm", "deny"]),
        ("only at night", ["correct"]),
        ("the back one", ["correct"]),
    ],
)
def test_only_one_of_several_questions_is_a_yes_to_it_and_a_no_to_the_others(text: str, answers: list[str]) -> None:
    line = unlocking(BACK, "back door unlocked, shall I?"), unlocking(FRONT, "front door unlocked, shall I?")
    found = each_answered(text, [parse("correct", text)], DialogueState(pending=line[0], waiting=line[1:]))
    assert [p.intent for p in found] == answers


def test_what_a_room_is_set_to_is_its_temperature(world: Registry) -> None:
    def set_to(number: float) -> Decision:
        said = parse("control_device", "set the den", entity("place", "den"), entity("value", number))
        return decide(DialogueState(), said, world)

    assert set_to(19.0).request.twins == ("thermostat.den_heating",)
    assert set_to(80.0).verb == "choose"


def test_what_is_in_focus_and_cannot_do_it_is_not_meant(world: Registry) -> None:
    said = parse("control_device", "unlock the doors", entity("action", "unlock"), entity("property", "open", "doors"))
    decision = decide(DialogueState(twins=("light.den_lamp",)), said, world)
    assert (decision.verb, set(decision.target.choices)) == ("choose", {FRONT, BACK})


def test_every_one_that_knows_it_is_asked(world: Registry) -> None:
    said = parse("ask_status", "are all the doors locked?", entity("property", "locked", "doors"))
    assert set(decide(DialogueState(), said, world).request.twins) == {FRONT, BACK}


def test_make_it_another_value_while_it_is_open_which_one(world: Registry) -> None:
    wish = Request("control_device", {"value": 30.0, "text": "set the lounge blind to 30"})
    asked = Pending("q", "choose", wish, "Which one?", ((LEFT, "left blind"), (RIGHT, "right blind")))
    said = parse("correct", "actually make it 50", entity("value", 50.0))
    decision = decide(DialogueState(pending=asked, last=wish), said, world)
    assert (decision.verb, decision.request.get("value"), decision.target.choices) == ("choose", 50.0, (LEFT, RIGHT))


@pytest.mark.parametrize(
    "text", ["all of them", "set them up", "yes please, add all of them", "everything", "them all"]
)
def test_all_devices_that_were_shown_become_twins(world: Registry, text: str) -> None:
    shown = DialogueState(listing=Listing("candidate", ("a", "b")), last=Request("discover_devices"))
    assert decide(shown, parse("inform", text), world).request.intent == "skip"


def test_stop_these_drops_nothing_that_was_asked(world: Registry) -> None:
    asked = DialogueState(pending=unlocking(FRONT, "front door unlocked, shall I?"))
    decision = decide(asked, parse("cancel", "please stop these messages"), world)
    assert (decision.request.intent, decision.pending) == ("set_preference", asked.pending)


def test_the_second_one_is_of_the_kind_that_was_listed(world: Registry) -> None:
    shown = DialogueState(listing=Listing("reminder", ("r1", "r2")), last=Request("list_reminders"))
    assert decide(shown, parse("move_event", "move the second one to 7"), world).request.intent == "snooze"


def test_the_hall_one_is_in_the_hall_and_room_one_is_a_room() -> None:
    text = "undo the hall one"
    assert mentioned(parse("undo", text, Entity("place", "hall one", 9, 17, "hall 1"))).slots["place"] == "hall"
    text = "lights in room one"
    assert mentioned(parse("undo", text, Entity("place", "room one", 10, 18, "room 1"))).slots["place"] == "room 1"


NAMED = ("yes", "undo", "help")


@pytest.mark.parametrize(
    ("text", "intent", "meant"),
    [
        ("undo", "undo", "undo"),
        ("Help!", "help", "help"),
        ("turn on undo", "undo", "control_device"),
        ("switch yes off", "approve_action", "control_device"),
    ],
)
async def test_a_word_of_command_said_alone_is_the_command_whatever_is_called_so(
    text: str, intent: str, meant: str
) -> None:
    world = await registry_of(*(twin("light", name, "den") for name in NAMED))
    name = next(n for n in NAMED if n in text.lower())
    acts = (entity("value", "on"),) if " " in text else ()
    at = text.lower().index(name)
    said = parse(intent, text, Entity("twin", text[at : at + len(name)], at, at + len(name), f"light.{name}"), *acts)
    assert decide(DialogueState(), said, world).request.intent == meant


async def test_yes_answers_what_is_asked_though_a_lamp_is_called_yes() -> None:
    world = await registry_of(twin("light", "yes", "den"), twin("lock", "front door", "porch"))
    asked = DialogueState(pending=unlocking(FRONT, "front door unlocked, shall I?"))
    said = parse("affirm", "yes", Entity("twin", "yes", 0, 3, "light.yes"))
    assert decide(asked, said, world).request.intent == "approve_action"


def test_and_bread_is_another_task(world: Registry) -> None:
    done = DialogueState(last=Request("create_task", {"text": "add milk to my tasks"}))
    assert decide(done, parse("out_of_scope", "and bread"), world).request.intent == "create_task"


def test_that_was_wrong_is_said_of_an_answer_where_no_thing_was_meant(world: Registry) -> None:
    told = DialogueState(last=Request("ask_agenda"))
    assert decide(told, parse("repeat", "that was wrong"), world).request.intent == "feedback"
