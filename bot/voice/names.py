"""The names that can be said here, from a house in this process or from a running server."""

from collections.abc import Iterable, Mapping
from typing import Any

import httpx2

from bot.ports import Names
from bot.voice.ports import Phrase
from twin_core.contract.errors import Unavailable
from twin_core.contract.ports import TwinCore
from twin_core.contract.tasks import ListTasks

_TIMEOUT_S = 10.0
_PAGE = 500


async def names_here(names: Names, core: TwinCore, user: str) -> tuple[Phrase, ...]:
    """Twins, places, people and open tasks as they are now."""
    tasks = await core.query(ListTasks(owner=user, done=False))
    known = [Phrase(task.title, "task") for task in tasks.items]
    for name in names.all():
        if name.kind == "twin":
            known += _of_name(name.text, name.twin_type)
        elif name.kind == "place":
            known.append(Phrase(name.text, "place"))
    return _sorted(known)


async def names_at(url: str, token: str | None) -> tuple[Phrase, ...]:
    """The same of a running server. Raises Unavailable."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    found: list[Phrase] = []
    try:
        async with httpx2.AsyncClient(headers=headers, timeout=_TIMEOUT_S, trust_env=False) as client:
            cursor: str | None = None
            while True:
                asked: dict[str, Any] = {"limit": _PAGE, **({"cursor": cursor} if cursor else {})}
                page = await _get(client, f"{url}/api/v1/twins", asked)
                found += [phrase for twin in page["items"] for phrase in _of_twin(twin)]
                if not (cursor := page.get("cursor")):
                    break
            tasks = await _get(client, f"{url}/api/v1/tasks", {"done": "false"})
            found += [Phrase(task["title"], "task") for task in tasks["items"]]
    except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
        raise Unavailable(f"I could not ask {url} what things are called: {error}.", code="no_names") from None
    return _sorted(found)


async def _get(client: httpx2.AsyncClient, url: str, params: Mapping[str, Any]) -> dict[str, Any]:
    response = await client.get(url, params=params)
    response.raise_for_status()
    doc: dict[str, Any] = response.json()
    return doc


def _of_twin(twin: Mapping[str, Any]) -> Iterable[Phrase]:
    for text in (twin["name"], *(twin.get("aliases") or ())):
        yield from _of_name(text, twin["type"])
    if twin.get("place"):
        yield Phrase(twin["place"], "place")


def _of_name(text: str, twin_type: str | None) -> Iterable[Phrase]:
    """What a twin is called; people are met, asked and given tasks by their first names, too."""
    yield Phrase(text, "twin")
    if twin_type == "person":
        yield Phrase(text, "person")
        yield Phrase(text.split()[0], "person")


def _sorted(phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    return tuple(sorted(set(phrases), key=lambda p: (p.kind, p.text)))
