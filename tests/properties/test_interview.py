"""Whatever people say, an interview ends, stays serialisable and never makes a twin that was not confirmed."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from interview import flow
from interview.configuration import twin_fields
from interview.session import Session, from_json, to_json
from interview.steps import MAX_TRIES
from twin_core.contract.template import TwinType
from twin_core.templates import load_library

TYPES: list[TwinType] = [
    load_library()[name] for name in ("plug", "freezer", "electricity_meter", "pump", "person", "light", "sensor")
]
SENSIBLE = [
    "call it number one",
    "it's in the hall",
    "no, the attic",
    "not the hall, the cellar",
    "its importance is high",
    "the price is 0.25 euros per kWh",
    "the price is quite cheap",
    "12",
    "minus eighteen degrees",
    "I work about 7.5 hours a day",
    "skip",
    "back",
    "ok",
    "yes",
    "no",
    "that's all",
    "change the name",
    "the place",
    "what?",
    "7 kWh",
]
words = st.one_of(st.sampled_from(SENSIBLE), st.text(max_size=60))


def start(type: TwinType) -> Session:
    return flow.start(type, id="i", person="owner").session


@given(type=st.sampled_from(TYPES), said=st.lists(words, max_size=40))
@settings(max_examples=150, deadline=None)
def test_any_talk_can_be_finished_with_two_sentences(type: TwinType, said: list[str]) -> None:
    session = start(type)
    for text in said:
        session = flow.take(session, type, text).session
    if session.status in ("open", "preview"):
        session = flow.take(session, type, "that's all").session
        session = flow.take(session, type, "yes").session
    assert session.status in ("done", "cancelled", "paused")


@given(type=st.sampled_from(TYPES), said=words)
@settings(max_examples=150, deadline=None)
def test_the_same_answer_for_ever_comes_to_an_end(type: TwinType, said: str) -> None:
    session = start(type)
    for _ in range(flow.MAX_TURNS + 1):
        session = flow.take(session, type, said).session
    assert session.status not in ("open", "preview")


@given(
    type=st.sampled_from(TYPES), said=st.lists(st.text(alphabet="?!.,;:-_*#", max_size=20), min_size=60, max_size=60)
)
@settings(max_examples=60, deadline=None)
def test_garbage_is_asked_about_at_most_three_times_a_question(type: TwinType, said: list[str]) -> None:
    session = start(type)
    for text in said[: MAX_TRIES * (len(type.questions) + 2)]:
        session = flow.take(session, type, text).session
    assert session.status == "paused"
    assert not session.said


@given(type=st.sampled_from(TYPES), said=st.lists(words, max_size=25))
@settings(max_examples=150, deadline=None)
def test_sessions_survive_their_document_and_prompts_say_something(type: TwinType, said: list[str]) -> None:
    session = start(type)
    for text in said:
        before = session
        step = flow.take(session, type, text)
        session = step.session
        assert from_json(json.loads(json.dumps(to_json(session), allow_nan=False))) == session
        assert step.prompts
        assert all(prompt.text.strip() for prompt in step.prompts)
        assert session.status != "done" or before.status in ("preview", "done")
        fields = twin_fields(session, type)
        json.dumps(fields, allow_nan=False)
        assert fields["name"]


@given(type=st.sampled_from(TYPES), text=words, said=st.lists(words, max_size=10))
@settings(max_examples=100, deadline=None)
def test_reading_agrees_with_taking(type: TwinType, text: str, said: list[str]) -> None:
    session = start(type)
    for one in said:
        session = flow.take(session, type, one).session
    reading = flow.reads(session, type, text)
    taken = flow.take(session, type, text)
    if reading == "nothing":
        assert not taken.taken
    if reading == "answers":
        assert taken.taken or taken.outcome in ("paused", "taken", "corrected")
