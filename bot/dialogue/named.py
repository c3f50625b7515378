"""Names that are words of command too: a lamp called "undo", a boiler called "help". Pure."""

from dataclasses import replace

from bot.ports import Parse

# What these words ask for all by themselves.
_COMMANDS = frozenset(
    """affirm deny cancel approve_action reject_action skip back later undo help repeat thank greet goodbye list_twins
    ask_critical""".split()
)
_LIKELY = 0.5


def told_from_command(parse: Parse) -> Parse:
    """A word that is said alone is the command, whatever is called so; with something to be done it is the name."""
    named = [e for e in parse.entities if e.kind == "twin"]
    if parse.intent not in _COMMANDS or not named:
        return parse
    said = parse.text.strip(" .,!?").casefold()
    if parse.confidence >= _LIKELY and all(e.text.casefold() == said for e in named):
        return replace(parse, entities=())
    acts = any(e.kind in ("action", "value") for e in parse.entities)
    return replace(parse, intent="control_device") if acts and len(said.split()) > len(named) else parse
