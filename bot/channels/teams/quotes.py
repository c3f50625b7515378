"""What somebody quotes above their words: a nudge or a question of ours, which the words then answer.

Source: learn.microsoft.com, Teams SDK, Quoted replies; before those, a <blockquote> in the message's HTML.
"""

import re
from collections.abc import Mapping
from typing import Any

from bot.channels._questions import Questions
from bot.documents import Documents

NUDGE = "teams_nudge"  # where one stands
MARK = re.compile(r"<quoted\b[^<>]*>")  # stands for the quote among the words
_BLOCK = re.compile(r"<blockquote\b[^<>]*schema\.skype\.com/Reply[^<>]*\bitemid=[\"']([^\"']+)[\"']")


def quoted_in(activity: Mapping[str, Any]) -> str:
    """The id of the message that is quoted; empty where there is none."""
    for entity in activity.get("entities") or ():
        if entity.get("type") == "quotedReply":
            return str((entity.get("quotedReply") or {}).get("messageId") or "")  # the words count without it, too
    parts = (str(each.get("content") or "") for each in activity.get("attachments") or ())
    found = next(filter(None, map(_BLOCK.search, parts)), None)
    return found[1] if found else ""


async def told_in(message: str, account: str, store: Documents, questions: Questions) -> str:
    """The nudge that this account was told in a message, or the open question that it put; empty for any other."""
    if question := await questions.at(message):
        return question
    async for key, doc in store.scan(NUDGE):
        if doc["id"] == message and key.endswith(f"/{account}"):
            return key.removesuffix(f"/{account}")
    return ""
