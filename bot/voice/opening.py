"""Setting voice up: its routes, and the door of satellites where there is one."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI

from bot.engine import Engine
from bot.ports import Nlu
from bot.settings import Settings
from bot.voice.api import voice_router
from bot.voice.ears import missing
from bot.voice.engines import Engines, open_engines
from bot.voice.manners import wishes_here
from bot.voice.names import names_here
from bot.voice.ports import Phrase
from bot.voice.understanding import understood_here

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_voice(settings: Settings, engine: Engine, nlu: Nlu, api: FastAPI) -> AsyncIterator[Engines]:
    """The engines, for other doors.

    Raises Unavailable where satellites need packages that are not installed, Rejected where their port is taken.
    """
    services = engine.services

    async def names(user: str) -> tuple[Phrase, ...]:
        return await names_here(services.registry, services.core, user)

    async def wishes(user: str) -> Mapping[str, object]:
        return await wishes_here(services.core, user)

    understands = understood_here(nlu)
    async with open_engines(settings, names, engine.clock, wishes, understands) as engines:
        api.include_router(voice_router(engines, wishes, understands), prefix="/api/v1")
        if settings.wyoming is None:
            yield engines
            return
        try:
            from bot.voice.satellites import listening
        except ImportError as error:
            raise missing(error) from None
        async with listening(settings.wyoming, engines, engine.handle) as port:
            log.info("satellites.heard", host=settings.wyoming.host, port=port)
            yield engines
