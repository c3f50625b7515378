"""Where what was said ends: at a pause, and sooner where it was whole."""

import numpy as np
import pytest

from bot.voice.endpointing import Endpointer, Utterance
from bot.voice.ports import FRAME_BYTES, FRAME_S, RATE_HZ
from bot.voice.wav import Samples, pcm
from tests.bot.voice.room import said

WORDS = said("turn on the kitchen light")


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE_HZ))


def heard(endpointer: Endpointer, *sounds: Samples, hasten: bool = False) -> list[tuple[float, Utterance]]:
    """What was made of it, and after how many seconds."""
    frames = pcm(np.concatenate(sounds))
    found = []
    for at in range(0, len(frames) - FRAME_BYTES + 1, FRAME_BYTES):
        event = endpointer.take(frames[at : at + FRAME_BYTES])
        if isinstance(event, Utterance):
            found.append(((at // FRAME_BYTES + 1) * FRAME_S, event))
            if hasten and not event.over:
                endpointer.hasten(event)
    return found


@pytest.mark.parametrize(("hasten", "pause_s"), [(False, 0.8), (True, 0.5)])
def test_a_lull_is_told_and_a_pause_ends_it_sooner_where_it_is_whole(hasten: bool, pause_s: float) -> None:
    (lull_s, so_far), (end_s, whole) = heard(Endpointer(), WORDS, silence(1), hasten=hasten)
    assert (so_far.over, whole.over) == (False, True)
    assert whole.goes_on_silently(so_far)
    assert end_s - lull_s == pytest.approx(pause_s - 0.3, abs=FRAME_S)


def test_whoever_goes_on_is_listened_to_up_to_a_whole_pause() -> None:
    first, second, whole = heard(Endpointer(), WORDS, silence(0.4), WORDS, silence(1), hasten=False)
    assert [utterance.over for _, utterance in (first, second, whole)] == [False, False, True]
    assert not whole[1].goes_on_silently(first[1])
    assert whole[1].goes_on_silently(second[1])


def test_what_was_whole_is_not_when_somebody_goes_on() -> None:
    endpointer = Endpointer()
    [(_, so_far)] = heard(endpointer, WORDS, silence(0.4))
    endpointer.hasten(so_far)
    *_, (lull_s, _), (end_s, whole) = heard(endpointer, WORDS, silence(1))
    assert end_s - lull_s == pytest.approx(0.5, abs=FRAME_S)
    endpointer.hasten(whole)  # too late: it is over
    assert not endpointer.open
