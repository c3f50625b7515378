"""Buttons of a card of Teams: a few at a time, the others behind the menu of the last row.

Source: adaptivecards.io/explorer, Action.Execute; learn.microsoft.com, Teams, Designing Adaptive Cards ("include 1-3
primary actions"), Adaptive Cards overflow menu, Universal Actions for Adaptive Cards ("Backward compatibility").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from microsoft_teams.cards import ActionSet, CardElement, ExecuteAction, SubmitAction

from bot.channels.teams.elements import clip
from bot.channels.teams.reading import OURS
from bot.ports import Button

ACTION_CHARS = 1_000
SUBMITTED = 500  # characters of a text that goes with an Action.Submit for the same
MOST_SAID = 10_000  # characters of a text that its buttons carry together, to put it back without them
ROW, ROW_CHARS = 4, 30  # that stand beside one another on the screen of a telephone
FEW = 3  # buttons that need no menu
OF_AN_ITEM = 2
_STYLES: Mapping[str, Literal["positive", "destructive"]] = {"primary": "positive", "danger": "destructive"}
_QUIET = frozenset("dismiss resolve skip back later cancel".split())  # titles of ways out, which can be said as well


@dataclass(frozen=True, slots=True)
class Buttons:
    """Buttons of one message for one reader. `user`: whom they are for, else anybody. `said`: the text of the message,
    where it is to be put back without them.
    """

    user: str
    said: str = ""
    keeps: bool = False  # pressing one leaves the others

    def rows(
        self, buttons: Sequence[Button], most: int | None = None, staying: Sequence[Button] = ()
    ) -> list[CardElement]:
        """`most`: how many are seen at once; else only the ways out stand aside, where there are many. `staying`: more,
        that leave the others.
        """
        fitting = [button for button in (*buttons, *staying) if len(button.id) <= ACTION_CHARS]
        said = self.said if len(self.said) * len(fitting) <= MOST_SAID else ""
        seen, aside = _apart(fitting, most)
        rows = [[self._button(each, said, keeps=each in staying) for each in row] for row in _packed(seen)]
        if rows:
            rows[-1] += [self._button(each, said, mode="secondary") for each in aside]
        return [ActionSet(actions=list(row)) for row in rows]

    def action(self, title: str, verb: str, data: Mapping[str, Any], **more: Any) -> ExecuteAction:
        """What whoever it is for may press. Clients that know no Action.Execute are given an Action.Submit, without
        what is long.
        """
        ours = {"for": self.user, **data}
        small = {name: value for name, value in ours.items() if name != "said" or len(value) <= SUBMITTED}
        inputs = more.setdefault("associated_inputs", "none")
        older = SubmitAction(title=clip(title), data={OURS: small}, associated_inputs=inputs)
        return ExecuteAction(title=clip(title), verb=verb, data={OURS: ours}, fallback=older, **more)

    def aside(self, first: ExecuteAction, others: Sequence[Button]) -> ActionSet:
        """One that is seen, the others in the menu beside it."""
        fitting = [button for button in others if len(button.id) <= ACTION_CHARS]
        return ActionSet(actions=[first, *(self._button(each, self.said, mode="secondary") for each in fitting)])

    def _button(self, button: Button, said: str, *, keeps: bool = False, **more: Any) -> ExecuteAction:
        keeps = keeps or self.keeps
        data: dict[str, Any] = {"action": button.id, "title": button.title}
        data |= {"said": said} if said and not keeps else {}
        data |= {"keeps": True} if keeps else {}
        style = _STYLES.get(button.style or "")
        return self.action(button.title, "press", data, style=style, **more)


def _apart(buttons: list[Button], most: int | None) -> tuple[list[Button], list[Button]]:
    """Those that are seen, and those in the menu."""
    if len(buttons) <= (most or FEW):
        return buttons, []
    if most:
        return buttons[:most], buttons[most:]
    quiet = [button for button in buttons if button.title.lower() in _QUIET]
    seen = [button for button in buttons if button not in quiet]
    return (seen, quiet) if seen else (buttons, [])


def _packed(buttons: Sequence[Button]) -> list[list[Button]]:
    """In rows, none wider than a telephone, unless one button is."""
    rows: list[list[Button]] = []
    for button in buttons:
        last = rows[-1] if rows else []
        if last and len(last) < ROW and sum(len(each.title) + 4 for each in [*last, button]) <= ROW_CHARS:
            last.append(button)
        else:
            rows.append([button])
    return rows
