"""What the Teams channel is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from microsoft_teams.api.auth.cloud_environment import PUBLIC, CloudEnvironment
from microsoft_teams.api.auth.credentials import ClientCredentials, Credentials, TokenCredentials, TokenProvider

from bot.channels._reception import Hear
from bot.documents import Documents, VolatileDocuments
from bot.forms.form import Forms
from bot.identity import Identities
from twin_core.contract.clock import Clock, SystemClock
from twin_core.contract.errors import Rejected
from twin_core.contract.ports import TwinCore


@dataclass(frozen=True, slots=True)
class TeamsOptions:
    """`client_id` and `client_secret` of the bot's registration, which lives in `app_tenant` (by default the first
    of `tenants`, the only ones that are answered). `people`: Entra object ids, and whom they are here, without linking.
    """

    client_id: str
    client_secret: str = ""
    tenants: Sequence[str] = ()
    app_tenant: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    identities: Identities | None = None
    hear: Hear | None = None
    core: TwinCore | None = None
    forms: Forms | None = None
    store: Documents = field(default_factory=VolatileDocuments)
    clock: Clock = field(default_factory=SystemClock)
    cloud: CloudEnvironment = PUBLIC
    token: TokenProvider | None = None  # instead of the secret: where our own tokens come from
    patience_s: float = 0.7  # of whoever asks: an answer that takes longer is announced

    def __post_init__(self) -> None:
        """Raises Rejected for half of what is needed."""
        if not self.client_id:
            missing = "client_id"
        elif not (self.client_secret or self.token):
            missing = "client_secret"
        elif not self.tenants:
            missing = "tenants: without them anybody's organisation could write to this house"
        else:
            return
        raise Rejected(f"[teams] lacks {missing}.", code="bad_settings", hint="docs/teams.md says where they stand.")

    @property
    def credentials(self) -> Credentials:
        """As the SDK takes them."""
        tenant = self.app_tenant or self.tenants[0]
        if self.token:
            return TokenCredentials(client_id=self.client_id, tenant_id=tenant, token=self.token)
        return ClientCredentials(client_id=self.client_id, client_secret=self.client_secret, tenant_id=tenant)
