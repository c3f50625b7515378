"""The workspaces that Pollux is installed in, kept in the store as Bolt's OAuth flow asks for it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from logging import Logger, getLogger
from typing import Any

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.sealing import Seal
from bot.documents import Documents
from twin_core.contract.errors import Unavailable
from twin_core.contract.ports import Batch, Document

KIND = "slack_workspace"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Workspace:
    """One installation. `token` is the bot's."""

    team: str
    name: str
    token: str
    bot_user: str
    bot: str = ""


class Workspaces(AsyncInstallationStore):
    """By team id: the one whose token stands in the settings, and those that were added by OAuth, sealed."""

    def __init__(
        self, documents: Documents, client_of: Callable[[str], AsyncWebClient], token: str | None, seal: Seal | None
    ) -> None:
        self._documents = documents
        self._seal = seal
        self._client_of = client_of
        self._token = token
        self._known: dict[str, Workspace] = {}
        self._clients: dict[str, AsyncWebClient] = {}
        self._leaving: set[str] = set()
        self._own: Workspace | None = None

    @property
    def logger(self) -> Logger:
        return getLogger("slack_sdk")

    async def find(self, team: str) -> Workspace | None:
        """None for a workspace that Pollux is not installed in."""
        if team in self._leaving:
            return None
        if team in self._known:
            return self._known[team]
        workspace = await self._installed(team) or await self.own()
        if workspace is None or workspace.team != team:
            return None
        self._known[team] = workspace
        return workspace

    async def client(self, team: str) -> AsyncWebClient:
        """Speaks for Pollux in this workspace. Raises Unavailable where it is not installed."""
        workspace = await self.find(team)
        if workspace is None:
            raise Unavailable("Pollux is not installed in that Slack workspace (any more).", code="not_installed")
        if team not in self._clients:
            self._clients[team] = self._client_of(workspace.token)
        return self._clients[team]

    async def remove(self, team: str) -> None:
        """The workspace has uninstalled Pollux."""
        self._leaving.add(team)  # what comes in while it is being removed is not answered, nor brings it back
        try:
            await self._documents.commit(Batch(documents=(Document(KIND, team, None),)))
        finally:
            self._known.pop(team, None)
            self._own = None  # asked anew, should it come back
            self._clients.pop(team, None)
            self._leaving.discard(team)

    async def authorize(self, team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
        """Bolt's question: who are we there? No call of Slack for each event.

        Nobody, without a token, where Pollux is not installed: to None, Bolt would answer at the address that stands
        in the request. Raises Unavailable where Slack cannot be asked, so that what came is delivered again.
        """
        try:
            workspace = await self.find(str(team_id or ""))
        except SlackApiError as error:
            raise Unavailable("Slack does not say which workspace is ours.", code="slack_away") from error
        if workspace is None:
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=workspace.team,
            bot_token=workspace.token,
            bot_user_id=workspace.bot_user,
            bot_id=workspace.bot,
        )

    async def async_save(self, installation: Installation) -> None:
        workspace = Workspace(
            installation.team_id or "",
            installation.team_name or "",
            installation.bot_token or "",
            installation.bot_user_id or "",
            installation.bot_id or "",
        )
        if self._seal is None:
            raise Unavailable("Nothing seals a token here.", hint="Set client_secret in [slack].")
        kept = asdict(replace(workspace, token=self._seal.close(workspace.token)))
        await self._documents.commit(Batch(documents=(Document(KIND, workspace.team, kept),)))
        self._known[workspace.team] = workspace
        self._clients.pop(workspace.team, None)

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        workspace = await self.find(team_id or "")
        if workspace is None:
            return None
        return Bot(
            team_id=workspace.team,
            team_name=workspace.name,
            bot_token=workspace.token,
            bot_id=workspace.bot,
            bot_user_id=workspace.bot_user,
            installed_at=0.0,
        )

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        await self.remove(team_id or "")

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        await self.remove(team_id or "")

    async def own(self) -> Workspace | None:
        """Whose token stands in the settings; asked once it is needed, again where Slack was away."""
        if not self._token:
            return None
        if self._own is not None:
            return self._own
        answer: Any = await self._client_of(self._token).auth_test()
        own = Workspace(
            answer["team_id"], answer.get("team", ""), self._token, answer["user_id"], answer.get("bot_id", "")
        )
        self._known[own.team] = self._own = own
        return own

    async def _installed(self, team: str) -> Workspace | None:
        """None for one that was not added, or whose token opens no more: it may install Pollux again."""
        found = await self._documents.get(KIND, team)
        if found is None or self._seal is None:
            return None
        try:
            sealed = Workspace(**found[0])
            return replace(sealed, token=self._seal.open(sealed.token))
        except Unavailable as error:
            log.warning("slack.workspace_lost", team=team, reason=str(error))
            return None
