"""What the flow does with corrections, bad answers, steering words, and several answers in one sentence."""

import pytest

from interview import flow
from interview.steps import MAX_TRIES
from tests.interview.talk import Talk


def test_no_question_is_asked_for_what_the_opening_sentence_said() -> None:
    talk = Talk("pump", "create a twin for a pump called feed pump in the boiler house")
    assert talk.answers == {"name": "feed pump", "place": "boiler house"}
    assert talk.question.slot == "medium"


@pytest.mark.parametrize(
    ("opening", "answers"),
    [
        ("I plugged in a new smart plug, please create a twin for it", {}),
        ("set up a twin for my electricity meter", {}),
        ("add a lamp in the hall named spot", {"name": "spot", "place": "hall"}),
        ("a new lamp called Big Bertha, in the study", {"name": "Big Bertha", "place": "study"}),
    ],
)
def test_opening_takes_names_and_places_only_where_they_are(opening: str, answers: dict[str, str]) -> None:
    assert Talk("plug", opening).answers == answers


def test_several_slots_in_one_sentence() -> None:
    talk = Talk("thermostat").say("call it Hall TRV, it's in the hall and its importance is high")
    assert talk.answers == {"name": "Hall TRV", "place": "hall", "importance": "high"}
    assert set(talk.step.taken) == {"name", "place", "importance"}


def test_names_with_and_stay_whole() -> None:
    assert Talk("light").say("salt and pepper lamp").answers["name"] == "salt and pepper lamp"


@pytest.mark.parametrize(
    "said",
    [
        "no, the pantry",
        "no wait, it's in the pantry, not the kitchen",
        "actually it is in the pantry",
        "sorry, I meant the pantry",
        "the place is the pantry",
        "change the place to pantry",
        "not the kitchen, the pantry",
        "no, in the pantry",
    ],
)
def test_place_is_corrected(said: str) -> None:
    talk = Talk("freezer").say("ice box", "it's in the kitchen", said)
    assert talk.answers["place"] == "pantry"
    assert talk.answers["name"] == "ice box"
    assert talk.step.outcome == "corrected"
    assert talk.question.slot == "limits.temperature.high"


def test_number_is_corrected_after_it_was_taken() -> None:
    talk = Talk("freezer").say("ice box", "kitchen", "-18", "no, -20")
    assert talk.answers["limits.temperature.high"] == -20


def test_name_is_corrected_in_the_preview() -> None:
    talk = Talk("plug").say("tv plug", "lounge", "that's all", "call it cinema plug")
    assert talk.answers["name"] == "cinema plug"
    assert talk.session.status in ("open", "preview")
    assert talk.say("that's all", "yes").fields["name"] == "cinema plug"


def test_no_to_the_preview_asks_what_to_change_and_creates_nothing() -> None:
    talk = Talk("plug").say("tv plug", "lounge", "that's all", "no")
    assert talk.session.status == "preview"
    assert talk.question.kind == "change"
    assert talk.say("the place").question.slot == "place"
    assert talk.say("attic", "that's all", "yes").fields["place"] == "attic"


def test_word_where_a_number_is_needed_is_asked_again_with_the_reason() -> None:
    talk = Talk("electricity_meter").say("flat meter", "cellar", "the price is quite cheap")
    assert talk.step.outcome == "refused"
    assert talk.step.prompts[0].kind == "error"
    assert "number" in talk.step.prompts[0].text
    assert talk.question.slot == "tariff.price"
    assert talk.say("0.25").answers["tariff.price"]["price"] == 0.25


def test_number_out_of_range_is_told_the_range() -> None:
    talk = Talk("person").say("Ada", "40 hours a day")
    assert talk.step.outcome == "refused"
    assert "0.5" in talk.text
    assert "16" in talk.text


def test_number_of_another_kind_is_refused() -> None:
    talk = Talk("freezer").say("ice box", "garage", "12 kWh")
    assert talk.step.outcome == "refused"
    assert talk.question.slot == "limits.temperature.high"


def test_good_answers_beside_a_bad_one_are_kept() -> None:
    talk = Talk("electricity_meter").say("call it flat meter, it's in the cellar, the price is low")
    assert talk.answers == {"name": "flat meter", "place": "cellar"}
    assert talk.question.slot == "tariff.price"


def test_three_misfits_leave_a_question_to_its_default() -> None:
    talk = Talk("freezer").say("ice box", "garage")
    for _ in range(MAX_TRIES):
        assert talk.question.slot == "limits.temperature.high"
        talk.say("rather cold")
    assert talk.question.slot == "contents"
    assert talk.config["limits"]["temperature"]["high"] == -15


@pytest.mark.parametrize(
    "said", ["that's all", "That's all, skip the rest.", "take the defaults for the rest", "defaults please"]
)
def test_that_is_all_shows_the_preview_with_the_defaults_marked(said: str) -> None:
    talk = Talk("freezer").say("ice box", said)
    assert talk.session.status == "preview"
    origins = {line.slot: line.origin for line in talk.question.lines}
    assert origins["name"] == "said"
    assert origins["limits.temperature.high"] == "default"
    assert origins["contents"] == "unset"


@pytest.mark.parametrize("said", ["later", "let's do the rest later", "not now", "I'll finish it later"])
def test_later_pauses(said: str) -> None:
    assert Talk("plug").say("tv plug", said).session.status == "paused"


@pytest.mark.parametrize("said", ["cancel", "never mind", "forget it", "stop", "don't create it"])
def test_cancel_ends_it(said: str) -> None:
    assert Talk("plug").say("tv plug", said).session.status == "cancelled"


def test_back_asks_the_question_before_and_keeps_its_answer_until_another_comes() -> None:
    talk = Talk("freezer").say("ice box", "garage", "back")
    assert talk.question.slot == "place"
    assert talk.answers["place"] == "garage"
    assert talk.say("cellar").answers["place"] == "cellar"


def test_back_from_the_preview() -> None:
    talk = Talk("plug").say("tv plug", "lounge", "skip", "ok")
    assert talk.session.status == "preview"
    assert talk.say("back").question.slot == "importance"


def test_ok_accepts_the_default_that_is_shown() -> None:
    talk = Talk("freezer").say("ice box", "garage")
    assert talk.question.default == "−15 °C"
    assert talk.say("ok").question.slot == "contents"


def test_yes_is_no_answer_to_a_question_of_words() -> None:
    talk = Talk("plug").say("tv plug", "yes")
    assert "place" not in talk.answers
    assert talk.step.outcome == "unclear"


def test_name_left_out_is_made_of_place_and_type() -> None:
    assert Talk("thermostat").say("it's in the hall", "that's all", "yes").fields["name"] == "hall thermostat"


def test_nothing_is_created_without_a_preview() -> None:
    talk = Talk("plug").say("tv plug")
    assert flow.confirm(talk.session, talk.type).session.status == "preview"


def test_higher_fidelity_asks_more_and_basic_still_takes_what_is_named() -> None:
    basic, standard = Talk("freezer"), Talk("freezer", fidelity="standard")
    for talk in (basic, standard):
        talk.say("ice box", "garage", "-18", "peas")
    assert standard.question.slot == "volume"
    assert basic.question.slot == "importance"
    assert basic.say("its volume is 300 litres").answers["volume"] == 300


def test_fidelity_can_be_named() -> None:
    talk = Talk("freezer").say("the fidelity is expert")
    assert talk.session.fidelity == "expert"
    assert talk.config["fidelity"] == "expert"


def test_reading_a_message_takes_nothing() -> None:
    talk = Talk("freezer").say("ice box", "garage")
    assert flow.reads(talk.session, talk.type, "skip") == "steers"
    assert flow.reads(talk.session, talk.type, "its importance is high") == "names"
    assert flow.reads(talk.session, talk.type, "-18") == "answers"
    assert flow.reads(talk.session, talk.type, "how warm is the hall?") == "nothing"


def test_text_without_a_word_is_no_answer() -> None:
    talk = Talk("plug").say("\x00\x1b\x07", "\u202e\u2066")
    assert talk.answers == {}
    assert talk.say("?" * 5000).fields["name"] == "smart plug"


@pytest.mark.parametrize("said", ["no, nothing special", "no, I don't have one", "no thanks, that is fine"])
def test_remark_is_no_correction(said: str) -> None:
    talk = Talk("plug").say("tv plug", "lounge", said)
    assert talk.answers["name"] == "tv plug"
    assert talk.answers["place"] == "lounge"
    assert "appliance" not in talk.answers


def test_text_is_bounded_and_on_one_line() -> None:
    talk = Talk("plug").say("call it a\n\x07b\u2028c")
    assert talk.answers["name"] == "a b c"
    assert talk.say("call it " + "x" * 500).step.outcome == "refused"


def test_talk_without_end_is_paused() -> None:
    talk = Talk("plug").say("tv plug")
    for _ in range(flow.MAX_TURNS + 1):
        talk.say("it's in the hall", "no, the attic")
    assert talk.session.status == "paused"


def test_no_to_the_open_question_by_its_own_name_is_no_other_name() -> None:
    talk = Talk("person", fidelity="standard").say("my name is Ada")
    for _ in range(20):
        if talk.session.current == "check_ins":
            break
        talk.say("ok")
    assert talk.session.current == "check_ins"
    talk.say("no check-ins")
    assert (talk.answers["check_ins"], talk.answers["name"]) == ([], "Ada")
