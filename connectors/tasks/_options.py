"""What every task connector is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.surroundings import check_known
from twin_core.contract.errors import Rejected


@dataclass(frozen=True, slots=True)
class TaskOptions:
    """One task list: what people call it, whose it is, and how to get in."""

    name: str
    title: str
    owner: str
    url: str
    token: str
    poll_s: float
    private: bool
    extra: Mapping[str, Any]  # what only one system knows

    def needed(self, key: str) -> str:
        """An extra that the system cannot do without. Raises Rejected."""
        if not (value := self.extra.get(key, "")):
            raise Rejected(
                f"The task list {self.name} has no {key}.", code="bad_settings", hint=f"Add {key} to its settings."
            )
        return str(value)


def read_options(
    options: Mapping[str, Any], title: str, url: str, extra: tuple[str, ...] = (), *, proof: str = "token"
) -> TaskOptions:
    """`title` and `url` are those of the system where none are given; `proof` lets us in. Raises Rejected."""
    known = {"name", "title", "owner", "url", proof, "poll_s", "private", *extra}
    check_known(options, known, title)
    if not options.get(proof):
        raise Rejected(f"{title} needs a {proof}.", code="bad_settings", hint="Make one in your account there.")
    return TaskOptions(
        name=str(options.get("name") or title.lower()),
        title=str(options.get("title") or title),
        owner=str(options.get("owner") or "owner"),
        url=str(options.get("url") or url).rstrip("/"),
        token=str(options[proof]),
        poll_s=float(options.get("poll_s") or 60.0),
        private=bool(options.get("private", False)),
        extra={key: options[key] for key in extra if options.get(key)},
    )
