"""What a running Pollux says unasked, to be spoken out: reminders, check-ins, what got critical."""

import json
from collections.abc import AsyncGenerator

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from bot.channels.terminal.client import reply_from
from bot.ports import Reply
from twin_core.contract.errors import Unavailable


async def pushed(url: str, token: str | None) -> AsyncGenerator[Reply, None]:
    """As it comes, without an end; the line is taken up again where it breaks. All of it stands in the chat, too.

    Raises Unavailable where the server does not let us listen.
    """
    at = f"{url.replace('http', 'ws', 1)}/api/v1/ws/nudges"
    offered = [Subprotocol(name) for name in ("pollux", *([f"bearer.{token}"] if token else []))]
    try:
        async for socket in connect(at, subprotocols=offered, proxy=None):
            try:
                async for frame in socket:
                    doc = json.loads(frame)
                    if doc.get("pushed"):
                        for reply in doc["replies"]:
                            yield reply_from(reply)
            except ConnectionClosed:
                continue
    except InvalidStatus as error:
        raise _refused(f"HTTP {error.response.status_code}") from None


def _refused(reason: str) -> Unavailable:
    return Unavailable(
        f"What Pollux says unasked is not heard here: {reason}.",
        code="not_listening",
        hint="It stands in the chat; a token that is let in is given by --token.",
    )
