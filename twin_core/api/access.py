"""People, their roles and their tokens, and who may come in."""

import hashlib
import ipaddress
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from twin_core.contract.clock import Clock, instant_text, parse_instant, seconds
from twin_core.contract.errors import Conflict, Forbidden, NotFound, Rejected, Unauthenticated
from twin_core.contract.ids import new_id, slug
from twin_core.contract.nudges import ListResponsible
from twin_core.contract.ports import Batch, Document, Store
from twin_core.contract.privacy import ListPeople, Somebody

Role = Literal["owner", "member", "viewer"]
ROLES: tuple[Role, ...] = get_args(Role)
OWNER = "owner"

_PREFIX = "plx_"
_USER, _TOKEN = "user", "token"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts: a person and what they may do."""

    person: str
    role: Role

    def check_may_write(self) -> None:
        """Raises Forbidden for a viewer."""
        if self.role == "viewer":
            raise Forbidden(
                "Viewers may look, not change.", code="read_only", hint="Ask an owner to make you a member."
            )


@dataclass(frozen=True, slots=True)
class User:
    """A person who may have tokens."""

    id: str
    name: str
    role: Role
    created_at: str


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token: never the token itself. `id` names it for revoking."""

    id: str
    user: str
    label: str
    created_at: str
    expires_at: str | None


class Access:
    """Keeps users and tokens, and recognises who asks."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._guarded = False

    def handlers(self) -> Mapping[type, Callable[..., Awaitable[Any]]]:
        """For Core.register."""
        return {ListResponsible: self._responsible, ListPeople: self._people}

    async def _responsible(self, query: ListResponsible) -> tuple[str, ...]:
        """The owners among the people; the single one where nobody has an account."""
        return tuple(user.id for user in await self.users() if user.role == "owner") or (OWNER,)

    async def _people(self, query: ListPeople) -> tuple[Somebody, ...]:
        return tuple(Somebody(user.id, user.name) for user in await self.users())

    # --- coming in ---------------------------------------------------------------------------------

    async def authenticate(self, secret: str) -> Principal:
        """The person a token stands for. Raises Unauthenticated."""
        found = await self._store.get(_TOKEN, _digest(secret)) if len(secret) < 500 else None
        token = found[0] if found else None
        user = await self._store.get(_USER, str(token["user"])) if token else None
        expires = token.get("expires_at") if token else None
        if token is None or user is None or (expires and parse_instant(expires) <= self._clock.now()):
            raise Unauthenticated(
                "That token is not valid (any more).", code="bad_token", hint="`pollux token create` makes a new one."
            )
        self._guarded = True
        return Principal(person=str(user[0]["id"]), role=user[0]["role"])

    async def guarded(self) -> bool:
        """Whether users exist, so that everybody has to show who they are.

        Once seen, that stays so until the process ends: deleting the last user never opens the door.
        """
        if not self._guarded:
            self._guarded = bool(await self.users())
        return self._guarded

    async def required(self, bind_host: str) -> None:
        """Raises Rejected where serving on this address would let strangers in: beyond loopback without a token."""
        if is_loopback(bind_host) or await self.tokens():
            return
        raise Rejected(
            f"{bind_host} can be reached from other machines, and no token guards it.",
            code="unguarded",
            hint="Make one with `pollux user add NAME` and `pollux token create NAME`, or serve on 127.0.0.1.",
        )

    # --- users -------------------------------------------------------------------------------------

    async def add_user(self, name: str, role: str = "member") -> User:
        """Raises Conflict when the name is taken, Rejected for an unknown role or an empty name."""
        shown = " ".join(name.split())
        if not shown or len(shown) > 80 or slug(shown) == "unnamed":
            raise Rejected("A user needs a name of 1 to 80 characters, some of them letters.", code="bad_name")
        user = User(slug(shown), shown, _role(role), instant_text(self._clock.now()))
        if await self._store.get(_USER, user.id):
            raise Conflict(f"There is a user {user.id!r} already.", code="user_exists", hint="Choose another name.")
        await self._put(_USER, user.id, asdict(user), expected=0)
        return user

    async def set_role(self, user: str, role: str) -> User:
        """Raises NotFound, Rejected."""
        known = await self.user(user)
        changed = User(known.id, known.name, _role(role), known.created_at)
        await self._put(_USER, known.id, asdict(changed))
        return changed

    async def remove_user(self, user: str) -> None:
        """Removes a person with all their tokens. Raises NotFound."""
        known = await self.user(user)
        digests = [digest async for digest, doc in self._store.scan(_TOKEN) if doc["user"] == known.id]
        documents = [Document(_TOKEN, digest, None) for digest in digests]
        await self._store.commit(Batch(documents=[*documents, Document(_USER, known.id, None)]))

    async def user(self, user: str) -> User:
        """By id or name. Raises NotFound."""
        found = await self._store.get(_USER, slug(user))
        if found is None:
            raise NotFound(f"There is no user {user[:80]!r}.", hint="`pollux user list` names them.")
        return User(**found[0])

    async def name_of(self, person: str) -> str:
        """What somebody is called who may talk to Pollux. Raises NotFound; Forbidden for a viewer."""
        if not await self.guarded():
            if person != OWNER:
                raise NotFound(f"There is no user {person[:80]!r}.")
            return "the owner"
        known = await self.user(person)
        Principal(known.id, known.role).check_may_write()
        return known.name

    async def users(self) -> list[User]:
        """Everybody, by id."""
        return [User(**doc) async for _, doc in self._store.scan(_USER)]

    # --- tokens ------------------------------------------------------------------------------------

    async def issue(self, user: str, *, label: str = "", expires_in_s: float | None = None) -> tuple[Token, str]:
        """A new token and its secret, which is shown this once and kept nowhere. Raises NotFound, Rejected."""
        known = await self.user(user)
        now = self._clock.now()
        secret = _PREFIX + secrets.token_urlsafe(32)
        token = Token(new_id("tok"), known.id, label[:80], instant_text(now), self._expiry(now, expires_in_s))
        await self._put(_TOKEN, _digest(secret), asdict(token), expected=0)
        return token, secret

    async def tokens(self, user: str | None = None) -> list[Token]:
        """Tokens that are valid, oldest first."""
        now = self._clock.now()
        tokens = [Token(**doc) async for _, doc in self._store.scan(_TOKEN)]
        valid = [t for t in tokens if not t.expires_at or parse_instant(t.expires_at) > now]
        return sorted((t for t in valid if user is None or t.user == slug(user)), key=lambda t: t.id)

    async def revoke(self, token: str) -> Token:
        """Ends a token, by its id. Raises NotFound."""
        async for digest, doc in self._store.scan(_TOKEN):
            if doc["id"] == token:
                await self._put(_TOKEN, digest, None)
                return Token(**doc)
        raise NotFound(f"There is no token {token[:80]!r}.", hint="`pollux token list` names them.")

    def _expiry(self, now: datetime, expires_in_s: float | None) -> str | None:
        if expires_in_s is None:
            return None
        if not 0 < expires_in_s <= 10 * 366 * 86_400:
            raise Rejected("A token lasts between a moment and ten years.", code="bad_expiry")
        return instant_text(now + seconds(expires_in_s))

    async def _put(self, kind: str, key: str, doc: dict[str, Any] | None, expected: int | None = None) -> None:
        await self._store.commit(Batch(documents=[Document(kind, key, doc, expected)]))


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a host name or address."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _role(role: str) -> Role:
    for known in ROLES:
        if role == known:
            return known
    raise Rejected(f"There is no role {role[:40]!r}.", code="bad_role", hint=f"Roles: {', '.join(ROLES)}.")


def _digest(secret: str) -> str:
    # 256 random bits need no slow hash; it only has to be useless to a reader of the database.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
