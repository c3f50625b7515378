"""Buttons: how their ids are made, and what pressing one means."""

from dataclasses import replace

from bot.dialogue.state import DialogueState, Pending
from bot.forms.form import FORM
from bot.identity import code_in
from bot.ports import Button, Entity, Incoming, Parse, Reply
from twin_core.contract.views import Action

YES = Button("yes", "Yes", "primary")
NO = Button("no", "No")
APPROVE = Button("yes", "Approve", "primary")
REJECT = Button("no", "Reject", "danger")
UNDO = Button("undo", "Undo")
ANSWER = "answer"
SKIP, BACK, LATER, CANCEL = (Button(t.lower(), t) for t in ("Skip", "Back", "Later", "Cancel"))

# The intents that a button's first word stands for; the rest of its id is what it is about.
_PLAIN = {
    "yes": "affirm",
    "no": "deny",
    "undo": "undo",
    "skip": "skip",
    "back": "back",
    "later": "later",
    "cancel": "cancel",
}
_ABOUT = {
    "ack": ("acknowledge", "concern"),
    "snooze": ("snooze", "concern"),
    "dismiss": ("dismiss", "concern"),
    "resolve": ("resolve", "concern"),
    "why": ("ask_why", "concern"),
    "snooze-reminder": ("snooze", "reminder"),
    "done-reminder": ("acknowledge", "reminder"),
    "complete": ("complete_task", "task"),
    "postpone": ("postpone_task", "task"),
    "move": ("move_event", "event"),
    "create": ("create_twin", "candidate"),
    "approve": ("approve_action", "approval"),
    "reject": ("reject_action", "approval"),
}


_STEERING = frozenset({SKIP.id, BACK.id, LATER.id, CANCEL.id, "take the defaults for the rest"})
STALE = "That button belongs to an earlier question, which is closed by now. Just tell me what you want."
_SLOT_KIND = {"twins": "twin", "types": "twin_type"}


def picks(pending: Pending) -> tuple[Button, ...]:
    """One button for each option of an open question."""
    return tuple(Button(f"pick:{pending.id}:{value}", title) for value, title in pending.options)


def of_question(pending: Pending) -> tuple[Button, ...]:
    """The buttons that answer an open question, whatever its kind."""
    if pending.kind == "choose":
        return picks(pending)
    if pending.kind == "fill":
        return tuple(answers(pending.id, sentence, title) for sentence, title in pending.options)
    return (APPROVE, REJECT) if pending.kind == "approval" else (YES, NO)


def feedback(turns: int) -> tuple[Button, Button]:
    """Whether the answer of this turn was what was meant."""
    return Button(f"feedback:up:{turns}", "👍"), Button(f"feedback:down:{turns}", "👎")


def bound(reply: Reply, pending: Pending) -> Reply:
    """A question whose yes and no answer it alone, even when they are pressed after another one was put."""
    own = {YES.id, NO.id}
    buttons = tuple(replace(b, id=f"{b.id}:{pending.id}") if b.id in own else b for b in reply.buttons)
    return replace(reply, buttons=buttons)


def question_of(reply: Reply) -> str:
    """The id of the open question that its buttons answer; empty where they answer none."""
    parts = (button.id.split(":") for button in reply.buttons)
    return next((each[1] for each in parts if each[0] in (YES.id, NO.id, "pick", ANSWER) and len(each) > 1), "")


def taking_back(reply: Reply, effect: str) -> Reply:
    """A reply whose Undo takes back this effect alone, also when it is pressed after others."""
    buttons = (replace(b, id=f"{UNDO.id}:{effect}") if b.id == UNDO.id else b for b in reply.buttons)
    return replace(reply, buttons=tuple(buttons))


def answers(question: str, text: str, title: str | None = None) -> Button:
    """A button that says a sentence to one open question, and is of no use once that is closed."""
    return Button(f"{ANSWER}:{question}:{text}", title or text)


def answered_by(action: str) -> tuple[str, str]:
    """The question that such a button answers and what it says; empty for any other."""
    head, _, rest = action.partition(":")
    question, _, text = rest.partition(":")
    return (question, text) if head == ANSWER else ("", "")


def steers(button: Button) -> bool:
    """Whether it answers nothing: it goes back, leaves out, puts off or ends."""
    return (answered_by(button.id)[1] or button.id) in _STEERING


def says(text: str, title: str | None = None) -> Button:
    """A button that says a sentence on the person's behalf."""
    return Button(f"say:{text}", title or text)


DEFAULTS_FOR_ALL = says("take the defaults for the rest", "Defaults for all")


def of_concern(actions: tuple[Action, ...]) -> tuple[Button, ...]:
    """The actions of a concern as buttons."""
    return tuple(Button(a.id, a.title) for a in actions)


def coded(text: str) -> list[Parse]:
    """What a message means that brings a code of another channel; empty for all others."""
    code = code_in(text)
    return [Parse(text, "link_account", 1.0, (Entity("code", code, 0, 0, code),))] if code else []


def filled(message: Incoming) -> Parse | None:
    """What a form means that was filled in and sent; None for any other message."""
    action = message.action or ""
    if not action.startswith(FORM) or not message.fields:
        return None
    id = action.removeprefix(FORM)
    return Parse(action, "fill_form", 1.0, (Entity("form", id, 0, 0, id), Entity("fields", "", 0, 0, message.fields)))


def pressed(action: str, state: DialogueState) -> Parse | str | None:
    """What a pressed button means: a parse, a text to be understood, or None for one of a closed question."""
    head, _, rest = action.partition(":")
    if head == "say" and rest:
        return rest
    if action in _PLAIN:
        return Parse(action, _PLAIN[action], 1.0)
    if head == UNDO.id and rest:
        return Parse(head, head, 1.0, (Entity("effect", rest, 0, 0, rest),))
    if head in (YES.id, NO.id):
        return Parse(head, _PLAIN[head], 1.0) if state.pending and state.pending.id == rest else None
    if head == ANSWER:
        question, text = answered_by(action)
        return text if state.pending and state.pending.id == question else None
    if head == "feedback":
        way, _, turns = rest.partition(":")
        return Parse(action, head, 1.0, (Entity(head, way, 0, 0, way),)) if turns == str(state.turns) else None
    if head in _ABOUT and rest:
        intent, kind = _ABOUT[head]
        return Parse(action, intent, 1.0, (Entity(kind, rest, 0, 0, rest),))
    if head == "pick":
        pending_id, _, value = rest.partition(":")
        if state.pending and state.pending.id == pending_id:
            title = dict(state.pending.options).get(value, value)
            kind = _SLOT_KIND.get(state.pending.slot, state.pending.slot)
            return Parse(title, "inform", 1.0, (Entity(kind, title, 0, len(title), value),))
    return None


def title_of(action: str, state: DialogueState) -> str:
    """What a pressed button said."""
    return next((b.title for reply in state.said for b in reply.buttons if b.id == action), "")
