"""What the tests ask a house about its concerns."""

from tests.house import House
from twin_core.contract.commands import GetCritical
from twin_core.contract.views import ConcernView


async def critical(house: House) -> list[ConcernView]:
    """The list as a person sees it."""
    return list((await house.core.query(GetCritical())).items)


async def order(house: House) -> list[str]:
    """The names on the list, most critical first."""
    return [item.subject for item in await critical(house)]


async def only(house: House) -> ConcernView:
    """The one concern there is."""
    [item] = await critical(house)
    return item


def reasons(item: ConcernView) -> str:
    return "\n".join(item.why)
