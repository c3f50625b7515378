"""What the forges have in common: runs that fail, and changes that wait for somebody's review."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connectors.webhooks._options import HookOptions
from twin_core.contract.flags import LowerFlag, RaiseFlag
from twin_core.contract.requests import Command


@dataclass(frozen=True, slots=True)
class Run:
    """A run of CI that has ended. `settled`: it says something of the branch (a cancelled one does not)."""

    where: str  # "acme/pumps"
    what: str  # "tests"
    branch: str
    failed: bool
    outcome: str
    by: str
    url: str
    number: str = ""
    settled: bool = True


@dataclass(frozen=True, slots=True)
class Review:
    """A change that is proposed: a pull or merge request."""

    where: str
    number: str
    title: str
    author: str
    url: str
    sign: str = "#"

    @property
    def key(self) -> str:
        return f"review:{self.where}{self.sign}{self.number}"


def run_ended(options: HookOptions, run: Run) -> Sequence[Command[Any]]:
    """The one who started it hears of a failure; the next run of the same that succeeds takes it back."""
    key = f"ci:{run.where}:{run.what}:{run.branch}"
    if not run.settled:
        return ()
    if not run.failed:
        return [LowerFlag(options.name, key)]
    number = f" (run {run.number})" if run.number else ""
    return [
        RaiseFlag(
            source=options.name,
            key=key,
            kind="ci",
            title=f"{run.what} fails on {run.branch} of {run.where}",
            subject=run.where,
            why=(f"{run.what}{number} ended with: {run.outcome or 'failure'}.", f"Started by {run.by or 'somebody'}."),
            if_ignored=f"Nothing can be merged into {run.branch} with confidence.",
            owner=options.person(run.by) or options.owner,
            url=run.url or None,
        )
    ]


def review_asked(options: HookOptions, review: Review, reviewer: str) -> Sequence[Command[Any]]:
    """Somebody of ours is asked; people whom we do not know are not our concern."""
    if (person := options.person(reviewer)) is None:
        return ()
    return [
        RaiseFlag(
            source=options.name,
            key=f"{review.key}:{person}",
            kind="review",
            title=f"{review.title} waits for your review",
            subject=review.title,
            why=(f"{review.author} asks for it: {review.where}{review.sign}{review.number}.",),
            if_ignored=f"{review.author} cannot go on.",
            severity="info",
            owner=person,
            url=review.url or None,
        )
    ]


def review_over(options: HookOptions, review: Review, reviewer: str = "") -> Sequence[Command[Any]]:
    """Nobody waits any more: for one reviewer, or (none named) for all of ours."""
    named = options.person(reviewer) if reviewer else None
    people = [named] if named else [] if reviewer else sorted(set(options.people.values()))
    return [LowerFlag(options.name, f"{review.key}:{person}") for person in people]
