"""Recognising what the broker sends again: the moments between a commit and the news that its acknowledgement came."""

from datetime import UTC, datetime

import pytest

from connectors.devices.mqtt.inbox import Raw
from connectors.devices.mqtt.redelivery import Redelivery, digest

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def message(mid: int, *, connection: int = 1, dup: bool = True) -> Raw:
    return Raw("pollux/pump.feed/telemetry", b'{"flow": %d}' % mid, 1, mid, dup, False, connection, NOW)


def marks(*messages: Raw) -> dict[int, int]:
    return {raw.mid: digest(raw) for raw in messages}


@pytest.fixture
def former() -> Redelivery:
    """A further life: messages 1 and 2 were committed in the former one, and come again."""
    life = Redelivery()
    life.committed(marks(message(1), message(2)))
    again = Redelivery()
    again.restore(life.receipt({}))
    return again


def in_next_life(redelivery: Redelivery, raw: Raw) -> bool:
    """Whether a life that begins after a commit made now would recognise the message."""
    following = Redelivery()
    following.restore(redelivery.receipt({}))
    return following.repeats(raw, {})


def test_what_is_worked_on_is_remembered_when_older_acknowledgements_arrive(former: Redelivery) -> None:
    one, two = message(1), message(2)
    former.taken(marks(one))
    former.acknowledged([one], 1)
    settling = former.to_settle()
    assert former.repeats(two, {})
    former.taken(marks(two))  # its acknowledgement waits for a commit
    former.settled(settling, all_seen=True)
    assert not in_next_life(former, one)
    assert in_next_life(former, two)


def test_what_came_on_another_connection_was_not_acknowledged(former: Redelivery) -> None:
    old, new = message(1, connection=1), message(2, connection=2)
    former.taken(marks(old, new))
    former.acknowledged([old, new], 2)
    former.settled(former.to_settle(), all_seen=False)
    assert in_next_life(former, old)
    assert not in_next_life(former, new)


def test_acknowledgements_on_a_lost_connection_are_not_asked_about(former: Redelivery) -> None:
    one, two = message(1), message(2, connection=2)
    former.taken(marks(one))
    former.acknowledged([one], 1)
    former.taken(marks(two))
    former.acknowledged([two], 2)
    former.settled(former.to_settle(), all_seen=False)
    assert in_next_life(former, one)
    assert not in_next_life(former, two)


def test_what_never_came_again_is_forgotten_at_last(former: Redelivery) -> None:
    two = message(2)
    former.taken(marks(two))
    former.acknowledged([two], 1)
    former.settled(former.to_settle(), all_seen=True)
    assert not in_next_life(former, message(1))


def test_a_message_that_is_new_under_an_old_id_is_no_repetition(former: Redelivery) -> None:
    assert not former.repeats(message(1, dup=False), {})
    other = message(1)._replace(payload=b'{"flow": 9}')
    assert not former.repeats(other, {})
    assert former.repeats(other, marks(other))
