"""What Pollux can do: one family of intents a file."""

from bot.turn import Reverse, Skill
from twin_core.contract import plugins


def load_skills() -> dict[str, Skill]:
    """Every skill of the folder, by intent."""
    skills: dict[str, Skill] = {}
    for name in plugins.names("bot.skills"):
        skills.update(plugins.build("bot.skills", name, {}))
    return skills


def load_reversals() -> dict[str, Reverse]:
    """How effects are taken back, by kind: REVERSALS of every skill that has some."""
    reversals: dict[str, Reverse] = {}
    for name in plugins.names("bot.skills"):
        reversals.update(getattr(plugins.load("bot.skills", name), "REVERSALS", {}))
    return reversals
