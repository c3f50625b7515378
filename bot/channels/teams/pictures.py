"""Charts for Teams, which shows no SVG: as PNG within the message."""

import asyncio
import base64
from dataclasses import replace

from bot.charts.pictures import picture_of
from bot.ports import Reply

_ZOOM = 1.0  # sharper ones would not fit beside a long text: Teams counts two bytes a letter, 100 KB in all
_MOST_CHARS = 30_000


async def with_picture(reply: Reply) -> Reply:
    """The reply with its chart as PNG; without it where that is too large: the text has said the same."""
    if reply.image is None:
        return reply
    picture = await asyncio.to_thread(picture_of, reply.image, _ZOOM)
    if picture is None:
        return reply
    url = f"data:image/png;base64,{base64.b64encode(picture.png).decode()}"
    return replace(reply, image={"url": url, "alt": picture.alt} if len(url) <= _MOST_CHARS else None)
