"""The talk around the work: greeting, thanks, help, repeating, spare answers."""

from collections.abc import Mapping
from typing import Any

from bot.dialogue.buttons import NO, UNDO, YES, says
from bot.dialogue.examples import examples_for
from bot.dialogue.state import Pending, Request
from bot.replies.phrases import capital, count_text, listed
from bot.replies.small_talk import small_talk
from bot.turn import Outcome, Skill, Turn, say
from twin_core.contract.clock import parse_instant
from twin_core.contract.commands import GetCritical
from twin_core.contract.ids import new_id
from twin_core.contract.telemetry import ListCandidates

EXAMPLE: Mapping[str, Any] = {}


def build(options: Mapping[str, Any]) -> Mapping[str, Skill]:
    spare = dict.fromkeys(("affirm", "back", "later", "correct"), nothing_open)
    return {
        **spare,
        **dict.fromkeys(("deny", "cancel"), left_alone),
        "greet": greet,
        "goodbye": goodbye,
        "thank": thank,
        "help": help_,
        "tell_time": tell_time,
        "tell_date": tell_date,
        "tell_last_change": tell_last_change,
        "repeat": repeat,
    }


async def greet(turn: Turn) -> Outcome:
    """Says hello, what it is, and the one thing worth knowing now."""
    hello = "Hello, I'm Pollux, the bot that looks after your twins." if turn.state.turns == 0 else "Hello again."
    critical = await turn.query(GetCritical(limit=1, person=turn.user))
    if critical.items:
        top = critical.items[0]
        text = f"{hello} Most critical now: {top.title}."
        return Outcome((say(text, says("what's most critical today?", "What's most critical?")),))
    if not turn.services.registry.active():
        return await _invitation(hello, turn)
    return Outcome((say(f"{hello} Nothing needs you right now.", says("list my twins")),))


async def goodbye(turn: Turn) -> Outcome:
    return Outcome((say("Goodbye. I keep watching."),))


async def thank(turn: Turn) -> Outcome:
    return Outcome((say("You're welcome."),))


async def tell_time(turn: Turn) -> Outcome:
    """The time and the day where whoever asks lives."""
    now = turn.now.astimezone(turn.services.zone)
    return Outcome((say(f"It is {now:%H:%M} on {now:%A} {now.day} {now:%B} {now.year}."),))


async def tell_date(turn: Turn) -> Outcome:
    """Which day a time names: "when is Easter?"."""
    time, zone = turn.request.get("time"), turn.services.zone
    start = parse_instant(str(time["start"])).astimezone(zone)
    clock = f" at {start:%H:%M}" if time.get("grain") in ("second", "minute", "hour") and not time.get("end") else ""
    said = capital(str(time.get("text", "That")))
    return Outcome((say(f"{said} is {start:%A} {start.day} {start:%B} {start.year}{clock}."),))


async def tell_last_change(turn: Turn) -> Outcome:
    """What was done last in this conversation."""
    effects = turn.state.effects
    if not effects:
        return Outcome((say("Nothing was changed in this conversation yet."),))
    return Outcome((say(f"The last change was: {effects[-1].title}.", UNDO),))


async def nothing_open(turn: Turn) -> Outcome:
    """A spare yes or no: nothing is open, so nothing is done."""
    return Outcome((say("Nothing is waiting for an answer right now."),))


async def left_alone(turn: Turn) -> Outcome:
    """A spare no, or a wish that was dropped before its end: what was done before can still be corrected."""
    state = turn.state
    kept = {"last": state.last} if state.last else {}
    if state.effects and state.last == state.effects[-1].request:
        said = f"All right. Say “undo that” to take back: {state.effects[-1].title}."
        return Outcome((say(said, UNDO),), changes=kept)
    return Outcome((say("All right, I leave everything as it is."),), changes=kept)


async def repeat(turn: Turn) -> Outcome:
    """The last answer once more, with its buttons."""
    if not turn.state.said:
        return Outcome((say("I haven't said anything yet."),))
    return Outcome(turn.state.said, pending=turn.state.pending)


async def help_(turn: Turn) -> Outcome:
    """What can be done here, with examples of this person's own twins; a question about the bot is answered."""
    if remark := small_talk(str(turn.request.get("text", ""))):
        return Outcome((say(remark),))
    twins = turn.services.registry.active()
    if not twins:
        return await _invitation("I'm Pollux, a bot.", turn)
    examples = examples_for(twins)
    lines = [
        "I'm Pollux, a bot. I keep a twin of each of your things and tell you what needs you.",
        f"You can say: {listed([f'“{e}”' for e in examples[:4]], 'or')}.",
        "I also set up twins (“create a twin”), show past values, explain (“why?”) and take changes back (“undo”).",
    ]
    return Outcome((say("\n".join(lines), *(says(e) for e in examples[:3])),))


async def _invitation(hello: str, turn: Turn) -> Outcome:
    """To somebody without twins: what was found, or how to begin. A yes shows the devices."""
    found = await turn.query(ListCandidates())
    if not found:
        text = f"{hello} I know no devices yet. They appear here when they announce themselves over MQTT;"
        text += " you can also say “create a twin”."
        return Outcome((say(text, says("create a twin", "Create a twin")),))
    names = listed([c.name for c in found])
    question = "Shall I show them, so that you can make twins of them?"
    pending = Pending(new_id("q"), "confirm", Request("discover_devices"), question)
    text = f"{hello} I found {count_text(len(found), 'device')}: {names}. {question}"
    return Outcome((say(text, YES, NO),), pending=pending)
