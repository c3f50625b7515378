"""What a person hears who asks to be known in a chat platform, or to be known there no longer."""

import re

from bot.identity.accounts import Identities
from bot.replies.phrases import listed

_PLATFORMS = {
    "slack": re.compile(r"\bslack\b", re.IGNORECASE),
    "teams": re.compile(r"\b(?:(?:ms|microsoft) teams?|teams)\b", re.IGNORECASE),
    "webhook": re.compile(r"\bweb-?hook\b", re.IGNORECASE),
    # The mail of an office suite is named where its calendar is meant.
    "mail": re.compile(
        r"^(?!.*\b(?:google|outlook|microsoft|exchange|icloud|calendar)\b).*\be-?mails?\b", re.IGNORECASE
    ),
}
_TITLES = {"slack": "Slack", "teams": "Microsoft Teams", "webhook": "Webhook", "mail": "E-mail"}


def platform_in(text: str) -> str | None:
    """The chat platform that is named in a text."""
    return next((name for name, pattern in _PLATFORMS.items() if pattern.search(text)), None)


async def invitation(platform: str, person: str, identities: Identities) -> str:
    """A code to be said there; where the platform is not set up, what that takes."""
    title = _TITLES[platform]
    if platform not in identities.channels:
        steps = f"put `[{platform}]` into pollux.toml and restart me; docs/{platform}.md has every step"
        return f"{title} is not set up here: {steps}."
    known = [account.shown for account in await identities.accounts(person, platform)]
    linked = f"Linked already: {listed(known)}. " if known else ""
    code = await identities.code_of(person)
    where = identities.reached(platform) or title
    text = f"{linked}Say this to me in {where}, where nobody reads along: {code}. It is good for ten minutes;"
    return f"{text} I ask there before I link anything."


async def farewell(platform: str, person: str, identities: Identities) -> str:
    """Takes the person's accounts there away, and says which."""
    gone = await identities.unlink(person, platform)
    if not gone:
        return f"None of your accounts is linked in {_TITLES[platform]}."
    return f"Unlinked: {listed([account.shown for account in gone])}. I tell nothing of yours there any more."
