"""What an interview does in the twin core: a draft while it waits, an active twin after the yes, nothing before."""

from dataclasses import replace
from typing import Any

from interview.configuration import twin_fields
from interview.session import Session
from twin_core.contract.commands import CreateTwin, EditTwin, EraseTwin, ListTwins, MoveTwin
from twin_core.contract.errors import NotFound
from twin_core.contract.ports import TwinCore
from twin_core.contract.requests import Cause
from twin_core.contract.template import TwinType

OWNER = "owner"


class Drafts:
    """Keeps the twin of an interview in step with it."""

    def __init__(self, core: TwinCore) -> None:
        self._core = core

    async def follow(self, session: Session, type: TwinType) -> Session:
        """Does what the session's status asks for; answers the session with its draft or twin."""
        cause = Cause(actor=session.person)
        if session.status == "cancelled":
            await self._erase(session, cause)
            return replace(session, draft=None)
        if session.status == "paused" or session.draft is not None:
            session = await self._keep(session, type, cause)
        return await self._create(session, type, cause) if session.status == "done" else session

    async def _keep(self, session: Session, type: TwinType, cause: Cause) -> Session:
        fields = twin_fields(session, type)
        if session.draft is not None:
            try:
                await self._core.execute(EditTwin(twin=session.draft, **fields), cause)
            except NotFound:  # somebody deleted the draft: it is made anew
                session = replace(session, draft=None)
        if session.draft is None and session.status == "paused":
            command = CreateTwin(type=type.name, source=session.candidate, draft=True, **fields)
            session = replace(session, draft=(await self._core.execute(command, cause)).id)
        return session

    async def _create(self, session: Session, type: TwinType, cause: Cause) -> Session:
        whose = await self._whose(session, type)
        if session.draft is not None:
            if whose:
                await self._core.execute(EditTwin(twin=session.draft, config=whose), cause)
            twin = await self._core.execute(MoveTwin(twin=session.draft, to="active"), cause)
            return replace(session, draft=None, twin=twin.id)
        fields = twin_fields(session, type)
        fields["config"] = {**fields["config"], **whose}
        twin = await self._core.execute(CreateTwin(type=type.name, source=session.candidate, **fields), cause)
        return replace(session, twin=twin.id)

    async def _whose(self, session: Session, type: TwinType) -> dict[str, Any]:
        """The first person that somebody sets up is they themselves, as the config of the twin then says."""
        if type.name != "person":
            return {}
        others = (await self._core.query(ListTwins(type="person", limit=1000))).items
        configs = [twin.config for twin in others if twin.id != session.draft]
        if session.person != OWNER:
            return {} if any(config.get("user") == session.person for config in configs) else {"user": session.person}
        return {"owner": True} if all(config.get("user") for config in configs) else {}

    async def _erase(self, session: Session, cause: Cause) -> None:
        if session.draft is None:
            return
        try:
            await self._core.execute(EraseTwin(twin=session.draft), cause)
        except NotFound:
            return  # it is gone already, which is what was wanted
