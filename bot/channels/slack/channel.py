"""Slack: events over HTTP or Socket Mode, acknowledged at once and worked on after."""

import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import aiohttp
import structlog
from slack_bolt import BoltResponse
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization.async_authorize import AsyncCallableAuthorize
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels._inbox import Inbox
from bot.channels._questions import Questions
from bot.channels._reception import HOME, Reception, Works
from bot.channels._revisions import Revisions
from bot.channels.slack.blocks import LIMITS
from bot.channels.slack.delivery import TIMEOUT_S, Delivery, Place
from bot.channels.slack.desk import NAME, Desk
from bot.channels.slack.door import Door
from bot.channels.slack.forms import Forms
from bot.channels.slack.home import Home
from bot.channels.slack.nudges import Nudges
from bot.channels.slack.options import SlackOptions
from bot.channels.slack.people import People
from bot.channels.slack.postbox import Postbox
from bot.channels.slack.quiet import Quiet
from bot.channels.slack.reading import Heard, read
from bot.channels.slack.sealing import Seal
from bot.channels.slack.states import States
from bot.channels.slack.streaming import Streams
from bot.channels.slack.workspaces import Workspaces
from bot.ports import Asgi, Incoming, OnMessage, Reply, Settled
from twin_core.contract.errors import Unavailable

INBOX = "slack_delivery"
QUESTION = "slack_question"
READING = ("channels:history", "groups:history")
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
SCOPES = (
    "app_mentions:read assistant:write chat:write commands dnd:read files:read files:write im:history im:read im:write "
    "users:read"
).split()

log = structlog.get_logger(__name__)


class SlackChannel:
    """One app in any number of workspaces."""

    name = NAME
    limits = LIMITS

    def __init__(self, options: SlackOptions) -> None:
        self._options = options
        self._inbox = Inbox(options.store, options.clock, INBOX, options.journal)
        self._postbox = Postbox(options.pace)
        seal = Seal(options.client_secret) if options.client_secret else None
        self._workspaces = Workspaces(options.store, self._client, options.bot_token, seal)
        self._revisions: Revisions[Heard] = Revisions(options.clock)
        self._questions = Questions(options.store, QUESTION)
        self._works = Works()
        self._session: aiohttp.ClientSession | None = None
        self._desk: Desk | None = None
        self._delivery: Delivery | None = None
        self._nudges: Nudges | None = None
        self._quiet: Quiet | None = None
        self._socket: AsyncSocketModeHandler | None = None

    async def start(self, on_message: OnMessage) -> Asgi | None:
        options = self._options
        self._session = aiohttp.ClientSession(json_serialize=lambda doc: json.dumps(doc, ensure_ascii=False))
        self._delivery = Delivery(self._workspaces, self._postbox, Streams(self._postbox), self._session)
        home = Home(self._workspaces, self._postbox, options.core, options.forms, options.bus)
        forms = Forms(self._workspaces, self._postbox, options.core, options.clock, options.forms)
        reception = Reception(NAME, on_message, options.people, options.identities, options.hear)
        people = People(self._workspaces, self._postbox, options.clock, reception.name)
        kept = (self._revisions, self._questions)
        self._desk = Desk(options, reception, self._workspaces, self._delivery, home, forms, self._inbox, *kept, people)
        self._nudges = Nudges(options, self._delivery)
        self._quiet = Quiet(self._nudges, options.clock)
        bolt = self._bolt()
        if options.identities:
            options.identities.listen(NAME, self._desk.linked)
        taken = [heard for _, body in await self._inbox.open() if (heard := await self._read(body))]
        cut_off = [replace(heard, again=True) for heard in taken]
        for heard in [each for each in cut_off if self._revisions.arrived(each)]:
            self._begin(heard)
        if options.app_token:
            self._works.spawn(self._connect(bolt, options.app_token))
        return Door(bolt, options.signing_secret).app() if options.signing_secret else None

    async def send(self, conversation: str, reply: Reply) -> None:
        """Only what others may read goes into a shared conversation. Raises Unavailable."""
        kind, *parts = conversation.split("/")
        if self._delivery is None or kind != NAME or len(parts) != 3:
            raise Unavailable("That conversation is not in Slack.", code="nobody_there")
        team, channel, thread = parts
        shared = not channel.startswith("D")
        if shared and not reply.public:
            raise Unavailable("Others read along there.", code="shared_conversation")
        await self._delivery.say(Place(team, channel, thread or None, shared), reply, "", alone=False)

    def open_for(self, user: str) -> Sequence[str]:
        """Slack does not tell who looks."""
        return ()

    async def home(self, user: str) -> str | None:
        """The private conversation of whoever is linked here."""
        return HOME if self._nudges and await self._nudges.accounts(user) else None

    async def leave(self, user: str, conversation: str, reply: Reply, key: str) -> None:
        """Says it to the person alone, in all of their accounts here; the same key once. Raises Unavailable."""
        if self._nudges is not None:
            await self._nudges.leave(user, reply, key)

    async def edit(self, user: str, conversation: str, reply: Reply) -> None:
        """Edits a nudge that was said here; one that was not is none of ours. Raises Unavailable."""
        if self._nudges is not None:
            await self._nudges.edit(user, reply)

    def closed(self, by: Incoming, said: str, questions: Collection[str]) -> None:
        if self._desk is not None:
            self._works.spawn(self._questions.answered(by, said, questions, self._desk.close))

    def settled(self, settled: Sequence[Settled]) -> None:
        if self._desk is not None:
            self._works.spawn(self._questions.settled(settled, self._desk.close))

    async def undisturbed_until(self, user: str) -> datetime | None:
        """Until when this person does not want to be disturbed; None where they may be."""
        return await self._quiet.until(user) if self._quiet else None

    async def aclose(self) -> None:
        desk, self._desk, self._delivery, self._nudges = self._desk, None, None, None
        if self._socket:
            await self._socket.close_async()  # type: ignore[no-untyped-call]
        await self._works.aclose()
        await self._inbox.aclose()
        if desk:
            await desk.home.aclose()
        await self._postbox.aclose()
        if self._session:
            await self._session.close()

    # --- hearing -----------------------------------------------------------------------------------

    def _bolt(self) -> AsyncApp:
        """Bolt with one middleware instead of listeners, each of which would cost every request."""
        options = self._options

        async def authorize(team_id: str | None, enterprise_id: str | None) -> Any:  # Bolt asks by these names
            return await self._workspaces.authorize(team_id, enterprise_id)

        oauth = self._oauth() if options.client_id else None
        if oauth:
            oauth.authorize = AsyncCallableAuthorize(logger=self._workspaces.logger, func=authorize)
        app = AsyncApp(
            client=self._client(None),
            signing_secret=options.signing_secret or "",
            authorize=None if oauth else authorize,
            oauth_settings=oauth,
            request_verification_enabled=False,  # our own door has done that
            ignoring_self_events_enabled=True,
            attaching_function_token_enabled=False,
        )
        app.middleware(self._hear)
        return app

    async def _hear(self, body: Mapping[str, Any], context: Mapping[str, Any]) -> BoltResponse:
        """Keeps what was delivered, so that it can be acknowledged; the work begins after."""
        heard = read(body, context.get("bot_user_id"))
        if heard is None or self._desk is None or self._inbox.knows(heard.key):
            return BoltResponse(status=200)
        if not context.get("token") and heard.kind != "gone":  # of a workspace that is not ours
            return BoltResponse(status=200)
        if heard.kind == "submit" and (shown := await self._desk.reviewed(heard)):
            return BoltResponse(status=200, body=dict(shown))  # not taken: it may be sent again, corrected
        if await self._inbox.take(heard.key, body) and self._revisions.arrived(heard):
            self._begin(heard)
        return BoltResponse(status=200)

    def _begin(self, heard: Heard) -> None:
        """Answers of one conversation come in the order in which it was asked."""

        async def work() -> None:
            if self._desk is None:
                return
            if not await self._inbox.is_ours(heard.key):
                return
            if meant := self._revisions.begun(heard):
                await self._desk.work(meant)
            for key in self._revisions.settled(heard):
                await self._inbox.done(key)

        if heard.kind in ("form", "shortcut"):
            self._works.spawn(work())  # a trigger is good for three seconds: it waits for no answer
        else:
            self._works.begin(f"{heard.team}/{heard.user}/{heard.channel}/{heard.thread}", work)

    async def _read(self, body: Mapping[str, Any]) -> Heard | None:
        team = str(body.get("team_id") or (body.get("team") or {}).get("id") or "")
        workspace = await self._workspaces.find(team)
        return read(body, workspace.bot_user) if workspace else None

    # --- Slack's own doors -------------------------------------------------------------------------

    def _client(self, token: str | None) -> AsyncWebClient:
        return AsyncWebClient(
            token=token, base_url=self._options.api, session=self._session, timeout=TIMEOUT_S, retry_handlers=[]
        )

    def _oauth(self) -> AsyncOAuthSettings:
        options = self._options
        return AsyncOAuthSettings(
            client_id=options.client_id,
            client_secret=options.client_secret,
            scopes=[*SCOPES, *(READING if options.read_channels else ())],
            redirect_uri=f"{options.url.rstrip('/')}/channels/slack/oauth_redirect" if options.url else None,
            install_path="/channels/slack/install",
            redirect_uri_path="/channels/slack/oauth_redirect",
            installation_store=self._workspaces,
            installation_store_bot_only=True,
            state_store=States(options.store, options.clock),
        )

    async def _connect(self, bolt: AsyncApp, app_token: str) -> None:
        """Opens the socket; the handler keeps it open from then on."""
        self._socket = AsyncSocketModeHandler(bolt, app_token, web_client=self._client(app_token))
        wait_s = FIRST_WAIT_S
        while self._desk is not None:
            try:
                await self._socket.connect_async()  # type: ignore[no-untyped-call]
            except Exception as error:  # noqa: BLE001  a rim: whatever keeps us out, it is tried again
                log.warning("slack.not_connected", reason=str(error), again_s=wait_s)
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s, LONGEST_WAIT_S)
            else:
                return
