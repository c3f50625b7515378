"""A connector of one system on its server, in a whole house."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from connectors.tasks._connector import TaskConnector
from tests.connectors.tasks.servers import SYSTEMS, System, World
from tests.connectors.web.site import Asked, Page, Site, open_site
from tests.house import House, open_house
from twin_core.contract import plugins
from twin_core.contract.tasks import ListTasks, TaskView


@dataclass
class List:
    """One list: the system's side, its server, the connector, the house."""

    system: System
    world: World
    site: Site
    connector: TaskConnector
    house: House

    async def tasks(self) -> dict[str, TaskView]:
        return {task.title: task for task in (await self.house.core.query(ListTasks())).items}


Open = Callable[..., AbstractAsyncContextManager[List]]


@pytest.fixture(params=SYSTEMS, ids=lambda system: system.name)
def open_list(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens a list; `answers` may answer before the system does."""
    system: System = request.param

    @asynccontextmanager
    async def opened(answers: Callable[[Asked], Page | None] = lambda _: None) -> AsyncIterator[List]:
        world = World()
        async with open_house(tmp_path) as house, open_site(lambda a: answers(a) or system.respond(world, a)) as site:
            options = {
                "core": house.core,
                "store": house.store,
                "clock": house.clock,
                "writers": house.planning.writers,
                "zone": lambda: ZoneInfo("Europe/Berlin"),
                "url": site.url,
                "token": "t",
                "private": True,
                **system.options,
            }
            connector = plugins.build("connectors.tasks", system.name, options)
            house.planning.writers.write_tasks(connector)
            try:
                yield List(system, world, site, connector, house)
            finally:
                await connector.aclose()

    return opened
