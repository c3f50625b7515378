"""Words under a quote: they are about what is quoted, whatever was spoken of since."""

from dataclasses import replace

from bot.dialogue.questions import brought_forward
from bot.dialogue.state import DialogueState, Subject
from bot.ports import Incoming
from twin_core.contract.errors import NotFound
from twin_core.contract.nudges import GetNudge
from twin_core.contract.ports import TwinCore


async def quoting(state: DialogueState, message: Incoming, core: TwinCore) -> DialogueState:
    """The state in which the quoted question is the open one, or the quoted nudge is spoken of; else as it was."""
    if not message.quotes:
        return state
    asked = brought_forward(state, f"quotes:{message.quotes}")
    if asked is not state:
        return asked
    try:
        about = (await core.query(GetNudge(message.quotes, message.user))).about
    except NotFound:
        return state
    return replace(state, subject=Subject(about.kind, about.id)) if about else state
