"""Which replies others may read along: those about the things of the house, never those about a person."""

from collections.abc import Iterable
from dataclasses import replace

from bot.dialogue.reference import World
from bot.dialogue.state import DialogueState, Request
from bot.ports import Reply
from bot.turn import Outcome

# What is asked of things, or is only talk. Anything else may tell of somebody's tasks, day, alarms or feelings.
_OPEN = frozenset(
    """greet goodbye thank help cancel list_twins describe_twin ask_status ask_history compare_twins discover_devices
    control_device ask_scenario ask_prediction ask_energy_cost approve_action reject_action archive_twin restore_twin
    hibernate_twin wake_twin edit_twin out_of_scope inform""".split()
)
_OF_PEOPLE = frozenset({"person", "team"})


def marked(outcome: Outcome, request: Request, state: DialogueState, world: World) -> Outcome:
    """The outcome, its replies marked as public where they are. What is taken back is as public as what was done."""
    takes_back = request.intent in ("undo", "redo")
    about = [effect.request for effect in (*state.effects, *state.undone)] if takes_back else [request]
    if not all(is_open(each, world) for each in about) or _about_people(outcome.twins, world):
        return outcome
    return replace(outcome, replies=tuple(replace(reply, public=True) for reply in outcome.replies))


def put_again(replies: tuple[Reply, ...], state: DialogueState, world: World) -> tuple[Reply, ...]:
    """A question that is put once more is as public as what it asks about."""
    if state.pending is None or not any(reply.buttons for reply in replies):
        return replies
    return marked(Outcome(replies), state.pending.request, state, world).replies


def is_open(request: Request, world: World) -> bool:
    """Whether anybody may ask this and others may hear the answer: it is about things, or is only talk."""
    of_people = _about_people(request.twins, world) or _OF_PEOPLE & set(request.get("types", ()))
    return request.intent in _OPEN and not of_people


def _about_people(twins: Iterable[str], world: World) -> bool:
    found = (world.twin(twin) for twin in twins)
    return any(twin.type in _OF_PEOPLE for twin in found if twin)
