"""Slack, on slack-bolt: `pip install pollux[slack]`."""

from collections.abc import Mapping
from typing import Any

from bot.ports import Channel
from twin_core.contract.errors import Rejected

EXAMPLE: Mapping[str, Any] = {"bot_token": "xoxb-1", "signing_secret": "s", "people": {"U1": "owner"}}


def build(options: Mapping[str, Any]) -> Channel:
    """The channel; options are those of SlackOptions. Raises Rejected for an unknown one, or a missing package."""
    try:
        from bot.channels.slack.channel import SlackChannel
        from bot.channels.slack.options import SlackOptions
    except ModuleNotFoundError as error:
        hint = "Install them with `pip install 'pollux[slack]'`, or take [slack] out of pollux.toml."
        raise Rejected(
            f"Slack needs packages that are not here ({error.name}).", code="not_installed", hint=hint
        ) from None
    try:
        return SlackChannel(SlackOptions(**options))
    except TypeError as error:
        raise Rejected(f"The slack channel does not know this option: {error}.", code="bad_options") from None


__all__ = ["EXAMPLE", "build"]
