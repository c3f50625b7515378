"""The person who helps when a bot cannot: configured, written to only with what was shown and agreed to."""

from dataclasses import dataclass

from twin_core.contract.notifying import Notifier

SET_UP = 'Put [contact] with name = "…" and email = "…" or webhook = "…" into pollux.toml, and [smtp] for e-mail.'


@dataclass(frozen=True, slots=True)
class Contact:
    """Who helps, and the way there."""

    name: str
    notifier: Notifier

    @property
    def shown(self) -> str:
        """`Anna Keller (anna@example.org)`."""
        return f"{self.name} ({self.notifier.to})"
