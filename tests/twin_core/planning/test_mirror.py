from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from tests.house import ANNA, House, open_house
from tests.twin_core.planning.diary import agenda, at, mirror, mirror_tasks, occurrence, on, titles
from twin_core.contract.agenda import EditEvent, GetEvent
from twin_core.contract.errors import NotFound, Rejected, Unavailable
from twin_core.contract.mirroring import ForgetSource, ListSources, MirrorEvents, MirrorReport, OutsideTask
from twin_core.contract.requests import Cause
from twin_core.contract.tasks import ListTasks

MARCH = ("2026-03-01T00:00", "2026-04-01T00:00")
STANDUP = occurrence("u1", "2026-03-04T09:00", "2026-03-04T09:15")
REVIEW = occurrence("u2", "2026-03-05T09:00", "2026-03-05T10:00", "Review")


def counts(report: MirrorReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged


async def test_what_is_new_changed_and_gone_is_found_out(house: House) -> None:
    assert counts(await mirror(house, STANDUP, REVIEW)) == (2, 0, 0, 0)
    assert counts(await mirror(house, replace(STANDUP, title="Daily"))) == (0, 1, 1, 0)
    assert await on(house, *MARCH) == [("Daily", "03-04T09:00")]
    assert house.names("event.") == [], "what a source holds is no doing of a person"
    assert [data["added"] for _, name, data in house.events("source.")] == [2, 0]


async def test_the_same_again_changes_nothing(house: House) -> None:
    await mirror(house, STANDUP, REVIEW)
    stored, planned = len(house.stored), len(house.planned)
    house.clock.move_to(house.at(10))
    assert counts(await mirror(house, STANDUP, REVIEW)) == (0, 0, 0, 2)
    assert (len(house.stored), len(house.planned)) == (stored, planned)
    [source] = await house.core.query(ListSources())
    assert (source.items, source.mirrored_at, source.writable) == (2, house.clock.now(), False)


async def test_a_part_leaves_the_rest_alone(house: House) -> None:
    await mirror(house, STANDUP, REVIEW)
    assert counts(await mirror(house, replace(STANDUP, title="Daily"), uids={"u1"})) == (0, 1, 0, 0)
    assert counts(await mirror(house, uids={"u1"})) == (0, 0, 1, 0)
    assert await on(house, *MARCH) == [("Review", "03-05T09:00")]


async def test_what_lies_outside_the_span_is_left_alone(house: House) -> None:
    await mirror(house, STANDUP)
    april = MirrorEvents("caldav:work", at("2026-04-01T00:00"), at("2026-05-01T00:00"), (), owner="anna")
    assert counts(await house.core.execute(april)) == (0, 0, 0, 0)
    assert len(await on(house, *MARCH)) == 1


async def test_a_bad_item_sinks_no_good_one(house: House) -> None:
    naive = replace(REVIEW, uid="u3", start=datetime(2026, 3, 5))  # noqa: DTZ001
    backwards = replace(REVIEW, uid="u4", end=at("2026-03-05T08:00"))
    odd = replace(REVIEW, uid="u5", recurrence_id="last tuesday")
    report = await mirror(house, replace(REVIEW, uid=" "), naive, backwards, odd, replace(STANDUP, title=" "))
    assert [(error.row, error.code) for error in report.errors] == [
        (0, "no_uid"),
        (1, "bad_instant"),
        (2, "bad_span"),
        (3, "bad_recurrence_id"),
    ]
    assert await on(house, *MARCH) == [("(no title)", "03-04T09:00")]


async def test_occurrences_of_one_series_are_told_apart_however_they_are_written(house: House) -> None:
    first = replace(STANDUP, recurrence_id="2026-03-04T10:00:00+01:00", recurrence="FREQ=DAILY")
    second = replace(
        first, start=at("2026-03-05T09:00"), end=at("2026-03-05T09:15"), recurrence_id="2026-03-05T09:00:00Z"
    )
    await mirror(house, first, second)
    await mirror(house, replace(first, recurrence_id="2026-03-04T09:00:00Z"), source="google:home")
    views = (await agenda(house)).events
    assert [len(view.sources) for view in views] == [2, 1]
    assert (await house.core.query(GetEvent(views[0].series or ""))).id == views[0].id


async def test_a_source_is_forgotten_and_can_be_taken_up_again(house: House) -> None:
    await mirror(house, STANDUP, title="Work")
    await mirror_tasks(house, OutsideTask("1", "Call Ada"), source="caldav:work")
    assert [(s.title, s.kind, s.owner) for s in await house.core.query(ListSources())] == [
        ("caldav:work", "tasks", "anna"),
        ("Work", "calendar", "anna"),
    ]
    assert (await house.core.execute(ForgetSource("caldav:work"), ANNA)).removed == 2
    assert (await on(house, *MARCH), await titles(house), await house.core.query(ListSources())) == ([], [], ())
    with pytest.raises(NotFound):
        await house.core.execute(ForgetSource("caldav:work"), ANNA)
    assert counts(await mirror(house, STANDUP)) == (1, 0, 0, 0)


async def test_only_whose_a_source_is_can_have_it_forgotten(house: House) -> None:
    await mirror(house, STANDUP, title="Work")
    with pytest.raises(NotFound, match="no source"):
        await house.core.execute(ForgetSource("caldav:work"), Cause("bob"))
    assert [source.items for source in await house.core.query(ListSources())] == [1]
    assert (await house.core.execute(ForgetSource("caldav:work"), Cause())).removed == 1  # its connector found it gone


async def test_our_own_events_are_no_source_of_others(house: House) -> None:
    with pytest.raises(Rejected, match="id of a source"):
        await mirror(house, STANDUP, source="pollux")


async def test_what_was_mirrored_outlives_the_process(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await mirror(house, STANDUP, REVIEW)
    async with open_house(tmp_path) as house:
        assert counts(await mirror(house, STANDUP, REVIEW)) == (0, 0, 0, 2)


async def test_without_its_writer_a_mirrored_event_cannot_be_changed(house: House) -> None:
    await mirror(house, STANDUP)
    [view] = (await agenda(house)).events
    with pytest.raises(Unavailable, match="not connected"):
        await house.core.execute(EditEvent(view.id, title="Daily"), ANNA)


async def test_tasks_of_a_source_keep_when_they_were_done_and_how_long_they_take(house: House) -> None:
    await mirror_tasks(house, OutsideTask("1", "Call Ada", due=at("2026-03-04")), OutsideTask("2", "Write"))
    assert await titles(house) == ["Call Ada", "Write"]
    report = await mirror_tasks(house, OutsideTask("1", "Call Ada", done=True), refs={"1"})
    assert counts(report) == (0, 1, 0, 0)
    assert counts(await mirror_tasks(house, OutsideTask("1", "Call Ada", done=True))) == (0, 0, 1, 1)
    [view] = (await house.core.query(ListTasks())).items
    assert (view.done, view.source, view.owner) == (True, "todoist", "anna")
