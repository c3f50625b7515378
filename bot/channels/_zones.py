"""The time zone that a platform knows of a person: proposed, never taken unasked."""

from dataclasses import replace
from zoneinfo import available_timezones

from bot.dialogue.buttons import says
from bot.ports import Reply
from twin_core.contract.agenda import GetPerson
from twin_core.contract.ports import TwinCore


async def with_zone(reply: Reply, zone: str, platform: str, person: str, core: TwinCore) -> Reply:
    """The reply, with a way to take over the zone that stands there, where its person has not said which is theirs."""
    settings = await core.query(GetPerson(person))
    if settings.config.get("timezone") or zone == settings.zone or zone not in available_timezones():
        return reply
    text = f"{reply.text}\nYour time zone in {platform} is {zone}; I take {settings.zone} for you."
    return replace(reply, text=text, buttons=(says(f"my time zone is {zone}", f"Use {zone}"),))
