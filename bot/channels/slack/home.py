"""App Home: what is most critical, waits for a decision or was begun, the twins; kept up to date while it is open."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog

from bot.channels.slack.blocks import LIMITS, Block, actions, card_rows, context, header, sections
from bot.channels.slack.postbox import Postbox
from bot.channels.slack.workspaces import Workspaces
from bot.dialogue.buttons import says
from bot.forms.form import FORM, SETTINGS, TWIN, Forms
from bot.ports import Button, Reply
from bot.replies.phrases import capital, count_text
from bot.replies.rendering import fit
from twin_core.contract.commands import GetCritical, ListApprovals, ListTwins
from twin_core.contract.errors import PolluxError
from twin_core.contract.ports import Bus, PlanChanged, Stored, TwinCore
from twin_core.contract.views import ApprovalView, ConcernView, TwinView

SHOWN, APPROVALS, UNFINISHED, TWINS, READ = 8, 5, 5, 12, 100
CALM_S = 3.0  # news come in bursts
MOST_OPEN = 1000  # homes that are kept up to date; beyond, the oldest shows its news when it is opened again

NO_TWINS = "None yet. “New twin” sets one up; a device that announces itself I find by myself."
HINT = "Ask me anything in the Messages tab, with /pollux anywhere, or mention me in a channel."

log = structlog.get_logger(__name__)


class Home:
    """One home tab for each person who has opened theirs."""

    def __init__(
        self,
        workspaces: Workspaces,
        postbox: Postbox,
        core: TwinCore | None,
        forms: Forms | None,
        bus: Bus | None,
    ) -> None:
        self._workspaces = workspaces
        self._postbox = postbox
        self._core = core
        self._forms = forms
        self._open: dict[tuple[str, str], tuple[str, list[Block]]] = {}
        self._refreshing: asyncio.Task[None] | None = None
        self._stop: list[Callable[[], None]] = []
        if bus is not None:
            self._stop = [bus.subscribe(Stored, self._news), bus.subscribe(PlanChanged, self._news)]

    async def show(self, team: str, user: str, person: str) -> None:
        """Publishes it, unless it shows the same already. Raises PolluxError."""
        blocks = await self._blocks(person, user)
        _, before = self._open.pop((team, user), (person, []))
        self._open[team, user] = person, blocks
        while len(self._open) > MOST_OPEN:
            del self._open[next(iter(self._open))]
        if blocks != before:
            await self._publish(team, user, blocks)

    async def invite(self, team: str, user: str, reply: Reply) -> None:
        """What somebody sees who is not linked yet."""
        self._open.pop((team, user), None)
        shown = fit(reply, LIMITS)[0]
        await self._publish(team, user, [header("Welcome"), *sections(shown.text), *actions(shown.buttons, user)])

    async def aclose(self) -> None:
        """Stops listening."""
        for stop in self._stop:
            stop()
        if self._refreshing:
            self._refreshing.cancel()
            await asyncio.gather(self._refreshing, return_exceptions=True)

    async def _news(self, notice: object) -> None:
        if self._open and (self._refreshing is None or self._refreshing.done()):
            self._refreshing = asyncio.create_task(self._refresh())

    async def _refresh(self) -> None:
        await asyncio.sleep(CALM_S)
        for (team, user), (person, _) in tuple(self._open.items()):
            try:
                await self.show(team, user, person)
            except PolluxError as error:
                self._open.pop((team, user), None)
                log.info("slack.home_closed", reason=str(error))

    async def _publish(self, team: str, user: str, blocks: list[Block]) -> None:
        client = await self._workspaces.client(team)
        view: dict[str, Any] = {"type": "home", "blocks": blocks}
        await self._postbox.call(lambda: client.views_publish(user_id=user, view=view))

    async def _blocks(self, person: str, user: str) -> list[Block]:
        if self._core is None:
            return [header("Pollux"), *sections("Ask me in the Messages tab.")]
        critical = await self._core.query(GetCritical(SHOWN, person=person))
        waiting = await self._core.query(ListApprovals())
        known = (await self._core.query(ListTwins(status="active", limit=READ))).items
        twins = [twin for twin in known if twin.type != "person"]  # who is here is nobody's list to publish
        # What waits for a decision has its own place, with its buttons in sight.
        decisions = {id: item for item in critical.items if (id := _decides(item))}
        others = [item for item in critical.items if not _decides(item)]
        blocks = [header("Most critical now"), *_critical(others, critical.total - len(decisions), user)]
        if waiting:
            blocks += [header("Waiting for your decision"), *_approvals(waiting[:APPROVALS], decisions, twins, user)]
        if self._forms and (begun := await self._forms.unfinished(person)):
            blocks += [header("Not finished yet"), *_unfinished(begun, user)]
        names = ", ".join(capital(twin.name) for twin in twins[:TWINS])
        rest = f" and {len(twins) - TWINS} more" if len(twins) > TWINS else ""
        blocks += [{"type": "divider"}, header("Twins"), *sections(f"{names}{rest}." if twins else NO_TWINS)]
        settings = (
            Button(f"{FORM}{SETTINGS}", "Settings"),
            Button(f"{FORM}{TWIN}", "New twin"),
            says("who sees my data?", "My data"),
        )
        return [*blocks, *actions(settings, user), context(HINT)]


def _decides(item: ConcernView) -> str:
    """The approval that a concern is about; empty for any other concern."""
    ids = (action.id.partition(":") for action in item.actions)
    return next((id for verb, _, id in ids if verb == "approve"), "")


def _critical(items: Sequence[ConcernView], total: int, user: str) -> list[Block]:
    if not items:
        return sections("Nothing is critical right now. I keep watching.")
    rows = [
        {
            "title": f"{number}. {capital(item.title)}" + (" (acknowledged)" if item.status == "acknowledged" else ""),
            "detail": _why(item.why[:2]),
            "severity": item.severity,
            "buttons": [{"id": action.id, "title": action.title} for action in item.actions],
        }
        for number, item in enumerate(items, 1)
    ]
    more = [context(f"And {count_text(total - len(items), 'more concern')}.")] if total > len(items) else []
    return [*card_rows({"items": rows}, user), *more]


def _unfinished(begun: Mapping[str, str], user: str) -> list[Block]:
    """What was begun, to be gone on with in a form."""
    buttons = [Button(f"{FORM}{id}", f"Go on: {title}") for id, title in list(begun.items())[:UNFINISHED]]
    return [{**row, "block_id": f"{row['block_id']}u"} for row in actions(buttons, user)]


def _why(reasons: Sequence[str]) -> str:
    """The reasons as sentences."""
    return " ".join(f"{capital(reason.rstrip('.'))}." for reason in reasons)


def _approvals(
    waiting: Sequence[ApprovalView], concerns: Mapping[str, ConcernView], twins: Sequence[TwinView], user: str
) -> list[Block]:
    blocks: list[Block] = []
    names = {twin.id: twin.name for twin in twins}
    for number, approval in enumerate(waiting):
        values = ", ".join(f"{name} {value}" for name, value in approval.values.items())
        concern = concerns.get(approval.id)
        title = concern.title if concern else f"{names.get(approval.twin, approval.twin)}: {values}"
        blocks += sections(f"{capital(title)}\n{_why([approval.reason] if approval.reason else [])}".strip())
        buttons = (
            Button(f"approve:{approval.id}", "Approve", "primary"),
            Button(f"reject:{approval.id}", "Reject", "danger"),
        )
        for row in actions(buttons, user):
            blocks.append({**row, "block_id": f"{row['block_id']}a{number}"})
    return blocks
