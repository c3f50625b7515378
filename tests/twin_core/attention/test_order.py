"""The merged shelves give the order that sorting everything anew would give, at every instant."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin_core.attention.ranking import Order, Ranking, Standing
from twin_core.attention.scoring import FAVOURED, Weight
from twin_core.contract.template import Importance, Severity
from twin_core.contract.topics import TOPICS, Topic

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
spans = st.integers(-(10**5), 10**6).map(lambda s: NOW + timedelta(seconds=s))
weights = st.builds(
    Weight,
    severity=st.sampled_from(get_args(Severity)),
    importance=st.sampled_from(get_args(Importance)),
    learned=st.sampled_from((0.5, 1.0, 1.25)),
    due_at=st.none() | spans,
    probability=st.sampled_from((1.0, 0.8, 0.6)),
    hazard=st.booleans(),
    pace_s=st.none() | st.sampled_from((60.0, 600.0)),
    topic=st.sampled_from(TOPICS[:3]),
)
favourites = st.sets(st.sampled_from(TOPICS[:3]))
standings = st.lists(st.tuples(weights, st.booleans(), spans), max_size=25).map(
    lambda rows: [Standing.of(f"c{n}", weight, acked, at) for n, (weight, acked, at) in enumerate(rows)]
)


@given(standings, standings, spans, favourites)
def test_merging_is_sorting(mine: list[Standing], ours: list[Standing], at: datetime, most: set[Topic]) -> None:
    ours = [Standing(f"o{s.concern}", s.shelf, s.due_s, s.opened_s) for s in ours]
    rankings = (_ranking(mine), _ranking(ours))
    order = Order(rankings, at, most)
    listed = [standing for standing, _ in order.first(100)]
    assert listed == sorted([*mine, *ours], key=_by_score(order))
    assert [order.place_of(standing) for standing in listed] == list(range(1, len(listed) + 1))
    assert sum(map(len, rankings)) == len(listed)


@given(standings, spans, favourites)
def test_what_somebody_is_on_is_below_what_nobody_is_on(all_: list[Standing], at: datetime, most: set[Topic]) -> None:
    order = Order([_ranking(all_)], at, most)
    places = {standing: order.place_of(standing) for standing in all_}
    for one in all_:
        for other in all_:
            if one.shelf[0] == other.shelf[0] and one.shelf[1] < other.shelf[1]:
                assert places[one] < places[other]


@given(standings, spans, favourites)
def test_what_matters_most_lifts_its_topics_within_bounds(all_: list[Standing], at: datetime, most: set[Topic]) -> None:
    for one in all_:
        plain, lifted = one.score(at.timestamp()), one.score(at.timestamp(), most)
        _, _, floor, _, topic = one.shelf
        assert lifted == pytest.approx(plain * (FAVOURED if topic in most and not floor else 1.0))
        hazards = [other for other in all_ if other.shelf[2]]
        assert floor or all(lifted < hazard.score(at.timestamp(), most) for hazard in hazards)


@given(standings, st.data())
def test_what_is_taken_out_is_gone(all_: list[Standing], data: st.DataObject) -> None:
    ranking = _ranking(all_)
    gone = data.draw(st.sets(st.sampled_from(all_))) if all_ else set()
    for standing in gone:
        ranking.discard(standing)
    left = {standing for standing, _ in Order([ranking], NOW).first(100)}
    assert left == set(all_) - gone
    assert len(ranking) == len(left)


def test_only_what_is_asked_for_is_looked_at() -> None:
    ranking = _ranking([Standing.of(f"c{n}", Weight("info", due_at=NOW), False, NOW) for n in range(1000)])
    assert len(Order([ranking], NOW).first(3)) == 3


def _ranking(standings: list[Standing]) -> Ranking:
    ranking = Ranking()
    for standing in standings:
        ranking.put(standing)
    return ranking


def _by_score(order: Order) -> Callable[[Standing], tuple[float, float, float, str]]:
    return lambda s: (-order.score_of(s), s.due_s, s.opened_s, s.concern)
