"""The composition root: the only file that knows everyone."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI

from bot.channels._opening import open_channels
from bot.dialogue.memory import Memory
from bot.dialogue.registry import Registry
from bot.doctor import Reporter, doctor_router
from bot.engine import Engine
from bot.identity import Identities
from bot.lessons import Lessons
from bot.mail.opening import open_mail
from bot.nlu.engines import embedded_options, open_nlu, rasa_options
from bot.outside.connections import Connections
from bot.outside.devices import connect_devices
from bot.outside.news import news_router
from bot.outside.sources import build_contact, build_hooks, build_mirrors
from bot.ports import Channel, Closes, Nlu, Progress
from bot.progress import OnProgress
from bot.serving import Mqtt, Serving, background, bind, first_of, process, until_told, web_server
from bot.settings import Settings
from bot.skills import load_reversals, load_skills
from bot.speaker_zone import SpeakerZone
from bot.turn import Services
from bot.voice.api import RECORDINGS
from bot.voice.opening import open_voice
from bot.ways.announcing import Announcer, Present
from bot.ways.book import WayBook
from bot.ways.courier import HouseCourier
from bot.ways.opening import open_ways
from bot.ways.way import Way
from connectors.broker import EmbeddedBroker, local_url
from interview.api import interview_router
from interview.interviews import Interviews
from twin_core.api.access import Access
from twin_core.api.app import create_api
from twin_core.api.bodies import Allowance
from twin_core.api.hooks import hooks_router
from twin_core.attention import AttentionService
from twin_core.bus import Core, InProcessBus
from twin_core.contract.clock import Clock, FrozenClock, SystemClock
from twin_core.contract.errors import NotFound
from twin_core.contract.mirroring import Mirror
from twin_core.nudges import NudgeService
from twin_core.planning import PlanningService
from twin_core.privacy import AccessLog, ConsentDesk, ErasureDesk, ExportDesk
from twin_core.readings import Retention
from twin_core.service import Timers, TwinService
from twin_core.store import SqlStore, open_store
from twin_core.store.backup import backup, restore
from twin_core.sync import SyncService
from twin_core.templates import load_library

READY_S = 5.0


@dataclass(frozen=True, slots=True)
class House:
    """The rooms, wired; no door is open yet."""

    settings: Settings
    clock: Clock
    core: Core
    bus: InProcessBus
    store: SqlStore
    timers: Timers
    planning: PlanningService
    nudges: NudgeService
    connections: Connections
    nlu: Nlu
    interviews: Interviews
    engine: Engine
    access: Access


@asynccontextmanager
async def open_house(
    settings: Settings, *, clock_at: datetime | None = None, progress: OnProgress = lambda _: None
) -> AsyncIterator[House]:
    """Core, memory and understanding: enough for a conversation in this process."""
    clock: Clock = FrozenClock(clock_at) if clock_at else SystemClock()
    settings.data.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        store = await open_store(settings.database_url, clock)
        stack.push_async_callback(store.aclose)
        bus, core = InProcessBus(), Core()
        stack.push_async_callback(core.aclose)
        parts: Mapping[str, Any] = {"store": store, "bus": bus, "core": core, "library": load_library(), "clock": clock}
        sync, attention = SyncService(**parts), AttentionService(**parts, zone=settings.zone)
        stack.push_async_callback(sync.aclose)
        stack.push_async_callback(attention.aclose)
        planning = PlanningService(store, bus, core, clock, settings.zone.key)
        nudges = NudgeService(store, bus, core, clock)
        rooms = (TwinService(**parts), sync, planning, attention, nudges)
        for room in rooms:
            core.register(room.handlers())
        for room in rooms:
            await room.start()
        registry = Registry(core, bus)
        await registry.start()
        interviews = Interviews(core, store, clock, settings.zone.key)
        zone = SpeakerZone(settings.zone)
        nlu_options = embedded_options(settings, clock.now, zone, registry)
        nlu = await stack.enter_async_context(open_nlu(nlu_options, rasa_options(settings), progress))
        connections, access = Connections(), Access(store, clock)
        identities = Identities(store, clock, access)
        theirs = (store, core, bus, clock)
        log = AccessLog(*theirs)
        stack.push_async_callback(log.aclose)
        desks = (ConsentDesk(store, bus, clock), ExportDesk(*theirs), ErasureDesk(*theirs), log, connections, access)
        for desk in desks:
            core.register(desk.handlers())
        lessons, contact = Lessons(store, core, bus, clock), build_contact(settings, clock, stack)
        more = (load_reversals(), contact, settings.voice)
        services = Services(core, registry, interviews, zone, lessons, identities, *more)
        engine = Engine(nlu=nlu, memory=Memory(store, clock), services=services, skills=load_skills(), clock=clock)
        retention = Retention(store.readings, clock, registry.kept)
        timers = Timers(clock, [retention, log, *(timer for room in rooms for timer in room.timers())])
        yield House(
            settings, clock, core, bus, store, timers, planning, nudges, connections, nlu, interviews, engine, access
        )


@asynccontextmanager
async def serve(
    settings: Settings,
    *,
    clock_at: datetime | None = None,
    demo: bool = False,
    progress: OnProgress = lambda _: None,
) -> AsyncIterator[Serving]:
    """The whole house with its doors open: web, channels, broker, devices, timers. Raises what refuses to start."""
    async with AsyncExitStack() as stack:
        bound = stack.enter_context(bind(settings.host, settings.port))
        house = await stack.enter_async_context(open_house(settings, clock_at=clock_at, progress=progress))
        await house.access.required(settings.host)
        mqtt = await stack.enter_async_context(_broker(settings))
        devices = connect_devices(settings, mqtt, house.core, house.bus, house.store, house.clock)
        api = create_api(
            core=house.core,
            bus=house.bus,
            store=house.store,
            clock=house.clock,
            access=house.access,
            timers=house.timers,
            version=version("pollux"),
            max_body_bytes=settings.web.max_body_bytes,
            allowances={path: Allowance(*how) for path, how in RECORDINGS.items()},
            origins=settings.web.origins,
        )
        around = {"core": house.core, "store": house.store, "clock": house.clock, "writers": house.planning.writers}
        mirrors = build_mirrors(settings, {**around, "zone": lambda: settings.zone})
        house.connections.hold(mirrors)
        book = WayBook(house.store)
        voice = await stack.enter_async_context(open_voice(settings, house.engine, house.nlu, api))
        _include(house, api, mirrors, (devices, *mirrors, house.nlu, book, voice))
        parts = {**around, "bus": house.bus, "services": house.engine.services, "hear": voice.hear_message}
        channels = await open_channels(settings, parts, api, house.engine.handle, stack)
        ways, letters = open_ways(settings, house.store, house.clock, api, stack)
        courier = await _speak_up(house, channels, ways, book)
        await stack.enter_async_context(open_mail(settings.mail, house.engine, courier, letters, ways, channels))
        present = [channel for channel in channels if isinstance(channel, Present)]
        works = [devices.run(), Announcer(house.core, house.bus, present).run(), *(mirror.run() for mirror in mirrors)]
        if clock_at is None:
            works.append(house.timers.run())
        await stack.enter_async_context(background(*works))
        await first_of(devices.ready.wait(), asyncio.sleep(READY_S))  # a broker that is away holds up nothing
        url = await stack.enter_async_context(web_server(api, bound))
        stack.callback(api.state.feed.close)
        if demo:
            await stack.enter_async_context(process("demo", "--data", str(settings.data), "--mqtt", mqtt.url))
        stopped = await stack.enter_async_context(until_told())
        yield Serving(url, mqtt.url, stopped)


@asynccontextmanager
async def open_access(settings: Settings) -> AsyncIterator[Access]:
    """People and tokens, also while a server runs on the same database."""
    async with _kept(settings) as (store, clock):
        yield Access(store, clock)


@asynccontextmanager
async def open_privacy(settings: Settings) -> AsyncIterator[Core]:
    """What is kept of people, by their id: enough to count it, to hand it out and to erase it."""
    async with _kept(settings) as (store, clock):
        bus, core = InProcessBus(), Core()
        twins = TwinService(store=store, bus=bus, core=core, library=load_library(), clock=clock)
        planning = PlanningService(store, bus, core, clock, settings.zone.key)
        desks = (ExportDesk(store, core, bus, clock), ErasureDesk(store, core, bus, clock), Access(store, clock))
        for part in (twins, planning, *desks):
            core.register(part.handlers())
        await twins.start()
        await planning.start()
        yield core


@asynccontextmanager
async def open_lessons(settings: Settings) -> AsyncIterator[Lessons]:
    """What was misunderstood, also while a server runs on the same database."""
    async with _kept(settings) as (store, clock):
        yield Lessons(store, Core(), InProcessBus(), clock)


@asynccontextmanager
async def _kept(settings: Settings) -> AsyncIterator[tuple[SqlStore, Clock]]:
    settings.data.mkdir(parents=True, exist_ok=True)
    async with aclosing(await open_store(settings.database_url, SystemClock())) as store:
        yield store, SystemClock()


async def backup_to(settings: Settings, file: Path, progress: OnProgress) -> None:
    """A consistent copy of everything in one file. Raises NotFound when there is nothing to copy."""
    if settings.database is None and not (settings.data / "pollux.db").exists():
        raise NotFound(f"There is no database in {settings.data}.", hint="Give the data folder: --data DIR.")
    await backup(settings.database_url, file, _as_reported(progress))


async def restore_from(settings: Settings, file: Path, progress: OnProgress) -> None:
    """Brings a copy back. Raises Rejected where there is something already."""
    settings.data.mkdir(parents=True, exist_ok=True)
    await restore(file, settings.database_url, _as_reported(progress))


async def play_demo(settings: Settings, mqtt: str | None, speed: float) -> None:
    """The demo house and plant, until it is stopped; by default on the broker of the Pollux here."""
    from connectors.demo import run_demo  # a simulator that a server has no use for

    parts = urlsplit(mqtt or f"mqtt://127.0.0.1:{settings.mqtt.port}")
    ours = parts.hostname in ("127.0.0.1", "localhost") and not parts.username
    url = local_url(settings.data, parts.port or 1883) if ours else parts.geturl()
    async with until_told() as stopped:
        await first_of(stopped.wait(), run_demo(url, speed=speed))


@asynccontextmanager
async def _broker(settings: Settings) -> AsyncIterator[Mqtt]:
    """The broker that was configured, else one of our own."""
    mqtt = settings.mqtt
    if mqtt.host is not None:
        password = mqtt.password.get_secret_value() if mqtt.password else None
        yield Mqtt(mqtt.host, mqtt.port, mqtt.username, password, mqtt.protocol)
        return
    async with EmbeddedBroker("127.0.0.1", mqtt.port, settings.data, anonymous=mqtt.anonymous) as broker:
        yield Mqtt("127.0.0.1", broker.port, broker.username, broker.password, "3.1.1")  # all that amqtt speaks


async def _speak_up(house: House, channels: Sequence[Channel], ways: Sequence[Way], book: WayBook) -> HouseCourier:
    """What is said unasked goes out by these, and what was asked there is closed where it stands."""
    await house.engine.closings.open([each for each in channels if isinstance(each, Closes)], house.bus)
    courier = HouseCourier(house.engine, channels, ways, book)
    house.nudges.deliver_by(courier, courier.undisturbed_until)
    return courier


def _include(house: House, api: FastAPI, mirrors: Sequence[Mirror], reporters: Sequence[object]) -> None:
    """The routes that are not of the twin core."""
    for router in (
        interview_router(house.interviews, house.engine.closings.answered),
        doctor_router(house.core, [part for part in reporters if isinstance(part, Reporter)]),
        hooks_router(build_hooks(house.settings), house.core, house.store, house.clock),
        news_router(mirrors),
    ):
        api.include_router(router, prefix="/api/v1")


def _as_reported(progress: OnProgress) -> Callable[[str, int, int | None], None]:
    return lambda what, done, total: progress(Progress(what, done, total))
