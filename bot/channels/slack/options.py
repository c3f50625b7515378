"""What the Slack channel is given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.channels._reception import Hear
from bot.channels.slack.postbox import Pace
from bot.documents import Documents, VolatileDocuments
from bot.forms.form import Forms
from bot.identity import Identities
from twin_core.contract.clock import Clock, SystemClock
from twin_core.contract.errors import Rejected
from twin_core.contract.ports import Bus, TwinCore

API = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class SlackOptions:
    """`bot_token` for one workspace, `client_id` and `client_secret` for any; `signing_secret` for events over HTTP,
    `app_token` for Socket Mode. `people`: Slack user ids, and whom they are here, without linking.
    """

    bot_token: str | None = None
    signing_secret: str | None = None
    app_token: str | None = None
    client_id: str = ""
    client_secret: str | None = None
    url: str = ""  # of this house, as Slack's users reach it: for adding Pollux to a workspace
    read_channels: bool = False  # asks for the scopes that tell when a message in a channel is changed or deleted
    people: Mapping[str, str] = field(default_factory=dict)
    identities: Identities | None = None
    core: TwinCore | None = None
    forms: Forms | None = None
    hear: Hear | None = None
    bus: Bus | None = None
    store: Documents = field(default_factory=VolatileDocuments)
    journal: Path | None = None  # the file that has a delivery until the store has it
    clock: Clock = field(default_factory=SystemClock)
    pace: Pace = field(default_factory=Pace)
    api: str = API

    def __post_init__(self) -> None:
        """Raises Rejected for half of what is needed."""
        if not (self.bot_token or (self.client_id and self.client_secret)):
            missing = "bot_token (or client_id and client_secret)"
        elif not (self.signing_secret or self.app_token):
            missing = "signing_secret (or app_token, for Socket Mode)"
        else:
            return
        hint = "docs/slack.md says where they stand in Slack."
        raise Rejected(f"[slack] lacks {missing}.", code="bad_settings", hint=hint)
