"""Opening the ways out: those that people switch on themselves, then those of the settings."""

from contextlib import AsyncExitStack

from fastapi import FastAPI

from bot.mail.letters import LetterBook
from bot.outside.sources import build_ways
from bot.push.opening import push_router, push_way
from bot.settings import Settings
from bot.ways.way import Way
from twin_core.contract.clock import Clock
from twin_core.contract.ports import Store


def open_ways(
    settings: Settings, store: Store, clock: Clock, api: FastAPI, stack: AsyncExitStack
) -> tuple[list[Way], LetterBook | None]:
    """The ways, in the order in which they are tried, and the letters that can be answered. Raises Rejected."""
    letters = LetterBook(store, settings.mail.address) if settings.mail else None
    push = push_way(settings.push, store, clock)
    api.include_router(push_router(push), prefix="/api/v1")
    return [push, *build_ways(settings, clock, stack, letters)], letters
