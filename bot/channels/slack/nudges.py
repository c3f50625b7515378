"""What Pollux says unasked in Slack: to the person alone, once, and edited where it stands when it has changed."""

from dataclasses import dataclass

from bot.channels.slack.delivery import Delivery, Place
from bot.channels.slack.options import SlackOptions
from bot.ports import Reply
from twin_core.contract.ports import Batch, Document

KIND = "slack_nudge"


@dataclass(frozen=True, slots=True)
class Nudges:
    """Remembers where each nudge stands."""

    options: SlackOptions
    delivery: Delivery

    async def leave(self, person: str, reply: Reply, key: str) -> None:
        """Nothing for somebody without an account here. Raises Unavailable where Slack does not take it."""
        for team, user in await self.accounts(person):
            known = f"{reply.nudge or key}/{team}/{user}"
            found = await self.options.store.get(KIND, known)
            if found and found[0]["key"] == key:
                continue
            said = await self.delivery.say(Place.direct(team, user), reply, user, alone=True)
            doc = {"channel": said[-1].channel, "ts": said[-1].ts, "key": key}
            await self.options.store.commit(Batch(documents=(Document(KIND, known, doc),)))

    async def edit(self, person: str, reply: Reply) -> None:
        """Puts what the nudge says now in the place of what it said. Raises Unavailable."""
        for team, user in await self.accounts(person):
            found = await self.options.store.get(KIND, f"{reply.nudge}/{team}/{user}")
            if found is not None:
                await self.delivery.edit(Place(team, str(found[0]["channel"])), str(found[0]["ts"]), reply, user)

    async def accounts(self, person: str) -> list[tuple[str, str]]:
        """(team, user) of everybody in Slack who is this person."""
        identities = self.options.identities
        linked = await identities.accounts(person, "slack") if identities else []
        found = [(team, user) for team, _, user in (account.id.partition("/") for account in linked)]
        named = [user for user, known in self.options.people.items() if known == person]
        own = await self.delivery.workspaces.own() if named else None
        return [*found, *((own.team, user) for user in named if own and (own.team, user) not in found)]
