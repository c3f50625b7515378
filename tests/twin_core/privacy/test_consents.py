"""Consents: asked for by purpose, with an end, withdrawn at once."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from twin_core.bus import Core, InProcessBus
from twin_core.contract.clock import FrozenClock
from twin_core.contract.errors import Rejected
from twin_core.contract.privacy import LEARNING, PURPOSES, SHARING, ListConsents, ListSharers, SetConsent, Withdrawn
from twin_core.contract.requests import Cause
from twin_core.privacy import ConsentDesk
from twin_core.store import SqlStore, open_store

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW)


@pytest.fixture
async def store(tmp_path: Path, clock: FrozenClock) -> AsyncIterator[SqlStore]:
    store = await open_store(f"sqlite:///{tmp_path / 'consents.db'}", clock)
    yield store
    await store.aclose()


@pytest.fixture
def bus() -> InProcessBus:
    return InProcessBus()


@pytest.fixture
async def core(store: SqlStore, bus: InProcessBus, clock: FrozenClock) -> Core:
    core = Core()
    core.register(ConsentDesk(store, bus, clock).handlers())
    return core


async def granted(core: Core, person: str = "anna") -> bool:
    return next(view.granted for view in await core.query(ListConsents(person)) if view.purpose == LEARNING)


async def test_nobody_has_agreed_to_what_they_were_not_asked(core: Core) -> None:
    views = await core.query(ListConsents("anna"))
    assert [view.purpose for view in views] == list(PURPOSES)
    assert not any(view.granted or view.changed_at for view in views)
    assert all(view.about for view in views)


async def test_a_consent_is_one_persons_and_ends_when_they_say(core: Core, clock: FrozenClock) -> None:
    await core.execute(SetConsent("anna", LEARNING, True, NOW + timedelta(days=1)))
    assert await granted(core)
    assert not await granted(core, "bob")
    clock.move_to(NOW + timedelta(days=1))
    assert not await granted(core)


async def test_withdrawing_is_told_and_audited(core: Core, bus: InProcessBus, store: SqlStore) -> None:
    heard: list[Withdrawn] = []

    async def hear(notice: Withdrawn) -> None:
        heard.append(notice)

    bus.subscribe(Withdrawn, hear)
    await core.execute(SetConsent("anna", LEARNING, True), Cause("anna", "tr_1"))
    await core.execute(SetConsent("anna", LEARNING, False), Cause("anna", "tr_2"))
    assert not await granted(core)
    assert heard == [Withdrawn("anna", LEARNING)]
    events = await store.read("consent:anna")
    assert [(e.name, e.data["granted"], e.actor) for e in events] == [
        ("consent.changed", True, "anna"),
        ("consent.changed", False, "anna"),
    ]


@pytest.mark.parametrize(
    ("command", "code"),
    [(SetConsent("anna", "selling", True), "unknown_purpose"), (SetConsent("anna", LEARNING, True, NOW), "past")],
)
async def test_what_cannot_be_allowed_is_refused(core: Core, command: SetConsent, code: str) -> None:
    with pytest.raises(Rejected) as caught:
        await core.execute(command)
    assert caught.value.code == code


async def test_what_is_shared_is_shared_with_those_named_and_until_then(core: Core, clock: FrozenClock) -> None:
    await core.execute(SetConsent("anna", SHARING, True, NOW + timedelta(days=1), ("bob", "bob")))
    await core.execute(SetConsent("carol", SHARING, True))
    assert await core.query(ListSharers("bob")) == ("anna", "carol")
    assert await core.query(ListSharers("dan")) == ("carol",)
    assert await core.query(ListSharers("anna")) == ("carol",)  # nobody is told of what is their own
    clock.move_to(NOW + timedelta(days=1))
    assert await core.query(ListSharers("bob")) == ("carol",)
    await core.execute(SetConsent("carol", SHARING, False))
    assert await core.query(ListSharers("bob")) == ()


async def test_what_is_about_nobody_else_names_nobody(core: Core) -> None:
    with pytest.raises(Rejected, match="nobody else"):
        await core.execute(SetConsent("anna", LEARNING, True, None, ("bob",)))
