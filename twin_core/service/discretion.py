"""What people say of themselves, seen by them alone: neither roles nor sharing change that."""

from collections.abc import Mapping
from typing import Any, Final

from twin_core.contract.agenda import GetPerson
from twin_core.contract.commands import CreateTwin, EditTwin
from twin_core.contract.errors import Forbidden
from twin_core.contract.nudges import ListResponsible
from twin_core.contract.ports import Bus, TwinCore
from twin_core.contract.privacy import ListHidden, Looked
from twin_core.contract.requests import Cause
from twin_core.contract.template import PropertySpec
from twin_core.contract.views import TwinView
from twin_core.service.registry import Registry
from twin_core.templates import Library

_PERSON: Final = "person"
_HOUSE: Final = Cause().actor
_WHOSE: Final = ("user", "owner")  # what says in the config of a person's twin whose it is


class Discretion:
    """Knows whose twin it is by their settings, which another room keeps."""

    def __init__(self, core: TwinCore, bus: Bus, registry: Registry, library: Library) -> None:
        self._core = core
        self._bus = bus
        self._registry = registry
        self._library = library

    async def hidden(self, query: ListHidden) -> frozenset[str]:
        """Nothing of one's own, nor of what is no person. Raises NotFound."""
        twin = self._registry.resolve(query.twin)
        private = frozenset(s.name for s in self._library[twin.type].properties.values() if s.private)
        if not private or (await self._core.query(GetPerson(query.person))).twin == twin.id:
            return frozenset()
        return private

    async def hidden_from(self, person: str | None, twin: str) -> frozenset[str]:
        """The same; None, the house itself, sees everything."""
        return frozenset() if person is None else await self.hidden(ListHidden(twin, person))

    async def listen(self, query: ListHidden) -> frozenset[str]:
        """Handler of ListHidden: the same, asked for what somebody is shown as it comes in."""
        await self.looked(query.person, "live", self._registry.resolve(query.twin))
        return await self.hidden(query)

    async def looked(self, person: str | None, what: str, *twins: TwinView) -> None:
        """Tells whoever keeps the access log where these are the twins of other people. The house itself looks on."""
        people = [twin.id for twin in twins if twin.type == _PERSON] if person is not None else []
        if person is None or not people:
            return
        own = (await self._core.query(GetPerson(person))).twin
        if others := tuple(id for id in people if id != own):
            await self._bus.publish(Looked(person, what, twins=others))

    async def check(self, person: str | None, twin: str, spec: PropertySpec) -> None:
        """Raises Forbidden where this person may not see it."""
        if spec.name in await self.hidden_from(person, twin):
            name = self._registry.resolve(twin).name
            raise Forbidden(
                f"The {spec.label} of {name} is shown to {name} alone.",
                code="private",
                hint="Ask them: what somebody says of themselves is theirs to tell.",
            )

    async def check_edit(self, command: EditTwin, cause: Cause) -> None:
        """Raises Forbidden where somebody else than its person or an owner would change whose a person's twin is.

        That is told by its config, and by its names where the config is silent.
        """
        view, config = self._registry.resolve(command.twin), command.config or {}
        if view.type != _PERSON or view.status == "draft":
            if (command.type or view.type) == _PERSON:
                await self._check_claim({**view.config, **config}, cause)
            return
        named = (command.name or view.name, *(view.aliases if command.aliases is None else command.aliases))
        stays = all(config.get(key, view.config.get(key)) == view.config.get(key) for key in _WHOSE)
        if stays and named == (view.name, *view.aliases):
            return
        is_theirs = (await self._core.query(GetPerson(cause.actor))).twin == view.id
        if is_theirs or await self._is_responsible(cause.actor):
            return
        raise Forbidden(
            f"Whose twin {view.name} is, only that person or an owner may change.",
            code="not_yours",
            hint="Ask an owner of the house.",
        )

    async def check_create(self, command: CreateTwin, cause: Cause) -> None:
        """Raises Forbidden where somebody else than an owner would make the twin of another person."""
        if command.type == _PERSON:
            await self._check_claim(command.config, cause)

    async def _check_claim(self, config: Mapping[str, Any], cause: Cause) -> None:
        claimed = config.get("user") not in (None, cause.actor) or config.get("owner")
        if claimed and not await self._is_responsible(cause.actor):
            raise Forbidden(
                "A person's own twin is made by that person, or by an owner.",
                code="not_yours",
                hint=f"Leave `user` and `owner` out, set `user` to {cause.actor!r}, or ask an owner of the house.",
            )

    async def _is_responsible(self, person: str) -> bool:
        return person in (_HOUSE, *await self._core.query(ListResponsible()))
