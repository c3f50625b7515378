"""When something is not clear: what is said, and which question is left open."""

from collections.abc import Sequence

from bot.dialogue.buttons import STALE, of_question, picks, says
from bot.dialogue.decision import Decision
from bot.dialogue.examples import examples_for
from bot.dialogue.state import Pending, Request
from bot.nlu.text import MAX_CHARS
from bot.ports import Parse, Reply
from bot.replies.phrases import capital, listed
from bot.replies.small_talk import small_talk
from bot.turn import Outcome, Turn, say
from twin_core.contract.errors import PolluxError
from twin_core.contract.ids import new_id
from twin_core.contract.views import TwinView

LIKELY = 0.1  # certainty from which another reading is offered as a guess
_QUOTED = 60  # characters of a wish that are said again
_NOT_YET = {
    "reminders": {"create_reminder", "list_reminders", "cancel_reminder", "set_quiet_hours"},
    "forecasts": {"ask_prediction", "plan_load"},
}


def left_out(text: str, parses: Sequence[Parse], requests: int) -> tuple[Reply, ...]:
    """What of a long message was not worked on: nothing is left undone in silence."""
    if len(parses) > requests:
        rest = parses[requests].text[:_QUOTED]
        return (say(f"That is as much as I do at once. The rest is not done yet, from here on: “{rest}”"),)
    if len(text) > MAX_CHARS:
        return (say(f"I read only the beginning of that, up to “…{text[MAX_CHARS - _QUOTED : MAX_CHARS].lstrip()}”."),)
    return ()


def empty() -> Reply:
    return say("That message was empty. Ask me what's most critical today, or say “help”.")


def stale_button() -> Reply:
    return say(STALE)


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
    if pending.kind in ("confirm", "approval"):
        text = f"I take neither yes nor no from that. {capital(pending.question)} “Never mind” leaves it as it is."
        return Outcome((say(text, *of_question(pending)),), pending=pending)
    if pending.kind == "fill":
        text = f"I did not get that. {pending.question} You can also say “never mind”."
        return Outcome((say(text, *of_question(pending)),), pending=pending)
    text = f"I still need one of these: {listed(titles, 'or')}. Say its name or its number, or “never mind”."
    return Outcome((say(text, *picks(pending)),), pending=pending)


def not_by_voice(decision: Decision, turn: Turn) -> Outcome:
    """What a voice alone may not decide or hear, and what to do instead."""
    if decision.verb == "private":
        text = "I don't know who speaks here, and others may listen: ask me that in your own chat."
        return Outcome((say(text, public=True),))
    if decision.verb == "elsewhere":
        return Outcome((say("A voice is not enough to approve that: approve it in the chat."),))
    names = " and the ".join(t.name for t in _twins(decision.request.twins, turn))
    text = f"So that I do no harm, name it: say “yes, the {names}”, or “no”."
    return Outcome(
        (say(text if names else "Name what you approve, such as “approve the boiler”."),), pending=decision.pending
    )


def choose(decision: Decision, turn: Turn) -> Outcome:
    """Several fit alike: act on none, offer all."""
    twins = _twins(decision.target.choices, turn)
    if len(twins) == 1:
        return _ask_which(f"Do you mean {twins[0].name}?", twins, decision.request)
    return _ask_which(f"Which one: {listed([_titled(t, twins) for t in twins], 'or')}?", twins, decision.request)


def unknown(decision: Decision, turn: Turn) -> Outcome:
    """A name nobody knows: the nearest known ones, as buttons."""
    said, near = decision.target.unknown, _twins(decision.target.nearest, turn)
    if lacking := decision.target.lacking:
        text = f"Nothing in the {said} tells me its {lacking.replace('_', ' ')}."
        text += f" There I know {listed([t.name for t in near])}."
        return Outcome((say(text, *(says(f"how is the {t.name}?", t.name) for t in near[:3])),), place=said)
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
    open_question = Pending(new_id("q"), "choose", decision.request.having(unknown=None), "Which one?")
    return Outcome((say(text, says("list my twins")),), pending=open_question)


def unplaced(parse: Parse, turn: Turn) -> Outcome:
    """What is no request that I know: a remark, a bare name, or something that was not understood."""
    if remark := small_talk(str(turn.request.get("text", ""))):
        return Outcome((say(remark),))
    if named := _twins(turn.request.twins, turn):
        return _only_named(named[0], turn)
    return missed(parse, turn)


def missed(parse: Parse, turn: Turn) -> Outcome:
    """Nothing was understood: best guesses, then a narrower question, then help. Never the same words twice."""
    misses = turn.state.misses
    twins = turn.services.registry.active()
    guesses = [(i, _GUESSES[i]) for i, p in parse.alternatives if i in _GUESSES and p >= LIKELY][:3]
    if misses == 0 and guesses:
        text = f"I'm not sure what you mean. Did you want to {listed([g[1] for _, g in guesses], 'or')}?"
        buttons = [says(sentence) for _, (sentence, _) in guesses]
    elif misses == 0:
        text = "That is outside what I do. I look after your devices and plant: ask what's most critical, how"
        text += " something is doing, or tell me to change it."
        buttons = [says("what's most critical today?"), says("help")]
    elif misses == 1 and twins:
        text = "I still don't follow. Is it about one of your things? Then say its name and what to do with it or what"
        text += f" to tell of it, such as “{examples_for(twins)[1]}”."
        buttons = [says(f"how is the {t.name}?", t.name) for t in twins[:3]]
    else:
        examples = examples_for(twins)[:4]
        text = f"Let me say what I understand here: {listed([f'“{e}”' for e in examples], 'or')}. “Help” says more."
        buttons = [*(says(e) for e in examples[:3]), says("help"), says("talk to a human")]
    return Outcome((say(text, *buttons),), changes={"misses": misses + 1})


def unknown_too(decision: Decision) -> tuple[Reply, ...]:
    """Of several things named one is not known: the others were seen to, and this is said."""
    said = decision.request.get("unknown")
    return (say(f"I don't know “{said}”."),) if said and decision.request.twins else ()


def _only_named(twin: TwinView, turn: Turn) -> Outcome:
    """Only a name was said: nothing is done, what can be done is offered."""
    kind = turn.services.registry.types[twin.type]
    buttons = [says(f"how is the {twin.name}?", "How is it?")]
    if (spec := kind.property("on")) and spec.writable:
        buttons += [says(f"turn the {twin.name} on", "Turn on"), says(f"turn the {twin.name} off", "Turn off")]
    text = f"What about {twin.name}? Tell me what to do with it, or ask how it is."
    return Outcome((say(text, *buttons),), twins=(twin.id,))


def later(turn: Turn) -> Outcome:
    """Understood, but not something this house can do yet: said honestly."""
    what = next((name for name, intents in _NOT_YET.items() if turn.request.intent in intents), "that")
    return Outcome((say(f"I understand, but I can't do {what} yet. Nothing was changed.", says("help")),))


# What a guess would say on the person's behalf, and how it is named. None of them changes anything by itself.
_GUESSES = {
    "ask_critical": ("what's most critical today?", "hear what's most critical"),
    "list_twins": ("list my twins", "see your twins"),
    "discover_devices": ("which devices did you find?", "see the devices I found"),
    "help": ("help", "know what I can do"),
    "undo": ("undo that", "take back the last change"),
    "create_twin": ("create a twin", "set up a new twin"),
    "list_approvals": ("what waits for my approval?", "see what waits for your approval"),
    "ask_agenda": ("what's on my calendar today?", "see your agenda"),
    "ask_tasks": ("what are my tasks?", "see your tasks"),
    "list_reminders": ("which reminders do I have?", "see your reminders"),
    "talk_to_human": ("talk to a human", "reach a person"),
    "who_sees_my_data": ("who sees my data?", "know who sees your data"),
}


def _ask_which(question: str, twins: Sequence[TwinView], request: Request) -> Outcome:
    titles = tuple((t.id, _titled(t, twins)) for t in twins)
    kept = request.having(unknown=None, twins=None)
    said = str(request.get("text") or "").strip(" .?!")
    about = f"“{said}”: " if said and len(said) <= _QUOTED else ""
    short = f"{about}{listed([t for _, t in titles], 'or')}?"
    pending = Pending(new_id("q"), "choose", kept, short if about else capital(short), titles)
    return Outcome((say(question, *picks(pending)),), pending=pending, changes={"last": kept})


def _twins(ids: Sequence[str], turn: Turn) -> list[TwinView]:
    return [t for i in ids if (t := turn.services.registry.twin(i))]


def _titled(twin: TwinView, among: Sequence[TwinView]) -> str:
    """The name of a twin; with its place where two names are equal."""
    alike = sum(t.name.lower() == twin.name.lower() for t in among) > 1
    return f"{twin.name} ({twin.place})" if alike and twin.place else twin.name
