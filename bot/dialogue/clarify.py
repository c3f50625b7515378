"""When something is not clear: what is said, and which question is left open."""

from collections.abc import Sequence

from bot.dialogue.buttons import of_question, picks, says
from bot.dialogue.decision import Decision
from bot.dialogue.state import Pending, Request
from bot.ports import Parse, Reply
from bot.replies.phrases import capital, listed
from bot.turn import Outcome, Turn, say
from twin_core.contract.errors import PolluxError
from twin_core.contract.ids import new_id
from twin_core.contract.views import TwinView

_NOT_YET = {
    "tasks": {"ask_tasks", "create_task", "complete_task", "postpone_task", "delete_task"},
    "calendars": {"ask_agenda", "find_free_time", "create_event", "move_event", "cancel_event", "plan_day"},
    "reminders": {"create_reminder", "list_reminders", "cancel_reminder", "set_quiet_hours"},
    "forecasts": {"ask_prediction", "plan_load"},
}


def empty() -> Reply:
    return say("That message was empty. Ask me what's most critical today, or say “help”.")


def stale_button() -> Reply:
    return say("That button belongs to an earlier question, which is closed by now. Just tell me what you want.")


def refusal(error: PolluxError) -> Reply:
    """An error as a sentence: what happened, and what to do."""
    return say(f"{error.message} {error.hint}".strip())


def broken(trace: str) -> Reply:
    return say(
        "Something went wrong on my side, and I have not done that. "
        f"Please try once more; if it happens again, the log has it under {trace}."
    )


def dropped() -> Outcome:
    return Outcome((say("All right, I leave it as it is."),))


def ask_again(turn: Turn) -> Outcome:
    """The open question once more, in other words than the first time."""
    pending = turn.state.pending
    if pending is None:
        return Outcome((say("Which one do you mean?"),))
    titles = [title for _, title in pending.options]
    if pending.kind == "fill":
        text = f"I did not get that. {pending.question} You can also say “never mind”."
        return Outcome((say(text, *of_question(pending)),), pending=pending)
    text = f"I still need one of these: {listed(titles, 'or')}. Say its name or its number, or “never mind”."
    return Outcome((say(text, *picks(pending)),), pending=pending)


def choose(decision: Decision, turn: Turn) -> Outcome:
    """Several fit alike: act on none, offer all."""
    twins = _twins(decision.target.choices, turn)
    return _ask_which(f"Which one: {listed([_titled(t, twins) for t in twins], 'or')}?", twins, decision.request)


def unknown(decision: Decision, turn: Turn) -> Outcome:
    """A name nobody knows: the nearest known ones, as buttons."""
    said, near = decision.target.unknown, _twins(decision.target.nearest, turn)
    if not near:
        return Outcome((say(f"I don't know “{said}”. Say “list my twins” to see what I know.", says("list my twins")),))
    names = [t.name for t in near]
    return _ask_which(f"I don't know “{said}”. Did you mean {listed(names, 'or')}?", near, decision.request)


def which(decision: Decision, turn: Turn) -> Outcome:
    """No object was named, or one that nobody knows."""
    registry = turn.services.registry
    if not registry.active():
        return Outcome((say("I don't answer for any twin yet. Say “which devices did you find?” to begin."),))
    examples = [t.name for t in registry.active()[:3]]
    text = f"I'm not sure which of your twins you mean. You can name one, such as {listed(examples, 'or')}."
    return Outcome((say(text, says("list my twins")),), changes={"misses": turn.state.misses + 1})


def missed(parse: Parse, turn: Turn) -> Outcome:
    """Nothing was understood: first guesses, then examples, then help. Never the same words twice."""
    misses = turn.state.misses
    guesses = [_GUESSES[i] for i, p in parse.alternatives if i in _GUESSES and p >= 0.1][:3]
    if misses == 0 and guesses:
        text = f"I'm not sure what you mean. Did you want to {listed([g[1] for g in guesses], 'or')}?"
        buttons = [says(g[0]) for g in guesses]
    elif misses <= 1:
        text = "That is outside what I do. I look after your devices and plant: ask what's most critical, how"
        text += " something is doing, or tell me to change it."
        buttons = [says("what's most critical today?"), says("help")]
    else:
        names = [t.name for t in turn.services.registry.active()[:2]]
        about = f" For example: “how is the {names[0]}?”" if names else ""
        text = f"I still don't follow; let me say what I can do here.{about} Say “help” for all of it."
        buttons = [says("help"), says("list my twins")]
    return Outcome((say(text, *buttons),), changes={"misses": misses + 1})


def later(turn: Turn) -> Outcome:
    """Understood, but not something this house can do yet: said honestly."""
    what = next((name for name, intents in _NOT_YET.items() if turn.request.intent in intents), "that")
    return Outcome((say(f"I understand, but I can't do {what} yet. Nothing was changed.", says("help")),))


_GUESSES = {
    "ask_critical": ("what's most critical today?", "hear what's most critical"),
    "list_twins": ("list my twins", "see your twins"),
    "discover_devices": ("which devices did you find?", "see the devices I found"),
    "help": ("help", "know what I can do"),
    "undo": ("undo that", "take back the last change"),
    "create_twin": ("create a twin", "set up a new twin"),
}


def _ask_which(question: str, twins: Sequence[TwinView], request: Request) -> Outcome:
    titles = tuple((t.id, _titled(t, twins)) for t in twins)
    kept = request.having(unknown=None, twins=None)
    pending = Pending(new_id("q"), "choose", kept, capital(listed([t for _, t in titles], "or")) + "?", titles)
    return Outcome((say(question, *picks(pending)),), pending=pending, changes={"last": kept})


def _twins(ids: Sequence[str], turn: Turn) -> list[TwinView]:
    return [t for i in ids if (t := turn.services.registry.twin(i))]


def _titled(twin: TwinView, among: Sequence[TwinView]) -> str:
    """The name of a twin; with its place where two names are equal."""
    alike = sum(t.name.lower() == twin.name.lower() for t in among) > 1
    return f"{twin.name} ({twin.place})" if alike and twin.place else twin.name
