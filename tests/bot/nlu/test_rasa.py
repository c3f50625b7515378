from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from bot.nlu.embedded import EmbeddedNlu
from bot.nlu.rasa import FIRST_PAUSE_S, LONGEST_PAUSE_S, RasaNlu
from bot.nlu.rasa_client import RasaClient, RasaOptions
from tests.bot.nlu.rasa_peer import (
    GREETING,
    Behaviour,
    Peer,
    answering,
    dripping,
    endless,
    hanging,
    hanging_up,
    mumbling,
    rasa_peer,
)

SAID = "turn the desk lamp off"
RANKED = {"intent": GREETING["intent"], "intent_ranking": GREETING["intent_ranking"]}
FAULTS: dict[str, tuple[Behaviour, str]] = {
    "hangs": (hanging, "longer than"),
    "drips": (dripping, "longer than"),
    "never ends": (endless, "no end"),
    "hangs up": (hanging_up, "cannot be reached"),
    "speaks no HTTP": (mumbling, "cannot be reached"),
    "500": (answering({"status": "failure"}, status=500), "answers 500"),
    "401": (answering({"reason": "NotAuthenticated"}, status=401), "wants another token"),
    "404": (answering(b"not here", status=404), "no API"),
    "409": (answering({"reason": "Conflict"}, status=409), "no model"),
    "sends elsewhere": (answering(b"", status=302, headers="Location: http://127.0.0.1:1/\r\n"), "answers 302"),
    "a web page": (answering(b"<html>It works!</html>", kind="html"), "makes no sense"),
    "nothing": (answering(b""), "makes no sense"),
    "a cut body": (answering(b'{"intent": {"na', length=900), "cannot be reached"),
    "a cut body of full length": (answering(b'{"intent": {"na'), "makes no sense"),
    "no UTF-8": (answering(b'{"intent": "\xff"}'), "makes no sense"),
    "a list": (answering([]), "makes no sense"),
    "null": (answering(None), "makes no sense"),
    "nested without end": (answering(b"[" * 100_000), "makes no sense"),
    "no intent": (answering({"text": SAID}), "makes no sense"),
    "a bare intent": (answering({"intent": "greet"}), "makes no sense"),
    "a null intent": (answering({"intent": {"name": None, "confidence": 0.0}}), "makes no sense"),
    "no confidence": (answering({"intent": {"name": "greet"}}), "makes no sense"),
    "a true confidence": (answering({"intent": {"name": "greet", "confidence": True}}), "makes no sense"),
    "not a number": (answering(b'{"intent": {"name": "greet", "confidence": NaN}}'), "makes no sense"),
    "a number without end": (answering(b'{"intent": {"name": "greet", "confidence": 1%s}}' % (b"0" * 999)), "no sense"),
    "half a character for an intent": (answering(b'{"intent": {"name": "\\ud800", "confidence": 1}}'), "not know (?)"),
    "an intent without end": (answering({"intent": {"name": "x" * 9_000, "confidence": 1}}), f"({'x' * 100})"),
    "a ranking of words": (answering({**RANKED, "intent_ranking": ["greet"]}), "makes no sense"),
    "entities of words": (answering({**RANKED, "entities": ["lamp"]}), "makes no sense"),
    "a span of words": (answering({**RANKED, "entities": [{"entity": "twin", "start": "0", "end": 1}]}), "no sense"),
    "a span before the text": (answering({**RANKED, "entities": [{"entity": "x", "start": -4, "end": 1}]}), "no sense"),
    "another bot": (answering({"intent": {"name": "order_pizza", "confidence": 0.9}}), "order_pizza"),
}


class Time:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@asynccontextmanager
async def understanding(
    embedded: EmbeddedNlu, peer: Peer, time: Time | None = None, timeout_s: float = 5.0
) -> AsyncIterator[RasaNlu]:
    async with RasaClient(RasaOptions(peer.url, "s3cret", timeout_s)) as client:
        yield RasaNlu(client, embedded, elapsed_s=time or Time())


async def test_the_intent_is_rasas_and_the_names_are_those_of_the_registry(nlu: EmbeddedNlu) -> None:
    async with rasa_peer(answering()) as peer, understanding(nlu, peer) as rasa:
        (parse,) = await rasa.parse(SAID)
        assert (parse.intent, parse.confidence, parse.alternatives) == ("greet", 0.75, (("goodbye", 0.2),))
        assert {e.kind: e.value for e in parse.entities} == {"twin": "light.desk_lamp", "value": False}
        assert rasa.faults() == []


async def test_spans_that_only_rasa_sees_are_taken(nlu: EmbeddedNlu) -> None:
    span = {"entity": "topic", "start": 15, "end": 25, "confidence_entity": 0.9}
    async with rasa_peer(answering({**RANKED, "entities": [span]})) as peer, understanding(nlu, peer) as rasa:
        (parse,) = await rasa.parse("kindly mention zorb thing")
        assert [(e.kind, e.text) for e in parse.entities if e.kind == "topic"] == [("topic", "zorb thing")]


@pytest.mark.parametrize("kind", ["pizza", "\ud800", ""])
async def test_spans_of_kinds_that_nobody_knows_are_left(nlu: EmbeddedNlu, kind: str) -> None:
    span = {"entity": kind, "start": 15, "end": 25}
    async with rasa_peer(answering({**RANKED, "entities": [span]})) as peer, understanding(nlu, peer) as rasa:
        (parse,) = await rasa.parse("kindly mention zorb thing")
        assert (parse.intent, parse.entities) == ("greet", ())


async def test_what_rasa_rejects_is_out_of_scope_as_surely_as_the_best_guess_is_weak(nlu: EmbeddedNlu) -> None:
    rows = [{"name": "nlu_fallback", "confidence": 0.4}, {"name": "greet", "confidence": 0.3}]
    answer = answering({"intent": rows[0], "intent_ranking": rows})
    async with rasa_peer(answer) as peer, understanding(nlu, peer) as rasa:
        (parse,) = await rasa.parse("florb")
        assert (parse.intent, parse.confidence, parse.alternatives) == ("out_of_scope", 0.7, (("greet", 0.3),))


async def test_each_request_of_a_message_is_asked_about(nlu: EmbeddedNlu) -> None:
    order = {"intent": {"name": "control_device", "confidence": 0.9}}
    async with rasa_peer(answering(order)) as peer, understanding(nlu, peer) as rasa:
        parses = await rasa.parse("kitchen lamp off, hall lamp on")
        assert [p.text for p in parses] == ["kitchen lamp off", "hall lamp on"]
        assert peer.asked[0] == "kitchen lamp off, hall lamp on"
        assert len(peer.asked) == len(set(peer.asked))


@pytest.mark.parametrize("text", ["", "   ", "🙂🙂", "?!"])
async def test_what_holds_no_word_is_asked_of_nobody(nlu: EmbeddedNlu, text: str) -> None:
    async with rasa_peer(hanging) as peer, understanding(nlu, peer) as rasa:
        assert (await rasa.parse(text))[0].intent == "out_of_scope"
        assert peer.asked == []


async def test_half_a_character_is_sent_as_a_question_mark(nlu: EmbeddedNlu) -> None:
    async with rasa_peer(answering()) as peer, understanding(nlu, peer) as rasa:
        (parse,) = await rasa.parse("lamp \ud83d off")
        assert (parse.intent, peer.asked) == ("greet", ["lamp ? off"])


async def test_other_languages_than_rasas_are_read_by_the_embedded_engine(nlu: EmbeddedNlu) -> None:
    async with rasa_peer(hanging) as peer, understanding(nlu, peer) as rasa:
        assert await rasa.parse(SAID, "de") == await nlu.parse(SAID, "de")
        assert peer.asked == []


@pytest.mark.parametrize(("behaviour", "said"), FAULTS.values(), ids=list(FAULTS))
async def test_the_embedded_engine_answers_while_rasa(nlu: EmbeddedNlu, behaviour: Behaviour, said: str) -> None:
    timeout_s = 0.3 if behaviour in (hanging, dripping) else 60.0
    async with rasa_peer(behaviour) as peer, understanding(nlu, peer, timeout_s=timeout_s) as rasa:
        assert await rasa.parse(SAID) == await nlu.parse(SAID)
        assert peer.asked == [SAID]
        (fault,) = rasa.faults()
        assert said in fault.message
        assert "embedded engine" in fault.message
        assert fault.hint
        assert "s3cret" not in f"{fault}"


async def test_nobody_there_is_a_fault_like_any_other(nlu: EmbeddedNlu) -> None:
    async with rasa_peer(answering()) as peer:
        pass
    async with understanding(nlu, peer) as rasa:
        assert await rasa.parse(SAID) == await nlu.parse(SAID)
        assert "cannot be reached" in rasa.faults()[0].message


async def test_rasa_is_left_alone_for_longer_each_time_and_the_log_says_it_once(nlu: EmbeddedNlu) -> None:
    time = Time()
    async with rasa_peer(answering(status=500)) as peer, understanding(nlu, peer, time) as rasa:
        with capture_logs() as logs:
            for pause_s in (0, FIRST_PAUSE_S, 2 * FIRST_PAUSE_S, 4 * FIRST_PAUSE_S):
                asked = len(peer.asked)
                time.now_s += pause_s
                await rasa.parse(SAID)
                await rasa.parse(SAID)
                assert len(peer.asked) == asked + 1
            time.now_s += LONGEST_PAUSE_S
            peer.behaviour = answering()
            assert (await rasa.parse(SAID))[0].intent == "greet"
            assert (await rasa.parse(SAID))[0].intent == "greet"
        assert [log["event"] for log in logs] == ["nlu.rasa_away", "nlu.rasa_back"]
        assert rasa.faults() == []


async def test_a_message_of_many_parts_ends_when_its_time_is_up(nlu: EmbeddedNlu) -> None:
    time = Time()
    text = ", then ".join(f"turn the desk lamp to {n} percent" for n in range(20))

    async def slowly(writer: object) -> None:
        time.now_s += 1.5
        await answering({"intent": {"name": "control_device", "confidence": 0.9}})(writer)  # type: ignore[arg-type]

    async with rasa_peer(slowly) as peer, understanding(nlu, peer, time, timeout_s=5) as rasa:
        assert await rasa.parse(text) == await nlu.parse(text)
        assert len(peer.asked) == 4
        assert "all parts" in rasa.faults()[0].message
