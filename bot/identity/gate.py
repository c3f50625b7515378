"""The gate of a channel: who is known comes in, everybody else is told how to become known, and nothing more."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.identity.accounts import Account, Identities, code_in
from bot.ports import Button, Incoming, Reply
from twin_core.contract.errors import Forbidden, PolluxError

_LINK, _NOT, _ANEW = "link:", "link-no", "link-code"


@dataclass(frozen=True, slots=True)
class Stranger:
    """An account that is not linked: what it is told."""

    reply: Reply


class Gate:
    """Recognises the person behind an account."""

    def __init__(self, identities: Identities) -> None:
        self._identities = identities

    async def admit(
        self, channel: str, id: str, message: Incoming, describe: Callable[[], Awaitable[Account]]
    ) -> str | Stranger:
        """The person, or the next step of linking: never anybody's data. Strangers alone are described."""
        try:
            person = await self._identities.person(channel, id)
        except Forbidden as error:
            return Stranger(Reply(str(error)))
        if person is not None:
            return person
        try:
            return Stranger(await self._step(await describe(), message))
        except PolluxError as error:
            return Stranger(Reply(str(error), (Button(_ANEW, "New code"),)))

    async def _step(self, account: Account, message: Incoming) -> Reply:
        who = f"{account.channel}/{account.id}"
        if message.action and message.action.startswith(_LINK):
            offer = await self._identities.link(message.action.removeprefix(_LINK), who, account=account)
            name = await self._identities.people.name_of(offer.person or "")
            return Reply(f"Done: here you are {name} now. Say “disconnect {account.channel}” to take that back.")
        if message.action == _NOT:
            return Reply("All right, nothing is linked.")
        if code := code_in(message.text):
            return await self._asked(code, who, account)
        code = await self._identities.code_for(account)
        text = (
            f"Hello {account.name}, I'm Pollux. I don't know yet who you are, so I tell you nothing of anybody's.\n"
            f"Say this where I know you already (the web page, `pollux chat`, another channel): {code}\n"
            f"I ask you there whether this account is yours. The code is good for ten minutes."
        )
        return Reply(text, (Button(_ANEW, "New code"),))

    async def _asked(self, code: str, who: str, account: Account) -> Reply:
        offer = await self._identities.offer(code, who)
        if offer.person is None:
            return Reply("That is the code to be said where I know you already, not here.")
        name = await self._identities.people.name_of(offer.person)
        text = f"This code came from {name}. Shall this account, {account.shown}, speak and read as {name}?"
        text += " Say yes only if that is you."
        return Reply(text, (Button(f"{_LINK}{code}", "Yes, that's me", "primary"), Button(_NOT, "No")))
