"""What an erasure takes of a person: all of it, and nothing of anybody else."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.house import ANNA, House, open_house
from tests.twin_core.privacy.test_export import BEN, exported, lived_in
from twin_core.contract.agenda import GetPerson
from twin_core.contract.commands import AcknowledgeConcern, CreateTwin, GetConcernChanges, GetCritical, SetDesired
from twin_core.contract.ports import ERASED, Batch, Document
from twin_core.contract.privacy import LEARNING, SHARING, EraseData, FindRemains, ListSharers, Remains, SetConsent
from twin_core.contract.requests import Cause
from twin_core.contract.tasks import ListTasks

NOTHING = Remains((), (), None)


async def erased(house: House, person: str) -> dict[str, int]:
    return dict((await house.core.execute(EraseData(person), Cause(person))).documents)


async def remains(house: House, person: str) -> Remains:
    return await house.core.query(FindRemains(person))


async def test_all_of_ones_own_goes_and_nothing_of_others(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await lived_in(house, ANNA, "Anna")
        await lived_in(house, BEN, "Ben")
        await house.timers.advance(house.clock.now() + timedelta(hours=4))
        his = await exported(house, "ben")
        counted = await erased(house, "anna")
        assert {"account", "consent", "conversation", "event", "nudge", "reminder", "task"} <= set(counted)
        assert await remains(house, "anna") == NOTHING
        assert (await exported(house, "ben")).documents == his.documents
        everything = await house.store.read_all(limit=10_000)
        assert not [event for event in everything if "of Anna" in str(event.data) or event.actor == "anna"]
        assert [event.name for event in await house.store.read("privacy:anna")] == ["data.erased"]
        assert (await house.core.query(GetPerson("anna"))).twin is None


def stored_bytes(folder: Path) -> bytes:
    """The whole database, with its log."""
    return b"".join(path.read_bytes() for path in folder.glob("house.db*"))


async def test_no_word_stays_in_the_file(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await lived_in(house, ANNA, "Anna")
        await lived_in(house, BEN, "Ben")
        assert b"ecret task of Anna" in stored_bytes(tmp_path)
        await erased(house, "anna")
        kept = stored_bytes(tmp_path)
        assert [
            what for what in (b"task", b"event", b"reminder", b"words") if b"ecret " + what + b" of Anna" in kept
        ] == []
        assert b"ecret task of Ben" in kept


async def test_what_others_shared_with_them_is_shared_with_nobody_else(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        for person, towards in (("ben", ("anna",)), ("carl", ("anna", "ben"))):
            await house.core.execute(SetConsent(person, SHARING, True, towards=towards), Cause(person))
        assert (await remains(house, "anna")).documents == ("consent",)
        await erased(house, "anna")
        assert await house.core.query(ListSharers("ben")) == ("carl",)
        assert await house.core.query(ListSharers("anna")) == ()
        assert await remains(house, "anna") == NOTHING


async def test_no_fact_of_others_names_them_any_more(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.core.execute(SetConsent("ben", SHARING, True, towards=("anna", "carl")), BEN)
        await house.core.execute(SetConsent("ben", SHARING, True, towards=("anna",)), BEN)
        await house.core.execute(SetConsent("ben", LEARNING, True), BEN)
        await erased(house, "anna")
        told = [event.data for event in await house.store.read("consent:ben")]
        assert [(fact["towards"], fact["granted"]) for fact in told] == [(["carl"], True), ([], False), ([], True)]
        assert b"anna" not in stored_bytes(tmp_path).replace(b"privacy:anna", b"")
        assert await remains(house, "anna") == NOTHING


async def test_what_was_learnt_of_ones_own_goes_also_from_memory(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        for by, name in ((ANNA, "Anna"), (BEN, "Ben")):
            await lived_in(house, by, name)
        await house.advance(600)
        for by in (ANNA, BEN):
            for concern in (await house.core.query(GetCritical(person=by.actor, limit=50))).items:
                await house.core.execute(AcknowledgeConcern(concern.id), by)
        facts = await house.store.read_all(limit=10_000)
        hers = {"anna", "person.anna", *(fact.stream for fact in facts if fact.data.get("owner") == "anna")}
        assert "concern_habit" in await erased(house, "anna")
        left = [group async for group, _ in house.store.scan("concern_habit")]
        assert left
        assert not [group for group in left if hers & set(group.split(":"))]


async def test_how_far_ones_calendars_were_read_goes_and_secrets_are_handed_to_nobody(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        rows = [Document("plan_source", f"{p}s", {"owner": p}) for p in ("anna", "ben")]
        rows += [
            Document(kind, f"{person}s", {"state": "etag"})
            for person in ("anna", "ben")
            for kind in ("calendar_sync", "calendar_channel", "task_sync")
        ]
        rows += [Document("idempotency", person, {"by": person}) for person in ("anna", "ben")]
        await house.store.commit(Batch(documents=rows))
        hers = (await exported(house, "anna")).documents
        assert set(hers) == {"calendar_sync", "plan_source", "task_sync"}
        await erased(house, "anna")
        for kind, key in (("calendar_sync", "bens"), ("calendar_channel", "bens"), ("idempotency", "ben")):
            assert [found async for found, _ in house.store.scan(kind)] == [key]
        assert await remains(house, "anna") == NOTHING


async def test_what_waits_for_approval_waits_without_their_name(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.create("lock", "door")
        await house.core.execute(SetDesired("door", {"locked": False}), ANNA)
        await erased(house, "anna")
        assert [doc["requested_by"] async for _, doc in house.store.scan("approval")] == [ERASED]


async def test_what_is_held_in_memory_goes_too(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await lived_in(house, ANNA, "Anna")
        await house.advance(600)  # the task is overdue
        assert any("Anna" in c.title for c in (await house.core.query(GetCritical(limit=50))).items)
        await erased(house, "anna")
        assert (await house.core.query(ListTasks(owner="anna"))).items == ()
        assert not any("Anna" in c.title for c in (await house.core.query(GetCritical(limit=50))).items)
        changes = await house.core.query(GetConcernChanges(house.at(-900), "anna"))
        assert not any("Anna" in change.title for change in changes)
        await house.advance(3 * 24 * 60)
        assert await remains(house, "anna") == NOTHING  # nothing that was due writes of it again


async def test_what_was_done_to_the_house_stays_without_a_name(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.core.execute(CreateTwin("light", "hall lamp"), ANNA)
        await erased(house, "anna")
        (created,) = await house.store.read("light.hall_lamp")
        assert created.actor == ERASED


async def test_sign_ins_stay_and_what_others_were_told(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        told = {"people": {"anna": {"at": 1}, "ben": {"at": 2}}}
        rows = [Document("user", "anna", {"id": "anna", "name": "Anna", "role": "member", "created_at": "x"})]
        rows += [Document("concern_told", "c1", told), Document("token", "digest", {"user": "anna"})]
        await house.store.commit(Batch(documents=rows))
        await erased(house, "anna")
        assert await house.store.get("user", "anna") is not None
        assert await house.store.get("token", "digest") is not None
        assert await house.store.get("concern_told", "c1") == ({"people": {"ben": {"at": 2}}}, 2)


@pytest.mark.parametrize("times", [1, 2])
async def test_erasing_again_finds_nothing_and_does_no_harm(tmp_path: Path, times: int) -> None:
    async with open_house(tmp_path) as house:
        await lived_in(house, ANNA, "Anna")
        for _ in range(times):
            await erased(house, "anna")
        assert await erased(house, "anna") == {}
        await lived_in(house, ANNA, "Anna")  # whoever comes back begins anew
        assert (await house.core.query(GetPerson("anna"))).name == "Anna"


async def test_private_chats_of_linked_accounts_are_theirs_shared_ones_nobodys(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        rows = [Document("account", "teams/t/a", {"person": "anna"}), Document("teams_place", "chat/t/a", {"c": 1})]
        rows += [Document("teams_place", "chat/t/named", {"c": 4, "person": "anna"})]
        rows += [Document("teams_place", "chat/t/b", {"c": 2}), Document("teams_place", "shared/19", {"c": 3})]
        await house.store.commit(Batch(documents=rows))
        assert (await exported(house, "anna")).documents["teams_place"] == {
            "chat/t/a": {"c": 1},
            "chat/t/named": {"c": 4, "person": "anna"},
        }
        await erased(house, "anna")
        assert [key async for key, _ in house.store.scan("teams_place")] == ["chat/t/b", "shared/19"]
