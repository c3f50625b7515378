"""Chat in a web page: `<pollux-chat>`, its WebSocket and the page at `/`."""

from collections.abc import Mapping
from typing import Any

from bot.channels.webchat.channel import Allowance, WebChat, WebChatOptions
from twin_core.contract.errors import Rejected

EXAMPLE: Mapping[str, Any] = {}


def build(options: Mapping[str, Any]) -> WebChat:
    """The channel; options are those of WebChatOptions. Raises Rejected for an unknown one."""
    try:
        return WebChat(WebChatOptions(**options))
    except TypeError as error:
        raise Rejected(f"The web chat does not know this option: {error}.", code="bad_options") from None


__all__ = ["EXAMPLE", "Allowance", "WebChat", "WebChatOptions", "build"]
