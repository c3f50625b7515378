"""Everything that is said to Teams, through the Bot Connector of the conversation's region."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import structlog
from microsoft_teams.api import SentActivity
from microsoft_teams.api.activities import MessageActivityInput, TypingActivityInput
from microsoft_teams.api.clients.conversation import ConversationClient
from microsoft_teams.apps.token_manager import TokenManager
from microsoft_teams.common import Client, ClientOptions

from bot.channels._retrying import retry_after_s
from bot.channels.teams.options import TeamsOptions
from twin_core.contract.errors import Unavailable

# Nothing has reached Teams: it can be said again, and is not said twice.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
TIMEOUT_S = 20.0
TRIES = 5
MOST_WAIT_S = 60.0
AT_ONCE = 20  # posts under way: the HTTP client looks through all that wait for each that goes
GONE = "teams_gone"
_GONE = frozenset({403, 404})  # learn.microsoft.com, Teams, Send proactive messages: blocked, removed, or never there
_LATER = frozenset({412, 429, 502, 503, 504})  # learn.microsoft.com, Teams, Optimize your bot with rate limiting

log = structlog.get_logger(__name__)


class Connector:
    """Posts and edits."""

    def __init__(self, options: TeamsOptions) -> None:
        tokens = TokenManager(options.credentials, options.cloud)

        async def token() -> str | None:
            found = await tokens.get_bot_token()
            return str(found) if found else None

        self._clock = options.clock
        self._under_way = asyncio.Semaphore(AT_ONCE)
        self._http = Client(ClientOptions(token=token, timeout=TIMEOUT_S))

    async def post(
        self, service_url: str, conversation: str, message: MessageActivityInput | TypingActivityInput
    ) -> str:
        """The id it got there. Raises Unavailable where Teams does not take it."""
        connector = ConversationClient(service_url, self._http)
        return (await self._call(lambda: connector.create_activity(conversation, message))).id

    async def update(self, service_url: str, conversation: str, id: str, message: MessageActivityInput) -> None:
        """Puts a message in the place of what was said. Raises Unavailable."""
        connector = ConversationClient(service_url, self._http)
        await self._call(lambda: connector.update_activity(conversation, id, message))

    async def aclose(self) -> None:
        await self._http.http.aclose()

    async def _call(self, what: Callable[[], Awaitable[SentActivity]]) -> SentActivity:
        """Again where Teams asks to wait, or was not reached."""
        for attempt in range(1, TRIES + 1):
            try:
                async with self._under_way:
                    return await what()
            except httpx.HTTPStatusError as error:
                asked = retry_after_s(error.response.headers.get("retry-after", ""), self._clock.now())
                wait_s = min(2.0**attempt if asked is None else asked, MOST_WAIT_S)
                if error.response.status_code not in _LATER or attempt == TRIES:
                    status = error.response.status_code
                    code = GONE if status in _GONE else "teams_refused"
                    raise Unavailable(f"Teams did not take it: {status}.", code=code) from error
            except _NOT_SENT as error:
                log.info("teams.not_sent", reason=type(error).__name__, attempt=attempt)
                wait_s = 2.0**attempt
                if attempt == TRIES:
                    raise Unavailable("Teams cannot be reached.", code="teams_away") from error
            except (httpx.HTTPError, ValueError) as error:  # it may have arrived, or there is no token
                reason = f"Teams cannot be reached ({type(error).__name__})."
                raise Unavailable(reason, code="teams_away") from error
            await asyncio.sleep(wait_s)
        raise AssertionError("unreachable: the last attempt raises")
