"""`pollux doctor`: what is wrong with this installation, and what to do about each fault."""

import asyncio
import importlib.util
import socket
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Protocol, runtime_checkable
from urllib.parse import urlsplit

import httpx2
from fastapi import APIRouter

from bot.reach_settings import VOICE_SERVERS
from bot.settings import Settings
from twin_core.contract import plugins
from twin_core.contract.clock import SystemClock
from twin_core.contract.commands import Diagnose
from twin_core.contract.errors import PolluxError
from twin_core.contract.ports import TwinCore
from twin_core.contract.views import Fault

_TIMEOUT_S = 3.0


async def examine(settings: Settings, token: str | None = None) -> list[Fault]:
    """All faults found; a running server is asked, with the token if it wants one, for what only it can know."""
    faults = [*_data_folder(settings)]
    url = f"http://{settings.host}:{settings.port}"
    running = await _running(url, token)
    if running is None:
        faults += await _database(settings)
        faults += _port(settings.host, settings.port, "the web")
        faults += await _rasa(settings)
        faults += await _ways(settings)
    else:
        faults += running
    faults += await _broker(settings, serving=running is not None)
    faults += _training_data(settings)
    faults += _hearing(settings) + _speaking(settings)
    return faults


def _data_folder(settings: Settings) -> list[Fault]:
    folder = settings.data
    if not folder.exists():
        return [Fault("data", "info", f"{folder} does not exist yet.", "`pollux up` makes it.")]
    probe = folder / ".writable"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        return [Fault("data", "critical", f"{folder} cannot be written: {error.strerror}.", "Give it to this user.")]
    return []


async def _running(url: str, token: str | None) -> list[Fault] | None:
    """What a running server says of itself; None where none runs."""
    try:
        proof = {"Authorization": f"Bearer {token}"} if token else {}
        async with httpx2.AsyncClient(timeout=_TIMEOUT_S, trust_env=False, headers=proof) as client:
            response = await client.get(f"{url}/api/v1/doctor")
            response.raise_for_status()
            return [Fault(**row) for row in response.json()["faults"]]
    except httpx2.HTTPStatusError as error:
        if error.response.status_code in (401, 403):
            told = "The server does not take this token" if token else "A server runs that wants a token"
            hint = "`pollux doctor --token …` asks it; `pollux token create` makes one."
            return [Fault("server", "warning", f"{told}, so what it knows of its sources is not seen here.", hint)]
        return None
    except (httpx2.HTTPError, ValueError, KeyError, TypeError):
        return None


async def _database(settings: Settings) -> list[Fault]:
    from bot.app import open_access

    if not settings.data.exists() and settings.database is None:
        return []
    try:
        async with open_access(settings):
            return []
    except PolluxError as error:
        return [Fault("database", "critical", error.message, error.hint)]


def _port(host: str, port: int, what: str) -> list[Fault]:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            hint = "Stop what uses it, or choose another one."
            return [Fault(what, "critical", f"Port {port} on {host} cannot be used: {error.strerror}.", hint)]
    return []


async def _broker(settings: Settings, *, serving: bool) -> list[Fault]:
    mqtt = settings.mqtt
    if mqtt.host is None:
        return [] if serving else _port("127.0.0.1", mqtt.port, "the own MQTT broker")
    host = urlsplit(f"//{mqtt.host}").hostname or mqtt.host
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, mqtt.port), _TIMEOUT_S)
    except (OSError, TimeoutError) as error:
        hint = "Start it, or correct mqtt.host and mqtt.port."
        return [Fault("MQTT", "critical", f"No broker answers at {host}:{mqtt.port} ({error}).", hint)]
    writer.close()
    return []


async def _rasa(settings: Settings) -> list[Fault]:
    """Whether the Rasa server that should understand answers."""
    from bot.nlu.engines import rasa_options
    from bot.nlu.rasa_client import RasaClient

    if (options := rasa_options(settings)) is None:
        return []
    try:
        async with RasaClient(options) as client:
            await client.read("hello")
    except PolluxError as error:
        return [Fault("understanding", "warning", error.message, error.hint)]
    return []


def _training_data(settings: Settings) -> list[Fault]:
    """Whether what understanding is learnt from can be read at the next start."""
    from bot.nlu.engines import embedded_options
    from bot.nlu.training_data import read_training_data

    how = embedded_options(settings, SystemClock().now, lambda: settings.zone)
    try:
        read_training_data(how.data, taught=how.taught)
    except PolluxError as error:
        return [Fault("understanding", "critical", error.message, error.hint)]
    return []


async def _ways(settings: Settings) -> list[Fault]:
    """Whether what is set up to tell people can be right."""
    from bot.outside.sources import build_ways

    try:
        async with AsyncExitStack() as stack:
            build_ways(settings, SystemClock(), stack)
    except PolluxError as error:
        return [Fault("notifications", "critical", error.message, error.hint)]
    return []


def _hearing(settings: Settings) -> list[Fault]:
    """Whether the speech model is missing that nobody chose to do without."""
    from bot.voice.weights import find_weights

    voice = settings.voice
    absent = importlib.util.find_spec("speech_recognition") is None  # then nobody speaks here
    if not absent and voice.recognizer in ("whisper", "vosk", *VOICE_SERVERS):
        from bot.voice.engines import ears_of

        try:
            plugins.build("bot.voice.recognizers", voice.recognizer, ears_of(settings))
        except PolluxError as error:
            return [Fault("hearing", "critical", error.message, error.hint)]
    if absent or voice.recognizer or find_weights(voice.weights):
        return []
    hint = "`make ears` fetches a speech model that hears far better."
    return [Fault("hearing", "info", "I hear by PocketSphinx: American English, best one voice in a quiet room.", hint)]


def _speaking(settings: Settings) -> list[Fault]:
    """Whether the voice that was set can speak; of a server that alone which its settings say."""
    if importlib.util.find_spec("pyttsx3") is None:
        return []  # then nobody speaks here
    from bot.voice.engines import synthesizer_of
    from bot.voice.ports import Manner

    voice = settings.voice
    try:
        mouth = synthesizer_of(voice)
        if voice.synthesizer not in VOICE_SERVERS:
            mouth.speak("ready", Manner(voice.voice, voice.rate))
    except PolluxError as error:
        return [Fault("speaking", "warning", error.message, error.hint)]
    return []


@runtime_checkable
class Reporter(Protocol):
    """A part of a running server that knows what is wrong with it."""

    def faults(self) -> Sequence[Fault]: ...


def doctor_router(core: TwinCore, reporters: Sequence[Reporter]) -> APIRouter:
    """`GET /doctor`: what a running server knows to be wrong with itself."""
    router = APIRouter(tags=["operation"])

    @router.get("/doctor", summary="What is wrong, and what to do")
    async def doctor() -> dict[str, list[Fault]]:
        faults = list(await core.query(Diagnose()))
        for reporter in reporters:
            faults += reporter.faults()
        return {"faults": faults}

    return router


async def is_serving(url: str) -> bool:
    """Whether a Pollux answers at this address."""
    try:
        async with httpx2.AsyncClient(timeout=_TIMEOUT_S, trust_env=False) as client:
            return (await client.get(f"{url}/healthz")).status_code == httpx2.codes.OK
    except httpx2.HTTPError:
        return False
