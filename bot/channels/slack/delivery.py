"""Where an answer belongs in Slack, and how it gets there: a message, a whisper, an edit, a file."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.blocks import TITLE, Message, clip, closed, messages
from bot.channels.slack.files import fetch
from bot.channels.slack.marks import NOTHING, Standing, read_standing
from bot.channels.slack.postbox import AWAY, Postbox, Posted
from bot.channels.slack.reading import FOR, Heard
from bot.channels.slack.streaming import Streams
from bot.channels.slack.workspaces import Workspaces
from bot.charts.pictures import picture_of
from bot.ports import Reply
from twin_core.contract.errors import Unavailable
from twin_core.contract.notifying import Picture

TIMEOUT_S = 20
MOST_IMAGE_BYTES = 10_000_000
ALT_CHARS = 1000  # docs.slack.dev, files.getUploadURLExternal

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in Slack something is said. Without a channel: alone with the user."""

    team: str
    channel: str
    thread: str | None = None
    shared: bool = False
    response_url: str | None = None  # answers a command or a shortcut, seen by one person alone
    is_home: bool = False

    @classmethod
    def of(cls, heard: Heard) -> "Place":
        """Where the answer to this belongs."""
        if heard.ephemeral and heard.response_url:
            return cls(heard.team, heard.channel or heard.user, response_url=heard.response_url)
        if not heard.channel:
            return cls(heard.team, heard.user, is_home=heard.kind == "press")
        return cls(heard.team, heard.channel, heard.thread, shared=not heard.private)

    @classmethod
    def direct(cls, team: str, user: str) -> "Place":
        """Alone with a user."""
        return cls(team, user)

    @property
    def is_assistant(self) -> bool:
        """A thread alone with the user, where Slack shows what Pollux is at."""
        return self.thread is not None and not self.shared and self.channel.startswith("D")


@dataclass(frozen=True, slots=True)
class Delivery:
    """Says things in Slack."""

    workspaces: Workspaces
    postbox: Postbox
    streams: Streams
    session: aiohttp.ClientSession

    async def say(
        self, place: Place, reply: Reply, user: str, *, alone: bool, mark: str = "", standing: Standing = NOTHING
    ) -> list[Posted]:
        """The reply; what is for the user alone is whispered where others read along. Answers where it stands. What is
        `standing` of it, by its mark, is not said again; nobody can tell that of whispers.
        """
        client = await self.workspaces.client(place.team)
        said, unfinished = [], standing.unfinished
        for number, message in enumerate(messages(reply, user)):
            own = f"{mark}/{number}" if mark else ""
            if place.response_url and await self._respond(place.response_url, message):
                continue
            if place.response_url:  # good for five answers in half an hour: the rest comes in the direct message
                said.append(await self.postbox.post(client, user, message, mark=own))
            elif place.shared and alone:
                await self._whisper(client, place, message, user)
            else:
                posted = standing.by_mark.get(own)
                if posted is None:
                    said.append(await self._post(client, place, message, user, own, unfinished))
                    unfinished = None
                else:
                    said.append(posted)
                if posted is None or own not in standing.pictures:
                    await self._picture(client, place, message)
        return said

    async def insist(
        self, place: Place, reply: Reply, user: str, *, alone: bool, mark: str, since: str | None, again: bool
    ) -> list[Posted]:
        """As `say`, and once more where Slack is away in the middle of it. What may have been said before (`again`: by
        a process that ended) is looked for, and not said again. Raises Unavailable.
        """
        for wait_s in (*self.postbox.pace.again_s, None):
            try:
                standing = await self.standing(place, since) if again else NOTHING
                return await self.say(place, reply, user, alone=alone, mark=mark, standing=standing)
            except Unavailable as error:
                if error.code != AWAY or wait_s is None:
                    raise
                log.warning("slack.said_again", team=place.team, reason=str(error), after_s=wait_s)
            again = True
            await asyncio.sleep(wait_s)
        raise AssertionError("unreachable")

    async def standing(self, place: Place, since: str | None) -> Standing:
        """What of ours stands there since this message, after a process has ended in the middle of its work."""
        workspace = await self.workspaces.find(place.team)
        if workspace is None or place.response_url:
            return NOTHING
        client = await self.workspaces.client(place.team)
        return await read_standing(self.postbox, client, (place.channel, place.thread), workspace.bot_user, since)

    async def _post(
        self, client: AsyncWebClient, place: Place, message: Message, user: str, mark: str, unfinished: Posted | None
    ) -> Posted:
        """Written out before the reader's eyes in the assistant pane, where that is allowed."""
        if place.is_assistant and unfinished:
            return await self.streams.finish(client, unfinished, message, mark)
        if place.is_assistant and user:
            args = (place.team, place.channel, str(place.thread), user, message, mark)
            if streamed := await self.streams.say(client, *args):
                return streamed
        return await self.postbox.post(client, place.channel, message, place.thread, mark)

    async def file(self, team: str, url: str) -> bytes:
        """What somebody shared. Raises Rejected, Unavailable."""
        client = await self.workspaces.client(team)
        return await fetch(self.session, url, str(client.token), client.base_url)

    async def edit(self, place: Place, ts: str, reply: Reply, user: str) -> None:
        """Puts a reply in the place of what was said."""
        client = await self.workspaces.client(place.team)
        first, *_ = messages(reply, user)
        await self._update(client, place.channel, ts, first)

    async def close(self, heard: Heard, place: Place, what: str) -> None:
        """Takes the buttons from a message that was answered, and says there what came of it.

        A list keeps them: each of its items can be answered.
        """
        buttons = [b for b in heard.blocks if b.get("type") == "actions" and str(b.get("block_id")).startswith(FOR)]
        if not buttons or not heard.message or heard.ephemeral or not heard.channel:
            return
        if any(block.get("accessory") for block in heard.blocks):
            return
        client = await self.workspaces.client(place.team)
        said = Message(heard.text or "…", closed(heard.blocks, what))
        await self._update(client, heard.channel, heard.message, said)

    async def status(self, place: Place, text: str) -> None:
        """What Pollux is at, shown until the next message in the thread."""
        client = await self.workspaces.client(place.team)
        await self._try(
            lambda: client.assistant_threads_setStatus(
                channel_id=place.channel, thread_ts=str(place.thread), status=text
            )
        )

    async def prompts(self, place: Place, examples: Sequence[str]) -> None:
        """Examples to press, above the composer of a new thread."""
        client = await self.workspaces.client(place.team)
        rows = [{"title": text, "message": text} for text in examples[:4]]
        await self._try(
            lambda: client.assistant_threads_setSuggestedPrompts(
                channel_id=place.channel, thread_ts=str(place.thread), prompts=rows, title="For example"
            )
        )

    async def title(self, place: Place, text: str) -> None:
        """What a thread is about, in the list of threads."""
        client = await self.workspaces.client(place.team)
        await self._try(
            lambda: client.assistant_threads_setTitle(channel_id=place.channel, thread_ts=str(place.thread), title=text)
        )

    async def _try(self, call: Any) -> None:
        """What only decorates may fail."""
        try:
            await self.postbox.call(call)
        except Unavailable as error:
            log.info("slack.not_decorated", reason=str(error))

    async def _respond(self, url: str, message: Message) -> bool:
        """Whether it is said there. Raises Unavailable."""
        body = {
            "response_type": "ephemeral",
            "replace_original": False,
            "text": message.notification,
            "blocks": message.blocks,
        }
        try:
            async with self.session.post(url, json=body, timeout=aiohttp.ClientTimeout(TIMEOUT_S)) as response:
                if response.status >= 400:
                    log.info("slack.response_refused", status=response.status)
                return response.status < 400
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable("Slack did not take the answer.", code=AWAY) from error

    async def _whisper(self, client: AsyncWebClient, place: Place, message: Message, user: str) -> None:
        await self.postbox.call(
            lambda: client.chat_postEphemeral(
                channel=place.channel,
                user=user,
                text=message.notification,
                blocks=list(message.blocks),
                thread_ts=place.thread,
            )
        )

    async def _update(self, client: AsyncWebClient, channel: str, ts: str, message: Message) -> None:
        await self.postbox.call(
            lambda: client.chat_update(channel=channel, ts=ts, text=message.notification, blocks=list(message.blocks))
        )

    async def _picture(self, client: AsyncWebClient, place: Place, message: Message) -> None:
        """A chart as a file with its description; the text has said the same already."""
        picture = await self._drawn(message.image or {})
        if picture is None:
            return
        await self._try(
            lambda: client.files_upload_v2(
                channel=place.channel,
                content=picture.png,
                filename="chart.png",
                title=clip(picture.alt, TITLE) or "Chart",
                alt_txt=clip(picture.alt, ALT_CHARS),
                thread_ts=place.thread,
            )
        )

    async def _drawn(self, image: Mapping[str, str]) -> Picture | None:
        """Slack shows no SVG: our own charts are drawn as PNG, what stands elsewhere is fetched."""
        url = image.get("url", "")
        if not url.startswith(("http://", "https://")):
            return await asyncio.to_thread(picture_of, image)
        try:
            async with self.session.get(url, timeout=aiohttp.ClientTimeout(TIMEOUT_S)) as response:
                return Picture(await response.content.read(MOST_IMAGE_BYTES), image.get("alt", ""))
        except (aiohttp.ClientError, TimeoutError):
            log.warning("slack.no_picture")
            return None
