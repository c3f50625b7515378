"""A small house to talk about, made of the real library and the real registry."""

from bot.dialogue.registry import Registry
from twin_core.bus import Core, InProcessBus
from twin_core.contract.commands import ListTwins, ListTypes, TwinPage
from twin_core.contract.template import TwinType
from twin_core.contract.views import TwinStatus, TwinView
from twin_core.templates import load_library


def twin(type: str, name: str, place: str | None = None, status: TwinStatus = "active") -> TwinView:
    """A twin as the core would show it."""
    twin_id = f"{type}.{name.replace(' ', '_')}"
    return TwinView(twin_id, type, name, (), place, status, "normal", {}, 1)


async def registry_of(*twins: TwinView) -> Registry:
    """The registry after these twins were made."""
    core, bus = Core(), InProcessBus()

    async def types(_: ListTypes) -> tuple[TwinType, ...]:
        return load_library().types

    async def page(query: ListTwins) -> TwinPage:
        fits = tuple(t for t in twins if (t.status == "archived") == (query.status == "archived"))
        return TwinPage(fits, len(fits), None)

    core.register({ListTypes: types, ListTwins: page})
    registry = Registry(core, bus)
    await registry.start()
    return registry
