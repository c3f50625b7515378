"""Microsoft Teams, on Microsoft's Teams SDK for Python: `pip install pollux[teams]`."""

import warnings
from collections.abc import Mapping
from typing import Any

from bot.ports import Channel
from twin_core.contract.errors import Rejected

EXAMPLE: Mapping[str, Any] = {"client_id": "app", "client_secret": "s", "tenants": ["t1"], "people": {"u1": "owner"}}


def build(options: Mapping[str, Any]) -> Channel:
    """The channel; options are those of TeamsOptions. Raises Rejected for an unknown one, or a missing package."""
    try:
        with warnings.catch_warnings():
            # The SDK builds a preview widget of its own while it is imported, and warns of that; we use none of it.
            warnings.filterwarnings("ignore", message="HtmlWidgetSecurityPolicy is in preview", category=FutureWarning)
            from bot.channels.teams.channel import TeamsChannel
            from bot.channels.teams.options import TeamsOptions
    except ModuleNotFoundError as error:
        hint = "Install them with `pip install 'pollux[teams]'`, or take [teams] out of pollux.toml."
        raise Rejected(
            f"Teams needs packages that are not here ({error.name}).", code="not_installed", hint=hint
        ) from None
    try:
        return TeamsChannel(TeamsOptions(**options))
    except TypeError as error:
        raise Rejected(f"The teams channel does not know this option: {error}.", code="bad_options") from None


__all__ = ["EXAMPLE", "build"]
