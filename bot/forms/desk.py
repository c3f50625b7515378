"""The forms there are: of an interview that is open, of a new twin, of a person's own settings."""

from collections.abc import Mapping

from bot.forms.form import INTERVIEW, SETTINGS, TWIN, Field, Form
from bot.forms.settings import misfits as settings_misfits
from bot.forms.settings import settings_form
from bot.forms.shaping import field_of
from bot.turn import Services
from interview import flow
from interview.blanks import blanks
from interview.blanks import misfits as answer_misfits
from interview.session import Session
from twin_core.contract.agenda import GetPerson
from twin_core.contract.commands import ListTwins
from twin_core.contract.errors import NotFound
from twin_core.contract.template import TwinType

_KIND = "type"


class FormDesk:
    """Opens forms and checks what was filled in; taking it is a turn of the conversation."""

    def __init__(self, services: Services) -> None:
        self._core = services.core
        self._interviews = services.interviews
        self._registry = services.registry
        self._voice = services.voice

    async def unfinished(self, person: str) -> Mapping[str, str]:
        begun = [session for session in await self._interviews.of(person) if session.live]
        types = self._registry.types
        return {f"{INTERVIEW}:{each.id}": each.name or f"a new {types[each.type].title}" for each in begun}

    async def open(self, person: str, id: str) -> Form:
        if id == SETTINGS:
            return settings_form(await self._core.query(GetPerson(person)), self._registry.types["person"], self._voice)
        if id == TWIN:
            return self._kinds()
        session, type = await self._interview(person, id)
        fields = tuple(field_of(each) for each in blanks(session, type))
        return Form(id, f"New {type.title}", "Create", fields)

    async def then(self, person: str, id: str, texts: Mapping[str, str]) -> Form | None:
        return await self.open(person, f"{TWIN}:{texts.get(_KIND, '')}") if id == TWIN else None

    async def misfits(self, person: str, id: str, texts: Mapping[str, str]) -> Mapping[str, str]:
        if id == SETTINGS:
            before = await self._core.query(GetPerson(person))
            return settings_misfits(before, self._registry.types["person"], self._voice, texts)
        if id == TWIN:
            return {}
        session, type = await self._interview(person, id)
        wrong = answer_misfits(session, type, texts)
        if "name" not in wrong and (taken := await self._taken(texts.get("name", ""), session)):
            wrong["name"] = taken
        return wrong

    def _kinds(self) -> Form:
        kinds = sorted(self._registry.types.values(), key=lambda kind: kind.title)
        choices = tuple((kind.name, kind.title) for kind in kinds)
        return Form(
            TWIN, "New twin", "Next", (Field(_KIND, "What kind of thing is it?", choices=choices, required=True),)
        )

    async def _interview(self, person: str, id: str) -> tuple[Session, TwinType]:
        """The interview that a form is of; of a new twin one that nothing is kept of yet. Raises NotFound."""
        kind, _, rest = id.partition(":")
        if kind == TWIN and rest:
            type = await self._interviews.type(rest)
            return flow.start(type, id="", person=person).session, type
        session = await self._interviews.get(rest) if kind == INTERVIEW else None
        if session is None or session.person != person or not session.live:
            raise NotFound("That form is closed by now.", code="form_closed", hint="Say “create a twin” for a new one.")
        return session, await self._interviews.type(session.type)

    async def _taken(self, name: str, session: Session) -> str | None:
        """Why nothing else can be called so; None where it can."""
        said = " ".join(name.split()).casefold()
        if not said:
            return None
        for twin in (await self._core.query(ListTwins(q=name.strip()))).items:
            if twin.id != session.draft and said in (each.casefold() for each in (twin.name, *twin.aliases)):
                return f"There is already a twin called {twin.name}."
        return None
