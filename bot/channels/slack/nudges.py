"""What Pollux says unasked in Slack: to the person alone, once, and edited where it stands when it has changed."""

from dataclasses import dataclass

from bot.channels.slack.delivery import Delivery, Place
from bot.channels.slack.marks import NOTHING
from bot.channels.slack.options import SlackOptions
from bot.ports import Reply
from twin_core.contract.ports import Batch, Document

KIND = "slack_nudge"
TOLD = "slack_told"  # by where it stands: which nudge a message tells


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
            before = found[0] if found else {}
            if before.get("key") == key:
                continue
            place, standing = Place.direct(team, user), NOTHING
            if before.get("saying") == key:  # cut off before it was known where it stands, if it does
                standing = await self.delivery.standing(place, None)
            else:
                begun = Document(KIND, known, {**before, "saying": key})
                await self.options.store.commit(Batch(documents=(begun,), durable=False))
            mark = f"{known}/{key}"
            said = await self.delivery.say(place, reply, user, alone=True, mark=mark, standing=standing)
            where = Document(KIND, known, {"channel": said[-1].channel, "ts": said[-1].ts, "key": key})
            told = Document(TOLD, f"{said[-1].ts}/{team}/{user}", {"nudge": reply.nudge or "", "person": person})
            await self.options.store.commit(Batch(documents=(where, told)))

    async def edit(self, person: str, reply: Reply) -> None:
        """Puts what the nudge says now in the place of what it said. Raises Unavailable."""
        for team, user in await self.accounts(person):
            found = await self.options.store.get(KIND, f"{reply.nudge}/{team}/{user}")
            if found is not None and "ts" in found[0]:
                await self.delivery.edit(Place(team, str(found[0]["channel"])), str(found[0]["ts"]), reply, user)

    async def accounts(self, person: str) -> list[tuple[str, str]]:
        """(team, user) of everybody in Slack who is this person."""
        identities = self.options.identities
        linked = await identities.accounts(person, "slack") if identities else []
        found = [(team, user) for team, _, user in (account.id.partition("/") for account in linked)]
        named = [user for user, known in self.options.people.items() if known == person]
        own = await self.delivery.workspaces.own() if named else None
        return [*found, *((own.team, user) for user in named if own and (own.team, user) not in found)]
