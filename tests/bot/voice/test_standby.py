"""What hears and speaks while a voice server is away: a real one, which is killed and started again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.ports import Answer, Incoming, Reply
from bot.settings import load_settings
from bot.voice.engines import Engines, open_engines
from bot.voice.ports import Manner, Phrase
from bot.voice.standby import AGAIN
from bot.voice.synthesizers import espeak
from bot.voice.turn import VoiceTurn
from bot.voice.wav import read_wav, write_wav
from tests.bot.channels.scripted import serving
from twin_core.contract.clock import FrozenClock
from twin_core.contract.errors import Rejected

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
SAID = espeak.build({}).speak("turn on the kitchen light", Manner())
ITS_VOICE = read_wav(SAID)[:1600]


async def _hears(_: Request) -> Response:
    return JSONResponse({"text": "words of the server"})


async def _says(_: Request) -> Response:
    return Response(write_wav(ITS_VOICE), media_type="audio/wav")


def _app() -> Starlette:
    paths = {"transcriptions": _hears, "speech": _says}
    return Starlette(routes=[Route(f"/v1/audio/{path}", said, methods=["POST"]) for path, said in paths.items()])


@asynccontextmanager
async def _engines(tmp_path: Path, port: int, clock: FrozenClock) -> AsyncIterator[Engines]:
    server = f"http://127.0.0.1:{port}/v1"
    voice = {"recognizer": "openai", "synthesizer": "openai", "server": server, "voice": "alloy"}

    async def names(_: str) -> tuple[Phrase, ...]:
        return (Phrase("kitchen light", "twin"), Phrase("kitchen", "place"))

    settings = load_settings({"data": tmp_path, "voice": voice}, file=tmp_path / "none")
    async with open_engines(settings, names, clock) as engines:
        yield engines


async def test_own_ears_and_voice_take_the_place_of_a_server_until_it_is_back(tmp_path: Path) -> None:
    clock = FrozenClock(NOW)
    async with serving(_app()) as port:
        pass
    with structlog.testing.capture_logs() as logs:
        async with _engines(tmp_path, port, clock) as engines:
            async with serving(_app(), port):
                assert (await engines.hear(SAID, "anna")).hearing.text == "words of the server"
                assert len(read_wav(await engines.speak("hello"))) == len(ITS_VOICE)
            heard = await engines.hear(SAID, "anna")
            assert (heard.hearing.text, heard.sure) == ("turn on the kitchen light", True)
            assert "127.0.0.1 does not answer" in heard.notice
            assert "my own ears" in heard.notice
            assert len(read_wav(await engines.speak("hello"))) != len(ITS_VOICE)
            assert {fault.part for fault in engines.faults()} == {"hearing", "speaking"}
            clock.move_to(clock.now() + AGAIN)
            assert (await engines.hear(SAID, "anna")).notice == ""  # once is enough
            async with serving(_app(), port):
                assert (await engines.hear(SAID, "anna")).hearing.text != "words of the server"  # asked a moment ago
                clock.move_to(clock.now() + AGAIN)
                assert (await engines.hear(SAID, "anna")).hearing.text == "words of the server"
                assert len(read_wav(await engines.speak("hello"))) == len(ITS_VOICE)
            assert not engines.faults()
    told = [(log["event"], log["instead"]) for log in logs if log["event"].startswith("voice.server")]
    assert [event for event, _ in told] == ["voice.server_away"] * 2 + ["voice.server_back"] * 2


async def test_whoever_speaks_is_told_who_hears(tmp_path: Path) -> None:
    async def answer(message: Incoming) -> Answer:
        return Answer("1", "control_device", 1.0, (), (Reply("It is on."),))

    async with serving(_app()) as port:
        pass
    async with _engines(tmp_path, port, FrozenClock(NOW)) as engines:
        turn = VoiceTurn(engines, "anna", answer, lambda text: Incoming("voice", text, user="anna", channel="voice"))
        said = [(await turn.take(SAID)).text for _ in range(2)]
    assert said[0].startswith("The voice server at 127.0.0.1 does not answer (ConnectError). Until it does, I use my")
    assert said[0].endswith("ears. Turn on the kitchen light. It is on.")
    assert said[1] == "Turn on the kitchen light. It is on."


async def test_a_recording_that_is_none_is_nothing_that_others_could_hear(tmp_path: Path) -> None:
    async with serving(_app()) as port, _engines(tmp_path, port, FrozenClock(NOW)) as engines:
        with pytest.raises(Rejected, match="no WAV file"):
            await engines.hear(b"nonsense", "anna")
        assert not engines.faults()
