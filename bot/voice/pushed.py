"""What a running Pollux says unasked to a place where it is spoken out: reminders, check-ins, what got critical."""

import json
from collections.abc import AsyncGenerator
from urllib.parse import quote

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from bot.channels.terminal.client import reply_from
from bot.ports import Reply
from twin_core.contract.errors import Unavailable


async def pushed(url: str, token: str | None, conversation: str) -> AsyncGenerator[Reply, None]:
    """As it comes, without an end; the line is taken up again where it breaks. What came meanwhile stands in the chat.

    Raises Unavailable where the server does not let us listen.
    """
    at = f"{url.replace('http', 'ws', 1)}/api/v1/ws/chat?conversation={quote(conversation)}"
    offered = [Subprotocol(name) for name in ("pollux", *([f"bearer.{token}"] if token else []))]
    try:
        async for socket in connect(at, subprotocols=offered, proxy=None):
            try:
                async for frame in socket:
                    doc = json.loads(frame)
                    if doc.get("pushed"):
                        for reply in doc["replies"]:
                            yield reply_from(reply)
            except ConnectionClosed as closed:
                if closed.rcvd and closed.rcvd.code == _REFUSED:
                    raise _refused(closed.rcvd.reason or "it belongs to somebody else") from None
    except InvalidStatus as error:
        raise _refused(f"HTTP {error.response.status_code}") from None


_REFUSED = 1008


def _refused(reason: str) -> Unavailable:
    return Unavailable(
        f"What Pollux says unasked is not heard here: {reason}.",
        code="not_listening",
        hint="It stands in the chat; a token that is let in is given by --token.",
    )
