"""What is kept of a person, found in the store: the same for whoever hands it out and for whoever erases it."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from twin_core.contract.ports import Document, Store
from twin_core.privacy.belongings import A_KIND_EACH, AMONG_OTHERS, NAMING, Person, is_of, unnamed, unnamed_fact

_AT_ONCE = 1000  # facts


@dataclass(frozen=True, slots=True)
class Kept:
    """One document; `stored_as` is its kind in the store, which may name the person."""

    kind: str
    stored_as: str
    key: str
    doc: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the log holds about a person: `streams` are theirs, their twin's aside; `naming` are facts of others that
    name them, by position, as they are without the name.
    """

    streams: frozenset[str]
    naming: Mapping[int, Mapping[str, Any]]


async def documents_of(store: Store, person: str, facts: Facts, twin: str | None) -> AsyncIterator[Kept]:
    """All of them, kind by kind."""
    for kind in A_KIND_EACH:
        async for key, doc in store.scan(f"{kind}/{person}"):
            yield Kept(kind, f"{kind}/{person}", key, doc)
    known = Person(
        person,
        accounts=frozenset([key async for key, doc in store.scan("account") if doc.get("person") == person]),
        sources=frozenset([key async for key, doc in store.scan("plan_source") if doc.get("owner") == person]),
        streams=facts.streams | ({twin} if twin else set()),
    )
    for kind, belongs in AMONG_OTHERS.items():
        async for key, doc in store.scan(kind):
            if belongs(key, doc, known):
                yield Kept(kind, kind, key, doc)


async def naming(store: Store, person: str) -> AsyncIterator[Document]:
    """What is not theirs and names them, as it is without their name."""
    for kind in NAMING:
        async for key, doc in store.scan(kind):
            rest = unnamed(kind, doc, person)
            if rest != doc and (kind, key) != ("consent", person):
                yield Document(kind, key, rest)


async def facts_of(store: Store, person: str) -> Facts:
    """One walk through the whole log."""
    streams: set[str] = set()
    naming: dict[int, Mapping[str, Any]] = {}
    position = 0
    while events := await store.read_all(position, _AT_ONCE):
        for event in events:
            if is_of(event, person):
                streams.add(event.stream)
            elif (rest := unnamed_fact(event, person)) is not None:
                naming[event.position] = rest
        position = events[-1].position
    return Facts(frozenset(streams), naming)
