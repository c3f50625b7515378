"""What a person allows, as it is told to them."""

from collections.abc import Mapping, Sequence

from bot.attention.sharing import STOP, WITH_THE_TEAM, towards_text
from bot.dialogue.buttons import says
from bot.ports import Button
from bot.replies.phrases import when_text
from bot.turn import Turn
from twin_core.contract.privacy import LEARNING, SHARING, TOWARDS, ConsentView

_ALLOW = "you may learn from what you misunderstand"
_STOP = "stop learning from what you misunderstand"


def consent_lines(views: Sequence[ConsentView], turn: Turn, people: Mapping[str, str]) -> list[str]:
    """A line a purpose; `people` by id."""
    return [_line(view, turn, people) for view in views]


def consent_buttons(views: Sequence[ConsentView]) -> tuple[Button, ...]:
    """What can be changed about them with one press."""
    granted = {view.purpose for view in views if view.granted}
    return (
        says(_STOP, "Stop learning") if LEARNING in granted else says(_ALLOW, "Allow learning"),
        says(STOP, "Stop sharing") if SHARING in granted else says(WITH_THE_TEAM, "Share my list"),
    )


def until_text(view: ConsentView, turn: Turn) -> str:
    """` until Friday at 17:00`; empty where it does not end by itself."""
    if view.until is None:
        return ""
    return f" until {when_text(view.until, turn.now, turn.services.zone).removeprefix('at ').removeprefix('on ')}"


def _line(view: ConsentView, turn: Turn, people: Mapping[str, str]) -> str:
    whom = f" towards {towards_text(view.towards, people)}" if view.purpose in TOWARDS else ""
    state = f"you allow it{whom}{until_text(view, turn)}" if view.granted else "you have not allowed it"
    return f"{view.purpose.replace('_', ' ').capitalize()} ({view.about}): {state}."
