"""Which engine understands: the embedded one, or a Rasa server with the embedded one beside it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.nlu.apart import train_apart
from bot.nlu.embedded import NluOptions, load_embedded
from bot.nlu.rasa import RasaNlu
from bot.nlu.rasa_client import RasaClient, RasaOptions
from bot.nlu.training import OnProgress
from bot.ports import Names, Nlu
from bot.settings import Settings


@asynccontextmanager
async def open_nlu(
    options: NluOptions, rasa: RasaOptions | None = None, progress: OnProgress | None = None
) -> AsyncIterator[Nlu]:
    """The engine, ready to parse. Raises what `train` raises; a Rasa that is away is only reported."""
    await train_apart(options, progress)
    embedded = await load_embedded(options, progress)
    if rasa is None:
        yield embedded
        return
    async with RasaClient(rasa) as client:
        nlu = RasaNlu(client, embedded)
        await nlu.parse("hello")  # so that one knows from the start whether Rasa is there
        yield nlu


def embedded_options(
    settings: Settings,
    now: Callable[[], datetime],
    zone: Callable[[], ZoneInfo],
    names: Names | None = None,
    langs: tuple[str, ...] = ("en",),
) -> NluOptions:
    """How the embedded engine is set up: what this house was taught counts, unless other data was named."""
    taught = settings.taught_folder if settings.nlu_data is None else None
    return NluOptions(settings.nlu_folder, settings.nlu_cache, now, zone, names, langs=langs, taught=taught)


def rasa_options(settings: Settings) -> RasaOptions | None:
    """Where the Rasa server is, where the settings say that it understands."""
    if settings.nlu != "rasa":
        return None
    rasa = settings.rasa
    return RasaOptions(rasa.url, rasa.token.get_secret_value() if rasa.token else None, rasa.timeout_s)
